"""What people are told of their turn: shaped for showing, remembered, and measured afterwards."""

import math
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from office.days import midnight_of
from office.db import Tx
from office.forecast import Expected, Record
from office.hall import Hall, Newcomers
from office.learning import Learned
from office.models import Series, Ticket
from office.outlook import Newcomer
from office.profile import Profile
from office.remembered import Memory, Told
from office.shown import instant
from office.telling import Range, needs_sooner_notice, tell

DAYS_LEARNED_AT_MOST = 120
PUNCTUAL_LEAST = 20  # booked people before anything is said of how punctual they are called


def shown(profile: Profile, expected: Expected, midnight: datetime, before: dict[str, Any] | None = None) -> dict[str, Any] | None:
    """{from, to, by, first_guess, unlikely, moved}; None when nobody on duty could call this ticket.

    `from` and `to` are P50 and P80 rounded outward to 5 minutes, `by` is P90: 9 of 10 are called before it.
    """
    told, zone = tell(expected, midnight), profile.timezone
    if told is None:
        return None
    return {
        "from": instant(told.from_at, zone), "to": instant(told.to_at, zone), "by": instant(told.latest_at, zone),
        "back_by": instant(told.back_at, zone), "first_guess": told.is_first_guess,
        "unlikely": told.offers_booking, "moved": _moved(told, before),
    }


def tell_newcomers(profile: Profile, hall: Hall, newcomers: Newcomers, told: dict[str, Expected],
                   midnight: datetime) -> dict[tuple[str, bool], Newcomer]:
    """What somebody who took a number now would be told, by service and lane; without those for whom it is not known."""
    asked = {who: told[who] for who in newcomers.values()}
    says = {who: shown(profile, expected, midnight) for who, expected in asked.items()}
    found = {}
    for (service, is_priority), who in newcomers.items():
        said = says[who]
        if said is not None and hall.has_begun(service):
            ahead = _ahead(profile, hall, service, is_priority=is_priority)
            found[service, is_priority] = Newcomer(said, ahead, asked[who].before_closing)
    return found


def _ahead(profile: Profile, hall: Hall, service: str, *, is_priority: bool) -> int:
    """How many wait with an earlier turn, as the ticket itself will count them (line.count_ahead)."""
    rivals = {profile.by_id[one].code for one in profile.rivals[profile.service(service).id]}
    promise = hall.now + (hall.rules.promise_prio if is_priority else hall.rules.promise_walk)
    return sum(1 for ticket in hall.waiting if ticket.service in rivals and ticket.promise <= promise)


def punctuality(learned: Learned) -> int | None:
    """Minutes after the slot, a multiple of five, before which 8 of 10 who came in time were called; None: not known yet."""
    if len(learned.punctual) < PUNCTUAL_LEAST:
        return None
    ordered = sorted(learned.punctual)
    return max(5, 5 * math.ceil(ordered[math.ceil(0.8 * len(ordered)) - 1] / 5))


def _moved(told: Range, before: dict[str, Any] | None) -> str | None:
    if not before:
        return None
    last = replace(told, latest_at=datetime.fromisoformat(before["by"]))
    if needs_sooner_notice(last, told):
        return "earlier"
    return "later" if needs_sooner_notice(told, last) else None


def keep_told(tx: Tx, rows: list[dict[str, Any]]) -> None:
    """What new tickets were told; a ticket is told once, whichever process was first."""
    if rows:
        upsert = (postgresql if tx.conn.dialect.name == "postgresql" else sqlite).insert(Told)
        tx.conn.execute(upsert.on_conflict_do_nothing(index_elements=[Told.ticket_id]), rows)


def told_row(profile: Profile, ticket_id: str, day: date, now: datetime, expected: Expected) -> dict[str, Any] | None:
    at = expected.instants(midnight_of(day, profile.timezone))
    if at["p50"] is None:
        return None
    return {
        "ticket_id": ticket_id, "office_id": profile.id, "day": day, "at": now, "is_first_guess": expected.is_first_guess,
        **{f"{name}_at": moment for name, moment in at.items()},
    }


def score(conn: Connection, profile: Profile, day: date) -> dict[str, Any]:
    """Of those who were told and called on that day: how many within what they were told (P10 to P90).

    {day, told, within, of_ten}; `of_ten` None when nobody was told: unknown is not 0.
    """
    rows = conn.execute(
        select(Told.p10_at, Told.p90_at, Ticket.called_at).join(Ticket, Ticket.id == Told.ticket_id)
        .where(Told.office_id == profile.id, Told.day == day, Ticket.called_at.is_not(None))
    ).all()
    within = sum(1 for r in rows if r.p10_at - timedelta(minutes=1) <= r.called_at <= r.p90_at + timedelta(minutes=1))
    return {"day": day.isoformat(), "told": len(rows), "within": within, "of_ten": round(10 * within / len(rows)) if rows else None}


def recall(conn: Connection, profile: Profile) -> tuple[Learned, Record, date | None]:
    """What the office knew when it was last written down, and through which day."""
    row = conn.execute(select(Memory.learned, Memory.record, Memory.through).where(Memory.office_id == profile.id)).one_or_none()
    if row is None:
        return Learned(), Record(), None
    return Learned.from_json(row.learned), Record.from_json(row.record), row.through


def days_to_learn(conn: Connection, profile: Profile, after: date | None, before: date) -> list[date]:
    """Days with tickets that were not learned from yet, oldest first, not today."""
    days = select(Series.day).where(Series.office_id == profile.id, Series.day < before).distinct()
    if after is not None:
        days = days.where(Series.day > after)
    return sorted(conn.execute(days).scalars())[-DAYS_LEARNED_AT_MOST:]


def remember(tx: Tx, office_id: int, learned: str, record: str, through: date) -> None:
    """Both as JSON: writing them out takes longer than the transaction may."""
    tx.conn.execute(delete(Memory).where(Memory.office_id == office_id))
    tx.conn.execute(insert(Memory).values(office_id=office_id, learned=learned, record=record, through=through, at=tx.now))
