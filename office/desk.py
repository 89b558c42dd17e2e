"""What the page at a counter shows: the person in front, the line behind, the day so far, the machines."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, bindparam, select

from office.booked import Appointment
from office.boxes import is_away, state_of
from office.clock import day_of
from office.counters import COUNTER, counter_view, taken_codes
from office.db import Look
from office.events import IS_AWAY, IS_WAITING
from office.here import Here
from office.hours import opening_at
from office.line import choose_next, waiting_of, why_of
from office.models import Device, Printer, PrintJob, Ticket
from office.printers import first_id
from office.profile import CounterProfile, Profile, papers_of, profile_of, read_head
from office.reports import opening_view, outage_view
from office.shown import instant, line_row, ticket_row
from office.slips import IN_TROUBLE
from office.states import DeviceKind, TicketState

# More than anybody scrolls through; each page asks for them after every change in the hall.
SHOWN = 60
SLIPS_SHOWN = 6

_WAITING = select(Ticket.__table__).where(
    Ticket.office_id == bindparam("office"), Ticket.day == bindparam("day"), IS_WAITING
)
_AWAY = select(Ticket.__table__).where(Ticket.office_id == bindparam("office"), Ticket.day == bindparam("day"), IS_AWAY)
_SLIPS = (
    select(PrintJob.id, PrintJob.state, Ticket.label.label("ticket")).join(Ticket, Ticket.id == PrintJob.ticket_id)
    .where(PrintJob.office_id == bindparam("office"), PrintJob.id >= bindparam("first"), IN_TROUBLE,
           Ticket.state.in_((TicketState.WAITING, TicketState.CALLED)))
    .order_by(PrintJob.id).limit(SLIPS_SHOWN)
)  # fmt: skip
_BOOKED = select(Appointment.people).where(
    Appointment.office_id == bindparam("office"), Appointment.day == bindparam("day"), Appointment.ticket_id == bindparam("ticket")
)
_MY_DAY = select(Ticket.state, Ticket.serving_at, Ticket.finished_at).where(
    Ticket.operator_id == bindparam("person"), Ticket.day == bindparam("day")
)


def counters(look: Look, office: str) -> list[dict[str, Any]]:
    """Every counter of the office with who sits there. Errors: unknown_office."""
    profile = profile_of(look, office)
    here = Here(profile, day_of(look.now, profile.timezone))
    return [counter_view(here, c, _counter_row(look, c)) for c in profile.counters.values()]


def desk(look: Look, office: str, number: int, person_id: int | None) -> dict[str, Any]:
    """Everything one counter's page shows. Errors: unknown_office, unknown_counter."""
    head = read_head(look.conn, office)
    profile = profile_of(look, office, head)
    counter = profile.counter(number)
    here = Here(profile, day_of(look.now, profile.timezone))
    row = _counter_row(look, counter)
    waiting = sorted(look.conn.execute(_WAITING, {"office": profile.id, "day": here.day}), key=lambda t: (t.promised_at, t.number, t.label))
    away = look.conn.execute(_AWAY, {"office": profile.id, "day": here.day}).all()
    at_hand = next((t for t in away if t.counter_id == counter.id and t.state in ("called", "serving")), None)
    return {
        "v": head.v, "at": instant(look.now, profile.timezone), "office": office, "office_name": profile.name,
        "timezone": profile.timezone, "counter": counter_view(here, counter, row),
        "ticket": _at_hand(look, profile, at_hand) if at_hand is not None else None,
        "next": _next(look, here, counter, row, waiting),
        "waiting": [{**line_row(profile, t, look.now), "mine": _mine(counter, t)}
                    for t in waiting[:SHOWN]],
        "missed": [line_row(profile, t, look.now) for t in away if t.state == TicketState.NO_SHOW],
        "held": [line_row(profile, t, look.now) for t in away if t.state == TicketState.HELD],
        "waiting_count": len(waiting), "longest_minutes": _longest(waiting, look.now),
        "figures": _figures(look, person_id, here.day), "gear": gear(look, profile),
        "slips": _slips(look, profile),
        "help": [{"counter": c["number"], "since": c["help_at"]} for c in counters(look, office) if c["help_at"]],
        "outages": [outage_view(profile, o) for o in profile.outages],
        "opening": opening_view(profile, opening_at(profile.schedule, look.now)),
    }


def _at_hand(look: Look, profile: Profile, ticket: Row[Any]) -> dict[str, Any]:
    """With `people` when a booking brought more than one document: each person's services, and the papers of all."""
    row = ticket_row(profile, ticket, look.now)
    if ticket.slot_at is None:
        return row
    people = look.conn.execute(_BOOKED, {"office": profile.id, "day": ticket.day, "ticket": ticket.id}).scalar_one_or_none() or []
    services = [[profile.service(code) for code in person["services"]] for person in people]
    if sum(map(len, services)) < 2:
        return row
    papers = papers_of([service for person in services for service in person])
    return {**row, "people": [[service.name for service in person] for person in services], "requirements": papers}


def _mine(counter: CounterProfile, ticket: Row[Any]) -> bool:
    """Whether this counter's equipment can serve it."""
    return ticket.service_id in counter.services and ticket.only_counter_id in (None, counter.id)


def _counter_row(look: Look, counter: CounterProfile) -> Row[Any]:
    return look.conn.execute(COUNTER, {"id": counter.id}).one()


def _next(look: Look, here: Here, counter: CounterProfile, row: Row[Any], waiting: list[Row[Any]]) -> dict[str, Any] | None:
    rows = [waiting_of(here.profile, t) for t in waiting]
    choice = choose_next(here.profile, rows, counter, taken_codes(here, counter, row), row.streak, look.now)
    if choice is None:
        return None
    ticket = next(t for t in waiting if t.id == choice.ticket.id)
    return {
        "ticket": ticket_row(here.profile, ticket, look.now),
        "reason": why_of(here.profile, choice.reason),
    }


def _longest(waiting: list[Row[Any]], now: datetime) -> int | None:
    """Minutes of the longest wait; None when nobody waits."""
    if not waiting:
        return None
    return int((now - min(t.waiting_at for t in waiting)).total_seconds() // 60)


def _figures(look: Look, person_id: int | None, day: date) -> dict[str, Any]:
    """The operator's own day. Minutes are None before the first was served: unknown is not 0."""
    rows = look.conn.execute(_MY_DAY, {"person": person_id, "day": day}).all() if person_id else []
    minutes = [
        (r.finished_at - r.serving_at).total_seconds() / 60
        for r in rows if r.state == TicketState.FINISHED and r.serving_at and r.finished_at
    ]
    return {
        "served": len(minutes), "no_show": sum(1 for r in rows if r.state == TicketState.NO_SHOW),
        "minutes_mean": round(sum(minutes) / len(minutes), 1) if minutes else None,
        "minutes_max": round(max(minutes), 1) if minutes else None,
    }


def _slips(look: Look, profile: Profile) -> list[dict[str, Any]]:
    """Papers of today that did not come, of people who are still waiting for their turn."""
    rows = look.conn.execute(_SLIPS, {"office": profile.id, "first": first_id(look, profile.timezone)})
    return [row._asdict() for row in rows]


def gear(look: Look, profile: Profile) -> dict[str, Any]:
    """The office's machines as the counter and the administrator see them. State `unknown` is its own answer."""
    printers = look.conn.execute(
        select(Printer.name, Printer.health, Printer.health_at, Printer.box_id, Device.name.label("box"), Device.seen_at)
        .outerjoin(Device, Device.id == Printer.box_id)
        .where(Printer.office_id == profile.id, Printer.in_use.is_(True)).order_by(Printer.id)
    )
    devices = look.conn.execute(
        select(Device.id, Device.name, Device.kind, Device.seen_at, Device.facts)
        .where(Device.office_id == profile.id, Device.revoked_at.is_(None)).order_by(Device.id)
    ).all()
    return {
        "printers": [_printer(p, look, profile) for p in printers],
        "kiosks": [_machine(d, look, profile) for d in devices if d.kind == DeviceKind.KIOSK],
        "displays": [_machine(d, look, profile) for d in devices if d.kind == DeviceKind.DISPLAY],
        "boxes": [_machine(d, look, profile) for d in devices if d.kind == DeviceKind.PRINTER],
    }


def _printer(row: Row[Any], look: Look, profile: Profile) -> dict[str, Any]:
    """`behind`: the printer box that is away, which is then what has to be seen to."""
    behind = row.box if row.box_id is not None and is_away(row.seen_at, look.now) else None
    return {
        "name": row.name, "state": state_of(row.health, row.box_id, row.seen_at, look.now), "behind": behind,
        "since": instant(row.seen_at if behind else row.health_at, profile.timezone),
    }


def _machine(device: Row[Any], look: Look, profile: Profile) -> dict[str, Any]:
    """`since`: connected without a break."""
    facts = device.facts or {}
    return {
        "id": device.id, "name": device.name, "state": "away" if is_away(device.seen_at, look.now) else "connected",
        "seen_at": instant(device.seen_at, profile.timezone), "since": facts.get("since"), "sound": facts.get("sound"),
        "version": facts.get("version"),
    }
