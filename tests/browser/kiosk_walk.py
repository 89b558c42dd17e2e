"""A person in front of the kiosk, for the kiosk's tests: a real server with the shipped offices, a real browser."""

from playwright.sync_api import Page, expect

import migrate
from office import catalog
from office.clock import real_now
from office.db import Database
from settings import ROOT

UPRIGHT = {"width": 1080, "height": 1920}
LYING = {"width": 1280, "height": 800}
SMALL = {"width": 1024, "height": 600}
WEIGHT, REQUESTS = 130_000, 6
OPEN_NOW = {
    "may_take": True, "code": None, "open_now": True, "reason": None, "opens_at": None, "tickets_from_at": None,
    "break_until_at": None,
}  # fmt: skip


def shipped_offices(url: str) -> str:
    """A database with the offices of data/ppu.toml."""
    migrate.upgrade(url)
    db = Database(url, real_now)
    db.transaction(catalog.load, data=catalog.read_file(ROOT / "data" / "ppu.toml"))
    db.close()
    return url


def check_weight(page: Page, live, office: str) -> None:
    """Of all that the first view loads: bytes as they are without compression, requests, and nothing from elsewhere."""
    token, loaded = live.pair("kiosk", office), []
    page.goto(f"{live.url}/kiosk/{office}?token={token}")
    page.on("response", lambda response: loaded.append((response.url, len(response.body()))))
    page.goto(f"{live.url}/kiosk/{office}")
    expect(page.locator("#staff")).not_to_be_empty()
    page.wait_for_load_state("networkidle")
    assert sum(size for _, size in loaded) <= WEIGHT, loaded
    assert len(loaded) <= REQUESTS, loaded
    assert all(url.startswith(live.url) for url, _ in loaded)


class Walk:
    """Each act is one touch (or click); it waits until the kiosk listens again, as a person does."""

    def __init__(self, page: Page, live, token: str, office: str = "waru") -> None:
        self.page, self.live, self.office = page, live, office
        page.goto(f"{live.url}/kiosk/{office}?token={token}")
        expect(page.locator("html[data-ready]")).to_have_count(1)

    def begin(self, toggles=()) -> None:
        """The page anew, nobody's number kept, with language, size or contrast as a person would set them."""
        self.page.evaluate("sessionStorage.clear()")
        self.page.goto(f"{self.live.url}/kiosk/{self.office}")
        expect(self.page.locator("html[data-ready]")).to_have_count(1)
        for name in toggles:
            self.act(name)

    def press(self, selector: str) -> None:
        expect(self.page.locator("html[data-quiet]")).to_have_count(0)
        target = self.page.locator(selector).locator("visible=true").first
        if self.page.evaluate("'ontouchstart' in window"):
            target.tap()
        else:
            target.click()

    def act(self, name: str) -> None:
        self.press(f"button[data-do={name}]")

    def at(self, step: str) -> None:
        expect(self.page.locator(f'[data-in="{step}"]')).to_be_visible()

    def scan(self, text: str) -> None:
        """A scanner in keyboard's disguise: every sign and Enter within a few milliseconds, into whatever has the focus."""
        self.page.evaluate(
            """text => text.split('').concat('Enter').forEach(key => document.activeElement.dispatchEvent(
                new KeyboardEvent('keydown', {key: key, bubbles: true, cancelable: true})))""",
            text,
        )

    def groups(self) -> None:
        self.act("groups")
        self.at("groups")

    def services(self, letter: str = "A") -> None:
        self.groups()
        self.press(f"#groups [data-value={letter}]")
        self.at("services")

    def papers(self, code: str = "KTP_REC", letter: str = "A") -> None:
        self.services(letter)
        self.press(f"#services [data-value={code}]")

    def priority(self, code: str = "KTP_REC", letter: str = "A") -> None:
        self.papers(code, letter)
        self.act("ready")
        self.at("priority")

    def number(self, code: str = "KTP_REC", letter: str = "A", lane: str = "regular") -> str:
        self.priority(code, letter)
        self.act(lane)
        self.at("number")
        return self.label()

    def label(self) -> str:
        return self.page.locator(".plate__no").inner_text()

    def waiting(self) -> int:
        return self.live.office(self.office).board()["waiting_count"]

    def told(self, part: str, **changes) -> None:
        """From now on the server's answers under this address carry these changes."""

        def answer(route):
            real = route.fetch()
            route.fulfill(response=real, json={**real.json(), **changes})

        self.page.route(part, answer)

    def refuse(self, code: str, **facts) -> None:
        """From now on the office refuses a number for this reason."""
        self.page.route(f"**/{self.office}/tickets", lambda route: route.fulfill(status=409, json={"code": code, **facts}))
