"""Booking on a resident's behalf: what an officer of an office or of a village booked today; who is expected today."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from office.actors import Actor
from office.appointments import booking_view
from office.booked import IS_BOOKED, Appointment
from office.db import Look
from office.models import Office
from office.people import REGENCY_ZONE, end_of_day
from office.profile import profile_of
from office.states import AppointmentState


def booked_today(look: Look, person: Actor) -> list[dict[str, Any]]:
    """The bookings that this person made today, newest first, as booking_view gives them, with the name; nobody else's."""
    zone = profile_of(look, person.office_code).timezone if person.office_code else REGENCY_ZONE
    since = end_of_day(look.now, zone) - timedelta(days=1)
    rows = look.conn.execute(
        select(Appointment.__table__, Office.code.label("office_code")).join(Office)
        .where(Appointment.booked_by == person.person_id, Appointment.booked_at >= since,
               Appointment.state != str(AppointmentState.HELD))
        .order_by(Appointment.booked_at.desc())
    ).all()
    return [{**booking_view(profile_of(look, row.office_code), row), "name": row.name} for row in rows]


def expected_today(look: Look, office: str) -> list[dict[str, Any]]:
    """Who is still expected today, by time, with the name: for those who work there and note arrivals. Errors: unknown_office."""
    profile = profile_of(look, office)
    tomorrow = end_of_day(look.now, profile.timezone)
    rows = look.conn.execute(
        select(Appointment.__table__, Office.code.label("office_code")).join(Office)
        .where(Appointment.office_id == profile.id, IS_BOOKED, Appointment.start_at >= tomorrow - timedelta(days=1),
               Appointment.start_at < tomorrow)
        .order_by(Appointment.start_at)
    ).all()
    return [{**booking_view(profile, row), "name": row.name} for row in rows]
