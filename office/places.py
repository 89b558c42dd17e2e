"""Where there is room: the pure rules of slots.py, asked with the rows of one office."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, select

from office import slots
from office.booked import Seat
from office.clock import day_of
from office.db import Look
from office.errors import SlotClosed, SlotFull
from office.events import count_waiting
from office.keeping import resumes_at
from office.profile import Profile, ServiceProfile, profile_of
from office.slots import Ask, Rules, Taken, TakenAt, choose_seats, day_free

NEXT_SHOWN = 5
# Looking for the next free place reads so many days of seats at a time.
DAYS_A_LOOK = 7

_SEATS = select(Seat.start_at, Seat.seat, Seat.letter, Seat.group_seat).where(
    Seat.office_id == bindparam("office"), Seat.start_at >= bindparam("first"), Seat.start_at < bindparam("last")
)


def rules_of(profile: Profile) -> Rules:
    return Rules(**profile.settings.get("booking", {}))


def ask_of(look: Look, profile: Profile, service: ServiceProfile, minutes: int, waiting: int | None = None) -> Ask:
    """What the pure rules need to know of an office and a service."""
    serving = sum(1 for c in profile.counters.values() if service.id in c.services)
    return Ask(
        profile.code, profile.schedule, rules_of(profile), minutes,
        serving / len(profile.counters) if profile.counters else 0.0, look.now,
        count_waiting(look.conn, profile.id, day_of(look.now, profile.timezone)) if waiting is None else waiting,
        resumes_at(profile, service.id, look.now),
    )


def taken_between(conn: Connection, profile: Profile, letter: str, first: date, last: date) -> dict[date, dict[datetime, Taken]]:
    """The seats that are gone, by date and start: from `first` up to, not including, `last`."""
    zone = ZoneInfo(profile.timezone)
    rows = conn.execute(_SEATS, {
        "office": profile.id, "first": datetime.combine(first, time(0), zone), "last": datetime.combine(last, time(0), zone),
    })
    seats: dict[datetime, set[int]] = defaultdict(set)
    mine: dict[datetime, set[int]] = defaultdict(set)
    for row in rows:
        seats[row.start_at].add(row.seat)
        if row.letter == letter:
            mine[row.start_at].add(row.group_seat)
    by_day: dict[date, dict[datetime, Taken]] = defaultdict(dict)
    for start, gone in seats.items():
        by_day[start.astimezone(zone).date()][start] = Taken(frozenset(gone), frozenset(mine[start]))
    return by_day


def free_days(look: Look, office: str, service: str, first: date, days: int, minutes: int | None = None) -> list[dict[str, Any]]:
    """Each date with its starts and what is free online now. Errors: unknown_office, unknown_service."""
    profile = profile_of(look, office)
    wanted = profile.service(service)
    ask = ask_of(look, profile, wanted, minutes or wanted.minutes)
    taken = taken_between(look.conn, profile, wanted.letter, first, first + timedelta(days=days))
    return [day_free(ask, on, taken.get(on, {})) for on in (first + timedelta(days=n) for n in range(days))]


def next_free(look: Look, profile: Profile, ask: Ask, letter: str, after: datetime, count: int = NEXT_SHOWN,
              that_day: TakenAt | None = None) -> list[str]:
    """The next starts with a place, from `after` on, looking as far as may be booked. `that_day`: what is taken on the
    day of `after`, where the caller has read it: most often a later hour of it is free."""
    on, end = after.astimezone(ask.here.tzinfo).date(), ask.here.date() + timedelta(days=ask.rules.days_ahead + 1)
    found: list[str] = []
    if that_day is not None:
        found, on = _starts_after(ask, on, that_day, after), on + timedelta(days=1)
    while on < end and len(found) < count:
        until = min(end, on + timedelta(days=DAYS_A_LOOK))
        taken = taken_between(look.conn, profile, letter, on, until)
        while on < until and len(found) < count:
            found += _starts_after(ask, on, taken.get(on, {}), after)
            on += timedelta(days=1)
    return found[:count]


def _starts_after(ask: Ask, on: date, taken: TakenAt, after: datetime) -> list[str]:
    starts = (slot["start"] for slot in day_free(ask, on, taken)["slots"] if slot["free"])
    return [start for start in starts if datetime.fromisoformat(start) > after]


def find_seats(look: Look, profile: Profile, service: ServiceProfile, minutes: int, start: datetime) -> list[slots.Seat]:
    """Errors: slot_closed; slot_full with the next free starts."""
    # Who waits now matters only where the walk-ins' share may be given out: not asked for a start that is farther away.
    is_far = start - look.now > timedelta(minutes=rules_of(profile).release_minutes)
    ask = ask_of(look, profile, service, minutes, waiting=0 if is_far else None)
    on = start.astimezone(ZoneInfo(profile.timezone)).date()
    taken = taken_between(look.conn, profile, service.letter, on, on + timedelta(days=1)).get(on, {})
    try:
        seats = choose_seats(ask, start, taken)
    except ValueError:
        from_now = ask_of(look, profile, service, minutes)
        raise SlotClosed(next=next_free(look, profile, from_now, service.letter, look.now)) from None
    if seats is None:
        local = start.astimezone(ZoneInfo(profile.timezone))
        raise SlotFull(start=local, next=next_free(look, profile, ask, service.letter, start, that_day=taken))
    return seats
