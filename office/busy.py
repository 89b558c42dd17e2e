"""Counting past days for the best time to come: once a day, kept by the hour, read from a few hundred rows."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select

from office.clock import day_of
from office.days import day_of_log
from office.db import Look, Tx
from office.expected import days_to_learn
from office.here import enter
from office.profile import Profile
from office.quiet import HourCount, Weekday, hours_of_day, weekdays
from office.remembered import BusyHour

#: older days say little of tomorrow
DAYS_READ = 84
#: what was read stays so long in the process
REMEMBER = timedelta(minutes=10)

_LAST = select(func.max(BusyHour.day)).where(BusyHour.office_id == bindparam("office"))
_HOURS: Any = select(BusyHour.day, BusyHour.hour, BusyHour.came, BusyHour.called, BusyHour.waited).where(
    BusyHour.office_id == bindparam("office"), BusyHour.day >= bindparam("first")
)


def next_to_count(look: Look, profile: Profile) -> date | None:
    """The oldest finished day that was not counted yet, of those that are read at all; None: all are."""
    last, today = look.conn.execute(_LAST, {"office": profile.id}).scalar_one(), day_of(look.now, profile.timezone)
    first = max(last, today - timedelta(days=DAYS_READ)) if last else today - timedelta(days=DAYS_READ)
    return next(iter(days_to_learn(look.conn, profile, first, today)), None)


def count_of(look: Look, profile: Profile, day: date) -> list[HourCount]:
    """Read without a lock: a finished day does not change."""
    return hours_of_day(day, day_of_log(look, profile, day).legs)


def keep_count(tx: Tx, office: str, day: date, hours: list[HourCount]) -> None:
    """Whatever another process counted of that day is replaced by the same."""
    here = enter(tx, office)
    tx.conn.execute(delete(BusyHour).where(BusyHour.office_id == here.profile.id, BusyHour.day == day))
    rows = hours or [HourCount(day, 0, 0, 0, 0.0)]
    tx.conn.execute(insert(BusyHour), [{"office_id": here.profile.id, **row._asdict()} for row in rows])


def busy_weekdays(look: Look, profile: Profile) -> dict[int, Weekday]:
    """By weekday (0 is Monday), from the last twelve weeks; kept in the process for some minutes."""
    kept: tuple[datetime, dict[int, Weekday]] | None = look.memo.get("busy:" + profile.code)
    if kept is None or not timedelta(0) <= look.now - kept[0] < REMEMBER:
        first = day_of(look.now, profile.timezone) - timedelta(days=DAYS_READ)
        rows = look.conn.execute(_HOURS, {"office": profile.id, "first": first})
        kept = (look.now, weekdays(HourCount(*row) for row in rows))
        look.memo["busy:" + profile.code] = kept
    return kept[1]
