"""An office whose slips go to a printer of our choice, for the tests of the spooler."""

import copy
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from emulator import Emulator
from sqlalchemy import select

from office import catalog, slips, tickets
from office.db import Database
from office.events import Change
from office.models import Event, Printer, PrintJob
from printer.outcome import Timing
from printer.spooler import Pace, Spooler
from running import call_directly

ROOT = Path(__file__).parents[2]
PUBLIC = "https://antre.ppukab.go.id"
QUICK = Timing(connect=2, status=1.5, stall=1, mute=0.1)
IMPATIENT = Timing(connect=1, status=0.2, stall=0.2, mute=0.1)
PACE = Pace(rest=0.01, idle=0.02, after_refusal=0.0, ack=0.5, ack_per_kb=0, late=30, late_step=0.05,
            well_but_wordless=0.2, health=0.1, lost=0.0)  # fmt: skip


class Clock:
    """Waru's Tuesday morning; tests push it on. A millisecond a look, so that nothing happens at the same instant."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 24, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at

    def pass_(self, **time_: float) -> None:
        self.at += timedelta(**time_)


class Hall:
    """An office with one printer, and its database."""

    def __init__(self, url: str) -> None:
        self.clock = Clock()
        self.db = Database(url, self.clock)
        self.changes: list[Change] = []
        self.db.listeners.append(self.changes.extend)

    def open(self, device: str, office: str = "waru", width_mm: int = 58, **options) -> None:
        """Gives an office this printer; the others have virtual ones."""
        data = copy.deepcopy(catalog.read_file(ROOT / "data/ppu.toml"))
        for each in data["offices"]:
            if each["code"] == office:
                each["printers"] = [{"name": "kiosk", "device": device, "width_mm": width_mm, **options}]
        self.db.transaction(catalog.load, data=data)

    def take(self, **more) -> str:
        """A ticket; the id of its slip."""
        wanted = {"office": "waru", "service": "KTP_REC", "lane": "regular", "lang": "id", **more}
        return self.db.transaction(tickets.take_ticket, **wanted)["slip"]["id"]

    def job(self, job_id: str):
        with self.db.read() as look:
            return slips.job_row(look.conn, job_id)

    def health(self) -> dict:
        with self.db.read() as look:
            return look.conn.execute(select(Printer.health).join(PrintJob)).scalars().first()

    def troubles(self) -> list[dict]:
        with self.db.read() as look:
            told = select(Event.data).where(Event.type == "slip_trouble").order_by(Event.id)
            return list(look.conn.execute(told).scalars())

    def spooler(self, timing: Timing = QUICK, **pace) -> Spooler:
        return Spooler(self.db, PUBLIC, call_directly, Pace(**{**PACE.__dict__, **pace}), timing)


def at(emulator: Emulator) -> str:
    return f"network://127.0.0.1:{emulator.port}"


def look(spooler: Spooler) -> None:
    """One look, and all that it began."""
    for thread in spooler.look():
        thread.join(20)


def eventually(true, seconds=15.0):
    until = time.monotonic() + seconds
    while not true() and time.monotonic() < until:
        time.sleep(0.01)
    return true()
