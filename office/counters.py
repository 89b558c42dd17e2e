"""Counters: who works where, what they take, and their pauses."""

from typing import Any

from sqlalchemy import Row, bindparam, select, text, update

from office import events
from office.db import Tx
from office.errors import CounterBusy, CounterClosed, CounterTaken, Forbidden, Invalid
from office.here import Here, enter
from office.models import Counter, Person, Ticket
from office.profile import CounterProfile
from office.shown import public_pause
from office.states import CounterState

COUNTER = (
    select(Counter.__table__, Person.name.label("operator"))
    .outerjoin(Person, Person.id == Counter.operator_id)
    .where(Counter.id == bindparam("id"))
)
_ATCOUNTER = select(Ticket.__table__).where(
    Ticket.counter_id == bindparam("id"), text("tickets.state IN ('called', 'serving')")
)


def read_counter(tx: Tx, counter: CounterProfile) -> Row[Any]:
    return tx.conn.execute(COUNTER, {"id": counter.id}).one()


def ticket_at(tx: Tx, counter: CounterProfile) -> Row[Any] | None:
    """The ticket that is called to or served at this counter."""
    return tx.conn.execute(_ATCOUNTER, {"id": counter.id}).one_or_none()


def takes(here: Here, counter: CounterProfile, row: Row[Any]) -> frozenset[int]:
    """Service ids this counter calls today: its operator's choice within what its equipment allows."""
    if row.taking is None:
        return counter.services
    chosen = {here.profile.services[code].id for code in row.taking if code in here.profile.services}
    return counter.services & chosen


def taken_codes(here: Here, counter: CounterProfile, row: Row[Any]) -> frozenset[str]:
    return frozenset(here.profile.by_id[i].code for i in takes(here, counter, row))


def working_counter(tx: Tx, here: Here, number: int) -> tuple[CounterProfile, Row[Any]]:
    """An open counter that is the actor's own. Errors: counter_closed, counter_taken."""
    counter = here.profile.counter(number)
    row = read_counter(tx, counter)
    if row.state != CounterState.OPEN:
        raise CounterClosed(n=number)
    _must_be_mine(tx, row)
    return counter, row


def open_counter(tx: Tx, office: str, number: int, services: list[str] | None = None) -> dict[str, Any]:
    """Sit down at a counter; one person may keep two in a small office. Opening one's own open counter again only changes what it takes.

    Errors: counter_taken (somebody else sits there), counter_busy (a ticket is at it and another
    person would take it over), invalid (services that its data does not allow).
    """
    here = enter(tx, office)
    counter = here.profile.counter(number)
    row = read_counter(tx, counter)
    if tx.by.person_id is None:
        raise Forbidden()
    if row.state != CounterState.CLOSED:
        _must_be_mine(tx, row)
    _check_allowed(here, counter, services)
    return _change(tx, here, counter, CounterState.OPEN, operator_id=tx.by.person_id, taking=services, reason=None)


def close_counter(tx: Tx, office: str, number: int) -> dict[str, Any]:
    """Errors: counter_busy while a ticket is at it; counter_taken when it is another's (an administrator may)."""
    here = enter(tx, office)
    counter = here.profile.counter(number)
    row = read_counter(tx, counter)
    if not tx.by.may_administrate:
        _must_be_mine(tx, row)
    _must_be_free(tx, counter)
    if row.state == CounterState.CLOSED:
        return counter_view(here, counter, row)
    return _change(tx, here, counter, CounterState.CLOSED, operator_id=None, taking=None, reason=None, help_at=None)


def pause_counter(tx: Tx, office: str, number: int, reason: str) -> dict[str, Any]:
    """Errors: counter_closed, counter_taken, counter_busy while a ticket is at it."""
    here, counter, _ = _own_and_open(tx, office, number)
    _must_be_free(tx, counter)
    return _change(tx, here, counter, CounterState.PAUSED, reason=reason)


def resume_counter(tx: Tx, office: str, number: int) -> dict[str, Any]:
    """Errors: counter_closed, counter_taken."""
    here, counter, row = _own_and_open(tx, office, number)
    if row.state == CounterState.OPEN:
        return counter_view(here, counter, row)
    return _change(tx, here, counter, CounterState.OPEN, reason=None)


def call_for_help(tx: Tx, office: str, number: int, needed: bool) -> dict[str, Any]:
    """Tell the colleagues' pages; the hall's screens show nothing of it."""
    here = enter(tx, office)
    counter = here.profile.counter(number)
    tx.conn.execute(update(Counter).where(Counter.id == counter.id).values(help_at=tx.now if needed else None))
    here.record(tx, events.COUNTER_CHANGED, at=counter, counter_state=read_counter(tx, counter).state)
    return counter_view(here, counter, read_counter(tx, counter))


def counter_view(here: Here, counter: CounterProfile, row: Row[Any]) -> dict[str, Any]:
    """`services`: what its data allows; `taking`: what it takes now."""
    by_id = here.profile.by_id
    return {
        "number": counter.number, "name": counter.name, "state": row.state, "reason": row.reason,
        "operator": row.operator, "operator_id": row.operator_id, "help_at": row.help_at.isoformat() if row.help_at else None,
        "services": [by_id[i].code for i in sorted(counter.services, key=lambda i: by_id[i].rank)],
        "taking": [by_id[i].code for i in sorted(takes(here, counter, row), key=lambda i: by_id[i].rank)],
    }


def _own_and_open(tx: Tx, office: str, number: int) -> tuple[Here, CounterProfile, Row[Any]]:
    """Errors: counter_closed, counter_taken."""
    here = enter(tx, office)
    counter = here.profile.counter(number)
    row = read_counter(tx, counter)
    if row.state == CounterState.CLOSED:
        raise CounterClosed(n=number)
    _must_be_mine(tx, row)
    return here, counter, row


def _must_be_mine(tx: Tx, row: Row[Any]) -> None:
    """Errors: counter_taken."""
    if row.operator_id is not None and row.operator_id != tx.by.person_id:
        raise CounterTaken(n=row.number, name=row.operator)


def _must_be_free(tx: Tx, counter: CounterProfile) -> None:
    busy = ticket_at(tx, counter)
    if busy is not None:
        raise CounterBusy(number=busy.label)


def _check_allowed(here: Here, counter: CounterProfile, services: list[str] | None) -> None:
    if services is None:
        return
    wrong = [code for code in services if here.profile.service(code).id not in counter.services]
    if wrong or not services:
        raise Invalid(fields={"services": f"not allowed at this counter: {', '.join(wrong) or 'none given'}"}, n=1)


def _change(tx: Tx, here: Here, counter: CounterProfile, state: CounterState, **values: Any) -> dict[str, Any]:
    tx.conn.execute(update(Counter).where(Counter.id == counter.id).values(state=str(state), state_at=tx.now, **values))
    here.record(tx, events.COUNTER_CHANGED, at=counter, counter_state=str(state), reason=public_pause(values.get("reason")))
    return counter_view(here, counter, read_counter(tx, counter))
