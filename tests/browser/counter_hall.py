"""The counter's page as its tests use it: an operator's hands, an office's hall, and what every state must be."""

import re
from itertools import count

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

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
