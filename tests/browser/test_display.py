"""The screen of the hall in a browser of today, on a real server."""

import re
import time
from datetime import timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from office import devices
from office.actors import SYSTEM
from office.screens import Screen, set_screen

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FULL_HD = {"width": 1920, "height": 1080}


class Hall:
    """An office with a kiosk, people at counters, and a paired screen."""

    def __init__(self, live, code):
        self.live, self.office, self.open_page = live, live.office(code), None
        self.kiosk = self.office.device("kiosk")
        self.token = live.pair("display", code, "Layar")
        self.people, self.busy = {}, {}

    def screen(self, query="", **options):
        page = self.open_page(viewport=FULL_HD, **options)
        page.goto(f"{self.live.url}/display/{self.office.code}?token={self.token}")
        if query:
            page.goto(f"{self.live.url}/display/{self.office.code}{query}")
        expect(page.locator("#clock")).not_to_be_empty()
        return page

    def sit(self, number, **body):
        """Somebody opens a counter, once."""
        if number not in self.people:
            self.people[number] = self.office.person(f"orang{number}")
            self.people[number].post(f"{self.office.path}/counters/{number}/open", **body).ok()
        return self.people[number]

    def call(self, number, service="KTP_REC"):
        """A new ticket, called at this counter; whoever is still there goes first."""
        self.finish(number)
        self.office.take(self.kiosk, service)
        self.busy[number] = self.sit(number).post(f"{self.office.path}/counters/{number}/call-next").ok()["ticket"]
        return self.busy[number]

    def finish(self, number):
        if number in self.busy:
            ticket = self.busy.pop(number)
            for act in ("start", "finish"):
                self.people[number].post(f"/tickets/{ticket['id']}/{act}").ok()

    def set_up(self, **settings):
        """What the administrator chose for the screen."""
        with self.live.db.read() as look:
            known = devices.devices(look.conn, SYSTEM, look.now)
        device = next(one["id"] for one in known if (one["kind"], one["office"]) == ("display", self.office.code))
        self.live.db.transaction(set_screen, device_id=device, screen=Screen(**settings))

    def facts(self):
        """What the screen has said of itself."""
        with self.live.db.read() as look:
            known = devices.devices(look.conn, SYSTEM, look.now)
        return next(one for one in known if (one["kind"], one["office"]) == ("display", self.office.code))["facts"]

    def recall(self, number, ticket):
        self.people[number].post(f"/tickets/{ticket['id']}/recall").ok()


@pytest.fixture(scope="module")
def halls(live):
    return {code: Hall(live, code) for code in ("waru", "penajam")}


@pytest.fixture
def waru(halls, open_page):
    """Three counters."""
    halls["waru"].open_page = open_page
    return halls["waru"]


@pytest.fixture
def penajam(halls, open_page):
    """Eight counters."""
    halls["penajam"].open_page = open_page
    return halls["penajam"]


def label(page):
    return page.locator("#label")


def watches(page):
    """Until the socket is up: a first answer to `watch` has come."""
    page.wait_for_timeout(400)


def test_the_first_view_is_light(penajam):
    """At most 110 kB and 6 requests; the second script, which comes when the picture stands, weighs at most 16 kB."""
    page = penajam.open_page(viewport=FULL_HD)
    answers = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108  Playwright marks what it is given
    page.goto(f"{penajam.live.url}/display/penajam?token={penajam.token}")
    page.wait_for_load_state("networkidle")
    bodies = {answer.url: len(answer.body()) for answer in answers if answer.status == 200 and not answer.url.endswith(".mp3")}
    for later in [url for url in bodies if re.search(r"/later\.js|/more$|/board$", url)]:
        assert bodies.pop(later) <= 16_000
    assert len(bodies) <= 6, bodies
    assert sum(bodies.values()) <= 110_000, bodies


def test_a_call_fills_the_screen(waru):
    """Label at least 30 % of the picture's height, counter at least half of that; said to screen readers as well."""
    page = waru.screen()
    watches(page)
    ticket = waru.call(3, "KK_NEW")
    expect(label(page)).to_have_text(ticket["label"], timeout=1000)
    expect(page.locator("#hero-counter")).to_have_text("3")
    expect(page.locator("#hero-word")).to_have_text("Sedang dipanggil")
    expect(page.locator("#hero")).to_have_class(re.compile(r"hero L-S\s*$"))
    expect(page.locator("#live")).to_have_text(f"Nomor {ticket['label']}, silakan menuju Loket 3.")
    figures = "id => parseFloat(getComputedStyle(document.getElementById(id)).fontSize) * .668 / innerHeight"
    assert page.evaluate(figures, "label") >= 0.30
    assert page.evaluate(figures, "hero-counter") >= 0.15
    waru.finish(3)


def test_a_call_stays_highlighted_ten_seconds(waru):
    """Amber for ten seconds, then calm; it stays where it is."""
    page = waru.screen()
    watches(page)
    ticket = waru.call(1)
    expect(label(page)).to_have_text(ticket["label"])
    hero = page.locator("#hero")
    expect(hero).not_to_have_class(re.compile("hero--calm"))
    page.wait_for_timeout(9000)
    expect(hero).not_to_have_class(re.compile("hero--calm"))
    expect(hero).to_have_class(re.compile("hero--calm"), timeout=2500)
    expect(label(page)).to_have_text(ticket["label"])
    waru.finish(1)


def test_a_burst_is_shown_one_by_one(penajam):
    """Three calls at once: each has the large place while it is said, in order, and all counters show them at once."""
    page = penajam.screen()
    for number in (1, 2, 3):
        penajam.sit(number)
    watches(page)
    page.evaluate("""() => {
        window.seen = [];
        new MutationObserver(() => window.seen.push([document.getElementById('live').textContent, performance.now()]))
            .observe(document.getElementById('live'), {childList: true, characterData: true, subtree: true});
    }""")
    tickets = [penajam.call(number) for number in (1, 2, 3)]
    called = [ticket["label"] for ticket in tickets]
    expect(page.locator(".cell--new")).to_have_count(3, timeout=1500)
    expect(page.locator("#live")).to_contain_text(called[2], timeout=30_000)
    seen = page.evaluate("window.seen")
    assert [re.search(r"[A-Z]\d+", said)[0] for said, _ in seen] == called
    assert all(later - earlier >= 3900 for (_, earlier), (_, later) in pairwise(seen))


def test_a_recall_is_said_and_a_served_ticket_no_longer_called(waru):
    """"Dipanggil ulang" on a recall; once the person is there the screen stops asking for them."""
    page = waru.screen()
    watches(page)
    ticket = waru.call(1)
    expect(label(page)).to_have_text(ticket["label"])
    waru.recall(1, ticket)
    expect(page.locator("#hero-word")).to_have_text("Dipanggil ulang", timeout=6000)
    waru.finish(1)
    expect(page.locator("#hero-word")).to_have_text("Terakhir dipanggil", timeout=15_000)


def test_recent_calls_and_the_count_of_those_who_wait(waru):
    """A small office sees what was called before, without the one in the large place."""
    page = waru.screen()
    first = waru.call(1)
    waru.finish(1)
    second = waru.call(1)
    waru.finish(1)
    waru.office.take(waru.kiosk)
    expect(page.locator("#waiting")).to_have_text(re.compile(r"^\d+ orang menunggu"))
    expect(label(page)).to_have_text(second["label"], timeout=12_000)
    shown = page.locator("#row .plate__no").all_text_contents()
    assert shown[0] == first["label"]
    assert second["label"] not in shown
    assert len(shown) <= 5


def test_a_counter_on_a_break_says_so(waru):
    """Among the recent calls of a small office as well."""
    page = waru.screen()
    waru.call(1)
    waru.sit(2).post(f"{waru.office.path}/counters/2/pause", reason="istirahat").ok()
    expect(page.locator("#row .cell__state")).to_contain_text(["Istirahat"])
    waru.sit(2).post(f"{waru.office.path}/counters/2/resume").ok()


def test_the_clock_is_the_servers(waru):
    """In the office's own zone, whatever the television believes."""
    page = waru.screen(timezone_id="America/New_York", locale="en-US")
    now = waru.live.db.now().astimezone(ZoneInfo("Asia/Makassar"))
    said = [f"{moment:%H.%M}" for moment in (now, now + timedelta(minutes=1))]
    assert page.locator("#clock").text_content() in said
    expect(page.locator("#date")).to_have_text("Selasa,\n24 November 2026")


def test_in_english(waru):
    """?lang=en chooses, and the screen remembers it."""
    page = waru.screen("?lang=en")
    watches(page)
    ticket = waru.call(1)
    expect(page.locator("#live")).to_have_text(f"Number {ticket['label']}, please go to Counter 1.", timeout=6000)
    waru.finish(1)
    page.goto(f"{waru.live.url}/display/waru")
    expect(page.locator(".hero__go b")).to_contain_text("Counter")


def test_refused_sound_is_said_until_a_key_is_pressed(penajam, start_browser):
    """Large in the hall, and known to the office. Nothing asks the page anything before: that would count as a key pressed."""
    for number in (1, 2, 3):
        penajam.finish(number)
    quiet = start_browser()
    page = quiet.new_context(viewport=FULL_HD).new_page()
    page.goto(f"{penajam.live.url}/display/penajam?token={penajam.token}")
    time.sleep(4)
    assert page.locator("#line-text").text_content().startswith("Tekan tombol apa saja")
    assert penajam.facts()["sound"] == "blocked"
    assert page.locator("#say-head").text_content().startswith("Tekan tombol apa saja")
    assert page.locator("#say-head").evaluate("node => parseFloat(getComputedStyle(node).fontSize) / innerHeight") > 0.08
    page.keyboard.press("Enter")
    expect(page.locator("#line-text")).to_contain_text("Budayakan antre")
    page.wait_for_timeout(1000)
    assert penajam.facts()["sound"] == "on"
    quiet.close()


def test_many_changes_leave_nothing_behind(waru):
    """After two hundred changes there are as many nodes as before."""
    page = waru.screen()
    for _ in range(7):
        waru.call(1)
    page.wait_for_timeout(5000)
    before = page.evaluate("document.getElementsByTagName('*').length")
    for _ in range(50):
        waru.call(1)
    page.wait_for_timeout(5000)
    assert page.evaluate("document.getElementsByTagName('*').length") <= before + 5


def test_a_zone_shows_its_own_part(penajam):
    """A screen of counter 2 and letter A: nobody else is called on it, and it counts the people who wait for its part."""
    penajam.set_up(counters=(2,), letters=("A",))
    page = penajam.screen()
    watches(page)
    penajam.call(1), penajam.call(2, "KK_NEW")
    mine = penajam.call(2)
    penajam.office.take(penajam.kiosk), penajam.office.take(penajam.kiosk, "KK_NEW")
    expect(label(page)).to_have_text(mine["label"], timeout=12_000)
    expect(page.locator("#waiting")).to_have_text("1 orang menunggu", timeout=6000)
    assert page.locator("#row .cell__to").all_text_contents() == ["Loket 2"]
    penajam.set_up()
