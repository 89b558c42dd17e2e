"""An office's staffing advice: from its own event log, worked out once a day, kept until the next."""

from collections import Counter as Tally
from datetime import date, time
from typing import Any

from sqlalchemy import Connection

from office.db import Tx
from office.hours import day_of_schedule
from office.kept import keep, kept
from office.line import rules_of
from office.profile import Profile
from office.recorded import Day, Minute
from office.staffing import WEEKDAY_LEAST, WEEKDAY_MOST, Weekday, blocks_of

#: the last days with tickets that are looked at
DAYS_MOST = 60
KEY = "staffing:"


def weekdays(profile: Profile, days: list[Day]) -> dict[int, Weekday]:
    """By weekday, Monday 0; those of which there are days enough, with the hours that the last one had."""
    by_weekday: dict[int, list[Day]] = {}
    for day in days:
        by_weekday.setdefault(date.fromisoformat(day.date).weekday(), []).append(day)
    found = {}
    for number, own in sorted(by_weekday.items()):
        spans = _spans(profile, own[-1])
        same = [day for day in own if _spans(profile, day) == spans][-WEEKDAY_MOST:]
        if spans and len(same) >= WEEKDAY_LEAST:
            found[number] = Weekday(blocks_of(spans), same, _counters(profile, same), rules_of(profile), _usual(profile))
    return found


def _spans(profile: Profile, day: Day) -> list[tuple[Minute, Minute]]:
    spans = day_of_schedule(profile.schedule, date.fromisoformat(day.date)).spans
    return [(_minute(span.start), _minute(span.end)) for span in spans]


def _minute(moment: time) -> Minute:
    return moment.hour * 60.0 + moment.minute


def _usual(profile: Profile) -> dict[str, float]:
    return {service.code: float(service.minutes) for service in profile.services.values()}


def _counters(profile: Profile, days: list[Day]) -> list[frozenset[str]]:
    """What each counter takes; the one that was open most comes first, as the first that anybody opens."""
    open_minutes: Tally[str] = Tally()
    for day in days:
        for span in day.duty:
            open_minutes[span.counter] += round(span.end - span.start)
    order = sorted(profile.counters.values(), key=lambda one: (-open_minutes[str(one.number)], one.number))
    return [frozenset(profile.by_id[service].code for service in one.services) for one in order]


def advice_of(conn: Connection, office: str) -> dict[str, Any] | None:
    """{through, days, weekdays: {"0": staffing.advise}}; no weekdays on fewer than 20 days. None: not worked out yet."""
    found: dict[str, Any] | None = kept(conn, KEY + office)
    return found


def keep_advice(tx: Tx, office: str, advice: dict[str, Any]) -> None:
    keep(tx.conn, KEY + office, advice)
