"""What the storms share: a printer that fails in every way, programs that are killed, and what must be true after."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import psutil
from emulator import Emulator
from sqlalchemy import select

from office.db import Database
from office.models import Office, Printer, PrintJob
from office.slips import job_row

# `make storm` sets 1,000, which takes minutes; every run of the suite has a squall of the same kind.
TICKETS = int(os.environ.get("STORM_TICKETS", "40"))
SEED = int(os.environ.get("STORM_SEED", "20261124"))
IS_LONG = TICKETS > 100
# Printed at least: a slow machine, seen from here, is one more way to fail, but not all can fail.
ENOUGH = TICKETS // 10
WANTED = {"printed": (1,), "failed": (0,), "unsure": (0, 1)}
# Imports once, then gives birth to a process per line: a kill -9 is as real, and a start takes no second.
NURSERY = """
import os, signal, sys
{imports}
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        sys.stdin.close()
        {run}
        os._exit(0)
    print(pid, flush=True)
"""


class Nursery:
    """Starts a program again and again, and kills it in between."""

    def __init__(self, imports: str, run: str, *arguments: str) -> None:
        program = NURSERY.format(imports=imports, run=run)
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self._parent = subprocess.Popen([sys.executable, "-c", program, *arguments], **pipes)
        self._child = 0
        self.kills = 0

    def start(self) -> None:
        self._parent.stdin.write("\n")
        self._parent.stdin.flush()
        self._child = int(self._parent.stdout.readline())

    def kill(self) -> None:
        """kill -9, and another begins."""
        self._end()
        self.kills += 1
        self.start()

    def _end(self) -> None:
        os.kill(self._child, signal.SIGKILL)
        while psutil.pid_exists(self._child):  # its locks go with it
            time.sleep(0.002)

    def stop(self) -> None:
        self._end()
        self._parent.stdin.close()
        self._parent.wait(5)
        self._parent.stdout.close()


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
        lambda: setattr(emulator, "ack_delay", 0.3),
        lambda: setattr(emulator, "rate", 60_000),
        lambda: (setattr(emulator, "paper_for", 9000), setattr(emulator, "buffer", 2048)),
        lambda: None,
        lambda: None,
        lambda: None,
    ]
    dice.choice(faults)()


class Weather:
    """Faults as long as tickets come and `after` seconds more; then what is left can be printed in peace.
    `often`: how likely one of them stays for `seconds`, until the tries of a slip are used up."""

    def __init__(self, emulator: Emulator, dice: random.Random, often: float, seconds: float, after: float = 3.0) -> None:
        self._emulator, self._dice, self._after = emulator, dice, after
        self._often, self._seconds = often, seconds
        self._until = float("inf")

    def blow(self, *, to_come: int) -> None:
        """One more fault, or clear sky, and a while of it."""
        if not to_come and self._until == float("inf"):
            self._until = time.monotonic() + self._after
        if time.monotonic() < self._until:
            fault(self._emulator, self._dice)
        else:
            clear_sky(self._emulator)
        time.sleep(self._dice.random() * 0.1)
        if self._dice.random() < self._often:
            self._emulator.cover = True
            time.sleep(self._seconds)


def clear_sky(emulator: Emulator) -> None:
    """All is well again, and what the printer holds comes out."""
    emulator.cover = emulator.mute = emulator.mute_acks = False
    emulator.reset_after = emulator.close_after = None
    emulator.stale, emulator.ack_delay, emulator.rate = b"", 0.0, 1e9
    emulator.load_paper()


def point_at(db: Database, device: str) -> None:
    """Waru's printer stands there."""
    with db.engine.begin() as conn:
        waru = select(Office.id).where(Office.code == "waru").scalar_subquery()
        conn.execute(Printer.__table__.update().where(Printer.office_id == waru).values(device=device, width_mm=58))


def open_jobs(db: Database) -> int:
    with db.read() as look:
        waiting = select(PrintJob.id).where(PrintJob.state.in_(["pending", "sending"]))
        return len(look.conn.execute(waiting).all())


def check(db: Database, jobs: list[str], paper: bytes) -> dict[str, int]:
    """Every ticket: printed and once on paper, failed and not on paper, or unsure and at most once on paper."""
    with db.read() as look:
        rows = [job_row(look.conn, job_id) for job_id in jobs]
    wrong, states = [], {}
    for row in rows:
        whole = paper.count(row.bytes + b"\x1dr\x01") if row.bytes else 0
        states[row.state] = states.get(row.state, 0) + 1
        if whole not in WANTED.get(row.state, ()):
            wrong.append((row.label, row.state, whole, row.error))
    print(states)
    assert not wrong, (states, wrong)
    assert states.get("printed", 0) >= ENOUGH, states
    return states
