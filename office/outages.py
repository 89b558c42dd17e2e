"""Pauses: the ministry's network is down, card blanks ran out. One service, or all of an office."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from office import events
from office.db import Look, Tx
from office.errors import Invalid, UnknownOutage
from office.here import Here, enter
from office.models import Office, Outage
from office.profile import profile_of
from office.reports import outage_view

REASONS = ("network", "card_stock", "power", "device", "staff")


def report_outage(tx: Tx, office: str, service: str | None, reason: str, until_at: datetime | None) -> dict[str, Any]:
    """Stop giving numbers for a service (None: for all); who waits keeps the place.

    Errors: unknown_service; invalid for an unknown reason. Reporting what is already reported
    replaces its reason and time.
    """
    if reason not in REASONS:
        raise Invalid(fields={"reason": "one of " + ", ".join(REASONS)}, n=1)
    here = enter(tx, office)
    service_id = here.profile.service(service).id if service else None
    same = Outage.service_id.is_(None) if service_id is None else Outage.service_id == service_id
    tx.conn.execute(
        update(Outage).where(Outage.office_id == here.profile.id, Outage.ended_at.is_(None), same).values(ended_at=tx.now)
    )
    outage_id = tx.conn.execute(
        insert(Outage).values(office_id=here.profile.id, service_id=service_id, reason=reason, since_at=tx.now,
                              until_at=until_at).returning(Outage.id)
    ).scalar_one()
    views = _tell(tx, here)
    return next(v for v in views if v["id"] == outage_id)


def end_outage(tx: Tx, outage_id: int) -> dict[str, Any]:
    """Errors: unknown_outage. Ending an ended one is no error."""
    row = tx.conn.execute(
        select(Outage.office_id, Outage.ended_at, Office.code).join(Office).where(Outage.id == outage_id)
    ).one_or_none()
    if row is None:
        raise UnknownOutage()
    here = enter(tx, row.code)
    tx.conn.execute(update(Outage).where(Outage.id == outage_id, Outage.ended_at.is_(None)).values(ended_at=tx.now))
    return {"outages": _tell(tx, here)}


def _tell(tx: Tx, here: Here) -> list[dict[str, Any]]:
    """The profile's new revision, and every current outage in one event: a screen needs no memory of them."""
    tx.conn.execute(update(Office).where(Office.id == here.profile.id).values(revision=Office.revision + 1))
    # A memo of its own: if this transaction is undone, the revision will be given to something else.
    profile = profile_of(Look(tx.conn, tx.now, {}), here.profile.code)
    views = [outage_view(profile, o) for o in profile.outages]
    here.record(tx, events.OUTAGE_CHANGED, outages=views)
    return views
