"""Tickets: taking one, finding one, leaving the line."""

from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, func, insert, or_, select, text
from sqlalchemy.dialects import postgresql, sqlite

from office import events, policy
from office.db import Tx
from office.errors import OfficeClosed, PastLastTicket, ServiceFull, ServiceUnavailable, UnknownTicket
from office.events import IS_WAITING
from office.here import Here, enter
from office.hours import opening_at
from office.ids import new_id, new_key
from office.line import all_waiting, rules_of
from office.models import Office, PrintJob, Series, Ticket
from office.moves import move
from office.outlook import expectations
from office.profile import Profile, ServiceProfile
from office.states import JobState, Lane, TicketState

_TICKET = Ticket.__table__
_BY_KEY = select(_TICKET, Office.code.label("office_code")).join(Office).where(Ticket.key == bindparam("key"))
_BY_ID = select(_TICKET, Office.code.label("office_code")).join(Office).where(Ticket.id == bindparam("id"))
WAITING_COLUMNS = (Ticket.id, Ticket.number, Ticket.label, Ticket.service_id, Ticket.issued_at, Ticket.promised_at,
                   Ticket.lane, Ticket.slot_at, Ticket.is_late, Ticket.only_counter_id)
_WAITING = (
    select(*WAITING_COLUMNS)
    .where(Ticket.office_id == bindparam("office"), Ticket.day == bindparam("day"), IS_WAITING)
)
# Says nothing, but lets the index be entered at an instant: the lane stands before it there.
_ANY_LANE = text("tickets.lane IN (" + ", ".join(f"'{lane}'" for lane in Lane) + ")")
_INSERT_TICKET = insert(Ticket)
_INSERT_JOB = insert(PrintJob)


def _next_number_statement(dialect: str) -> Any:
    upsert = (postgresql if dialect == "postgresql" else sqlite).insert(Series).values(last=1)
    return upsert.on_conflict_do_update(
        index_elements=[Series.office_id, Series.day, Series.letter], set_={"last": Series.last + 1}
    ).returning(Series.last)


_NEXT_NUMBER = {name: _next_number_statement(name) for name in ("sqlite", "postgresql")}


def label_of(letter: str, number: int) -> str:
    """A001 … A999, A1000 …: at least three digits, no hyphen, no wrap."""
    return f"{letter}{number:03d}"


def take_ticket(tx: Tx, office: str, service: str, lane: str, lang: str, printer: str | None = None) -> dict[str, Any]:
    """Give the next number of the service's letter, with its slip as a row to be printed.

    Errors: unknown_office, unknown_service, office_closed, past_last_ticket, service_unavailable, service_full.
    """
    here = enter(tx, office)
    wanted = here.profile.service(service)
    check_may_take(tx, here, wanted)
    check_not_hopeless(tx, here, wanted, lane)
    return issue(tx, here, wanted, lane, lang, printer)


def issue(tx: Tx, here: Here, wanted: ServiceProfile, lane: str, lang: str, printer: str | None = None,
          **booked: Any) -> dict[str, Any]:
    """The next number, its slip and its event. `booked`: slot_at, is_late, promised_at of who had a booking."""
    number = int(tx.conn.execute(
        _NEXT_NUMBER[tx.conn.dialect.name],
        {"office_id": here.profile.id, "day": here.day, "letter": wanted.letter},
    ).scalar_one())
    row = {**_new_ticket(tx, here, wanted, number, lane, lang), **booked}
    waiting, ahead = _waiting_and_ahead(tx.conn, here.profile, here.day, row)
    tx.conn.execute(_INSERT_TICKET, row)
    slip = _new_slip(tx, here, row["id"], ahead, printer)
    here.record(tx, events.TICKET_TAKEN, of=_Facts(row), waiting_count=waiting + 1)
    return {
        "id": row["id"], "key": row["key"], "label": row["label"], "office": here.profile.code, "service": wanted.code,
        "lane": row["lane"], "state": row["state"], "position": ahead + 1, "ahead": ahead,
        "expect": _told(tx, here, wanted, lane, ahead, booked),
        "slip": {"id": slip, "state": str(JobState.PENDING)},
    }


def _told(tx: Tx, here: Here, service: ServiceProfile, lane: str, ahead: int, booked: dict[str, Any]) -> dict[str, Any] | None:
    """From the newest forecast in memory; None where there is none: a ticket never waits for it."""
    if booked:
        return None
    return expectations(tx.memo, here.profile.code).at_issue(service.code, ahead, is_priority=lane == Lane.PRIORITY)


class _Facts:
    """A ticket that was just written, read like the row that it is now."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.__dict__ = values


def check_may_take(tx: Tx, here: Here, service: ServiceProfile) -> None:
    """Whether a number of this service may be given now; a counter need not be open."""
    opening = opening_at(here.profile.schedule, tx.now)
    facts = {"opens_at": opening.opens_at, "tickets_from_at": opening.tickets_from_at, "closure": opening.reason}
    if opening.code == OfficeClosed.code:
        raise OfficeClosed(**facts)
    if opening.code == PastLastTicket.code:
        raise PastLastTicket(**facts)
    if not service.available:
        raise ServiceUnavailable(point=here.profile.short, reason=service.reason)
    outage = here.profile.outage_of(service.id)
    if outage is not None:
        raise ServiceUnavailable(point=here.profile.short, outage=outage.reason, until_at=outage.until_at)


def check_not_hopeless(tx: Tx, here: Here, service: ServiceProfile, lane: str) -> None:
    """Only where the office chose it: no number for who would most likely not be called today. Errors: service_full."""
    if here.profile.settings.get("when_hopeless") != "stop":
        return
    told = expectations(tx.memo, here.profile.code)
    if told.is_hopeless(service.code, here.day, tx.now, is_priority=lane == Lane.PRIORITY):
        raise ServiceFull(service=service.code)


def _new_ticket(tx: Tx, here: Here, service: ServiceProfile, number: int, lane: str, lang: str) -> dict[str, Any]:
    return {
        "id": new_id(tx.now), "office_id": here.profile.id, "day": here.day, "service_id": service.id,
        "letter": service.letter, "number": number, "label": label_of(service.letter, number), "key": new_key(),
        "lane": str(lane), "lang": lang, "state": str(TicketState.WAITING), "issued_at": tx.now,
        "promised_at": policy.promise_of_walk_in(tx.now, lane == Lane.PRIORITY, rules_of(here.profile)),
        "waiting_at": tx.now, "counter_id": None, "times_called": 0, "slot_at": None, "is_late": False,
    }


def _new_slip(tx: Tx, here: Here, ticket_id: str, ahead: int, printer: str | None) -> str:
    """The print job, in the ticket's own transaction. The named printer of the kiosk, else the office's first."""
    printers = here.profile.printers
    chosen = next((p for p in printers if p.name == printer), printers[0])
    job_id = new_id(tx.now)
    tx.conn.execute(_INSERT_JOB, {
        "id": job_id, "office_id": here.profile.id, "printer_id": chosen.id, "ticket_id": ticket_id,
        "state": str(JobState.PENDING), "ahead": ahead, "copies": 0, "is_copy": False, "tries": 0,
        "next_try_at": tx.now, "created_at": tx.now, "state_at": tx.now,
    })
    return job_id


def count_ahead(conn: Connection, profile: Profile, day: date, ticket: dict[str, Any]) -> int:
    """How many waiting tickets come before this one at the counters that may serve it (line.count_ahead in SQL)."""
    return _waiting_and_ahead(conn, profile, day, ticket)[1]


def _waiting_and_ahead(conn: Connection, profile: Profile, day: date, ticket: dict[str, Any]) -> tuple[int, int]:
    """How many wait in all, and how many of them before this ticket."""
    counts = conn.execute(_counts_among(profile.rivals[ticket["service_id"]]), {
        "office": profile.id, "day": day,
        "promised_at": ticket["promised_at"], "number": ticket["number"], "label": ticket["label"],
    }).one()
    return int(counts.waiting), int(counts.rivals - counts.not_before)


@lru_cache(maxsize=256)
def _counts_among(services: frozenset[int]) -> Any:
    """The order of policy.Waiting, told to the database: counting must not load everybody who waits.

    A new ticket comes behind nearly everybody. So all are counted, from the index alone, less those not before it,
    a short stretch of the same index; comparing everybody with it took three times as long.
    A list given with each question would be written out anew each time, which took as long as the counting.
    """
    among = text(f"tickets.service_id IN ({', '.join(str(service) for service in sorted(services))})")
    here = and_(Ticket.office_id == bindparam("office"), Ticket.day == bindparam("day"), IS_WAITING)
    same_number = and_(Ticket.number == bindparam("number"), Ticket.label >= bindparam("label"))
    same_time = and_(Ticket.promised_at == bindparam("promised_at"), or_(Ticket.number > bindparam("number"), same_number))
    not_before = (
        select(func.count()).select_from(Ticket)
        .where(here, among, _ANY_LANE, Ticket.promised_at >= bindparam("promised_at"),
               or_(Ticket.promised_at > bindparam("promised_at"), same_time))
    ).scalar_subquery()
    return (
        select(func.count().label("waiting"), func.count().filter(among).label("rivals"), not_before.label("not_before"))
        .select_from(Ticket).where(here)
    )


def waiting_list(conn: Connection, profile: Profile, day: date) -> list[policy.Waiting]:
    """Everybody who waits today, in no order."""
    return all_waiting(profile, conn.execute(_WAITING, {"office": profile.id, "day": day}).all())


def ticket_by_key(conn: Connection, key: str) -> Row[Any]:
    """What the slip's QR carries; scanners and people may change its case. Errors: unknown_ticket."""
    row = conn.execute(_BY_KEY, {"key": key.lower()}).one_or_none()
    if row is None:
        raise UnknownTicket()
    return row


def ticket_by_id(conn: Connection, ticket_id: str) -> Row[Any]:
    """Errors: unknown_ticket."""
    row = conn.execute(_BY_ID, {"id": ticket_id}).one_or_none()
    if row is None:
        raise UnknownTicket()
    return row


def leave(tx: Tx, key: str) -> None:
    """The resident goes home. Errors: unknown_ticket; wrong_state once called."""
    here = enter(tx, ticket_by_key(tx.conn, key).office_code)
    ticket = ticket_by_key(tx.conn, key)
    move(tx, ticket, TicketState.LEFT)
    here.record(tx, events.TICKET_LEFT, of=ticket, state=str(TicketState.LEFT))
