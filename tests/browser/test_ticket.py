"""The ticket in the hand, in a real browser: alive with its script, honest without the line, readable for everybody."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from words import say

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE = {"width": 360, "height": 740}
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
SOON_MS = 9_000


class Hall:
    """Waru with a kiosk and Siti at counter 1."""

    def __init__(self, live):
        self.live, self.office = live, live.office("waru")
        self.kiosk, self.siti = self.office.device(), self.office.person()
        self.siti.post("/offices/waru/counters/1/open").ok()

    def take(self, **changes):
        return self.office.take(self.kiosk, **changes)["key"]

    def call(self):
        return self.siti.post("/offices/waru/counters/1/call-next").ok()["ticket"]["id"]

    def act(self, ticket, *acts):
        for act in acts:
            self.siti.post(f"/tickets/{ticket}/{act}").ok()

    def empty(self):
        """Serve whoever is left from the test before."""
        desk = self.siti.get("/offices/waru/counters/1").ok()["ticket"]
        if desk:
            self.act(desk["id"], *(("start", "finish") if desk["state"] == "called" else ("finish",)))
        while self.office.board()["waiting_count"]:
            self.act(self.call(), "start", "finish")


@pytest.fixture(scope="module")
def hall_of(live):
    return Hall(live)


@pytest.fixture
def hall(hall_of):
    hall_of.empty()
    return hall_of


def address(hall, key, query=""):
    return f"{hall.live.url}/t/{key}{query}"


def findings(page):
    return [(v["id"], v["nodes"][0]["html"][:120]) for v in Axe().run(page, options=AXE).response["violations"]]


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("lang", ["id", "en"])
def test_a_ticket_s_day(hall, open_page, lang):
    """From waiting to done without touching the phone; every state is clean, in the window's title, and fits."""
    keys = [hall.take(lang=lang) for _ in range(4)]
    page = open_page(viewport=PHONE)
    page.goto(address(hall, keys[3]))
    seen = []

    def shows(text):
        expect(page.locator("h1")).to_have_text(text, timeout=SOON_MS)
        assert findings(page) == []
        assert fits(page)
        seen.append(page.title())

    shows(say(lang, "stat.waiting", n=3))
    hall.act(hall.call(), "start", "finish")
    shows(say(lang, "stat.soon"))
    for _ in range(2):
        hall.act(hall.call(), "start", "finish")
    shows(say(lang, "stat.first"))
    mine = hall.call()
    shows(say(lang, "stat.your_turn"))
    expect(page.locator(".to b")).to_have_text("1")
    expect(page.locator("#told")).to_contain_text(say(lang, "stat.called", n=1))
    hall.act(mine, "start")
    shows(say(lang, "stat.serving", n=1))
    hall.act(mine, "finish")
    shows(say(lang, "stat.done"))
    assert len(set(seen)) == len(seen)


@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_other_ways(hall, open_page, lang):
    """Held, missed, left, the question before leaving, an unknown key: clean in both languages."""
    page = open_page(viewport=PHONE)
    key = hall.take(lang=lang)
    page.goto(address(hall, key))
    for act, word in (
        ("hold", "stat.held"),
        ("resume", "stat.first"),
        (None, "stat.your_turn"),
        ("no-show", "stat.skipped"),
    ):
        ticket = hall.call() if act in ("hold", None) else ticket  # noqa: F821
        if act:
            hall.act(ticket, act)
        expect(page.locator("h1")).to_have_text(say(lang, word), timeout=SOON_MS)
        assert findings(page) == []
    hall.act(ticket, "return")
    page.locator("#leave").click(timeout=SOON_MS)
    assert findings(page) == []
    page.get_by_role("button", name=say(lang, "stat.leave_yes")).click()
    expect(page.locator("h1")).to_have_text(say(lang, "stat.left"))
    assert findings(page) == []
    page.goto(address(hall, "2345678923456789", f"?lang={lang}"))
    assert findings(page) == []


def test_most_questions_cost_nothing(hall, open_page):
    """Asked again, an unchanged ticket is answered 304 without a body, and nothing else is loaded."""
    page = open_page(viewport=PHONE)
    page.goto(address(hall, hall.take()))
    with page.expect_response(lambda answer: "/api/v1/tickets/" in answer.url and answer.status == 304, timeout=30_000):
        pass


def test_an_old_page_says_so(hall, open_page):
    """Without the line the page says how old it is, then warns; with it, it is new again."""
    page = open_page(viewport=PHONE)
    page.clock.install()
    page.goto(address(hall, hall.take()))
    expect(page.locator("#age")).to_have_text(say("id", "stat.age_now"))
    page.context.set_offline(True)
    page.clock.run_for(70_000)
    expect(page.locator("#age")).to_have_text(say("id", "stat.age", n=1))
    expect(page.locator(".box")).to_be_hidden()
    page.clock.run_for(120_000)
    expect(page.locator("#age")).to_have_text(say("id", "stat.age", n=3))
    expect(page.locator(".box")).to_have_text(say("id", "stat.old"))
    assert findings(page) == []
    page.context.set_offline(False)
    page.clock.run_for(10_000)
    expect(page.locator("#age")).to_have_text(say("id", "stat.age_now"))
    expect(page.locator(".box")).to_be_hidden()


def test_a_finished_page_asks_no_more(hall, open_page):
    """After the end the phone is left in peace."""
    page = open_page(viewport=PHONE)
    page.clock.install()
    page.goto(address(hall, hall.take()))
    hall.act(hall.call(), "start", "finish")
    page.clock.run_for(7_000)
    expect(page.locator("h1")).to_have_text(say("id", "stat.done"))
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for(60_000)
    assert asked == []


def test_reading_by_hand(hall, open_page):
    """ "Perbarui halaman" asks at once and keeps the place of the keyboard."""
    page = open_page(viewport=PHONE)
    page.goto(address(hall, hall.take()))
    hall.act(hall.call(), "hold")
    page.locator("#reload").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(say("id", "stat.held"), timeout=2_000)
    assert page.evaluate("document.activeElement.id") == "reload"


def test_without_a_script(hall, open_page):
    """The page is whole: sentence, papers, and the way out, which works."""
    page = open_page(viewport=PHONE, java_script_enabled=False)
    page.goto(address(hall, hall.take()))
    expect(page.locator("h1")).to_have_text(say("id", "stat.first"))
    expect(page.locator("#age")).to_contain_text("Keadaan pukul")
    page.locator("#leave").click()
    page.get_by_role("button", name=say("id", "stat.leave_yes")).click()
    expect(page.locator("h1")).to_have_text(say("id", "stat.left"))


@pytest.mark.parametrize("look", [{"viewport": {"width": 180, "height": 370}}, {"viewport": PHONE, "contrast": "more"}])
def test_large_and_in_high_contrast(hall, open_page, look):
    """At 200 % of a small phone nothing is cut; who asks for more contrast gets it, also when called."""
    page = open_page(**look)
    page.goto(address(hall, hall.take()))
    assert fits(page)
    assert findings(page) == []
    hall.call()
    expect(page.locator(".to b")).to_be_visible(timeout=SOON_MS)
    assert fits(page)
    assert findings(page) == []
    if "contrast" in look:
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(0, 0, 0)"


@pytest.mark.parametrize("path", ["/", "/office/waru", "/office/penajam", "/office/waru/rule", "/office/waru/line"])
@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("width", [360, 1366])
def test_before_leaving_home(live, open_page, path, lang, width):
    """The start page and an office are clean and fit a phone and a laptop."""
    page = open_page(viewport={"width": width, "height": 740})
    page.goto(f"{live.url}{path}?lang={lang}")
    for summary in page.locator("summary").all():
        summary.click()
    assert findings(page) == []
    assert fits(page)
