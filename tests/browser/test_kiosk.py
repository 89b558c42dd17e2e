"""A number at the kiosk: by touch, by keys, in haste, with a bad line. On a real server with the shipped offices."""

import pytest
from kiosk_walk import OPEN_NOW, shipped_offices
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TICKETS, SLIPS, STATUS = "**/api/v1/offices/waru/tickets", "**/api/v1/slips/*", "**/api/v1/offices/waru/kiosk*"


@pytest.fixture(scope="module")
def live(start_live, tmp_path_factory):
    return start_live(url=shipped_offices(f"sqlite:///{tmp_path_factory.mktemp('kiosk') / 'kiosk.db'}"))


def test_an_old_man_gets_a_number_by_touch_alone(walk):
    """Six touches: the number with its picture and its QR stand there at once, the papers before it."""
    person = walk()
    person.papers()
    expect(person.page.locator("#papers")).to_contain_text("Fotokopi KK")
    person.act("ready")
    person.act("regular")
    person.at("number")
    expect(person.page.locator(".plate__no")).to_have_text("A001")
    assert person.page.locator(".qr__dots").get_attribute("d").startswith("M4 4h7")
    expect(person.page.locator("#slip")).to_contain_text("Silakan ambil kertas nomor", timeout=8000)
    person.act("done")
    person.at("start")


def test_a_trembling_hand_makes_one_ticket(walk):
    """Five taps on the last button, as fast as they come: one number, and none of them presses what came up under it."""
    person = walk()
    before = person.waiting()
    person.priority()
    place = person.page.locator("[data-do=regular]").bounding_box()
    expect(person.page.locator("html[data-quiet]")).to_have_count(0)
    for _ in range(5):
        person.page.touchscreen.tap(place["x"] + 50, place["y"] + 50)
    person.at("number")
    assert person.waiting() == before + 1


def test_a_double_tap_takes_one_step(walk):
    """The second tap of a double tap does not press the button that appears at the same place."""
    person = walk()
    person.papers()
    place = person.page.locator("[data-do=ready]").bounding_box()
    expect(person.page.locator("html[data-quiet]")).to_have_count(0)
    for _ in range(2):
        person.page.touchscreen.tap(place["x"] + 200, place["y"] + 60)
    person.at("priority")
    person.page.wait_for_timeout(300)
    person.at("priority")


def test_a_finger_may_slip(walk):
    """Sliding inside the button presses it; leaving it presses nothing; a long press is a press and opens no menu."""
    person = walk()
    person.groups()
    expect(person.page.locator("html[data-quiet]")).to_have_count(0)
    tile, other = (person.page.locator(f"#groups [data-value={letter}]").bounding_box() for letter in "AS")
    slide(person.page, (tile["x"] + 60, tile["y"] + 60), (other["x"] + 60, other["y"] + 60))
    person.at("groups")
    slide(person.page, (tile["x"] + 60, tile["y"] + 60), (tile["x"] + 160, tile["y"] + 90), hold_ms=900)
    person.at("services")


def slide(page, start, end, hold_ms=0):
    line = page.context.new_cdp_session(page)
    line.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": start[0], "y": start[1]}]})
    for part in (0.3, 0.6, 1):
        spot = {"x": start[0] + (end[0] - start[0]) * part, "y": start[1] + (end[1] - start[1]) * part}
        line.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [spot]})
    page.wait_for_timeout(hold_ms)
    line.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_keys_alone_are_enough(walk):
    """Tab, arrows and Enter reach a number; each step puts the focus on its heading and Escape goes back."""
    person = walk(touch=False)
    keys = person.page.keyboard
    keys.press("Enter")
    person.at("groups")
    assert person.page.evaluate("document.activeElement.tagName") == "H1"
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    keys.press("ArrowUp")
    expect(person.page.locator("#groups [data-value=A]")).to_be_focused()
    keys.press("Enter")
    person.at("services")
    keys.press("Escape")
    person.at("groups")
    for step in ("services", "papers", "priority"):
        keys.press("Tab")
        assert person.page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"
        keys.press("Enter")
        person.at(step)
    keys.press("Tab")
    keys.press("Tab")
    keys.press("Enter")
    person.at("number")
    expect(person.page.locator("#live")).not_to_be_empty()


def test_a_lost_answer_makes_no_second_ticket(walk):
    """The server took the ticket, the answer got lost: the kiosk asks again with the same id and shows the true number."""
    person = walk()
    before, lost = person.waiting(), []

    def lose(route):
        if len(lost) < 2:
            lost.append(route.fetch().json()["label"])
            route.abort()
        else:
            route.continue_()

    person.page.route(TICKETS, lose)
    assert person.number() == lost[0]
    assert (person.waiting(), lost[0]) == (before + 1, lost[1])


def test_a_reload_in_between_changes_nothing(walk):
    """Reloaded while the number is made: the same number. Reloaded before it: the start. Reloaded on it: still there."""
    person = walk()
    before = person.waiting()
    person.services()
    person.page.reload()
    person.at("start")
    person.page.route(TICKETS, lambda route: (route.fetch(), route.abort()))
    person.priority()
    person.act("regular")
    person.at("making")
    expect(person.page.locator("#making-hint")).not_to_be_empty()
    person.page.unroute_all(behavior="ignoreErrors")
    person.page.reload()
    person.at("number")
    label = person.label()
    person.page.reload()
    person.at("number")
    assert (person.label(), person.waiting()) == (label, before + 1)


def test_language_changes_without_losing_the_step(walk):
    """The papers of the same service, in the other language; larger and clearer stay until the person is gone."""
    person = walk()
    person.papers()
    for act in ("language", "size", "contrast"):
        person.act(act)
    expect(person.page.locator("#papers")).to_contain_text("Copy of the family card")
    assert person.page.evaluate("[document.documentElement.lang, document.documentElement.dataset.size]") == ["en", "large"]
    person.act("ready")
    person.act("priority")
    person.at("number")
    expect(person.page.locator("#num-lane")).to_contain_text("priority lane")
    person.act("done")
    person.at("start")
    assert person.page.evaluate("[document.documentElement.lang, document.documentElement.dataset.size]") == ["id", None]


def test_nobody_there_any_more(walk):
    """After 20 s a countdown stands in the header's place; a touch stays; after 30 s the start comes back."""
    person = walk()
    person.page.clock.install()
    person.page.reload()
    person.at("start")
    person.page.locator("section [data-do=groups]").first.tap()
    person.at("groups")
    person.page.clock.run_for(22_000)
    expect(person.page.locator("#reset")).to_contain_text("Layar kembali ke awal dalam 8 detik")
    person.page.locator("#reset").tap()
    expect(person.page.locator("#reset")).to_be_hidden()
    person.page.clock.run_for(19_000)
    person.at("groups")
    person.page.clock.run_for(12_000)
    person.at("start")


def test_a_failed_slip_keeps_the_number_on_the_screen(walk):
    """No paper: the number says what to do and stays until it is touched, then long enough to be written down."""
    person = walk()
    person.told(STATUS, printer={"name": "kiosk", "state": "paper_out"})
    person.told(SLIPS, state="pending")
    person.page.clock.install()
    person.page.reload()
    person.page.locator("section [data-do=groups]").first.tap()
    for selector in ("#groups [data-value=A]", "#services [data-value=KTP_REC]", "[data-do=ready]", "[data-do=regular]"):
        person.page.clock.run_for(500)
        person.page.locator(selector).locator("visible=true").first.tap()
    person.at("number")
    expect(person.page.locator("#slip")).to_contain_text("Kertas habis. Nomor Anda tetap berlaku.")
    person.page.clock.run_for(600_000)
    person.at("number")
    person.page.locator("#plate").tap()
    person.page.clock.run_for(160_000)
    person.at("number")
    person.page.clock.run_for(25_000)
    person.at("start")


@pytest.mark.parametrize(("state", "words"), [
    ("printed", "Silakan ambil kertas nomor"), ("unsure", "Jika kertas nomor tidak keluar"), ("failed", "Kertas nomor tidak tercetak"),
    ("sent", "Jika kertas nomor tidak keluar"), ("sending", "Kertas nomor sedang dicetak"),
])  # fmt: skip
def test_the_slip_says_what_is_true(walk, state, words):
    """Each state of the slip in its own words, the number in them where the paper may be missing."""
    person = walk()
    person.told(SLIPS, state=state)
    label = person.number()
    expect(person.page.locator("#slip")).to_contain_text(words)
    assert label in person.page.locator("#slip").inner_text() or state in ("printed", "sending")


def test_a_lost_line_is_said_and_mended(walk):
    """Without the server the start gives way to whom to ask, the staff line says since when; both go by themselves."""
    person = walk()
    person.page.context.set_offline(True)
    expect(person.page.locator("#stop-title")).to_contain_text("Silakan minta nomor kepada petugas", timeout=15_000)
    expect(person.page.locator("#staff")).to_contain_text("Petugas: server terputus sejak pukul 09.")
    person.page.context.set_offline(False)
    person.at("start")
    expect(person.page.locator("#staff")).not_to_contain_text("terputus")


def test_closed_says_until_when(walk):
    """The office's own reason and hours in place of the start; no button leads to a refusal."""
    person = walk()
    reopens = {"opens_at": "2026-11-25T08:00:00+08:00", "tickets_from_at": "2026-11-25T07:30:00+08:00"}
    person.told(STATUS, open={**OPEN_NOW, "may_take": False, "code": "office_closed", **reopens})
    expect(person.page.locator("#stop-title")).to_have_text("Loket tutup. Buka lagi Rabu pukul 08.00 WITA.", timeout=12_000)
    expect(person.page.locator("#stop-lines")).to_contain_text("07.30 WITA")


def test_papers_that_are_missing_lead_to_advice(walk):
    """Not complete: ask an officer, or take a number for advice."""
    person = walk()
    person.papers()
    person.act("missing")
    expect(person.page.locator("#stop-title")).to_have_text("Silakan tanya petugas")
    person.act("advice")
    person.act("regular")
    person.at("number")
    assert person.label().startswith("Z")


def test_what_to_expect_before_the_number(walk):
    """The range on the page of papers; perhaps not today in its place; the number's own range beside the number."""
    person, told = walk(), {"from": "2026-11-24T10:20:00+08:00", "to": "2026-11-24T10:45:00+08:00", "unlikely": False}
    for unlikely, words in ((False, "10.20 sampai 10.45 WITA"), (True, "mungkin tidak sempat dipanggil hari ini")):
        person.told(STATUS, services=[{"code": "KTP_REC", "available": True, "paused": None, "expect": {**told, "unlikely": unlikely}}])
        person.begin()
        person.page.wait_for_event("response", lambda answer: "/waru/kiosk?" in answer.url)
        person.papers()
        expect(person.page.locator("#expected")).to_contain_text(words)
    person.told(TICKETS, expect=told)
    person.act("ready")
    person.act("regular")
    expect(person.page.locator("#num-expect")).to_contain_text("10.20 sampai 10.45 WITA")
