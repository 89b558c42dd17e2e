"""What an operator does with a ticket. Guards first, then one move, then what the hall hears."""

from typing import Any

from sqlalchemy import Row, bindparam, select, update

from office import events
from office.counters import taken_codes, ticket_at, working_counter
from office.db import Tx
from office.errors import CounterBusy, CounterTaken, Invalid, NobodyWaiting, ServiceUnavailable, WrongState
from office.here import Here, enter
from office.line import Choice, choose_next, picked, reentry_time, waiting_of, why_of
from office.models import Counter, Person, Ticket
from office.moves import check_from, check_seen, move
from office.profile import CounterProfile
from office.shown import instant, ticket_row
from office.states import TicketState
from office.tickets import ticket_by_id, waiting_list

T = TicketState
_KEEP_STREAK = update(Counter).where(Counter.id == bindparam("counter")).values(streak=bindparam("streak_now"))


def call_next(tx: Tx, office: str, number: int) -> dict[str, Any]:
    """Call whom the rule chooses for this counter.

    Errors: counter_closed, counter_taken, counter_busy (a ticket is at it), nobody_waiting.
    """
    here = enter(tx, office)
    counter, row = working_counter(tx, here, number)
    _must_be_free(tx, counter)
    waiting = waiting_list(tx.conn, here.profile, here.day)
    choice = choose_next(here.profile, waiting, counter, taken_codes(here, counter, row), row.streak, tx.now)
    if choice is None:
        raise NobodyWaiting(n=number)
    return _call(tx, here, counter, ticket_by_id(tx.conn, choice.ticket.id), choice)


def call_this(tx: Tx, office: str, number: int, ticket_id: str, why: str | None = None,
              seen_state: str | None = None) -> dict[str, Any]:
    """Call a given ticket by hand; the reason is recorded and counted.

    Errors: as call_next; unknown_ticket; wrong_state; changed_meanwhile; invalid when the counter's
    equipment cannot serve it.
    """
    here = enter(tx, office)
    counter, row = working_counter(tx, here, number)
    ticket = ticket_by_id(tx.conn, ticket_id)
    tx.by.must_work_at(ticket.office_code)
    check_seen(ticket, seen_state)
    check_from(ticket, T.WAITING)
    _must_be_free(tx, counter)
    if ticket.office_id != here.profile.id or not _can_serve(counter, ticket):
        raise Invalid(fields={"ticket": "this counter cannot serve it"}, n=1)
    waiting = waiting_list(tx.conn, here.profile, here.day)
    choice = picked(here.profile, waiting_of(here.profile, ticket), waiting, counter, row.streak, why or "other")
    return _call(tx, here, counter, ticket, choice)


def _can_serve(counter: CounterProfile, ticket: Row[Any]) -> bool:
    """Its equipment allows the service, and the ticket was not sent to another counter."""
    return ticket.service_id in counter.services and ticket.only_counter_id in (None, counter.id)


def _call(tx: Tx, here: Here, counter: CounterProfile, ticket: Row[Any], choice: Choice) -> dict[str, Any]:
    move(tx, ticket, T.CALLED, counter_id=counter.id, operator_id=tx.by.person_id, times_called=ticket.times_called + 1)
    tx.conn.execute(_KEEP_STREAK, {"counter": counter.id, "streak_now": choice.reason.streak})
    called_at = instant(tx.now, here.profile.timezone)
    why = why_of(here.profile, choice.reason)
    here.record(
        tx, events.TICKET_CALLED, of=ticket, at=counter, state=str(T.CALLED), called_at=called_at,
        recall=False, times=ticket.times_called + 1, private={"why": why},
    )
    return {"ticket": _now(tx, here, ticket), "reason": why}


def recall(tx: Tx, ticket_id: str, seen_state: str | None = None) -> dict[str, Any]:
    """Say the call once more: a count and an event, no move. Errors: wrong_state unless called."""
    here, ticket = _at_hand(tx, ticket_id, seen_state)
    check_from(ticket, T.CALLED)
    times = ticket.times_called + 1
    tx.conn.execute(update(Ticket).where(Ticket.id == ticket.id).values(times_called=times))
    here.record(tx, events.TICKET_RECALLED, of=ticket, called_at=instant(tx.now, here.profile.timezone),
                recall=True, times=times)
    return _now(tx, here, ticket)


def start(tx: Tx, ticket_id: str, seen_state: str | None = None) -> dict[str, Any]:
    """The resident is at the counter. Errors: wrong_state unless called."""
    return _act(tx, ticket_id, seen_state, (T.CALLED,), T.SERVING, events.TICKET_SERVING)


def finish(tx: Tx, ticket_id: str, seen_state: str | None = None) -> dict[str, Any]:
    """Errors: wrong_state unless serving."""
    return _act(tx, ticket_id, seen_state, (T.SERVING,), T.FINISHED, events.TICKET_FINISHED)


def mark_no_show(tx: Tx, ticket_id: str, seen_state: str | None = None) -> dict[str, Any]:
    """Called, nobody came. Errors: wrong_state unless called."""
    return _act(tx, ticket_id, seen_state, (T.CALLED,), T.NO_SHOW, events.TICKET_NO_SHOW)


def hold(tx: Tx, ticket_id: str, seen_state: str | None = None) -> dict[str, Any]:
    """Set aside for a while; keeps its place. Errors: wrong_state unless called or serving."""
    return _act(tx, ticket_id, seen_state, (T.CALLED, T.SERVING), T.HELD, events.TICKET_HELD)


def put_back(tx: Tx, ticket_id: str, seen_state: str | None = None) -> dict[str, Any]:
    """Undo a call: back at its old place. Errors: wrong_state unless called."""
    return _act(tx, ticket_id, seen_state, (T.CALLED,), T.WAITING, events.TICKET_RETURNED, counter_id=None)


def resume(tx: Tx, ticket_id: str, seen_state: str | None = None) -> dict[str, Any]:
    """Held, and ready again: back at its old place. Errors: wrong_state unless held."""
    return _act(tx, ticket_id, seen_state, (T.HELD,), T.WAITING, events.TICKET_RETURNED, counter_id=None)


def return_ticket(tx: Tx, ticket_id: str, seen_state: str | None = None) -> dict[str, Any]:
    """Missed the call and reports back: in line again, behind the third of its service. Errors: wrong_state unless missed."""
    here, ticket = _at_hand(tx, ticket_id, seen_state)
    check_from(ticket, T.NO_SHOW)
    waiting = waiting_list(tx.conn, here.profile, here.day)
    promised_at = reentry_time(here.profile, waiting, waiting_of(here.profile, ticket))
    move(tx, ticket, T.WAITING, promised_at=promised_at, counter_id=None)
    here.record(tx, events.TICKET_RETURNED, of=ticket, state=str(T.WAITING), counter=None, from_state=ticket.state)
    return _now(tx, here, ticket)


def transfer(tx: Tx, ticket_id: str, service: str | None = None, counter: int | None = None,
             seen_state: str | None = None) -> dict[str, Any]:
    """Send on to another service, or to one counter, or both; keeps its time of issue and so its place.

    Errors: wrong_state unless called or serving; unknown_service, unknown_counter;
    service_unavailable; invalid when neither is given or that counter cannot serve it.
    """
    here, ticket = _at_hand(tx, ticket_id, seen_state)
    check_from(ticket, T.CALLED, T.SERVING)
    before = here.profile.by_id[ticket.service_id]
    after = here.profile.service(service) if service else before
    target = here.profile.counter(counter) if counter is not None else None
    _check_transfer(here, after, target, changed=service is not None)
    move(tx, ticket, T.WAITING, service_id=after.id, only_counter_id=target.id if target else None, counter_id=None)
    here.record(
        tx, events.TICKET_TRANSFERRED, of=ticket, state=str(T.WAITING), service=after.code, counter=None,
        from_service=before.code, to_service=after.code, to_counter=counter,
    )
    return _now(tx, here, ticket)


def _check_transfer(here: Here, service: Any, target: CounterProfile | None, changed: bool) -> None:
    if not changed and target is None:
        raise Invalid(fields={"service": "give a service or a counter"}, n=1)
    if changed and not service.available:
        raise ServiceUnavailable(point=here.profile.short, reason=service.reason)
    if target is not None and service.id not in target.services:
        raise Invalid(fields={"counter": "this counter cannot serve it"}, n=1)


def _act(tx: Tx, ticket_id: str, seen_state: str | None, among: tuple[TicketState, ...], to: TicketState,
         event: str, **changes: Any) -> dict[str, Any]:
    """The plain acts: seen, allowed from here, moved, told."""
    here, ticket = _at_hand(tx, ticket_id, seen_state)
    check_from(ticket, *among)
    if to == T.WAITING:  # back at the old place: the wait goes on as if it had not been broken
        changes["waiting_at"] = ticket.waiting_at
    move(tx, ticket, to, **changes)
    told: dict[str, Any] = {"counter": None} if to == T.WAITING else {}
    here.record(tx, event, of=ticket, state=str(to), from_state=ticket.state, **told)
    return _now(tx, here, ticket)


def _at_hand(tx: Tx, ticket_id: str, seen_state: str | None) -> tuple[Here, Row[Any]]:
    """The ticket, read under the office's lock. Errors: unknown_ticket, forbidden, changed_meanwhile, counter_taken."""
    here = enter(tx, ticket_by_id(tx.conn, ticket_id).office_code)
    ticket = ticket_by_id(tx.conn, ticket_id)
    check_seen(ticket, seen_state)
    if ticket.day != here.day:
        raise WrongState(number=ticket.label, state=ticket.state)
    if ticket.state in (T.CALLED, T.SERVING) and not tx.by.may_administrate:
        _must_be_my_counter(tx, ticket.counter_id)
    return here, ticket


def _must_be_my_counter(tx: Tx, counter_id: int) -> None:
    """A colleague's resident is the colleague's."""
    row = tx.conn.execute(
        select(Counter.operator_id, Counter.number, Person.name)
        .join(Person, Person.id == Counter.operator_id).where(Counter.id == counter_id)
    ).one_or_none()
    if row is not None and row.operator_id != tx.by.person_id:
        raise CounterTaken(n=row.number, name=row.name)


def _must_be_free(tx: Tx, counter: CounterProfile) -> None:
    busy = ticket_at(tx, counter)
    if busy is not None:
        raise CounterBusy(number=busy.label)


def _now(tx: Tx, here: Here, ticket: Row[Any]) -> dict[str, Any]:
    return ticket_row(here.profile, ticket_by_id(tx.conn, ticket.id), tx.now)
