"""Bookings: holding a place while the form is filled, booking, moving, cancelling, and what lapses by itself."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from office import messages, slots
from office.booked import IS_BOOKED, IS_HELD, IS_LIVE, Appointment, Seat
from office.db import Tx
from office.errors import (
    Cancelled,
    ChangedMeanwhile,
    Invalid,
    OneActiveBooking,
    ServiceUnavailable,
    UnknownBooking,
    WrongState,
)
from office.flood import spare_browser, spare_office
from office.here import Here, enter
from office.ids import new_booking_code, new_id
from office.models import Office
from office.places import find_seats, rules_of
from office.profile import Profile, ServiceProfile, papers_of
from office.shown import instant
from office.states import APPOINTMENT_MOVES, AppointmentState

A = AppointmentState
PEOPLE_AT_MOST = 8

_BY_CODE = select(Appointment.__table__, Office.code.label("office_code")).join(Office).where(Appointment.code == bindparam("code"))


def book(tx: Tx, office: str, service: str, start: datetime, name: str, *, phone: str | None = None, email: str | None = None,
         people: list[dict[str, Any]] | None = None, lang: str = "id", secret: str = "", browser: str | None = None,
         hold_code: str | None = None) -> dict[str, Any]:
    """Book a place, or turn a held one into a booking.

    Errors: unknown_office, unknown_service, service_unavailable, invalid, slot_closed,
    slot_full (with the next free starts), one_active_booking, phone_wanted.
    """
    here = enter(tx, office)
    wanted = offered(here.profile, service)
    held = _held(tx, hold_code) if hold_code else None
    if held is not None and held.state == A.BOOKED:  # the form was sent twice
        return booking_view(here.profile, held)
    mark = phone_mark(phone, secret)
    _one_active(tx, mark, wanted.letter)
    if held is not None and (held.service_id != wanted.id or held.start_at != start):
        held = None
    if mark is None and (held is None or held.phone_mark is not None):  # a hold without a phone is counted already
        spare_office(tx, here)
    if held is not None:
        row = _confirm(tx, held, name, phone, email, mark, lang)
    else:
        minutes, group = length_of(here.profile, wanted, people)
        spare_browser(tx, browser)
        lapse_holds(tx, here)
        seats = find_seats(tx, here.profile, wanted, minutes, start)
        row = _insert(tx, here, wanted, A.BOOKED, start, minutes, group, seats, name=name, phone=phone, email=email,
                      phone_mark=mark, lang=lang, browser_mark=browser if tx.by.person_id is None else None)
    messages.tell_booked(tx, row)
    here.record(tx, "appointment_booked", hall=False, private={"appointment": row.id, "service": wanted.code})
    return booking_view(here.profile, row)


def hold(tx: Tx, office: str, service: str, start: datetime, people: list[dict[str, Any]] | None = None,
         browser: str | None = None, lang: str = "id", phone: str | None = None, secret: str = "") -> dict[str, Any]:
    """Keep a place for some minutes while the form is filled. Errors: as book."""
    here = enter(tx, office)
    wanted = offered(here.profile, service)
    minutes, group = length_of(here.profile, wanted, people)
    mark = phone_mark(phone, secret)
    _one_active(tx, mark, wanted.letter)
    _drop_holds_of(tx, browser)
    spare_browser(tx, browser)
    lapse_holds(tx, here)
    if mark is None:
        spare_office(tx, here)
    seats = find_seats(tx, here.profile, wanted, minutes, start)
    until = tx.now + timedelta(minutes=rules_of(here.profile).hold_minutes)
    row = _insert(tx, here, wanted, A.HELD, start, minutes, group, seats, lang=lang, browser_mark=browser, held_until_at=until,
                  phone=phone, phone_mark=mark)
    return booking_view(here.profile, row)


def move_booking(tx: Tx, code: str, start: datetime, seen_start: datetime | None = None) -> dict[str, Any]:
    """Another time: the old place is given up only when the new one is had.

    Errors: unknown_code, cancelled, wrong_state, slot_closed, slot_full, one_active_booking;
    changed_meanwhile when `seen_start` is not its time.
    """
    here, row = _mine(tx, code)
    if seen_start is not None and seen_start != row.start_at:
        raise ChangedMeanwhile(number=row.code)
    if row.state not in (A.BOOKED, A.MOVED):
        raise WrongState(number=row.code, state=row.state)
    if start == row.start_at and row.state == A.BOOKED:
        return booking_view(here.profile, row)
    if row.state == A.MOVED:
        _one_active(tx, row.phone_mark, row.letter)
    wanted = here.profile.by_id[row.service_id]
    tx.conn.execute(delete(Seat).where(Seat.appointment_id == row.id))  # undone with everything else when the new one is not had
    seats = find_seats(tx, here.profile, wanted, row.minutes, start)
    _sit(tx, here, row.id, wanted.letter, seats)
    tx.conn.execute(update(Appointment).where(Appointment.id == row.id).values(
        start_at=start, day=start.astimezone(ZoneInfo(here.profile.timezone)).date(), state=str(A.BOOKED),
        sequence=row.sequence + 1, changed_at=tx.now,
    ))
    after = find(tx.conn, code)
    messages.tell_moved(tx, after)
    here.record(tx, "appointment_moved", hall=False, private={"appointment": row.id})
    return booking_view(here.profile, after)


def cancel(tx: Tx, code: str) -> dict[str, Any]:
    """Give the place back. Cancelling twice is no error. Errors: unknown_code, wrong_state once checked in or missed."""
    here, row = _mine(tx, code, also=(A.CANCELLED,))
    if row.state == A.CANCELLED:
        return booking_view(here.profile, row)
    change(tx, row, A.CANCELLED, sequence=row.sequence + 1)
    messages.tell_cancelled(tx, row)
    here.record(tx, "appointment_cancelled", hall=False, private={"appointment": row.id})
    return booking_view(here.profile, find(tx.conn, code))


def personal_data(conn: Connection, code: str) -> dict[str, str]:
    """What is kept of a person; empty where nothing is. Errors: unknown_code."""
    row = find(conn, code)
    return {key: getattr(row, key) or "" for key in ("name", "phone", "email")}


def correct(tx: Tx, code: str, name: str, phone: str | None, email: str | None, secret: str) -> None:
    """What was erased before is kept again, as long as any other. The reminder goes where it can reach them now.
    Errors: unknown_code, cancelled, one_active_booking when another live booking has this phone.
    """
    _, row = _mine(tx, code)
    mark = phone_mark(phone, secret)
    if mark != row.phone_mark and row.state == A.BOOKED:
        _one_active(tx, mark, row.letter)
    tx.conn.execute(update(Appointment).where(Appointment.id == row.id).values(
        name=name, phone=phone, email=email, phone_mark=mark, erased_at=None
    ))
    if row.state == A.BOOKED:
        messages.remind_anew(tx, find(tx.conn, code))


def erase(tx: Tx, code: str) -> None:
    """The booking stands, without a person. Errors: unknown_code."""
    _, row = _mine(tx, code, also=(A.CANCELLED,))
    tx.conn.execute(update(Appointment).where(Appointment.id == row.id).values(
        name=None, phone=None, email=None, phone_mark=None, browser_mark=None, erased_at=tx.now
    ))


def change(tx: Tx, row: Row[Any], to: AppointmentState, **values: Any) -> None:
    """The only place that writes an appointment's state; a booking that ends gives its seats back. Errors: wrong_state."""
    if to not in APPOINTMENT_MOVES[AppointmentState(row.state)]:
        raise WrongState(number=row.code, state=row.state)
    if to in (A.CANCELLED, A.MISSED, A.MOVED):
        tx.conn.execute(delete(Seat).where(Seat.appointment_id == row.id))
    done = tx.conn.execute(
        update(Appointment).where(Appointment.id == row.id, Appointment.state == row.state)
        .values(state=str(to), **{f"{to}_at": tx.now}, **values)
    )
    if done.rowcount != 1:
        raise ChangedMeanwhile(number=row.code)


def find(conn: Connection, code: str) -> Row[Any]:
    """By the code as people type it: spaces, hyphens, any case. Errors: unknown_code."""
    row = conn.execute(_BY_CODE, {"code": plain_code(code)}).one_or_none()
    if row is None:
        raise UnknownBooking()
    return row


def plain_code(code: str) -> str:
    return "".join(c for c in code.upper() if c.isalnum())


def booking_view(profile: Profile, row: Row[Any]) -> dict[str, Any]:
    """A booking for who holds its code. No name: answers are kept for repeated requests, and an erased name must be gone."""
    service = profile.by_id[row.service_id]
    return {
        "code": row.code, "office": profile.code, "office_name": profile.name, "address": profile.address,
        "service": service.code, "service_name": service.name, "letter": row.letter, "state": row.state,
        "start": instant(row.start_at, profile.timezone), "minutes": row.minutes, "people": row.people, "lang": row.lang,
        "has_phone": row.phone is not None, "has_email": row.email is not None, "sequence": row.sequence,
        "held_until": instant(row.held_until_at, profile.timezone),
        "requirements": papers_of([profile.service(code) for person in row.people for code in person["services"]]),
    }


def phone_mark(phone: str | None, secret: str) -> str | None:
    """A keyed hash: the rule of one booking per phone outlives the erased number and cannot be guessed back."""
    if not phone:
        return None
    return hmac.new(secret.encode(), phone.encode(), hashlib.sha256).hexdigest()[:32]


def offered(profile: Profile, code: str) -> ServiceProfile:
    """Errors: unknown_service, service_unavailable."""
    service = profile.service(code)
    if not service.available:
        raise ServiceUnavailable(point=profile.short, reason=service.reason)
    return service


def length_of(profile: Profile, first: ServiceProfile, people: list[dict[str, Any]] | None) -> tuple[int, list[dict[str, Any]]]:
    """The summed length of a family's visit. `people`: [{services: [codes]}]; none: one person, one service."""
    group = people or [{"services": [first.code]}]
    if len(group) > PEOPLE_AT_MOST:
        raise Invalid(fields={"people": f"at most {PEOPLE_AT_MOST}"}, n=1)
    wanted = [offered(profile, code) for person in group for code in person["services"]]
    return sum(service.minutes for service in wanted), group


def lapse_holds(tx: Tx, here: Here) -> None:
    """Holds that ran out give their seats back, just before somebody else looks."""
    over = tx.conn.execute(
        select(Appointment.__table__).where(IS_HELD, Appointment.held_until_at < tx.now, Appointment.office_id == here.profile.id)
    ).all()
    for row in over:
        change(tx, row, A.CANCELLED)


def _drop_holds_of(tx: Tx, browser: str | None) -> None:
    """One hold a browser: choosing another time gives the first one back."""
    if browser is None:
        return
    mine = select(Appointment.__table__).where(Appointment.browser_mark == browser, IS_LIVE, IS_HELD)
    for row in tx.conn.execute(mine).all():
        change(tx, row, A.CANCELLED)


def _one_active(tx: Tx, mark: str | None, letter: str) -> None:
    if mark is None:
        return
    other = tx.conn.execute(
        select(Appointment.start_at, Office.timezone).join(Office).where(
            Appointment.phone_mark == mark, Appointment.letter == letter, IS_BOOKED, Appointment.phone_mark.is_not(None)
        )
    ).one_or_none()
    if other is not None:
        raise OneActiveBooking(start=other.start_at.astimezone(ZoneInfo(other.timezone)))


def _held(tx: Tx, code: str) -> Row[Any] | None:
    """A hold that still stands, or what it became; one that ran out is as good as none (the place is looked for again)."""
    row = tx.conn.execute(_BY_CODE, {"code": plain_code(code)}).one_or_none()
    if row is None or row.state not in (A.HELD, A.BOOKED):
        return None
    return None if row.state == A.HELD and row.held_until_at < tx.now else row


def _confirm(tx: Tx, held: Row[Any], name: str, phone: str | None, email: str | None, mark: str | None, lang: str) -> Row[Any]:
    mine = {"booked_by": tx.by.person_id, "browser_mark": None} if tx.by.person_id is not None else {}
    change(tx, held, A.BOOKED, **mine, name=name, phone=phone, email=email, phone_mark=mark, lang=lang, erased_at=None)
    return find(tx.conn, held.code)


def _insert(tx: Tx, here: Here, service: ServiceProfile, state: AppointmentState, start: datetime, minutes: int,
            people: list[dict[str, Any]], seats: Iterable[slots.Seat], **values: Any) -> Row[Any]:
    code = new_booking_code()
    row_id = new_id(tx.now)
    tx.conn.execute(insert(Appointment), {
        "id": row_id, "office_id": here.profile.id, "service_id": service.id, "letter": service.letter,
        "start_at": start, "day": start.astimezone(ZoneInfo(here.profile.timezone)).date(), "minutes": minutes,
        "people": people, "code": code, "state": str(state), f"{state}_at": tx.now, "created_at": tx.now, "sequence": 0,
        "booked_by": tx.by.person_id, **values,
    })
    _sit(tx, here, row_id, service.letter, seats)
    return find(tx.conn, code)


def _sit(tx: Tx, here: Here, appointment_id: str, letter: str, seats: Iterable[slots.Seat]) -> None:
    tx.conn.execute(insert(Seat), [
        {"office_id": here.profile.id, "start_at": s.start_at, "seat": s.seat, "letter": letter, "group_seat": s.group_seat,
         "appointment_id": appointment_id}
        for s in seats
    ])


def _mine(tx: Tx, code: str, also: tuple[AppointmentState, ...] = ()) -> tuple[Here, Row[Any]]:
    """The booking of a code, read under its office's lock. Errors: unknown_code, cancelled."""
    here = enter(tx, find(tx.conn, code).office_code)
    row = find(tx.conn, code)
    if row.state == A.CANCELLED and A.CANCELLED not in also:
        raise Cancelled()
    return here, row
