"""The back room in a real browser: clean for everybody, pleasant with its script, whole without it."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from factories import PASSWORD
from playwright.sync_api import expect

from words import say

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
LAPTOP, PHONE = {"width": 1366, "height": 768}, {"width": 360, "height": 740}
PAGES = (
    "",
    "/devices",
    "/people",
    "/people/1/password",
    "/people/1/stop",
    "/printers",
    "/printers/1",
    "/slips/waru",
    "/outages",
    "/messages",
    "/affected",
    "/affected/waru",
    "/devices/1/revoke",
    "/devices/2/screen",
    "/notices",
)


@pytest.fixture(scope="module")
def admin(live):
    """An office with something of everything, and its administrator's user name."""
    office = live.office("waru")
    kiosk, siti = office.device("kiosk", "Anjungan depan"), office.person()
    office.take(kiosk)
    office.device("display", "Layar ruang tunggu")
    siti.post("/offices/waru/counters/2/help").ok()
    siti.post("/offices/waru/outages", service="KTP_LOST", reason="card_stock").ok()
    return office.add_person("hendra", "office_admin")


@pytest.fixture
def enter(live, open_page, admin):
    def come(**options):
        page = open_page(**{"viewport": LAPTOP, **options})
        page.goto(live.url + "/login?next=/admin")
        page.get_by_label(say("id", "login.username")).fill(admin)
        page.get_by_label(say("id", "login.password"), exact=True).fill(PASSWORD)
        page.get_by_role("button", name=say("id", "op.login")).click()
        page.wait_for_url("**/admin")
        return page

    return come


def findings(page):
    return [(v["id"], v["nodes"][0]["html"][:120]) for v in Axe().run(page, options=AXE).response["violations"]]


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("size", [LAPTOP, PHONE])
@pytest.mark.parametrize("lang", ["id", "en"])
def test_every_page_is_clean(live, enter, lang, size):
    """No page keeps anybody out, in either language, on a laptop and on a phone, with everything unfolded."""
    page = enter(viewport=size)
    for path in PAGES:
        page.goto(f"{live.url}/admin{path}?lang={lang}")
        page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
        assert findings(page) == [], path
        assert fits(page), path


@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_door_is_clean_and_says_why_it_stays_shut(live, open_page, admin, lang):
    """The form, and the form after a wrong password; the password can be shown."""
    page = open_page(viewport=PHONE)
    page.goto(f"{live.url}/login?lang={lang}")
    assert findings(page) == []
    page.get_by_label(say(lang, "login.username")).fill(admin)
    secret = page.locator("#password")
    secret.fill("salah")
    page.get_by_role("button", name=say(lang, "login.show")).click()
    expect(secret).to_have_attribute("type", "text")
    page.get_by_role("button", name=say(lang, "op.login")).click()
    expect(page.get_by_role("alert")).to_have_text(say(lang, "err.bad_credentials"))
    expect(page.get_by_label(say(lang, "login.username"))).to_have_value(admin)
    assert findings(page) == []
    assert fits(page)
    page.get_by_role("link", name=say(lang, "login.change")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(say(lang, "login.change"))
    assert findings(page) == []
    assert fits(page)


def test_pairing_from_two_machines(live, enter, open_page):
    """A screen shows a code, the administrator types it elsewhere and sees what it is, the screen starts by itself."""
    screen = open_page(viewport=LAPTOP)
    screen.goto(f"{live.url}/display/waru")
    code = "".join(screen.locator(".code b").inner_text().split())
    page = enter()
    page.goto(live.url + "/admin/devices")
    page.get_by_label(say("id", "admin.device_code")).fill(code.lower())
    page.get_by_role("button", name=say("id", "admin.device_check")).click()
    assert findings(page) == []
    page.get_by_label(say("id", "admin.device_name")).fill("Layar tamu")
    page.get_by_role("button", name=say("id", "admin.device_yes")).click()
    expect(page.get_by_role("status").first).to_contain_text("Layar tamu")
    expect(screen.locator("#clock")).not_to_be_empty(timeout=15_000)


def test_what_is_asked_before_it_happens(live, enter):
    """The pages between: a new address, a changed printer, an outage, a closed date. All are clean."""
    page = enter()
    page.goto(live.url + "/admin/devices")
    page.get_by_text(say("id", "admin.device_add"), exact=True).click()
    page.locator("#f-name").fill("Anjungan samping")
    page.get_by_role("button", name=say("id", "admin.device_make")).click()
    expect(page.locator("#token")).to_contain_text("?token=")
    assert findings(page) == []
    page.goto(live.url + "/admin/printers/1")
    page.get_by_label("58 mm").check()
    page.get_by_role("button", name=say("id", "admin.printer_check")).click()
    assert findings(page) == []
    page.goto(live.url + "/admin/outages")
    page.get_by_role("button", name=say("id", "admin.outage_check")).click()
    assert findings(page) == []
    page.goto(live.url + "/admin/outages")
    page.locator("#f-on_day").fill("2026-12-01")
    page.locator("#f-reason").fill("Rapat kerja")
    page.get_by_role("button", name=say("id", "admin.closure_check")).click()
    assert findings(page) == []


def test_searching_a_list(live, enter):
    """Typing leaves only what matches, and says when nothing does."""
    page = enter()
    page.goto(live.url + "/admin/people")
    rows = page.locator("#people tbody tr")
    expect(rows).to_have_count(2)
    page.get_by_label(say("id", "admin.search")).fill("SITI")
    expect(rows.filter(visible=True)).to_have_count(1)
    page.get_by_label(say("id", "admin.search")).fill("nirwana")
    expect(page.locator(".none")).to_have_text(say("id", "admin.none_found"))


def test_the_state_of_now_stays_true(live, enter):
    """A trouble that comes up while somebody looks appears by itself."""
    page = enter()
    live.office("waru").person("budi").post("/offices/waru/counters/3/help").ok()
    expect(page.get_by_text(say("id", "admin.trouble_help", counter=3))).to_be_visible(timeout=25_000)


def test_forms_need_no_script(live, enter):
    """Without a script a person is added, found in the list, and signs out."""
    page = enter(java_script_enabled=False)
    page.goto(live.url + "/admin/people")
    for field, value in {"name": "Dewi Lestari", "username": "dewi", "password": "cukup panjang"}.items():
        page.locator(f"#f-{field}").fill(value)
    page.get_by_role("button", name=say("id", "admin.person_add")).click()
    expect(page.get_by_role("status").first).to_have_text(say("id", "admin.person_added", name="Dewi Lestari"))
    page.get_by_role("button", name=say("id", "op.logout")).click()
    expect(page.get_by_role("heading")).to_have_text(say("id", "login.title"))
