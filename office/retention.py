"""What is kept of residents, and how long: names, phones and addresses go a week after the visit. Each run is seen."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, update

from office.booked import Appointment
from office.clock import day_of
from office.db import Look, Tx
from office.here import enter
from office.kept import keep, kept
from office.profile import Profile

#: days after the visit
DAYS_KEPT = 7
KEY = "erased:"


def erase_old(tx: Tx, office: str, days: int = DAYS_KEPT) -> int:
    """Names, phones and addresses of visits more than `days` ago; an event says how many, and when it last ran is kept."""
    here = enter(tx, office)
    done = tx.conn.execute(
        update(Appointment)
        .where(
            Appointment.office_id == here.profile.id, Appointment.day <= here.day - timedelta(days=days),
            Appointment.start_at < tx.now - timedelta(days=days), Appointment.erased_at.is_(None),
        )
        .values(name=None, phone=None, email=None, phone_mark=None, browser_mark=None, erased_at=tx.now)
    )
    count = int(done.rowcount)
    if count:
        here.record(tx, "personal_data_erased", hall=False, count=count)
    _keep_run(tx, office, count)
    return count


def _keep_run(tx: Tx, office: str, count: int) -> None:
    before = last_run(tx.conn, office)
    run = {"at": tx.now.isoformat(), "erased": count + (before["erased"] if before else 0)}
    keep(tx.conn, KEY + office, run)


def last_run(conn: Connection, office: str) -> dict[str, Any] | None:
    """{at: instant, erased: in all runs}; None before the first."""
    run = kept(conn, KEY + office)
    return None if run is None else {"at": datetime.fromisoformat(run["at"]), "erased": run["erased"]}


def count_overdue(look: Look, profile: Profile) -> int:
    """Visits whose names should be gone for a day already: the job does not run."""
    last = day_of(look.now, profile.timezone) - timedelta(days=DAYS_KEPT + 2)
    query = select(func.count()).select_from(Appointment).where(
        Appointment.office_id == profile.id, Appointment.day <= last, Appointment.erased_at.is_(None)
    )
    return int(look.conn.execute(query).scalar_one())
