"""Staffing advice from the office's own log: once a day, never on fewer than twenty days, kept for the pages."""

from datetime import timedelta

import pytest

from advisor import Advisor
from office import calling
from office.advice import advice_of


@pytest.fixture
def worked(hall, clock):
    """So many working days with two people each, until yesterday; nobody at work today."""

    def make(days):
        clock.set("2026-10-19T09:00:00+08:00")
        for _ in range(days):
            _a_day(hall, clock)
            clock.move(days=3 if clock.at.weekday() == 4 else 1)

    return make


def _a_day(hall, clock):
    hall.sit()
    for _ in range(2):
        hall.take()
    for _ in range(2):
        ticket = hall.call()
        hall.act(calling.start, ticket)
        clock.move(minutes=5)
        hall.act(calling.finish, ticket)
    clock.move(minutes=-10)


def advice(hall):
    Advisor(hall.db, lambda seconds: None).refresh_due()
    with hall.db.read() as look:
        return advice_of(look.conn, hall.office)


def test_unknown_on_few_days(hall, worked):
    """How many days there are is said, and nothing else."""
    worked(3)
    made = advice(hall)
    assert (made["days"], made["weekdays"]) == (3, {})


def test_advice_by_weekday(hall, worked):
    """On twenty days, each weekday that was seen four times has its own; the next look of the day adds nothing."""
    worked(20)
    made = advice(hall)
    assert (made["days"], set(made["weekdays"])) == (20, {"0", "1", "2", "3", "4"})
    monday = made["weekdays"]["0"]
    assert (monday["days"], monday["counters"]) == (4, 3)
    assert all(block["open"] == 1 for block in monday["blocks"])


def test_once_a_day(hall, worked, clock, monkeypatch):
    """What is known of yesterday is not worked out again today, but tomorrow."""
    worked(1)
    advice(hall)
    made = []
    monkeypatch.setattr(Advisor, "_refresh", lambda *about: made.append(about[2]))
    advice(hall)
    assert made == []
    clock.move(days=1)
    advice(hall)
    assert made[0] == (clock.at + timedelta(hours=8)).date() - timedelta(days=1)


def test_one_office_s_fault_is_its_own(hall, worked, monkeypatch):
    """Advice that cannot be made in one office does not keep the others from theirs."""
    worked(1)
    made, real = [], Advisor._refresh

    def refresh(self, profile, through):
        made.append(profile.code)
        if len(made) == 1:
            raise ValueError("an odd day")
        real(self, profile, through)

    monkeypatch.setattr(Advisor, "_refresh", refresh)
    advice(hall)
    assert len(made) == len(set(made)) == 3
