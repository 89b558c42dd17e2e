"""A printer that fails, seen from the kiosk, the counter and the back room: all say the same, and it is true."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from counter_hall import LAPTOP, Desk
from emulator import Emulator
from kiosk_walk import shipped_offices
from playwright.sync_api import expect
from sqlalchemy import select
from storm import point_at

from office.models import Printer, PrintJob
from office.slips import job_row
from words import say

pytestmark = [pytest.mark.browser, pytest.mark.slow]
QUIET_MS, NEXT_LOOK_MS, TOUCHED_BY_NOBODY_MS = 500, 5_000, 600_000
PRESSES = ("[data-do=groups]", "#groups [data-value=A]", "#services [data-value=KTP_REC]", "[data-do=ready]", "[data-do=regular]")


@dataclass(frozen=True)
class Fault:
    """`emulator`: what the printer does; then what is true: of the slip's row, of the printer, and in words at the
    kiosk, at the counter and in the back room. `paper`: slips on it; `is_there`: somebody listens at its address."""

    emulator: dict[str, object]
    slip: str
    printer: str
    kiosk: str
    counter: str
    office: str | None
    is_there: bool = True
    paper: int = 0


FAULTS = {
    "stale bytes": Fault({"stale": b"\x14\x00\x11"}, "printed", "ok", "take_slip", "printer_ok", None, paper=1),
    "paper near its end": Fault({"paper": "low"}, "printed", "paper_low", "take_slip", "alert_paper_low", "printer_paper_low", paper=1),
    "paper out": Fault({"paper": "out"}, "pending", "paper_out", "no_paper", "alert_paper_out", "printer_paper_out"),
    "cover open": Fault({"cover": True}, "pending", "cover", "print_failed", "alert_cover", "printer_cover"),
    "cable pulled before": Fault({}, "pending", "off", "print_failed", "alert_printer_off", "printer_off", is_there=False),
    "cable pulled in mid slip": Fault({"deaf_after": 5_000}, "unsure", "error", "print_unsure", "alert_printer_error", "printer_error"),
    "power cycled in mid slip": Fault({"reset_after": 5_000}, "unsure", "off", "print_unsure", "alert_printer_off", "printer_off"),
    "buffer full": Fault({"paper_for": 500, "buffer": 1024}, "unsure", "error", "print_unsure", "alert_printer_error", "printer_error"),
    "a mute clone": Fault(
        {"mute": True, "mute_acks": True}, "unsure", "unknown", "print_unsure", "alert_print_unsure", "slips_unsure", paper=1
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def live(start_live, tmp_path_factory):
    return start_live(url=shipped_offices(f"sqlite:///{tmp_path_factory.mktemp('paper') / 'kiosk.db'}"))


@pytest.fixture
def kiosk(walk):
    """With a clock that can be put on: nobody waits ten minutes."""
    person = walk()
    person.page.clock.install()
    person.begin()
    return person


@pytest.fixture
def counter(live, open_page):
    page = open_page(viewport=LAPTOP)
    siti = live.office("waru").person()
    page.context.add_cookies([{"name": "giliran_person", "value": siti.token, "url": live.url}])
    page.goto(f"{live.url}/counter")
    desk = Desk(None, page, "siti")
    desk.open(1)
    return desk, siti


@pytest.fixture
def back_room(live, open_page):
    page = open_page(viewport=LAPTOP)
    boss = live.office("waru").person("kepala", "office_admin")
    page.context.add_cookies([{"name": "giliran_person", "value": boss.token, "url": live.url}])
    return page


def take_number(kiosk) -> str:
    for button in PRESSES:
        kiosk.page.clock.fast_forward(QUIET_MS)
        kiosk.press(button)
    kiosk.at("number")
    return kiosk.label()


def truth(live) -> tuple[str, str]:
    """(state of the newest slip, state of Waru's printer), from the rows."""
    with live.db.read() as look:
        newest = look.conn.execute(select(PrintJob.id).order_by(PrintJob.id.desc()).limit(1)).scalar_one()
        job = job_row(look.conn, newest)
        health = look.conn.execute(select(Printer.health).where(Printer.id == job.printer_id)).scalar_one()
    return job.state, (health or {}).get("state", "")


def wait_for(live, wanted: tuple[str, str], name: str) -> None:
    end = time.monotonic() + 20
    while (seen := truth(live)) != wanted:
        assert time.monotonic() < end, f"{name}: {seen}, not {wanted}"
        time.sleep(0.05)


def drop(live, siti) -> None:
    """Nobody wants the paper any more; a try that is under way is waited for."""
    with live.db.read() as look:
        newest = look.conn.execute(select(PrintJob.id).order_by(PrintJob.id.desc()).limit(1)).scalar_one()
    end = time.monotonic() + 10
    while siti.post(f"/slips/{newest}/drop").status != 200:
        assert time.monotonic() < end
        time.sleep(0.1)


def see_all(live, kiosk, counter, back_room, name: str, fault: Fault) -> None:
    """The three places say it in words."""
    desk, siti = counter
    label, page = take_number(kiosk), kiosk.page
    wait_for(live, (fault.slip, fault.printer), name)
    page.clock.fast_forward(NEXT_LOOK_MS)
    expect(page.locator("#slip"), name).to_contain_text(say("id", f"kiosk.{fault.kiosk}", number=label))
    if fault.slip != "printed":
        page.clock.fast_forward(TOUCHED_BY_NOBODY_MS)
    expect(page.locator(".plate__no"), name).to_have_text(label)
    expect(page.locator("#qr svg"), name).to_be_visible()
    expect(desk.page.locator("#gear-words"), name).to_contain_text(say("id", f"op.{fault.counter}", number=label, name="kiosk"))
    told = siti.get("/offices/waru/counters/1").ok()
    assert told["gear"]["printers"][0]["state"] == fault.printer, name
    assert [slip["state"] for slip in told["slips"]] == [fault.slip] * (fault.slip == "unsure"), name
    back_room.goto(f"{live.url}/admin")
    wanted = [f"admin.{part}_{fault.office}" for part in ("trouble", "todo")] if fault.office else ["admin.nothing_broken"]
    for key in wanted:
        expect(back_room.locator("section.do"), name).to_contain_text(say("id", key, name="kiosk", n=1))
    page.clock.fast_forward(QUIET_MS)
    kiosk.act("done")
    kiosk.at("start")


@contextmanager
def standing(fault: Fault) -> Iterator[Emulator]:
    printer = Emulator(**fault.emulator)
    if not fault.is_there:
        printer.stop()
    try:
        yield printer
    finally:
        printer.stop()


def test_every_fault_ends_in_a_true_state(live, kiosk, counter, back_room):
    """Whatever the printer does, the number and its code stay until somebody touches them, the line below says what is
    true of the paper, the counter is told what to do, and the office's health has it. Nothing is printed twice."""
    for name, fault in FAULTS.items():
        with standing(fault) as printer:
            point_at(live.db, f"network://127.0.0.1:{printer.port}")
            see_all(live, kiosk, counter, back_room, name, fault)
            if fault.slip != "printed":
                drop(live, counter[1])
            assert printer.slips == fault.paper, name
