"""Booking on a resident's phone: for every eye, without script, on a slow line. On a real server with the shipped offices."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from factories import PASSWORD
from kiosk_walk import shipped_offices
from playwright.sync_api import Page, expect
from test_kiosk_look import RULES

from words import say

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PHONE = {"width": 360, "height": 740}
PAGES, BYTES = 5, 20_000
READABLE_MS = 3_000
TOMORROW = ".days details:nth-of-type(2)"
#: the capital's ground: Sepaku is the nearest office
SEPAKU = {"latitude": -0.97, "longitude": 116.70}
SLOW_3G = {"offline": False, "latency": 2000, "downloadThroughput": 50_000, "uploadThroughput": 50_000}  # 400 kbit/s


@pytest.fixture(scope="module")
def live(start_live, tmp_path_factory):
    return start_live(url=shipped_offices(f"sqlite:///{tmp_path_factory.mktemp('book') / 'kiosk.db'}"))


@pytest.fixture
def phone(open_page):
    return lambda **options: open_page(viewport=PHONE, is_mobile=True, has_touch=True, **options)


class Resident:
    """One way through the pages, by what a thumb presses."""

    def __init__(self, page: Page, url: str, lang: str = "id") -> None:
        self.page, self.url, self.lang = page, url, lang

    def open(self, path: str) -> None:
        self.page.goto(self.url + path)

    def press(self, selector: str) -> None:
        self.page.locator(selector).first.click()

    def confirm(self, **typed: str) -> None:
        for name, value in typed.items():
            self.page.fill("#" + name, value)
        self.press("main form .btn--main")

    def hold(self, more: str = "") -> None:
        self.open(f"/book/waru/AKTA_LAHIR{more}")
        self.press(TOMORROW + " summary")
        self.press(TOMORROW + " .slots button")

    def every_page(self):
        """Names each page and each error state, standing on it."""
        for name, path in (
            ("offices", f"/book?lang={self.lang}"), ("services", "/book/waru"), ("found", "/book/waru?q=lahir"),
            ("not found", "/book/waru?q=xqz"), ("papers and times", "/book/waru/AKTA_LAHIR"), ("later", "/book/waru/INFO?from=2026-12-07"),
            ("a code", "/b"), ("no such code", "/b?code=ABC"), ("no such office", "/book/atlantis"),
        ):  # fmt: skip
            self.open(path)
            yield name
        self.hold("?more=1.KK_ADD&more=2.KTP_REC")
        yield "name"
        self.confirm(phone="12")
        yield "name and phone are wrong"
        self.confirm(name="Surip", phone="")
        yield "booked"
        booked = self.page.url
        for path in ("/move", "/cancel", "/data"):
            self.page.goto(booked + path)
            yield path
        self.confirm(name=" ")
        yield "data are wrong"
        self.page.goto(booked + "/cancel")
        self.press(".btn--stop")
        yield "cancelled"


@pytest.mark.parametrize("lang", ["id", "en"])
def test_every_page_is_accessible(live, phone, lang):
    """axe finds nothing, and nothing is wider than the phone; every page and error state, everything folded open."""
    resident, found = Resident(phone(), live.url, lang), {}
    for name in resident.every_page():
        resident.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        result = Axe().run(resident.page, options=RULES)
        if result.violations_count or resident.page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
            found[name] = result.generate_report()
        assert resident.page.locator("html").get_attribute("lang") == lang, name
    assert found == {}


def test_a_booking_without_script(live, phone):
    """Five pages from the first look to the code, 20 kB each at most, and not one request besides them."""
    resident = Resident(phone(java_script_enabled=False), live.url)
    loaded: list[tuple[str, int]] = []
    others: list[str] = []

    def note(response):
        if response.request.resource_type != "document":
            others.append(response.url)
        elif response.status == 200:
            loaded.append((response.url, len(response.body())))

    resident.page.on("response", note)
    resident.open("/book")
    resident.press("a[href='/book/waru']")
    resident.press("summary:has-text('Akta')")
    resident.press("a[href='/book/waru/AKTA_LAHIR']")
    resident.press(".slots button")
    resident.confirm(name="Mbah Surip")
    expect(resident.page.locator("h1")).to_have_text(say("id", "book.saved"))
    expect(resident.page.locator(".code")).to_be_visible()
    assert (len(loaded), others) == (PAGES, [])
    assert [(url, size) for url, size in loaded if size > BYTES] == []


def test_the_first_page_on_a_slow_line(live, phone):
    """400 kbit/s, two seconds there and back, a quarter of the processor: readable within three seconds."""
    page = phone()
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", SLOW_3G)
    line.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.goto(f"{live.url}/book", wait_until="domcontentloaded")
    expect(page.locator("a[href='/book/waru']")).to_be_visible()
    painted = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    assert painted <= READABLE_MS


def test_a_mistake_is_where_the_reader_stands(live, phone):
    """Without script: the sentence is an alert, the field says that it is wrong and why, has the focus, and keeps what was typed."""
    resident = Resident(phone(java_script_enabled=False), live.url)
    resident.hold()
    resident.confirm(name="Mbah Surip", phone="12")
    expect(resident.page.locator("[role=alert]")).to_have_text(say("id", "err.invalid", n=1))
    field = resident.page.locator("#phone")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()
    assert resident.page.locator("#" + field.get_attribute("aria-describedby")).inner_text() == say("id", "book.err_phone")
    assert (resident.page.input_value("#name"), field.input_value()) == ("Mbah Surip", "12")


def test_a_place_that_went_is_said_first(live, phone):
    """Another resident was quicker: the sentence has the focus, and other times are buttons below it."""
    first, second = (Resident(phone(), live.url) for _ in range(2))
    for resident in (first, second):  # tomorrow has one place a time
        resident.open("/book/babulu/KTP_REC")
        resident.press(TOMORROW + " summary")
    gone = first.page.locator(TOMORROW + " .slots button").first.inner_text()
    for resident in (first, second):
        resident.press(f"{TOMORROW} .slots button:has-text('{gone}')")
    expect(first.page.locator("#name")).to_be_visible()
    expect(second.page.locator("[role=alert]")).to_be_focused()
    expect(second.page.locator(TOMORROW + " .slots button").first).not_to_have_text(gone)


def test_the_nearest_office_first(live, phone):
    """The phone says where it is, the page reckons by itself: no request goes out."""
    resident = Resident(phone(geolocation=SEPAKU, permissions=["geolocation"]), live.url)
    resident.open("/book")
    sent: list[str] = []
    resident.page.on("request", lambda request: sent.append(request.url))
    resident.press("[data-near]")
    nearest = resident.page.locator(".opt").first
    expect(nearest).to_contain_text("Sepaku")
    expect(nearest).to_contain_text(say("id", "book.km", n=11))
    assert sent == []


def test_papers_stay_ticked(live, phone):
    """Ticked on the way, still ticked beside the code; printing leaves the papers and the code."""
    resident = Resident(phone(), live.url)
    resident.open("/book/penajam/KTP_LOST")
    resident.page.locator(".papers input").first.check()
    resident.press(".slots button")
    resident.confirm(name="Surip")
    expect(resident.page.locator(".papers input").first).to_be_checked()
    resident.page.emulate_media(media="print")
    expect(resident.page.locator(".code")).to_be_visible()
    expect(resident.page.locator("[data-print]")).to_be_hidden()


def test_a_village_officer_books_for_a_neighbour(live, phone):
    """Signed in: who books for whom stands on every page; the list of today is accessible in both languages."""
    desk = Resident(phone(), live.url)
    desk.open("/assist")
    desk.page.fill("#username", live.office().add_person("desi", "village_officer"))
    desk.page.fill("#password", PASSWORD)
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator("h1")).to_have_text(say("id", "assist.title"))
    desk.hold()
    expect(desk.page.locator(".officer")).to_contain_text("desi")
    desk.confirm(name="Mbah Tini")
    expect(desk.page.locator(".code")).to_be_visible()
    for lang in ("id", "en"):
        desk.open(f"/assist?lang={lang}")
        expect(desk.page.locator(".opt")).to_contain_text("Mbah Tini")
        result = Axe().run(desk.page, options=RULES)
        assert result.violations_count == 0, result.generate_report()
