"""The hall as it stands, from the rows: what a forecast may know at this moment."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Row, bindparam, func, select, text

from office.clock import day_of
from office.days import bookings_of, minute_of, planned
from office.db import Look
from office.events import IS_AWAY, IS_WAITING
from office.hall import AtCounter, CounterNow, Finished, Hall, InLine
from office.hours import opening_at
from office.line import all_waiting, rules_of
from office.models import Counter, Series, Ticket
from office.policy import Kind
from office.profile import Profile
from office.recorded import Rulebook, Span
from office.states import CounterState, Lane, TicketState
from office.tickets import WAITING_COLUMNS

# More than so many waiting are not played forward: the last ones' times would be guesses, and cost the others'.
PLAYED_AT_MOST = 200
RECENT = 60

_AWAY = select(Ticket.__table__).where(Ticket.office_id == bindparam("office"), Ticket.day == bindparam("day"), IS_AWAY)
# In the order of their turns (policy.Waiting.order): those beyond the limit are the last.
_FIRST_IN_LINE = (
    select(*WAITING_COLUMNS, Ticket.waiting_at)
    .where(Ticket.office_id == bindparam("office"), Ticket.day == bindparam("day"), IS_WAITING)
    .order_by(Ticket.promised_at, Ticket.number, Ticket.label).limit(PLAYED_AT_MOST)
)
_RECENT: Any = (
    select(Ticket.service_id, Ticket.operator_id, Ticket.counter_id, Ticket.serving_at, Ticket.finished_at)
    .where(Ticket.office_id == bindparam("office"), Ticket.day == bindparam("day"), text("tickets.state = 'finished'"))
    .order_by(Ticket.finished_at.desc()).limit(RECENT)
)
_COUNTERS = select(
    Counter.id, Counter.number, Counter.state, Counter.state_at, Counter.taking, Counter.operator_id, Counter.streak
).where(Counter.office_id == bindparam("office"), Counter.in_use.is_(True)).order_by(Counter.number)
_TAKEN = select(func.coalesce(func.sum(Series.last), 0)).where(Series.office_id == bindparam("office"), Series.day == bindparam("day"))


def hall_now(look: Look, profile: Profile) -> Hall:
    """Counters, who waits, who is served, what ended lately, who is still expected."""
    day = day_of(look.now, profile.timezone)
    keys = {"office": profile.id, "day": day}
    opening = opening_at(profile.schedule, look.now)
    recent = look.conn.execute(_RECENT, keys).all()
    taken = int(look.conn.execute(_TAKEN, keys).scalar_one())
    booked = list(bookings_of(look, profile, day))
    zone = profile.timezone
    return Hall(
        now=minute_of(look.now, zone), counters=tuple(_counters(look, profile, day, recent)),
        waiting=tuple(_waiting(look, profile, day)),
        bookings=tuple(b for b in booked if b.checked_in is None), finished=tuple(_finished(profile, recent)),
        walk_ins=taken - sum(1 for b in booked if b.checked_in is not None), rules=_rulebook(profile),
        closes=minute_of(opening.closes_at, zone) if opening.closes_at else None,
        last_ticket=minute_of(opening.last_ticket_at, zone) if opening.last_ticket_at else None,
        standard_minutes=standard_minutes(profile),
    )


def standard_minutes(profile: Profile) -> dict[str, float]:
    return {s.code: float(s.minutes) for s in profile.services.values()}


def _rulebook(profile: Profile) -> Rulebook:
    rules = rules_of(profile)
    return Rulebook(rules.promise_prio, rules.promise_walk, rules.promise_late, rules.grace, rules.early, rules.zip, rules.reentry_after)


def _waiting(look: Look, profile: Profile, day: date) -> list[InLine]:
    rows = look.conn.execute(_FIRST_IN_LINE, {"office": profile.id, "day": day}).all()
    line = all_waiting(profile, [row[:-1] for row in rows])
    zone = profile.timezone
    return [
        InLine(
            id=t.id, number=t.number, service=t.service, kind=t.kind, issued=minute_of(t.issued_at, zone),
            queued=minute_of(row.waiting_at, zone), promise=_promise(t.promise_at, t.issued_at, zone),
            slot=minute_of(t.slot_at, zone) if t.slot_at else None, counter=None if t.counter is None else str(t.counter),
            leg="first" if row.waiting_at == t.issued_at else "transfer",  # who was here before is not missed or sent on again
        )
        for t, row in zip(line, rows, strict=True)
    ]


def _promise(at: Any, issued_at: Any, zone: str) -> float:
    """A promise may lie behind midnight: minutes go on."""
    return minute_of(issued_at, zone) + float((at - issued_at).total_seconds()) / 60


def _counters(look: Look, profile: Profile, day: date, recent: Iterable[Row[Any]]) -> Iterable[CounterNow]:
    keys = {"office": profile.id, "day": day}
    serving = {t.counter_id: t for t in look.conn.execute(_AWAY, keys) if t.state in (TicketState.CALLED, TicketState.SERVING)}
    freed: dict[int, float] = {}
    for row in recent:
        if row.counter_id is not None and row.finished_at is not None:
            freed.setdefault(row.counter_id, minute_of(row.finished_at, profile.timezone))
    plan: dict[str, list[Span]] = {}
    for span in planned(profile, day):
        plan.setdefault(span.counter, []).append(span)
    for row in look.conn.execute(_COUNTERS, {"office": profile.id}):
        counter = profile.counters.get(row.number)
        if counter is None:
            continue
        allowed = {profile.by_id[i].code for i in counter.services}
        at_hand = serving.get(row.id)
        yield CounterNow(
            id=str(row.number), services=frozenset(allowed & set(row.taking) if row.taking is not None else allowed),
            is_open=row.state == CounterState.OPEN,
            since=minute_of(row.state_at, profile.timezone) if row.state_at and day_of(row.state_at, profile.timezone) == day else None,
            clerk=str(row.operator_id or row.number), serving=_at_counter(profile, at_hand) if at_hand is not None else None,
            freed=freed.get(row.id), streak=row.streak, plan=tuple(plan.get(str(row.number), ())),
        )


def _at_counter(profile: Profile, ticket: Row[Any]) -> AtCounter:
    zone = profile.timezone
    kind: Kind = "ordinary"
    if ticket.slot_at is not None:
        kind = "late" if ticket.is_late else "booked"
    elif ticket.lane == Lane.PRIORITY:
        kind = "priority"
    line = InLine(
        id=ticket.id, number=ticket.number, service=profile.by_id[ticket.service_id].code, kind=kind,
        issued=minute_of(ticket.issued_at, zone), queued=minute_of(ticket.waiting_at, zone),
        promise=_promise(ticket.promised_at, ticket.issued_at, zone),
        slot=minute_of(ticket.slot_at, zone) if ticket.slot_at else None,
    )
    started = minute_of(ticket.serving_at, zone) if ticket.state == TicketState.SERVING else None
    return AtCounter(line, minute_of(ticket.called_at, zone), started)


def _finished(profile: Profile, recent: Iterable[Row[Any]]) -> Iterable[Finished]:
    for row in recent:
        if row.serving_at is not None and row.finished_at is not None:
            yield Finished(
                profile.by_id[row.service_id].code, str(row.operator_id or row.counter_id),
                (row.finished_at - row.serving_at).total_seconds() / 60, minute_of(row.finished_at, profile.timezone),
            )
