"""Bookings that an office cannot keep: a closure, other hours or an outage came after them. Found, told, offered another time."""

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Row, bindparam, func, select

from office import messages
from office.appointments import change
from office.booked import IS_BOOKED, Appointment
from office.clock import day_of
from office.db import Look, Tx
from office.here import enter
from office.hours import Schedule, Span, Special, is_open_for
from office.keeping import why_not
from office.profile import Profile
from office.shown import instant
from office.states import AppointmentState

A = AppointmentState

_COMING: Any = (
    select(Appointment.__table__)
    .where(Appointment.office_id == bindparam("office"), Appointment.day >= bindparam("today"),
           Appointment.start_at >= bindparam("now"), Appointment.state.in_((str(A.BOOKED), str(A.MOVED))))
    .order_by(Appointment.start_at, Appointment.id)
)  # fmt: skip


def affected(look: Look, profile: Profile) -> list[dict[str, Any]]:
    """Bookings to come that cannot be kept, and those that were told so and have not chosen another time yet, by time.

    {code, service, start, state, why, ways}: `ways` by which a message could go; no name, no number.
    """
    found = [(row, why_not(profile, row.service_id, row.start_at, row.minutes, look.now)) for row in _coming(look, profile)]
    return [_view(profile, row, why) for row, why in found if why is not None or row.state == A.MOVED]


def _coming(look: Look, profile: Profile) -> list[Row[Any]]:
    asked = {"office": profile.id, "today": day_of(look.now, profile.timezone), "now": look.now}
    return list(look.conn.execute(_COMING, asked))


def _view(profile: Profile, row: Row[Any], why: dict[str, Any] | None) -> dict[str, Any]:
    ways = [channel for channel, address in ((messages.EMAIL, row.email), (messages.PHONE, row.phone)) if address]
    return {
        "code": row.code, "service": profile.by_id[row.service_id].name, "start": instant(row.start_at, profile.timezone),
        "day": row.day, "state": row.state, "why": why, "ways": ways,
    }  # fmt: skip


_COUNTS: Any = (
    select(Appointment.service_id, Appointment.start_at, Appointment.minutes, func.count().label("people"))
    .where(Appointment.office_id == bindparam("office"), IS_BOOKED, Appointment.start_at >= bindparam("now"))
    .group_by(Appointment.service_id, Appointment.start_at, Appointment.minutes)
)


def count_untold(look: Look, profile: Profile) -> int:
    """How many who are booked would come in vain. Asked by every look at the start page: visits that are alike are judged once."""
    rows = look.conn.execute(_COUNTS, {"office": profile.id, "now": look.now})
    return sum(r.people for r in rows if why_not(profile, r.service_id, r.start_at, r.minutes, look.now) is not None)


def count_if(look: Look, profile: Profile, on_day: date, spans: tuple[Span, ...]) -> int:
    """How many bookings could not be kept if that date had these hours."""
    schedule = with_date(profile.schedule, on_day, spans)
    mine = [row for row in _coming(look, profile) if row.state == A.BOOKED and row.day == on_day]
    return sum(1 for row in mine if not is_open_for(schedule, row.start_at, row.minutes))


def with_date(schedule: Schedule, on_day: date, spans: tuple[Span, ...]) -> Schedule:
    return replace(schedule, exceptions={**(schedule.exceptions or {}), on_day: Special(spans, {})})


def tell_affected(tx: Tx, office: str) -> dict[str, int]:
    """Give up the times that cannot be kept: each booking stands without a place until another time is chosen by its code.

    Returns {told, without_way}: those for whom a message was written, and those whom nobody can write to.
    """
    here = enter(tx, office)
    rows = [row for row in _coming(tx, here.profile) if row.state == A.BOOKED]
    counts = {"told": 0, "without_way": 0}
    for row in rows:
        if why_not(here.profile, row.service_id, row.start_at, row.minutes, tx.now) is not None:
            change(tx, row, A.MOVED, sequence=row.sequence + 1, changed_at=tx.now)
            counts["told" if messages.tell_closed(tx, row) else "without_way"] += 1
            here.record(tx, "appointment_closed", hall=False, private={"appointment": row.id})
    return counts
