"""The end of a day: nothing stays open overnight."""

from datetime import date
from typing import Any

from sqlalchemy import Row, select, update

from office import events
from office.db import Tx
from office.events import Happening
from office.models import Counter, Ticket
from office.moves import move
from office.profile import Profile
from office.states import CounterState, TicketState

# What becomes of a ticket that the day left behind, and the event that says so.
AT_NIGHT = {
    TicketState.WAITING: (TicketState.LEFT, events.TICKET_LEFT),
    TicketState.HELD: (TicketState.LEFT, events.TICKET_LEFT),
    TicketState.CALLED: (TicketState.NO_SHOW, events.TICKET_NO_SHOW),
    TicketState.SERVING: (TicketState.FINISHED, events.TICKET_FINISHED),
}


def end_day(tx: Tx, profile: Profile, today: date) -> None:
    """Close every counter, and every ticket of the days before `today`, each with an event that says it was the night."""
    tx.conn.execute(update(Counter).where(Counter.office_id == profile.id).values(streak=0))
    for counter in profile.counters.values():
        _close_counter(tx, profile, today, counter.id, counter.number)
    left_behind = tx.conn.execute(
        select(Ticket.__table__).where(
            Ticket.office_id == profile.id, Ticket.day < today, Ticket.state.in_([str(s) for s in AT_NIGHT])
        )
    ).all()
    for ticket in left_behind:
        _close_ticket(tx, profile, today, ticket)


def _close_counter(tx: Tx, profile: Profile, today: date, counter_id: int, number: int) -> None:
    closed = tx.conn.execute(
        update(Counter)
        .where(Counter.id == counter_id, Counter.state != str(CounterState.CLOSED))
        .values(state=str(CounterState.CLOSED), operator_id=None, taking=None, reason=None, state_at=tx.now, help_at=None)
    ).rowcount
    if closed:
        _record(tx, profile, today, events.COUNTER_CHANGED, counter_id=counter_id,
                data={"counter": number, "counter_state": str(CounterState.CLOSED), "reason": None})


def _close_ticket(tx: Tx, profile: Profile, today: date, ticket: Row[Any]) -> None:
    to, event_type = AT_NIGHT[TicketState(ticket.state)]
    move(tx, ticket, to)
    _record(tx, profile, today, event_type, ticket_id=ticket.id, data={
        "ticket": ticket.label, "ticket_id": ticket.id, "service": profile.by_id[ticket.service_id].code,
        "lane": ticket.lane, "state": str(to), "counter": profile.counter_number(ticket.counter_id), "day_over": True,
    })


def _record(tx: Tx, profile: Profile, today: date, event_type: str, *, data: dict[str, Any],
            ticket_id: str | None = None, counter_id: int | None = None) -> None:
    tx.happenings.append(Happening(profile.id, profile.code, today, event_type, data,
                                   ticket_id=ticket_id, counter_id=counter_id))
