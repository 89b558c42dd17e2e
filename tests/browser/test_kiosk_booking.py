"""Arriving with a booking at the kiosk: scanned, typed or held to the camera, and what each outcome says to do."""

import re
from datetime import datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from bookings import at
from camera import film
from kiosk_walk import LYING, OPEN_NOW, SMALL, UPRIGHT, Walk, shipped_offices
from playwright.sync_api import expect
from test_kiosk_look import MISFITS, RULES

from office import appointments
from office.actors import SYSTEM
from office.db import Database
from words import say

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TUESDAY, WEDNESDAY = "2026-11-24", "2026-11-25"
CHECK_INS = "**/waru/check-ins"


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    return shipped_offices(f"sqlite:///{tmp_path_factory.mktemp('kiosk') / 'kiosk.db'}")


@pytest.fixture(scope="module")
def live(start_live, url):
    return start_live(url=url, clock="2026-11-24T10:00:00+08:00")


@pytest.fixture(scope="module")
def book(url):
    """A booking that was made before the office opened; its code."""
    db = Database(url, lambda: datetime.fromisoformat("2026-11-24T07:00:00+08:00"))

    def make(start, on=TUESDAY, office="waru", service="KTP_REC", lang="id"):
        return db.transaction(appointments.book, SYSTEM, office, service, at(start, on), "Mbah Surip", lang=lang)["code"]

    yield make
    db.close()


def waiting_room(person):
    return person.page.locator("#num-lane")


def test_a_scanned_booking_becomes_a_number(walk, book):
    """On the welcome, without a touch: the number and its slip. Scanned again: the same number, and no second ticket."""
    person = walk()
    code, before = book("10:15"), person.waiting()
    person.scan(code)
    person.at("number")
    label = person.label()
    expect(waiting_room(person)).to_have_text("Kehadiran Anda sudah dicatat")
    expect(person.page.locator("#slip")).to_contain_text("Silakan ambil kertas nomor", timeout=8000)
    person.act("done")
    person.scan(f"http://antre.test/b/{code.lower()}")
    person.at("number")
    expect(waiting_room(person)).to_contain_text("Anda sudah lapor hadir")
    assert (person.label(), person.waiting()) == (label, before + 1)


def test_a_typed_code_that_is_late(walk, book):
    """Nine keys, one taken back; half an hour late is said, with the number all the same, in English."""
    person = walk()
    code = book("09:30")
    person.act("language")
    person.act("booking")
    person.at("booking")
    expect(person.page.locator("[data-do=check]")).to_be_disabled()
    for sign in [code[0], code[0], "delete", *code[1:]]:
        person.page.wait_for_timeout(130)  # faster twice on one key is a worn panel
        person.press(f".signs [data-key='{sign}']")
    person.act("check")
    person.at("number")
    expect(waiting_room(person)).to_contain_text(re.compile(r"You are 3\d minutes late"))


@pytest.mark.parametrize(("booked", "said", "way"), [
    ({"start": "11:00"}, "Jadwal Anda pukul 11.00 WITA. Lapor hadir mulai pukul 10.30 WITA.", "ordinary"),
    ({"start": "08:15"}, "Jadwal Anda pukul 08.15 WITA sudah lewat. Silakan ambil nomor antrean biasa.", "ordinary"),
    ({"start": "09:00", "on": WEDNESDAY}, "Jadwal Anda Rabu, 25 November 2026, bukan hari ini.", "ordinary"),
    ({"start": "10:15", "office": "penajam", "service": "KTP_PHOTO"}, "Jadwal Anda di Penajam, bukan di sini.", "home"),
    ({"start": "10:45", "office": "penajam"}, "Jadwal Anda di Penajam, bukan di sini.", "ordinary"),
    (None, "Kode jadwal tidak ditemukan.", "booking"),
], ids=["early", "late", "other day", "other office, not here", "other office", "unknown"])  # fmt: skip
def test_what_stops_a_booking_leads_on(walk, book, booked, said, way):
    """Why, in one sentence, and the next step as the first button; nobody stands in the line."""
    person = walk()
    before = person.waiting()
    person.scan(book(**booked) if booked else "ZZZZZZZZZ")
    person.at("stop")
    expect(person.page.locator("#stop-title")).to_contain_text(said)
    person.page.wait_for_timeout(450)
    assert person.page.locator("#stop-acts button").first.get_attribute("data-do") == way
    assert person.waiting() == before


def test_too_late_leads_to_an_ordinary_number(walk, book):
    """The papers of the same service at once, then priority and number as for everybody."""
    person = walk()
    person.scan(book("08:30"))
    person.at("stop")
    person.act("ordinary")
    person.at("papers")
    expect(person.page.locator("#papers-for")).to_contain_text("Perekaman KTP-el")
    person.act("ready")
    person.act("regular")
    person.at("number")


def test_who_booked_in_english_is_met_in_english(walk, book):
    """Scanned on the Indonesian welcome: the number in the booking's language, and the next person in the kiosk's own."""
    person = walk()
    person.scan(book("09:45", lang="en"))
    person.at("number")
    expect(person.page.locator("[data-in=number] h1")).to_have_text("Your queue number")
    person.act("done")
    expect(person.page.locator("[data-do=booking]")).to_have_text("Saya sudah pesan jadwal")


def test_a_lost_line_before_the_code_page(walk):
    """The page of the code cannot be fetched: said, with the way back; a moment later it opens."""
    person = walk()
    person.page.route("**/kiosk/booking.js*", lambda route: route.abort())
    person.act("booking")
    person.at("stop")
    expect(person.page.locator("#stop-title")).to_contain_text(say("id", "err.generic"))
    person.page.unroute_all(behavior="wait")
    person.act("home")
    person.act("booking")
    person.at("booking")


def test_after_the_last_number_a_booking_is_still_welcome(walk):
    """No more numbers today, but who booked is expected: the way to the code stays."""
    person = walk()
    closed = {**OPEN_NOW, "may_take": False, "code": "past_last_ticket", "opens_at": "2026-11-25T08:00:00+08:00"}
    person.told("**/offices/waru/kiosk*", open=closed)
    expect(person.page.locator("#stop-title")).to_contain_text("Pengambilan nomor hari ini sudah ditutup", timeout=8000)
    person.act("booking")
    person.at("booking")
    person.act("back")
    person.at("stop")


def test_a_lost_answer_and_a_reload_make_one_number(walk, book):
    """The office took the booking, the answer got lost, the page was reloaded: the number that was made."""
    person = walk()
    before = person.waiting()
    person.page.route(CHECK_INS, lambda route: (route.fetch(), route.abort()))
    person.scan(book("10:30"))
    person.at("making")
    expect(person.page.locator("#making-hint")).not_to_be_empty()
    person.page.unroute_all(behavior="ignoreErrors")
    person.page.reload()
    person.at("number")
    expect(waiting_room(person)).to_have_text("Kehadiran Anda sudah dicatat")
    assert person.waiting() == before + 1


@pytest.mark.parametrize("size", [UPRIGHT, LYING, SMALL], ids=["upright", "lying", "small"])
def test_the_code_page_for_every_hand_and_eye(live, open_page, size):
    """Keys of 72 px with 12 px between, text of 24 px, nothing cut, in both languages and larger; axe finds nothing."""
    person = Walk(open_page(viewport=size, has_touch=True), live, live.pair("kiosk"))
    person.act("booking")
    person.at("booking")
    person.page.keyboard.type("pfq7pn")
    for toggle in (None, "language", "size"):
        if toggle:
            person.act(toggle)
        assert person.page.evaluate(MISFITS) == []
    result = Axe().run(person.page, options=RULES)
    assert result.violations_count == 0, result.generate_report()


# As slow to open as a real one.
SLOW_CAMERA = """
window.opened = 0;
const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = wanted => {
    window.opened += 1;
    return new Promise(done => setTimeout(done, 1500)).then(() => real(wanted));
};
"""


def test_a_booking_held_to_the_camera(live, book, start_browser, tmp_path):
    """The vendored reader finds the code in the camera's picture; nothing of it is fetched before the camera is opened,
    and pressed twice it is opened once: of two, one would stay on."""
    seen = film(tmp_path / "camera.y4m", book("09:15", service="KK_ADD"))
    fake = ("device-for-media-stream", "ui-for-media-stream")
    browser = start_browser(*(f"--use-fake-{what}" for what in fake), f"--use-file-for-fake-video-capture={seen}")
    context = browser.new_context(viewport=UPRIGHT, permissions=["camera"])
    fetched: list[str] = []
    context.on("request", lambda request: fetched.append(request.url))
    context.add_init_script(SLOW_CAMERA)
    person = Walk(context.new_page(), live, live.pair("kiosk"))
    person.act("booking")
    person.at("booking")
    assert [url for url in fetched if "zxing" in url or "eye" in url] == []
    person.act("camera")
    person.act("camera")
    person.at("number")
    assert person.page.evaluate("opened") == 1
    expect(waiting_room(person)).to_contain_text(re.compile(r"terlambat 4[5-9] menit"))
    context.close()
