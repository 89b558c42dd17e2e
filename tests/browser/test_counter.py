"""The counter's page in a real browser, on a real server, with real keys."""

import re

import pytest
from counter_hall import assert_accessible, hall, kiosk  # noqa: F401 - fixtures
from playwright.sync_api import expect
from sqlalchemy import update

from office.models import PrintJob

# ruff: noqa: F811 - pytest hands a fixture over under its name
pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_day_needs_no_mouse(hall):
    """Open, call, call again, serve, finish: keys alone."""
    first, _ = hall.take(), hall.take()
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



def test_a_missed_call_and_a_hold_need_no_mouse(hall):
    """Skip with its question, take back, hold, resume, put back: keys alone."""
    first, _ = hall.take(), hall.take()
    desk = hall.desk(at=1)

    desk.press("b", "l")
    expect(desk.question).to_contain_text(f"Nomor {first} sudah dipanggil 1 kali. Lewati?")
    desk.press("l")
    desk.is_in("free")
    desk.press("ArrowRight", "ArrowDown", "Enter")
    expect(desk.question).to_contain_text(first)
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



def test_a_pause_and_the_end_need_no_mouse(hall):
    """Pause, resume, close with its question: keys alone."""
    hall.take()
    hall.take()
    desk = hall.desk(at=1)

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
    """A slip that failed takes the line of machines, also after a reload; it can be printed again from here."""
    slip = hall.office.take(hall.kiosk)["slip"]["id"]
    with hall.live.db.engine.begin() as conn:
        conn.execute(update(PrintJob).where(PrintJob.id == slip).values(state="failed", copies=0))
    desk = hall.desk(at=1)
    expect(desk.page.locator("#gear")).to_contain_text(re.compile(r"Kertas nomor A\d{3} tidak tercetak"))
    desk.page.locator("#gear-act").click()
    with desk.page.expect_request(f"**/slips/{slip}/reprint"):
        desk.press("Enter")
    expect(desk.page.locator("#gear")).to_contain_text("Server siap")


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
    expect(desk.page.locator("#gear")).to_contain_text("Server siap")


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
