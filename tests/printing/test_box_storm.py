"""A real server and a real box, both killed again and again, and a printer that fails: one slip or a true word."""

import random
import time

import pytest
from emulator import Emulator
from storm import IS_LONG, SEED, TICKETS, Nursery, Weather, check, clear_sky, open_jobs

pytestmark = pytest.mark.slow
# So that the last retry comes after seconds, and the office is still open at the end.
RATE = 25.0 if IS_LONG else 60.0
LONG_FAULTS = 0.005 if IS_LONG else 0
IMPORTS = """
from pathlib import Path
from printer.agent import Box, Server
from printer.journal import Journal
from printer.outcome import Timing
from printer.transport import transport_for
from printer.waiting import Pace
url, token, device, journal = sys.argv[1:]
pace = Pace(rest=0.02, idle=0.05, ack=0.2, ack_per_kb=0, late=0.8, late_step=0.03, well_but_wordless=0.2, health=0.2, lost=0.1)
timing = Timing(connect=0.5, status=0.15, stall=0.15, mute=0.05)
"""
RUN = "Box(Server(url, token), transport_for(device, timing=timing), Journal(Path(journal)), pace).run()"


def test_one_slip_or_a_true_word(start_live, tmp_path):
    """Every ticket: printed and once on paper, failed and not on paper, or unsure and at most once on paper."""
    dice, live, emulator = random.Random(SEED), start_live(rate=RATE), Emulator()
    waru = live.office("waru")
    kiosk, token = waru.device(), waru.device("printer", "kotak").token
    box = Nursery(IMPORTS, RUN, live.url, token, f"network://127.0.0.1:{emulator.port}", str(tmp_path / "journal"))
    waru.anybody.holding(token).post("/boxes/next", journal="a" * 16).ok()  # the printer is the box's from now on
    weather, jobs, server_kills = Weather(emulator, dice, often=LONG_FAULTS, seconds=12), [], 0
    try:
        box.start()
        until = time.monotonic() + 30 + TICKETS
        while (len(jobs) < TICKETS or open_jobs(live.db)) and time.monotonic() < until:
            if len(jobs) < TICKETS and live.answers():
                jobs.append(waru.take(kiosk)["slip"]["id"])
            weather.blow(to_come=TICKETS - len(jobs))
            if len(jobs) < TICKETS and dice.random() < 0.12:
                box.kill()
            if len(jobs) < TICKETS and server_kills < 1 + TICKETS // 40 and dice.random() < 0.04:
                live.kill_worker()
                server_kills += 1
        clear_sky(emulator)
        time.sleep(1)
    finally:
        box.stop()
        emulator.stop()
    check(live.db, jobs, bytes(emulator.printed))
    assert box.kills >= 3
    assert server_kills >= 1
