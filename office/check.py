"""Recounting what must always be true. Every finding is a line that names the rows."""

from collections.abc import Callable, Iterator

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from office.db import Look
from office.models import Event, Office, PrintJob, Series, Ticket
from office.states import OPEN_STATES, TicketState

OPEN = [str(state) for state in OPEN_STATES]
# A ticket in one of these has been through the other's stamp.
STAMPS = {
    TicketState.CALLED: Ticket.called_at, TicketState.SERVING: Ticket.serving_at, TicketState.FINISHED: Ticket.finished_at,
    TicketState.NO_SHOW: Ticket.no_show_at, TicketState.HELD: Ticket.held_at, TicketState.LEFT: Ticket.left_at,
}


def recount(look: Look) -> list[str]:
    """Every invariant on one consistent look. Empty: all hold."""
    return [line for check in CHECKS for line in check(look)]


def _numbers(look: Look) -> Iterator[str]:
    """Per office, day and letter: 1..n without a gap, and the series stands at n."""
    counted = (
        select(Ticket.office_id, Ticket.day, Ticket.letter, func.count().label("n"), func.min(Ticket.number).label("low"),
               func.max(Ticket.number).label("high"), func.count(func.distinct(Ticket.number)).label("different"))
        .group_by(Ticket.office_id, Ticket.day, Ticket.letter).subquery()
    )
    rows = look.conn.execute(
        select(Series.office_id, Series.day, Series.letter, Series.last, counted.c.n, counted.c.low, counted.c.high, counted.c.different)
        .outerjoin(counted, (counted.c.office_id == Series.office_id) & (counted.c.day == Series.day) & (counted.c.letter == Series.letter))
    )
    for r in rows:
        if not (r.low == 1 and r.high == r.n == r.different == r.last):
            yield f"numbers: office {r.office_id} {r.day} {r.letter}: {r.n} tickets from {r.low} to {r.high}, series at {r.last}"


def _orphans(look: Look) -> Iterator[str]:
    """No ticket without its series."""
    rows = look.conn.execute(
        select(Ticket.id, Ticket.label).outerjoin(
            Series, (Series.office_id == Ticket.office_id) & (Series.day == Ticket.day) & (Series.letter == Ticket.letter)
        ).where(Series.last.is_(None))
    )
    for r in rows:
        yield f"numbers: ticket {r.id} {r.label} has no series"


def _labels(look: Look) -> Iterator[str]:
    rows = look.conn.execute(
        select(Ticket.office_id, Ticket.day, Ticket.label, func.count().label("n"))
        .group_by(Ticket.office_id, Ticket.day, Ticket.label).having(func.count() > 1)
    )
    for r in rows:
        yield f"labels: office {r.office_id} {r.day} {r.label} given {r.n} times"


def _versions(look: Look) -> Iterator[str]:
    """The hall feed counts 1..v without a gap."""
    rows = look.conn.execute(
        select(Office.code, Office.v, func.count(Event.v).label("n"), func.min(Event.v).label("low"), func.max(Event.v).label("high"))
        .outerjoin(Event, (Event.office_id == Office.id) & Event.v.is_not(None)).group_by(Office.id, Office.code, Office.v)
    )
    for r in rows:
        if r.v != r.n or (r.n and (r.low != 1 or r.high != r.v)):
            yield f"feed: office {r.code} is at {r.v} but has {r.n} events from {r.low} to {r.high}"


def _one_at_a_counter(look: Look) -> Iterator[str]:
    rows = look.conn.execute(
        select(Ticket.counter_id, func.count().label("n")).where(Ticket.state.in_(OPEN), Ticket.counter_id.is_not(None))
        .group_by(Ticket.counter_id).having(func.count() > 1)
    )
    for r in rows:
        yield f"counters: {r.n} tickets at counter {r.counter_id}"


def _open_needs_counter(look: Look) -> Iterator[str]:
    rows = look.conn.execute(select(Ticket.id, Ticket.label).where(Ticket.state.in_(OPEN), Ticket.counter_id.is_(None)))
    for r in rows:
        yield f"counters: ticket {r.id} {r.label} is called but to no counter"


def _stamps(look: Look) -> Iterator[str]:
    """Each state has its time, and nobody is called before the ticket was issued."""
    for state, column in STAMPS.items():
        rows = look.conn.execute(select(Ticket.id, Ticket.label).where(Ticket.state == str(state), column.is_(None)))
        for r in rows:
            yield f"states: ticket {r.id} {r.label} is {state} without its time"
    early = or_(Ticket.called_at < Ticket.issued_at, Ticket.finished_at < Ticket.serving_at)
    for r in look.conn.execute(select(Ticket.id, Ticket.label).where(early)):
        yield f"states: ticket {r.id} {r.label} has times in the wrong order"


def _calls(look: Look) -> Iterator[str]:
    """A ticket is called once between two waits: its calls are one more than its returns to the line, at most."""
    called = (
        select(Event.ticket_id, func.count().label("n")).where(Event.type == "ticket_called").group_by(Event.ticket_id).subquery()
    )
    back = aliased(
        select(Event.ticket_id, func.count().label("n"))
        .where(Event.type.in_(("ticket_returned", "ticket_transferred"))).group_by(Event.ticket_id).subquery()
    )
    rows = look.conn.execute(
        select(called.c.ticket_id, called.c.n, func.coalesce(back.c.n, 0).label("back"))
        .outerjoin(back, back.c.ticket_id == called.c.ticket_id).where(called.c.n > func.coalesce(back.c.n, 0) + 1)
    )
    for r in rows:
        yield f"calls: ticket {r.ticket_id} was called {r.n} times, back in line {r.back} times"


def _taken(look: Look) -> Iterator[str]:
    """Every ticket has its first event and its slip."""
    rows = look.conn.execute(
        select(Ticket.id, Ticket.label)
        .outerjoin(Event, (Event.ticket_id == Ticket.id) & (Event.type == "ticket_taken")).where(Event.id.is_(None))
    )
    for r in rows:
        yield f"events: ticket {r.id} {r.label} was never taken"
    for r in look.conn.execute(
        select(Ticket.id, Ticket.label).outerjoin(PrintJob, PrintJob.ticket_id == Ticket.id).where(PrintJob.id.is_(None))
    ):
        yield f"slips: ticket {r.id} {r.label} has none"


CHECKS: tuple[Callable[[Look], Iterator[str]], ...] = (
    _numbers, _orphans, _labels, _versions, _one_at_a_counter, _open_needs_counter, _stamps, _calls, _taken,
)
