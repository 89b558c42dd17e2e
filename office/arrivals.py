"""Arriving with a booking: the code becomes a ticket, in one transaction, with its slip."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, select

from office import policy
from office.appointments import change, find, lapse_holds, plain_code
from office.booked import IS_BOOKED, Appointment
from office.db import Tx
from office.errors import BookingClosed, Cancelled, NotBooked, NotToday, OfficeClosed, TooEarly, TooLate, WrongOffice
from office.here import Here, enter
from office.hours import is_open_for, opening_at
from office.line import rules_of
from office.models import PrintJob, Ticket
from office.profile import Profile, profile_of
from office.shown import instant
from office.states import AppointmentState, Lane
from office.tickets import issue

A = AppointmentState
OPENS_BEFORE = timedelta(minutes=30)
ENDS_AFTER = timedelta(minutes=60)


def check_in(tx: Tx, office: str, code: str, lang: str | None = None, printer: str | None = None) -> dict[str, Any]:
    """The ticket of a booking; the same ticket again when it was checked in before (`again` is then true).

    Errors: unknown_code; wrong_office; cancelled; too_early (30 minutes before is the earliest);
    too_late (an hour after; an ordinary number may still be taken); booking_closed (its time was given up); office_closed.
    """
    here = enter(tx, office)
    row = find(tx.conn, code)
    if row.office_code != office:
        theirs = profile_of(tx, row.office_code)
        raise WrongOffice(office=theirs.code, point=theirs.short, **_facts(theirs, row))
    if row.state == A.CHECKED_IN:
        return {**_ticket_of(tx, here, row), "again": True}
    _check_time(tx, here, row)
    rules = rules_of(here.profile)
    late = policy.is_late(row.start_at, tx.now, rules)
    ticket = issue(
        tx, here, here.profile.by_id[row.service_id], str(Lane.REGULAR), lang or row.lang, printer, slot_at=row.start_at,
        is_late=late, promised_at=policy.promise_of_booking(row.start_at, tx.now, rules),
    )
    change(tx, row, A.CHECKED_IN, ticket_id=ticket["id"])
    here.record(tx, "appointment_checked_in", hall=False, private={"appointment": row.id, "ticket_id": ticket["id"]})
    return {**ticket, "slot": instant(row.start_at, here.profile.timezone), "late": late, "again": False, "lang": lang or row.lang}


def _check_time(tx: Tx, here: Here, row: Row[Any]) -> None:
    """Errors: cancelled, booking_closed, wrong_state, too_early, too_late, office_closed."""
    facts = _facts(here.profile, row)
    if row.state == A.CANCELLED:
        raise Cancelled(**facts)
    if row.state == A.MISSED or tx.now > row.start_at + ENDS_AFTER:
        raise TooLate(**facts)
    if row.state == A.MOVED:
        raise BookingClosed(**facts)
    if row.state != A.BOOKED:
        raise NotBooked(number=row.code, state=row.state, **facts)
    if tx.now < row.start_at - OPENS_BEFORE:
        early = TooEarly if row.day == here.day else NotToday
        raise early(opens=facts["start"] - OPENS_BEFORE, other_day=row.day != here.day, **facts)
    opening = opening_at(here.profile.schedule, tx.now)
    if opening.code == OfficeClosed.code:
        raise OfficeClosed(opens_at=opening.opens_at, closure=opening.reason)


def _facts(profile: Profile, row: Row[Any]) -> dict[str, Any]:
    """What a refusal says of a booking: its service, and its start on the clock of its office."""
    return {"service": profile.by_id[row.service_id].code, "start": row.start_at.astimezone(ZoneInfo(profile.timezone))}


def number_of(conn: Connection, code: str) -> dict[str, str] | None:
    """What a booking became, for who holds its code: {label, key}; None before the arrival."""
    row = conn.execute(
        select(Ticket.label, Ticket.key).join(Appointment, Appointment.ticket_id == Ticket.id).where(Appointment.code == plain_code(code))
    ).one_or_none()
    return row._asdict() if row is not None else None


def _ticket_of(tx: Tx, here: Here, row: Row[Any]) -> dict[str, Any]:
    """The ticket of a booking that was checked in before, as it stands now."""
    ticket = tx.conn.execute(select(Ticket.__table__).where(Ticket.id == row.ticket_id)).one()
    slip = tx.conn.execute(select(PrintJob.id, PrintJob.state).where(PrintJob.ticket_id == ticket.id)).first()
    return {
        "id": ticket.id, "key": ticket.key, "label": ticket.label, "office": here.profile.code,
        "service": here.profile.by_id[ticket.service_id].code, "lane": ticket.lane, "state": ticket.state,
        "position": None, "ahead": None, "expect": None, "late": ticket.is_late, "lang": ticket.lang,
        "slot": instant(row.start_at, here.profile.timezone),
        "slip": {"id": slip.id, "state": slip.state} if slip is not None else None,
    }


def lapse(tx: Tx, office: str) -> int:
    """Bookings that nobody kept, and holds that ran out, give their seats back. Returns how many were not kept."""
    here = enter(tx, office)
    lapse_holds(tx, here)
    missed = tx.conn.execute(
        select(Appointment.__table__).where(
            Appointment.office_id == here.profile.id, IS_BOOKED, Appointment.start_at < tx.now - ENDS_AFTER,
        )
    ).all()
    for row in missed:  # who could not come because the office was closed has missed nothing
        change(tx, row, A.MISSED if is_open_for(here.profile.schedule, row.start_at, row.minutes) else A.MOVED)
    return len(missed)
