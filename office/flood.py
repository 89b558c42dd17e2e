"""Nobody takes all the places: not one browser, and not a program that comes without a phone and as a new browser each time."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from office.booked import IS_LIVE, Appointment
from office.db import Tx
from office.errors import PhoneWanted, TooManyBookings
from office.here import Here
from office.hours import day_of_schedule
from office.places import rules_of
from office.profile import Profile
from office.slots import steps_of

A_DAY = timedelta(hours=24)
LIVE_PER_BROWSER = 4


def spare_browser(tx: Tx, browser: str | None) -> None:
    """Errors: one_active_booking when one browser holds too many live bookings."""
    if browser is None or tx.by.person_id is not None:  # who helps many residents does it from one browser
        return
    live = tx.conn.execute(
        select(func.count()).select_from(Appointment).where(Appointment.browser_mark == browser, IS_LIVE)
    ).scalar_one()
    if live >= LIVE_PER_BROWSER:
        raise TooManyBookings(limit=LIVE_PER_BROWSER)


def spare_office(tx: Tx, here: Here) -> None:
    """Before a place goes to somebody without a phone. What an officer books is not counted, nor what was given back.

    Errors: phone_wanted when those without a phone have taken in 24 hours what the office allows them.
    """
    if tx.by.person_id is not None:
        return
    rules = rules_of(here.profile)
    taken = _taken(tx, here)
    if taken >= rules.phoneless_a_day and taken >= rules.phoneless_share * places_ahead(here.profile, here.day):
        raise PhoneWanted(retry_after_seconds=max(1, rules.hold_minutes) * 60)


def _taken(tx: Tx, here: Here) -> int:
    """Bookings and holds without a phone of the last 24 hours that stand. By day first: of a year of bookings few are ahead."""
    mine: Any = (
        Appointment.office_id == here.profile.id, Appointment.day >= here.day, Appointment.created_at > tx.now - A_DAY, IS_LIVE,
        Appointment.phone_mark.is_(None), Appointment.booked_by.is_(None),
    )
    return tx.conn.execute(select(func.count()).select_from(Appointment).where(*mine)).scalar_one()


def places_ahead(profile: Profile, today: date) -> int:
    """What the office gives out online from today to the farthest day, taken or not."""
    rules = rules_of(profile)
    days = (day_of_schedule(profile.schedule, today + timedelta(days=n)) for n in range(rules.days_ahead + 1))
    return rules.online * sum(len(steps_of(day.spans, rules.step_minutes)) for day in days)
