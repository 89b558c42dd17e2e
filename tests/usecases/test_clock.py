"""The demo clock is kept in the database: restarts, commands and all processes agree."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import StatementError

from office import clock as clocks
from office.demo_clock import demo_clock
from office.models import Request

START = datetime(2026, 11, 24, 1, tzinfo=UTC)
REAL = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture
def real(monkeypatch):
    """The machine's own clock, moved by the test; returns how."""
    at = [REAL]
    monkeypatch.setattr("office.demo_clock.real_now", lambda: at[0])
    monkeypatch.setattr(clocks, "real_now", lambda: at[0])

    def move(**delta):
        at[0] += timedelta(**delta)

    return move


def test_it_starts_at_its_instant_and_runs(url, real):
    """The first look is the start; then it runs as fast as it was told."""
    now = demo_clock(url, START, 60)
    assert now() == START
    real(minutes=1)
    assert now() == START + timedelta(hours=1)


def test_it_stands_before_the_first_look(url, real):
    """The offset is fixed when the database first sees it, not when the process starts."""
    now = demo_clock(url, START, 1)
    real(hours=5)
    assert now() == START


def test_a_restart_goes_on(url, real):
    """Another process with the same values agrees on the time; it does not begin again."""
    assert demo_clock(url, START, 1)() == START
    real(minutes=10)
    assert demo_clock(url, START, 1)() == START + timedelta(minutes=10)


@pytest.mark.parametrize(("start", "rate"), [(START + timedelta(days=1), 1), (START, 2)])
def test_another_value_replaces_it(url, real, start, rate):
    """Another instant or another rate begins anew, for whoever comes next."""
    demo_clock(url, START, 1)()
    real(minutes=10)
    assert demo_clock(url, start, rate)() == start


def test_it_is_utc_whatever_its_start_says(url, real):
    """Instants are UTC inside, also when the setting is written in the office's zone."""
    assert demo_clock(url, datetime.fromisoformat("2026-11-24T09:00:00+08:00"), 1)().tzinfo is UTC


def test_naive_datetimes_are_refused(hall):
    """A time without its offset would silently shift: it cannot be stored."""
    naive = insert(Request).values(id="x", fingerprint="", answer={}, at=hall.clock().replace(tzinfo=None))
    with pytest.raises(StatementError, match="naive datetime"):
        hall.do(lambda tx: tx.conn.execute(naive))


@pytest.mark.parametrize(
    ("instant", "zone", "day"),
    [("2026-11-24T15:59:59+00:00", "Asia/Makassar", 24), ("2026-11-24T16:00:00+00:00", "Asia/Makassar", 25),
     ("2026-11-24T15:00:00+00:00", "Asia/Jayapura", 25)],
)  # fmt: skip
def test_the_day_is_the_offices_own(instant, zone, day):
    """The calendar day at an instant depends on the zone."""
    assert clocks.day_of(datetime.fromisoformat(instant), zone).day == day
