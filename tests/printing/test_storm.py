"""Many slips, a printer that fails in every way, a spooler that is killed: one slip or a true word, never two."""

import random
import time
from datetime import UTC, datetime

import pytest
from emulator import Emulator
from storm import IS_LONG, SEED, TICKETS, Nursery, Weather, check, clear_sky, open_jobs, point_at

from office import tickets
from office.clock import real_now, running_from
from office.db import Database

pytestmark = pytest.mark.slow
START = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
# So that the last retry comes after seconds, and the office is still open at the end.
RATE = 60.0 if IS_LONG else 100.0
LONG_FAULTS = 0.01 if IS_LONG else 0
IMPORTS = """
from datetime import datetime
from office.clock import running_from
from office.db import Database
from printer.outcome import Timing
from printer.spooler import Pace, Spooler
url, start, anchor, rate = sys.argv[1], *map(datetime.fromisoformat, sys.argv[2:4]), float(sys.argv[4])
pace = Pace(rest=0.01, idle=0.03, after_refusal=0.02, ack=0.2, ack_per_kb=0, late=0.8, late_step=0.03,
            well_but_wordless=0.2, health=0.1, lost=0.1)
timing = Timing(connect=0.5, status=0.15, stall=0.15, mute=0.05)
"""
RUN = 'Spooler(Database(url, running_from(start, anchor, rate)), "https://antre.test", pace=pace, timing=timing).run()'


def test_one_slip_or_a_true_word(url):
    """Every ticket: printed and once on paper, failed and not on paper, or unsure and at most once on paper."""
    dice, anchor = random.Random(SEED), real_now()
    db = Database(url, running_from(START, anchor, RATE))
    emulator = Emulator()
    point_at(db, f"network://127.0.0.1:{emulator.port}")
    spooler = Nursery(IMPORTS, RUN, url, START.isoformat(), anchor.isoformat(), str(RATE))
    weather, jobs = Weather(emulator, dice, often=LONG_FAULTS, seconds=5), []
    try:
        spooler.start()
        until = time.monotonic() + 30 + TICKETS
        while (len(jobs) < TICKETS or open_jobs(db)) and time.monotonic() < until:
            if len(jobs) < TICKETS:
                taken = db.transaction(tickets.take_ticket, office="waru", service="KTP_REC", lane="regular", lang="id")
                jobs.append(taken["slip"]["id"])
            weather.blow(to_come=TICKETS - len(jobs))
            if len(jobs) < TICKETS and dice.random() < 0.15:
                spooler.kill()
        clear_sky(emulator)
        time.sleep(1)
    finally:
        spooler.stop()
        emulator.stop()
    check(db, jobs, bytes(emulator.printed))
    assert spooler.kills >= 3
    db.close()
