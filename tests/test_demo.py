"""The demo: a seeded day, played through the running server, that leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import psutil
import pytest
import requests

from demo.plan import Service, arrivals, visit
from demo.stage import next_working_day
from office import check
from office.clock import real_now
from office.db import Database
from office.hours import Schedule, read_span, read_time
from settings import ROOT
from tests.bench.place import free_port

OFFERED = [Service("KTP_REC", "A", 10), Service("KK_NEW", "S", 15), Service("INFO", "Z", 4)]
TUESDAY = date(2026, 11, 24)
WORKING = (read_span("08:00-12:00"), read_span("13:00-15:00"))
STARTS_WITHIN_SECONDS, CALLS_WITHIN_SECONDS = 40, 60


def working_on(*days: str) -> Schedule:
    return Schedule(
        "Asia/Makassar", dict.fromkeys(days, WORKING), read_time("07:30"), timedelta(minutes=30), keeps_holidays=False
    )


def test_the_same_seed_gives_the_same_day() -> None:
    """Whoever shows the demo twice shows the same residents."""
    first, second = (arrivals(Random(7), "waru", TUESDAY, "Asia/Makassar", OFFERED) for _ in range(2))
    assert first == second
    assert visit(Random(7), 10) == visit(Random(7), 10)


def test_residents_come_while_numbers_are_given() -> None:
    """Nobody is sent at an hour at which the kiosk would refuse, and all come in order."""
    came = [arrival.at for arrival in arrivals(Random(1), "penajam", TUESDAY, "Asia/Makassar", OFFERED)]
    assert came == sorted(came)
    assert came[0].time() >= read_time("07:30")
    assert came[-1].time() < read_time("14:30")


def test_the_demo_begins_on_a_day_on_which_every_office_works() -> None:
    """On a Friday evening it begins on the first weekday that all offices share, shortly before eight."""
    friday = datetime(2026, 11, 27, 12, tzinfo=UTC)
    starts = next_working_day([working_on("mon", "tue"), working_on("tue", "wed")], friday)
    assert starts.isoformat() == "2026-12-01T07:50:00+08:00"


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A running demo and its port."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "demo", "--rate", "120", "--database", str(tmp_path / "demo.db")],
        cwd=ROOT, env={**os.environ, "KIOSK_PORT": str(port), "KIOSK_DATABASE_URL": ""}, stdout=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    yield process, port
    if process.poll() is None:
        for left in psutil.Process(process.pid).children(recursive=True):
            left.kill()
        process.kill()
    process.communicate()


@pytest.mark.slow
@pytest.mark.xdist_group("server")
def test_a_day_is_played_and_leaves_no_process(demo: tuple[subprocess.Popen[str], int], tmp_path: Path) -> None:
    """Numbers are taken and called, every invariant holds, and Ctrl-C ends the server with the demo."""
    process, port = demo
    board = first_call(port)
    family = psutil.Process(process.pid).children(recursive=True)
    assert board["calls"]
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0
    assert psutil.wait_procs(family, timeout=5)[1] == []
    db = Database(f"sqlite:///{tmp_path / 'demo.db'}", real_now)
    with db.read() as look:
        assert check.recount(look) == []
    db.close()


def first_call(port: int) -> dict[str, object]:
    """The main office's board once somebody was called. Errors: TimeoutError."""
    until = time.monotonic() + STARTS_WITHIN_SECONDS + CALLS_WITHIN_SECONDS
    while time.monotonic() < until:
        try:
            board: dict[str, object] = requests.get(f"http://127.0.0.1:{port}/api/v1/offices/penajam/board", timeout=30).json()
        except requests.RequestException:
            time.sleep(0.2)
            continue
        if board["calls"]:
            return board
        time.sleep(0.3)
    raise TimeoutError("nobody was called")
