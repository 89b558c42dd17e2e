"""A real browser for tests; skipped loudly where there is none, unless CI says that there must be one."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from kiosk_walk import UPRIGHT, Walk
from live import Live
from playwright.sync_api import Browser, Page, sync_playwright

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
SOUND_ALLOWED = "--autoplay-policy=no-user-gesture-required"


def missing(what: str) -> None:
    """Skips here, fails where CI=true promises a whole machine."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"not found: {what}")
    pytest.skip(f"NOT TESTED, not found: {what}")


@pytest.fixture(scope="session")
def start_browser() -> Iterator[Callable[..., Browser]]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        missing("Chromium (apt-get install chromium)")
    with sync_playwright() as play:
        started: list[Browser] = []

        def start(*flags: str) -> Browser:
            started.append(play.chromium.launch(executable_path=path, args=[*FLAGS, *flags]))
            return started[-1]

        yield start
        for browser in started:
            browser.close()


@pytest.fixture(scope="session")
def browser(start_browser: Callable[..., Browser]) -> Browser:
    """One for all tests; sound may play without a key pressed."""
    return start_browser(SOUND_ALLOWED)


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """New pages, each with cookies of its own; an error in a script fails the test."""
    contexts, errors = [], []

    def open_one(**options: object) -> Page:
        contexts.append(browser.new_context(**options))  # type: ignore[arg-type]
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield open_one
    for context in contexts:
        for page in context.pages:  # a handler that still runs would fail in the next test
            page.unroute_all(behavior="wait")
        context.close()
    assert errors == []


@pytest.fixture
def walk(live: Live, open_page: Callable[..., Page]) -> Callable[..., Walk]:
    """A new person at the kiosk of Waru, on the server that the file starts."""

    def start(touch: bool = True, **options: object) -> Walk:
        return Walk(open_page(viewport=UPRIGHT, has_touch=touch, **options), live, live.pair("kiosk"))

    return start
