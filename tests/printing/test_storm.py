"""Many slips, a printer that fails in every way, a spooler that is killed: one slip or a true word, never two."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from emulator import Emulator
from sqlalchemy import select

from office import tickets
from office.clock import real_now, running_from
from office.db import Database
from office.models import Office, Printer, PrintJob
from office.slips import job_row

pytestmark = pytest.mark.slow
TICKETS = 120
SEED = 20261124
START = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
RATE = 20.0  # so that the last retry comes after seconds
PROGRAM = """
import sys
from datetime import datetime
from office.clock import running_from
from office.db import Database
from printer.outcome import Timing
from printer.spooler import Pace, Spooler
url, start, anchor = sys.argv[1], datetime.fromisoformat(sys.argv[2]), datetime.fromisoformat(sys.argv[3])
pace = Pace(rest=0.02, idle=0.05, after_refusal=0.05, ack=0.4, ack_per_kb=0, late=2, late_step=0.05,
            well_but_wordless=0.3, health=0.2, lost=0.2)
Spooler(Database(url, running_from(start, anchor, 20.0)), "https://antre.ppukab.go.id", pace=pace,
        timing=Timing(connect=0.5, status=0.3, stall=0.3, mute=0.1)).run()
"""


def fault(emulator: Emulator, dice: random.Random) -> None:
    """One more thing goes wrong, or all is well again."""
    emulator.cover = emulator.mute = emulator.mute_acks = False
    emulator.reset_after = emulator.close_after = None
    emulator.stale, emulator.ack_delay, emulator.rate, emulator.buffer = b"", 0.0, 1e9, 1 << 20
    emulator.load_paper()
    faults: list[Callable[[], object]] = [
        lambda: setattr(emulator, "cover", True),
        lambda: setattr(emulator, "paper", "out"),
        lambda: setattr(emulator, "paper_for", dice.randrange(60_000)),
        lambda: setattr(emulator, "reset_after", dice.randrange(14_000)),
        lambda: setattr(emulator, "close_after", dice.randrange(14_000)),
        lambda: setattr(emulator, "mute", True),
        lambda: setattr(emulator, "mute_acks", True),
        lambda: setattr(emulator, "stale", bytes([dice.choice([0x14, 0x00, 0x11])])),
        lambda: setattr(emulator, "ack_delay", 0.6),
        lambda: setattr(emulator, "rate", 60_000),
        lambda: (setattr(emulator, "paper_for", 9000), setattr(emulator, "buffer", 2048)),
        lambda: None,
        lambda: None,
        lambda: None,
    ]
    dice.choice(faults)()


def point_at(db: Database, emulator: Emulator) -> None:
    with db.engine.begin() as conn:
        waru = select(Office.id).where(Office.code == "waru").scalar_subquery()
        address = f"network://127.0.0.1:{emulator.port}"
        conn.execute(Printer.__table__.update().where(Printer.office_id == waru).values(device=address, width_mm=58))


def open_jobs(db: Database) -> int:
    with db.read() as look:
        waiting = select(PrintJob.id).where(PrintJob.state.in_(["pending", "sending"]))
        return len(look.conn.execute(waiting).all())


def test_one_slip_or_a_true_word(url):
    """Every ticket: printed and once on paper, failed and not on paper, or unsure and at most once on paper."""
    dice = random.Random(SEED)
    anchor = real_now()
    db = Database(url, running_from(START, anchor, RATE))
    emulator = Emulator()
    point_at(db, emulator)

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-c", PROGRAM, url, START.isoformat(), anchor.isoformat()])

    spooler = start()
    jobs, kills = [], 0
    try:
        until = time.monotonic() + 90
        while (len(jobs) < TICKETS or open_jobs(db)) and time.monotonic() < until:
            if len(jobs) < TICKETS:
                taken = db.transaction(tickets.take_ticket, office="waru", service="KTP_REC", lane="regular", lang="id")
                jobs.append(taken["slip"]["id"])
            fault(emulator, dice)
            time.sleep(dice.random() * 0.15)
            if kills < 8 and dice.random() < 0.08:
                os.kill(spooler.pid, signal.SIGKILL)
                spooler.wait()
                spooler, kills = start(), kills + 1
        emulator.reset_after = emulator.close_after = None
        emulator.load_paper()
        time.sleep(2.5)
    finally:
        spooler.kill()
        spooler.wait()
        emulator.stop()
    check(db, jobs, bytes(emulator.printed))
    assert kills >= 3
    db.close()


def check(db: Database, jobs: list[str], paper: bytes) -> None:
    with db.read() as look:
        rows = [job_row(look.conn, job_id) for job_id in jobs]
    wrong, states = [], {}
    for row in rows:
        whole = paper.count(row.bytes + b"\x1dr\x01") if row.bytes else 0
        states[row.state] = states.get(row.state, 0) + 1
        allowed = {"printed": (1,), "failed": (0,), "unsure": (0, 1)}.get(row.state, ())
        if whole not in allowed:
            wrong.append((row.label, row.state, whole, row.error))
    print(states)
    assert not wrong, (states, wrong)
    assert states.get("printed", 0) > len(jobs) / 3, states
