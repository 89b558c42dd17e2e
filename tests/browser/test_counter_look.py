"""How the counter's page looks: kept choices, every state accessible and in one picture, light."""

import re

import pytest
from counter_hall import BUDGET_BYTES, BUDGET_REQUESTS, LAPTOP, LOW_LAPTOP, assert_accessible, assert_fits, hall, kiosk  # noqa: F401 - fixtures
from playwright.sync_api import expect

# ruff: noqa: F811 - pytest hands a fixture over under its name
pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_theme_and_language_are_kept(hall):
    """Dark for a dim hall, remembered on this machine; the language by its link."""
    desk = hall.desk(at=1)
    desk.page.locator("#theme-switch").click()
    desk.page.get_by_role("link", name="English").click()
    expect(desk.page.locator("html")).to_have_attribute("lang", "en")  # first: the page before was dark as well
    expect(desk.page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(desk.page.get_by_role("button", name="Call next")).to_be_visible()


def test_letter_keys_can_be_turned_off(hall):
    """WCAG 2.1.4: single letters act only when a person wants them to."""
    hall.take()
    desk = hall.desk(at=1)
    desk.page.locator("#keys-switch").click()
    desk.press("b")
    desk.page.wait_for_timeout(300)  # a call that was begun would be answered by now
    desk.is_in("free")
    assert hall.caller().get(f"{hall.office.path}/counters/1").ok()["ticket"] is None
    desk.page.locator("#keys-switch").click()
    desk.press("b")
    desk.is_in("called")


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
