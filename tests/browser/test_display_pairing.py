"""A device that nobody knows yet, and the pages that say what went wrong."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from test_display import FULL_HD

from office import devices

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE = {"width": 360, "height": 740}


@pytest.mark.parametrize("kind", ["display", "kiosk"])
def test_a_device_starts_by_itself_once_its_code_is_confirmed(live, open_page, kind):
    """The code stands large; somebody confirms it elsewhere; the page comes by itself and stays over a reload."""
    page = open_page(viewport=FULL_HD)
    page.goto(f"{live.url}/{kind}/waru")
    code = page.locator(".code b").text_content()
    assert re.fullmatch(r"[0-9A-Z]{6}", code)
    live.db.transaction(devices.confirm_pairing, code=code, name="Depan")
    expect(page.locator(".code")).to_have_count(0, timeout=8000)
    page.reload()
    expect(page.locator(".code")).to_have_count(0)


def test_a_waiting_device_keeps_its_code(live, open_page):
    """Whoever is on the way to confirm it must not meet another one."""
    page = open_page(viewport=FULL_HD)
    page.goto(f"{live.url}/display/waru")
    code = page.locator(".code b").text_content()
    page.reload()
    assert page.locator(".code b").text_content() == code


def test_a_waiting_device_says_that_it_has_no_line(live, open_page):
    """And goes on waiting."""
    page = open_page(viewport=FULL_HD)
    page.goto(f"{live.url}/display/waru")
    page.route("**/pair/status*", lambda route: route.abort())
    expect(page.locator("#lost")).to_be_visible(timeout=8000)
    page.unroute("**/pair/status*")
    expect(page.locator("#lost")).to_be_hidden(timeout=8000)


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("viewport", [FULL_HD, PHONE])
@pytest.mark.parametrize("path", ["/display/waru", "/kiosk/waru", "/nowhere", "/display/atlantis", "/display/waru?token=wrong"])
def test_no_barrier(live, open_page, path, viewport, lang):
    """axe-core finds nothing, and nothing is wider than the window."""
    page = open_page(viewport=viewport)
    page.goto(f"{live.url}{path}{'&' if '?' in path else '?'}lang={lang}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("html").get_attribute("lang") == lang
    assert Axe().run(page).response["violations"] == []
