"""Places to book: pure. Which starts a day has, how many places each still has, which seat a booking takes.

A place is a row (office, start, seat). Seats count from 0 up to the capacity, so the database's unique key is
the rule against overbooking; a second number per service group keeps one group from taking all.
"""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from office.hours import Schedule, Span, day_of_schedule

# The far day's places open one by one between these hours: nothing opens at one second, so nothing is stormed.
OPENING_FROM, OPENING_UNTIL = time(6), time(20)


@dataclass(frozen=True)
class Rules:
    """An office's booking rules. `places` a step in all; `walk_in_share` of them are kept for those who just come,
    and given out online `release_minutes` before, when fewer wait than they would serve. Bookings without a phone take in
    24 hours at most `phoneless_a_day`, or `phoneless_share` of all places ahead where that is more."""

    step_minutes: int = 15
    places: int = 3
    walk_in_share: float = 0.5
    days_ahead: int = 30
    notice_minutes: int = 0
    release_minutes: int = 120
    hold_minutes: int = 10
    phoneless_a_day: int = 120
    phoneless_share: float = 0.25

    @property
    def online(self) -> int:
        """Places a step that are booked online from the first day: the walk-ins' share is rounded up."""
        if self.walk_in_share >= 1:
            return 0
        return max(1, self.places - math.ceil(self.places * self.walk_in_share)) if self.places else 0

    def steps(self, minutes: int) -> int:
        """How many steps in a row a visit of so many minutes takes."""
        return max(1, math.ceil(minutes / self.step_minutes))


class Taken(NamedTuple):
    """The seats of one step that are gone: overall, and by group."""

    seats: frozenset[int]
    group_seats: frozenset[int]


NOTHING = Taken(frozenset(), frozenset())
TakenAt = Mapping[datetime, Taken]


@dataclass(frozen=True)
class Ask:
    """What somebody looks for. `group_share`: the part of the counters that serve the group, 0 to 1.
    `waiting`: people in the hall now; they use the walk-ins' share first. `resumes_at`: the service stands still until then."""

    office: str
    schedule: Schedule
    rules: Rules
    minutes: int
    group_share: float
    now: datetime
    waiting: int = 0
    resumes_at: datetime | None = None

    @cached_property
    def here(self) -> datetime:
        """Now, on the office's clock."""
        return self.now.astimezone(ZoneInfo(self.schedule.zone))

    @cached_property
    def earliest(self) -> datetime:
        """The first start that can be had at all."""
        soonest = self.now + timedelta(minutes=self.rules.notice_minutes)
        return max(soonest, self.resumes_at) if self.resumes_at else soonest

    @property
    def group_capacity(self) -> int:
        return max(1, math.ceil(self.rules.places * self.group_share))


class Step(NamedTuple):
    """A start in a day: its minute after midnight, and how many steps fit before the span ends."""

    minute: int
    room: int


@lru_cache(maxsize=256)
def steps_of(spans: tuple[Span, ...], step: int) -> tuple[Step, ...]:
    """Every start of a day with these hours: on the grid of each span, a break ends a row."""
    found = []
    for span in spans:
        begin, end = _minute(span.start), _minute(span.end)
        count = (end - begin) // step
        found += [Step(begin + i * step, count - i) for i in range(count)]
    return tuple(found)


def _minute(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def instant_of(schedule: Schedule, on: date, minute: int) -> datetime:
    """The UTC instant of a minute of a day in the office's zone."""
    local = datetime.combine(on, time(minute // 60, minute % 60), ZoneInfo(schedule.zone))
    return local.astimezone(UTC)


def day_free(ask: Ask, on: date, taken: TakenAt) -> dict[str, Any]:
    """One date: {date, state, reason, slots: [{start, free}]}; `free` is what can be booked online now.

    `taken`: of that date alone, so that an empty one is seen as such.
    """
    today = ask.here.date()
    day = day_of_schedule(ask.schedule, on)
    outside = _outside(ask, on, today)
    if outside or not day.spans:
        return {"date": on.isoformat(), "state": "closed", "reason": outside or day.reason or CLOSED_DAY, "slots": []}
    slots = _slots(ask, on, today, day.spans, taken)
    is_open = any(slot["free"] for slot in slots)
    return {
        "date": on.isoformat(), "state": "open" if is_open else "full", "reason": None if is_open else FULL_DAY, "slots": slots,
    }


CLOSED_DAY = {"id": "Loket tutup pada hari ini", "en": "The counters are closed on this day"}
FULL_DAY = {"id": "Penuh", "en": "Full"}
TOO_FAR = {"id": "Belum dibuka untuk pemesanan", "en": "Not open for booking yet"}
OVER = {"id": "Sudah lewat", "en": "In the past"}


def _outside(ask: Ask, on: date, today: date) -> dict[str, str] | None:
    if on < today:
        return OVER
    return TOO_FAR if (on - today).days > ask.rules.days_ahead else None


def _slots(ask: Ask, on: date, today: date, spans: tuple[Span, ...], taken: TakenAt) -> list[dict[str, Any]]:
    needed = ask.rules.steps(ask.minutes)
    is_edge = (on - today).days == ask.rules.days_ahead
    plain = not is_edge and on > ask.earliest.astimezone(ask.here.tzinfo).date()
    base = min(ask.rules.online, ask.group_capacity)
    empty = _empty_day(spans, ask.rules.step_minutes, needed, base, on, ask.schedule.zone)
    if plain and not taken:  # most of a year is like this
        return [slot for _, slot in empty]
    touched = {_minute(start.astimezone(ask.here.tzinfo).time()) for start in taken}
    slots = []
    for minute, slot in empty:
        minutes = range(minute, minute + needed * ask.rules.step_minutes, ask.rules.step_minutes)
        if plain and touched.isdisjoint(minutes):
            slots.append(slot)
        else:
            slots.append({**slot, "free": min(len(seats_left(ask, on, each, taken)) for each in minutes)})
    return slots


@lru_cache(maxsize=512)
def _empty_day(spans: tuple[Span, ...], step: int, needed: int, free: int, on: date, zone: str) -> list[tuple[int, dict[str, Any]]]:
    """Each start of a date on which nothing is booked, with its minute. Shared: nobody may change it."""
    offset = datetime.combine(on, time(0), ZoneInfo(zone)).isoformat()[-6:]
    return [
        (minute, {"start": f"{on}T{minute // 60:02d}:{minute % 60:02d}:00{offset}", "free": free})
        for minute, room in steps_of(spans, step) if room >= needed
    ]  # fmt: skip


def seats_left(ask: Ask, on: date, minute: int, taken: TakenAt) -> list[int]:
    """The seats of one step that can be booked online now, lowest first; at most as many as the group may still have."""
    start = instant_of(ask.schedule, on, minute)
    if start < ask.earliest:
        return []
    gone = taken.get(start, NOTHING)
    room = ask.group_capacity - len(gone.group_seats)
    opens = (on - ask.here.date()).days == ask.rules.days_ahead  # only the farthest day opens seat by seat
    free = [
        seat for seat in range(capacity_at(ask, start))
        if seat not in gone.seats and (not opens or is_open_yet(ask, on, minute, seat))
    ]  # fmt: skip
    return free[: max(0, room)]


def capacity_at(ask: Ask, start: datetime) -> int:
    """Places online at a start: the walk-ins' share is released shortly before, unless those who wait will need it."""
    ahead = start - ask.now
    if ahead > timedelta(minutes=ask.rules.release_minutes):
        return ask.rules.online
    held_back = ask.rules.places - ask.rules.online
    steps_until = int(ahead.total_seconds() // 60) // ask.rules.step_minutes + 1
    needed = max(0, ask.waiting - held_back * (steps_until - 1))
    return ask.rules.online + max(0, held_back - needed)


def is_open_yet(ask: Ask, on: date, minute: int, seat: int) -> bool:
    """On the farthest day each seat opens at a moment of its own, fixed by a hash: the same for every process."""
    opening_day = on - timedelta(days=ask.rules.days_ahead)
    here = ask.here
    if here.date() != opening_day:
        return here.date() > opening_day
    digest = hashlib.sha256(f"{ask.office} {on} {minute} {seat}".encode()).digest()
    first, last = _minute(OPENING_FROM), _minute(OPENING_UNTIL)
    return here.hour * 60 + here.minute >= first + int.from_bytes(digest[:4], "big") % (last - first)


class Seat(NamedTuple):
    """One step of a booking: where it sits."""

    start_at: datetime
    seat: int
    group_seat: int


def choose_seats(ask: Ask, start: datetime, taken: TakenAt) -> list[Seat] | None:
    """Where a booking that begins at `start` would sit, a seat for each of its steps; None when one step is full.

    Errors: ValueError when `start` is no start of an open, bookable day (closed, off the grid, too long for it).
    """
    local = start.astimezone(ZoneInfo(ask.schedule.zone))
    on, minute = local.date(), local.hour * 60 + local.minute
    needed = ask.rules.steps(ask.minutes)
    day = day_of_schedule(ask.schedule, on)
    grid = {step.minute: step.room for step in steps_of(day.spans, ask.rules.step_minutes)}
    today = ask.here.date()
    if local.second or local.microsecond or grid.get(minute, 0) < needed or _outside(ask, on, today) or start < ask.now:
        raise ValueError("no bookable start")
    chosen = []
    for index in range(needed):
        here = minute + index * ask.rules.step_minutes
        free = seats_left(ask, on, here, taken)
        if not free:
            return None
        at = instant_of(ask.schedule, on, here)
        group_gone = taken.get(at, NOTHING).group_seats
        chosen.append(Seat(at, free[0], next(n for n in range(ask.group_capacity) if n not in group_gone)))
    return chosen
