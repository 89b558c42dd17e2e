"""Dates on which an office keeps other hours than its week: closed, or open at other times. They win over holidays."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from office import events
from office.actors import Actor
from office.clock import day_of
from office.db import Look, Tx
from office.errors import Forbidden, Invalid, NotFound
from office.here import Here, enter
from office.hours import Schedule, Span, public_holidays, read_span
from office.models import Closure, Office
from office.profile import office_codes, profile_of, read_head

#: holidays are shown so far ahead
AHEAD = timedelta(days=60)


def set_hours(tx: Tx, office: str | None, on_day: date, hours: list[str], reason: dict[str, str]) -> dict[str, Any]:
    """Fix the hours of one date (none: closed) for an office, or for every office (None); what stood there is replaced.

    Errors: unknown_office, forbidden; invalid (`on_day` in the past, `hours`, `reason`).
    """
    check_hours(tx, tx.by, office, on_day, hours, reason)
    heres = _affected(tx, office)
    office_id = tx.conn.execute(select(Office.id).where(Office.code == office)).scalar_one() if office else None
    mine = Closure.office_id.is_(None) if office_id is None else Closure.office_id == office_id
    tx.conn.execute(delete(Closure).where(mine, Closure.on_day == on_day))
    closure_id = tx.conn.execute(
        insert(Closure).values(office_id=office_id, on_day=on_day, hours=hours, reason=reason).returning(Closure.id)
    ).scalar_one()
    _tell(tx, heres)
    return {"id": closure_id, "office": office, "on_day": on_day, "hours": hours, "reason": reason}


def check_hours(
    look: Look, by: Actor, office: str | None, on_day: date, hours: list[str], reason: dict[str, str]
) -> None:
    """Whether set_hours would take this. Errors: unknown_office, forbidden, invalid."""
    _check_may(by, office)
    zones = [read_head(look.conn, code).timezone for code in ([office] if office else office_codes(look.conn))]
    fields = _wrong(on_day, hours, reason, min(day_of(look.now, zone) for zone in zones))
    if fields:
        raise Invalid(fields=fields, n=len(fields))


def remove(tx: Tx, closure_id: int) -> None:
    """The date follows the week and the holidays again. Errors: not_found, forbidden."""
    row = closure_row(tx.conn, closure_id, tx.by)
    heres = _affected(tx, row["office"])
    tx.conn.execute(delete(Closure).where(Closure.id == closure_id))
    _tell(tx, heres)


def closure_row(conn: Connection, closure_id: int, by: Actor) -> dict[str, Any]:
    """Errors: not_found; forbidden for another office's, and for an office's administrator when it is everybody's."""
    row = conn.execute(_ROWS.where(Closure.id == closure_id)).one_or_none()
    if row is None:
        raise NotFound
    _check_may(by, row.office)
    return row._asdict()


_ROWS = select(Closure.id, Closure.on_day, Closure.hours, Closure.reason, Office.code.label("office"),
               Office.name.label("office_name")).outerjoin(Office, Office.id == Closure.office_id)  # fmt: skip


def closures(look: Look, by: Actor, today: date) -> list[dict[str, Any]]:
    """From `today` on: those of the own office and of every office. `may_remove`: whether `by` may."""
    rows = look.conn.execute(_ROWS.where(Closure.on_day >= today).order_by(Closure.on_day, Closure.id))
    seen = [row for row in rows if by.office_code is None or row.office in (None, by.office_code)]
    return [{**row._asdict(), "may_remove": by.office_code in (None, row.office)} for row in seen]


def holidays_ahead(look: Look, by: Actor, today: date) -> list[dict[str, Any]]:
    """The public holidays to come, for offices that keep them."""
    codes = [by.office_code] if by.office_code else office_codes(look.conn)
    schedules: list[Schedule] = [profile_of(look, code).schedule for code in codes]
    if not any(schedule.keeps_holidays for schedule in schedules):
        return []
    days = [today + timedelta(days=n) for n in range(AHEAD.days)]
    return [
        {"on_day": day, "name": {"id": name, "en": public_holidays(day.year, "en_US")[day]}}
        for day in days if (name := public_holidays(day.year, "id").get(day))
    ]  # fmt: skip


def _check_may(by: Actor, office: str | None) -> None:
    if office is not None:
        by.must_work_at(office)
    elif by.office_code is not None:
        raise Forbidden


def _affected(tx: Tx, office: str | None) -> list[Here]:
    """Each office that the change concerns, locked. Asked before anything is changed: a profile read later would be
    remembered even if this transaction were undone."""
    _check_may(tx.by, office)
    return [enter(tx, code) for code in ([office] if office else office_codes(tx.conn))]


def _wrong(on_day: date, hours: list[str], reason: dict[str, str], today: date) -> dict[str, str]:
    fields: dict[str, str] = {}
    if on_day < today:
        fields["on_day"] = "is over"
    try:
        spans: list[Span] = [read_span(text) for text in hours]
    except ValueError:
        return {**fields, "hours": "08:00-12:00, the end later than the start"}
    if any(later.start < earlier.end for earlier, later in pairwise(spans)):
        fields["hours"] = "overlap or out of order"
    if not all(reason.get(lang, "").strip() for lang in ("id", "en")):
        fields["reason"] = "needed in both languages"
    return fields


def _tell(tx: Tx, heres: list[Here]) -> None:
    """A new revision makes every process read the schedule anew; the event makes screens ask again."""
    codes = [here.profile.code for here in heres]
    tx.conn.execute(update(Office).where(Office.code.in_(codes)).values(revision=Office.revision + 1))
    for here in heres:
        here.record(tx, events.OFFICE_CHANGED)
