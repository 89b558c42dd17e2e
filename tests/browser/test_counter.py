"""The counter's page in a real browser, on a real server, with real keys."""

import json
import re
from itertools import count

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LAPTOP = {"width": 1366, "height": 768}
LOW_LAPTOP = {"width": 1366, "height": 650}
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
MARKERS = count(1)
BUDGET_BYTES, BUDGET_REQUESTS = 150_000, 6


class Desk:
    """One operator's browser. `press` is all that the hands do."""

    def __init__(self, hall, page, name):
        self.hall, self.page, self.name = hall, page, name

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
            expect(self.page.locator("#work")).not_to_have_attribute("data-busy", "")

    def open(self, number=1):
        """With the keyboard alone: to the counter's card, then Enter."""
        self.page.locator(f"#seat-{number} input").focus()
        self.press(" ", "Enter")
        expect(self.page.locator("#counter-name")).to_have_text(re.compile(rf"\b{number}$"))

    def is_in(self, mode):
        expect(self.page.locator("#work")).to_have_attribute("data-mode", mode)

    @property
    def number(self):
        return self.page.locator("#who-no .plate__no").text_content()

    @property
    def question(self):
        return self.page.locator("#ask:not([hidden]) form:not([hidden])")

    def row(self, label):
        return self.page.locator(".row", has_text=label)


class Hall:
    """A fresh office of the shared server, and browsers of its people."""

    def __init__(self, live, open_page, kiosk):
        self.live, self.open_page, self.office, self.kiosk = live, open_page, live.office("waru"), kiosk
        self.marker = next(MARKERS)
        self.callers = {}
        kiosk.get(f"{self.office.path}/kiosk").ok()  # a sign of life, or every counter is told that it is away

    def take(self, service="KTP_REC", **changes):
        return self.office.take(self.kiosk, service, **changes)["label"]

    def caller(self, name="siti", role="operator"):
        if name not in self.callers:
            self.callers[name] = self.office.person(f"{name}{self.marker}", role)
        return self.callers[name]

    def desk(self, name="siti", query="", at=None, viewport=LAPTOP, role="operator", before=None):
        page = self.open_page(viewport=viewport)
        if before:
            before(page)
        page.context.add_cookies(
            [{"name": "giliran_person", "value": self.caller(name, role).token, "url": self.live.url}]
        )
        page.goto(f"{self.live.url}/counter{query}")
        desk = Desk(self, page, name)
        if at is not None:
            desk.open(at)
        return desk

    def clear(self):
        """Everybody goes home and every counter is closed, so that tests do not meet each other's people."""
        boss = self.caller("kepala", "office_admin")
        for seat in boss.get(f"{self.office.path}/counters").ok()["counters"]:
            shown = boss.get(f"{self.office.path}/counters/{seat['number']}").ok()
            if shown["ticket"]:
                boss.post(f"/tickets/{shown['ticket']['id']}/hold").ok()
            if seat["state"] != "closed":
                boss.post(f"{self.office.path}/counters/{seat['number']}/close").ok()
        for outage in boss.get(f"{self.office.path}/counters/1").ok()["outages"]:
            boss.delete(f"/outages/{outage['id']}").ok()
        for row in boss.get(f"{self.office.path}/counters/1").ok()["waiting"]:
            self.live.db.transaction(leave, ticket=row["id"])


def leave(tx, ticket):
    tx.conn.exec_driver_sql(f"UPDATE tickets SET state = 'left' WHERE id = '{ticket}'")


@pytest.fixture(scope="module")
def kiosk(live):
    return live.office("waru").device("kiosk")


@pytest.fixture
def hall(live, open_page, kiosk):
    found = Hall(live, open_page, kiosk)
    yield found
    found.clear()


def test_a_day_needs_no_mouse(hall):
    """Open, call, call again, serve, finish, skip, take back, hold, resume, put back, pause, close: keys alone."""
    first, second, _ = hall.take(), hall.take(), hall.take()
    desk = hall.desk(at=1)
    desk.is_in("free")
    desk.press("b")
    desk.is_in("called")
    assert desk.number == first
    desk.press("u")
    expect(desk.page.locator("#time-words")).to_contain_text("2 kali")
    desk.press("m")
    desk.is_in("serving")
    desk.press("s")
    desk.is_in("free")
    expect(desk.page.locator("#figure-served")).to_have_text("1")

    desk.press("b", "l")
    expect(desk.question).to_contain_text(f"Nomor {second} sudah dipanggil 1 kali. Lewati?")
    desk.press("l")
    desk.is_in("free")
    desk.press("ArrowRight", "ArrowDown", "Enter")
    expect(desk.question).to_contain_text(second)
    desk.press("k")
    expect(desk.page.locator("#tab-missed")).to_have_text(re.compile(r"Terlewat\s*$"))

    desk.press("b", "t")
    desk.is_in("free")
    desk.page.locator("#tab-held").focus()
    desk.press("Enter", "ArrowDown", "Enter", "k")
    expect(desk.page.locator("#line-title")).to_contain_text("2 orang menunggu")
    desk.press("b")
    desk.is_in("called")
    desk.press("k")
    desk.is_in("free")

    desk.press("i", "2")
    desk.is_in("paused")
    desk.press("i")
    desk.is_in("free")
    desk.press("x")
    expect(desk.question).to_contain_text("Masih ada 2 orang menunggu")
    desk.press("x")
    expect(desk.page.locator("#choose")).to_be_visible()


def test_two_counters_never_get_the_same_ticket(hall):
    """Two operators press at the same time, again and again: every number is called once."""
    labels = {hall.take() for _ in range(8)}
    desks = [hall.desk("siti", at=1), hall.desk("budi", at=2)]
    called = []
    for _ in range(4):
        for desk in desks:
            desk.page.keyboard.press("b")
        for desk in desks:
            desk.is_in("called")
            called.append(desk.number)
            desk.press("m")
            desk.is_in("serving")
            desk.press("s")
    assert sorted(called) == sorted(labels)


def test_a_stale_page_is_told_and_brought_up_to_date(hall):
    """An act on a state that is no longer true changes nothing; the page says so and shows what is true."""
    label = hall.take()
    desk = hall.desk(at=1)
    desk.press("b")
    shown = hall.caller().get(f"{hall.office.path}/counters/1").ok()["ticket"]
    desk.page.route("**/counters/1", lambda route: route.fulfill(status=304))
    hall.caller().post(f"/tickets/{shown['id']}/start").ok()
    desk.page.wait_for_timeout(400)
    desk.is_in("called")
    desk.page.unroute("**/counters/1")
    desk.press("l", "l")
    expect(desk.question).to_contain_text(f"Nomor {label} baru saja diubah di tempat lain.")
    desk.is_in("serving")
    desk.press("Escape", "s")
    expect(desk.page.locator("#figure-served")).to_have_text("1")


def test_a_lost_line_is_said_and_comes_back_by_itself(hall):
    """Offline says since when and stops every act; what happened meanwhile is there again without a touch."""
    hall.take()
    desk = hall.desk(at=1)
    desk.page.context.set_offline(True)
    expect(desk.page.locator("#gear")).to_contain_text(re.compile(r"Terputus dari server sejak pukul \d\d\.\d\d"))
    expect(desk.page.locator("#acts .btn:not([disabled])")).to_have_count(0)
    late = hall.take()
    desk.page.context.set_offline(False)
    expect(desk.page.locator("#gear")).to_contain_text("Tersambung kembali")
    expect(desk.row(late)).to_be_visible()
    desk.press("b")
    desk.is_in("called")


def test_a_killed_server_is_forgiven(hall):
    """kill -9 of the worker: within 3 s the page shows what is true and calls again."""
    hall.take()
    desk = hall.desk(at=1)
    hall.live.kill_worker()
    while not hall.live.answers():
        desk.page.wait_for_timeout(50)
    late = hall.take()
    expect(desk.row(late)).to_be_visible(timeout=3000)
    desk.press("b")
    desk.is_in("called")


def test_changes_are_pushed(hall):
    """A number taken at the kiosk and a call at another counter show at once, and nothing is loaded again."""
    label = hall.take()
    desk, other = hall.desk(at=1), hall.desk("budi", at=2)
    desk.page.evaluate("window.sameDocument = true")
    expect(desk.row(label)).to_be_visible()
    late = hall.take()
    expect(desk.row(late)).to_be_visible(timeout=1000)
    other.press("b")
    expect(desk.row(label)).to_have_count(0, timeout=1000)
    assert desk.page.evaluate("window.sameDocument")


def test_nothing_moves_under_the_hand(hall):
    """While the mouse is over the line a called number stays in its place, grey; it goes when the mouse does."""
    first, second = hall.take(), hall.take()
    desk, other = hall.desk(at=1), hall.desk("budi", at=2)
    before = desk.row(second).bounding_box()
    desk.row(second).hover()
    other.press("b")
    expect(desk.row(first)).to_contain_text("Sudah tidak menunggu")
    assert desk.row(second).bounding_box() == before
    desk.page.mouse.move(10, 10)
    expect(desk.row(first)).to_have_count(0)


def test_a_number_is_called_out_of_turn_with_its_reason(hall):
    """Choosing a row asks why; the code of the reason is sent and recorded."""
    hall.take()
    chosen = hall.take()
    desk = hall.desk(at=1)
    with desk.page.expect_request("**/counters/1/call") as asked:
        desk.press("ArrowDown", "ArrowDown", "Enter", "2")
    assert asked.value.post_data_json["why"] == "help"
    desk.is_in("called")
    assert desk.number == chosen


def test_a_person_is_moved_to_another_counter(hall):
    """Moving asks where in the space under the person; the number waits for that counter only."""
    label = hall.take()
    desk = hall.desk(at=1)
    desk.press("b", "p")
    desk.question.locator("[name=counter]").select_option("2")
    desk.press("Enter")
    desk.is_in("empty")
    expect(desk.row(label)).to_contain_text("Bukan untuk loket ini")
    other = hall.desk("budi", at=2)
    expect(other.row(label)).to_contain_text("Berikutnya")


def test_a_number_is_given_from_the_counter(hall):
    """N, a service, Enter: the number is shown large and says what became of its paper."""
    desk = hall.desk(at=1)
    desk.press("n", "Enter")
    expect(desk.page.locator("#given-no .plate__no")).to_have_text(re.compile(r"^A\d{3}$"))
    expect(desk.page.locator("#given-slip")).not_to_contain_text("sedang dicetak")
    desk.press("Escape")
    desk.is_in("free")


def test_a_paper_that_did_not_come_is_said(hall):
    """A slip that failed takes the line of machines; it can be printed again from here, and is then forgotten."""
    slip = hall.office.take(hall.kiosk)["slip"]["id"]
    sockets = []

    def listen_in(socket):
        socket.connect_to_server()
        sockets.append(socket)

    desk = hall.desk(at=1, before=lambda page: page.route_web_socket("**/socket.io/*", listen_in))
    trouble = {"type": "slip_trouble", "v": 10**9, "ticket": "A001", "slip": slip, "slip_state": "failed"}
    sockets[0].send("42/live," + json.dumps(["change", trouble]))
    expect(desk.page.locator("#gear")).to_contain_text("Kertas nomor A001 tidak tercetak")
    desk.page.locator("#gear-act").click()
    with desk.page.expect_request(f"**/slips/{slip}/reprint"):
        desk.press("Enter")
    expect(desk.page.locator("#gear")).to_contain_text("Server tersambung")


def test_help_is_seen_at_every_counter(hall):
    """A call for help takes the line of machines of every colleague until somebody says that help has come."""
    desk, other = hall.desk(at=1), hall.desk("budi", at=2)
    desk.press("a", "a")
    expect(other.page.locator("#gear")).to_contain_text("Loket 1 minta bantuan segera")
    other.page.locator("#gear-act").click()
    expect(desk.page.locator("#gear")).not_to_contain_text("Bantuan sudah diminta")


def test_an_outage_is_reported_and_ended(hall):
    """G, the service, the reason; the line of machines says it until it is over."""
    desk = hall.desk(at=1)
    desk.press("g")
    desk.question.locator("[name=service]").select_option("KTP_REC")
    desk.question.locator("[name=until]").fill("11.30")
    desk.question.locator("[value=card_stock]").focus()
    desk.press("Enter")
    expect(desk.page.locator("#gear")).to_contain_text("Perekaman KTP-el berhenti sementara karena blangko KTP habis")
    assert (
        hall.caller().get(f"{hall.office.path}/counters/1").ok()["outages"][0]["until"].startswith("2026-11-24T11:30")
    )
    desk.page.locator("#gear-act").click()
    desk.question.get_by_role("button", name="Sudah pulih").click()
    expect(desk.page.locator("#gear")).to_contain_text("Server tersambung")


def test_a_taken_counter_cannot_be_chosen(hall):
    """The choice says who sits where, and follows it live."""
    chooser = hall.desk("budi")
    hall.desk("siti", at=1)
    expect(chooser.page.locator("#seat-1")).to_contain_text("Dipakai siti")
    expect(chooser.page.locator("#seat-1 input")).to_be_disabled()
    expect(chooser.page.locator("#seat-2 input")).to_be_checked()


def test_a_reload_leads_back_to_the_own_counter(hall):
    """Nobody has to open a counter twice."""
    hall.take()
    desk = hall.desk(at=1)
    desk.press("b")
    desk.page.reload()
    desk.is_in("called")


def test_fewer_services_can_be_taken(hall):
    """A box that is not ticked is not called at this counter."""
    hall.take("KK_NEW")
    desk = hall.desk()
    desk.page.get_by_role("checkbox", name="Kartu keluarga baru").uncheck()
    desk.open(1)
    desk.is_in("empty")


def test_a_session_that_is_over_leads_to_sign_in(hall):
    """401 in the middle of work: plain words and the way to sign in."""
    hall.take()
    desk = hall.desk(at=1)
    hall.caller().delete("/session").ok()
    desk.page.wait_for_timeout(2100)  # a signed-out person is known for two more seconds at most
    desk.press("b")
    expect(desk.question).to_contain_text("Sesi Anda sudah berakhir")
    expect(desk.question.get_by_role("link")).to_have_attribute("href", "/login?next=/counter")


def test_people_of_several_offices_choose_one(hall):
    """The regency's administrator is asked which office; an operator is not."""
    boss = hall.desk("kabupaten", role="regency_admin")
    assert_accessible(boss.page)
    boss.page.get_by_role("link", name="Kecamatan Waru").click()
    expect(boss.page.locator("#choose")).to_be_visible()


def test_another_office_is_not_shown(hall):
    """A person sees only the own office."""
    desk = hall.desk(query="/penajam")
    assert desk.page.locator("#boot").count() == 0


def test_theme_and_language_are_kept(hall):
    """Dark for a dim hall, remembered on this machine; the language by its link."""
    desk = hall.desk(at=1)
    desk.page.locator("#theme-switch").click()
    desk.page.get_by_role("link", name="English").click()
    expect(desk.page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(desk.page.locator("html")).to_have_attribute("lang", "en")
    expect(desk.page.get_by_role("button", name="Call next")).to_be_visible()


def test_letter_keys_can_be_turned_off(hall):
    """WCAG 2.1.4: single letters act only when a person wants them to."""
    hall.take()
    desk = hall.desk(at=1)
    desk.page.locator("#keys-switch").click()
    desk.press("b")
    desk.is_in("free")


STATES = {
    "free": "", "called": "b", "skip": "b l", "serving": "b m", "move": "b p", "pick": "ArrowDown ArrowDown Enter",
    "busy": "b x", "pause": "i", "paused": "i 2", "close": "x", "outage": "g", "give": "n", "given": "n Enter",
    "help": "a", "missed": "b l l ArrowRight ArrowDown Enter", "held": "b t ArrowLeft ArrowDown Enter",
}  # fmt: skip


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_accessible_and_fits(hall, state):
    """axe finds nothing, in both languages and themes, and nothing has to be scrolled on the lowest laptop."""
    hall.take(lane="priority")
    hall.take()
    desk = hall.desk(at=1, viewport=LOW_LAPTOP)
    desk.press(*STATES[state].split())
    assert_accessible(desk.page)
    assert_fits(desk.page)
    desk.page.locator("#theme-switch").click()
    assert_accessible(desk.page)
    desk.page.goto(f"{hall.live.url}/counter/waru?lang=en")
    assert_accessible(desk.page)


@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_other_pages_are_accessible(hall, lang):
    """Choosing a counter, nobody waiting, a full hall, the line lost."""
    desk = hall.desk(query=f"/waru?lang={lang}")
    assert_accessible(desk.page)
    desk.open(1)
    desk.is_in("empty")
    assert_accessible(desk.page)
    for _ in range(14):
        hall.take("KTP_LOST")
    expect(desk.page.locator(".row")).to_have_count(14)
    assert_accessible(desk.page)
    desk.page.context.set_offline(True)
    expect(desk.page.locator("#gear")).to_have_class(re.compile("gear--bad"))
    assert_accessible(desk.page)


def test_the_page_is_light(hall):
    """At most 150 kB and six requests for the first view, with a full hall behind it."""
    for _ in range(30):
        hall.take()
    desk = hall.desk(at=1)
    loaded = []
    page = hall.open_page(viewport=LAPTOP)
    page.context.add_cookies(desk.page.context.cookies())
    page.on("response", lambda answer: loaded.append(answer))  # noqa: PLW0108 - Playwright cannot wrap a built-in
    page.goto(f"{hall.live.url}/counter/waru")
    expect(page.locator("#who")).to_be_visible()
    page.evaluate("document.fonts.ready")
    first_view = [answer for answer in loaded if "/api/" not in answer.url]
    assert len(first_view) <= BUDGET_REQUESTS
    assert sum(len(answer.body()) for answer in first_view) <= BUDGET_BYTES
    expect(page.locator(".row")).to_have_count(30)


def assert_accessible(page):
    page.wait_for_timeout(50)
    found = Axe().run(page, options=WCAG)
    assert found.violations_count == 0, found.generate_report()


def assert_fits(page):
    """The page does not scroll, and neither the desk nor the question does."""
    cut = page.evaluate("""() => ["html", "#main", "#ask", "#need", "#acts", ".head", ".gear"].filter((each) => {
        const box = document.querySelector(each);
        return box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1;
    })""")
    assert cut == []
