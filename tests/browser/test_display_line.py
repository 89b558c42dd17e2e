"""The screen loses its line in every way and is right again by itself."""

import json
import re
import time

import pytest
from playwright.sync_api import expect
from test_display import FULL_HD, Hall, label, watches

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def halls(live):
    return Hall(live, "penajam")


@pytest.fixture
def penajam(halls, open_page):
    halls.open_page = open_page
    return halls


def open_with(hall, sockets):
    """A screen whose sockets go through `sockets(ws)`."""
    page = hall.open_page(viewport=FULL_HD)
    page.route_web_socket(re.compile("/socket.io/"), sockets)
    page.goto(f"{hall.live.url}/display/{hall.office.code}?token={hall.token}")
    expect(page.locator("#clock")).not_to_be_empty()
    return page


def losing(lost):
    """Passes everything on but the changes for which `lost(change)` is true."""

    def carry(ws):
        server = ws.connect_to_server()

        def from_server(message):
            told = re.match(r'42/live,\["change",(.*)\]$', message) if isinstance(message, str) else None
            if told is None or not lost(json.loads(told[1])):
                ws.send(message)

        server.on_message(from_server)
        ws.on_message(server.send)

    return carry


def test_a_gap_is_asked_for_again(penajam):
    """A change got lost; the next one shows the gap, and nothing is missing on the screen."""
    lost = []

    def lose_first_call(change):
        if change["type"] == "ticket_called" and not lost:
            lost.append(change)
        return change in lost

    penajam.sit(1), penajam.sit(2)
    page = open_with(penajam, losing(lose_first_call))
    watches(page)
    first, second = penajam.call(1), penajam.call(2)
    expect(page.locator(".cell--new .plate__no")).to_have_text([first["label"], second["label"]], timeout=2000)
    assert lost


def test_a_lost_change_is_found_within_fifteen_seconds(penajam):
    """Nothing follows that would show the gap: the screen asks by itself when it hears nothing."""
    page = open_with(penajam, losing(lambda change: True))
    watches(page)
    ticket = penajam.call(1)
    started = time.monotonic()
    expect(label(page)).to_have_text(ticket["label"], timeout=15_000)
    assert time.monotonic() - started > 2, "the change was not lost at all"
    expect(page.locator("#say")).to_be_hidden()


def test_without_a_socket_it_asks_every_three_seconds(penajam):
    """A network that lets no websocket through."""
    page = open_with(penajam, lambda ws: ws.close())
    asked = []
    page.on("response", lambda answer: asked.append(answer.status) if answer.url.endswith("/board") else None)
    page.wait_for_timeout(4000)
    ticket = penajam.call(1)
    expect(label(page)).to_have_text(ticket["label"], timeout=5000)
    page.wait_for_timeout(4000)
    assert {200, 304} <= set(asked)
    expect(page.locator("#say")).to_be_hidden()


def test_nothing_is_missed_when_the_server_is_killed(penajam):
    """kill -9: the screen is right within three seconds of the server's return."""
    page = penajam.screen()
    watches(page)
    penajam.live.kill_worker()
    until = time.monotonic() + 15
    while not penajam.live.answers():
        assert time.monotonic() < until
    ticket = penajam.call(1)
    expect(page.locator(".plate__no", has_text=ticket["label"])).to_be_visible(timeout=3000)
    expect(page.locator("#say")).to_be_hidden()


def test_a_lost_line_is_said_and_ends_by_itself(start_live, open_page):
    """The age of the data in the place of the number, the last call grey; after the return everything is as it was."""
    waru = Hall(start_live(), "waru")
    waru.open_page = open_page
    ticket = waru.call(1)
    page = waru.screen()
    watches(page)
    waru.live.stop()
    expect(page.locator("#say-head")).to_have_text("Layar sedang terputus. Mohon dengarkan panggilan petugas.", timeout=8000)
    expect(page.locator("#say-text")).to_have_text(re.compile(r"^Data pukul \d\d\.\d\d WITA, mungkin sudah berubah$"))
    expect(page.locator("#line-text")).to_have_text("Sedang menyambung kembali.")
    expect(page.locator("#old .plate__no")).to_have_text(ticket["label"])
    assert "grayscale" in page.locator("#old .plate").evaluate("node => getComputedStyle(node).filter")
    waru.live.start()
    expect(label(page)).to_be_visible(timeout=4000)
    expect(label(page)).to_have_text(ticket["label"])
    expect(page.locator("#say")).to_be_hidden()
