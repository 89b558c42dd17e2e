"""Open or closed: pure rules over an office's week, its exceptions, the holidays and the instant."""

import re
import sys
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

import holidays

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LOOK_AHEAD_DAYS = 60
CLOCK = re.compile(r"\d\d:\d\d")


@dataclass(frozen=True)
class Span:
    """From `start` up to, not including, `end`, in the office's own time."""

    start: time
    end: time


@dataclass(frozen=True)
class Special:
    """A date with hours of its own; no spans: closed. `reason` in both languages."""

    spans: tuple[Span, ...]
    reason: dict[str, str]


@dataclass(frozen=True)
class Season:
    """Other weekly hours between two dates, both included (Ramadan)."""

    first: date
    last: date
    week: dict[str, tuple[Span, ...]]


@dataclass(frozen=True)
class Schedule:
    """`exceptions` (the administrator's table) win over holidays, holidays over seasons, seasons over the week."""

    zone: str
    week: dict[str, tuple[Span, ...]]
    first_ticket: time
    last_ticket: timedelta
    seasons: tuple[Season, ...] = ()
    exceptions: dict[date, Special] | None = None
    keeps_holidays: bool = True


@dataclass(frozen=True)
class Day:
    spans: tuple[Span, ...]
    reason: dict[str, str] | None = None


@dataclass(frozen=True)
class Opening:
    """What is true at one instant. `code` None: numbers are given; else `office_closed` or `past_last_ticket`."""

    open_now: bool
    code: str | None
    tickets_from_at: datetime | None
    opens_at: datetime | None
    break_until_at: datetime | None
    last_ticket_at: datetime | None
    closes_at: datetime | None
    reason: dict[str, str] | None


def read_time(text: str) -> time:
    """"08:30" and nothing else: the library reads "08.30", as it is written here, as a fraction of a second past eight.

    Errors: ValueError.
    """
    if not CLOCK.fullmatch(text):
        raise ValueError(f"not a time like 08:30: {text!r}")
    return time.fromisoformat(text)


def read_span(text: str) -> Span:
    """"08:00-12:00". Errors: ValueError when it is not two times, the second later."""
    start, _, end = text.partition("-")
    span = Span(read_time(start.strip()), read_time(end.strip()))
    if span.end <= span.start:
        raise ValueError(f"hours end before they begin: {text}")
    return span


@cache
def _indonesia() -> Any:
    """The library's calendar of Indonesia, without those of 250 other countries, which its package would load as well (8 MB)."""
    countries = ModuleType("holidays.countries")
    countries.__path__ = [str(Path(holidays.__file__).parent / "countries")]
    sys.modules.setdefault(countries.__name__, countries)
    return import_module("holidays.countries.indonesia").Indonesia


@lru_cache(maxsize=16)
def public_holidays(year: int, lang: str) -> dict[date, str]:
    """National holidays and joint leave: the library's default would leave the joint leave out."""
    names = _indonesia()(years=year, categories=("public", "government"), language=lang)
    return dict(names.items())


def day_of_schedule(schedule: Schedule, on: date) -> Day:
    """The spans of one date and, when they are not the ordinary week's, why."""
    exception = (schedule.exceptions or {}).get(on)
    if exception is not None:
        return Day(exception.spans, exception.reason)
    if schedule.keeps_holidays and on in public_holidays(on.year, "id"):
        return Day((), {"id": public_holidays(on.year, "id")[on], "en": public_holidays(on.year, "en_US")[on]})
    for season in schedule.seasons:
        if season.first <= on <= season.last:
            return Day(season.week.get(WEEKDAYS[on.weekday()], ()))
    return Day(schedule.week.get(WEEKDAYS[on.weekday()], ()))


def is_open_for(schedule: Schedule, start: datetime, minutes: int) -> bool:
    """Whether counters work all through a visit: in one span, not over a break."""
    here = start.astimezone(ZoneInfo(schedule.zone))
    end = here + timedelta(minutes=minutes)
    spans = day_of_schedule(schedule, here.date()).spans
    return end.date() == here.date() and any(span.start <= here.time() and end.time() <= span.end for span in spans)


def opening_at(schedule: Schedule, now: datetime) -> Opening:
    """Whether numbers are given at `now`, whether counters work, and when either changes next."""
    zone = ZoneInfo(schedule.zone)
    here = now.astimezone(zone)
    day = day_of_schedule(schedule, here.date())
    if not day.spans or here.time() >= day.spans[-1].end:
        return _closed(schedule, zone, here.date() + timedelta(days=1), day.reason)
    first, last = _at(here, day.spans[0].start), _at(here, day.spans[-1].end)
    tickets_from = min(_at(here, schedule.first_ticket), first)
    if here < tickets_from:
        return _closed(schedule, zone, here.date(), None)
    last_ticket = last - schedule.last_ticket
    span = next((s for s in day.spans if here.time() < s.end), day.spans[-1])
    working = here.time() >= span.start
    pause_end = _at(here, span.start) if not working and span is not day.spans[0] else None
    past = here >= last_ticket
    following = _next_day(schedule, here.date() + timedelta(days=1)) if past else None
    return Opening(
        open_now=working,
        code="past_last_ticket" if past else None,
        tickets_from_at=_start(schedule, zone, following)[0] if past else tickets_from,
        opens_at=_start(schedule, zone, following)[1] if past else first,
        break_until_at=pause_end,
        last_ticket_at=last_ticket,
        closes_at=last,
        reason=day.reason,
    )


def _closed(schedule: Schedule, zone: ZoneInfo, search_from: date, reason: dict[str, str] | None) -> Opening:
    tickets_from, opens = _start(schedule, zone, _next_day(schedule, search_from))
    return Opening(False, "office_closed", tickets_from, opens, None, None, None, reason)


def _next_day(schedule: Schedule, start: date) -> date | None:
    """The first date from `start` with any hours; None when none is near (unknown is said as unknown)."""
    days = (start + timedelta(days=n) for n in range(LOOK_AHEAD_DAYS))
    return next((day for day in days if day_of_schedule(schedule, day).spans), None)


def _start(schedule: Schedule, zone: ZoneInfo, on: date | None) -> tuple[datetime | None, datetime | None]:
    if on is None:
        return None, None
    opens = datetime.combine(on, day_of_schedule(schedule, on).spans[0].start, zone)
    return min(datetime.combine(on, schedule.first_ticket, zone), opens), opens


def _at(here: datetime, moment: time) -> datetime:
    return datetime.combine(here.date(), moment, here.tzinfo)
