"""Questions: what a screen, a phone, a kiosk, a counter wants to know. Nothing is changed here."""

from collections import Counter as Counted
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, bindparam, func, select, text

from office.clock import day_of
from office.db import Look
from office.events import IS_WAITING, count_waiting
from office.hours import WEEKDAYS, Opening, opening_at
from office.line import waiting_of
from office.models import Counter, Event, Office, PrintJob, Ticket
from office.notices import notices_of
from office.outlook import expectations
from office.profile import Profile, ServiceProfile, office_codes, profile_of, read_head
from office.shown import instant, public_pause
from office.states import TicketState
from office.tickets import WAITING_COLUMNS, count_ahead, ticket_by_key

SHOWN_CALLS = 10
SHOWN_WAITING = 50
FEED_LIMIT = 200

_WAITING = (
    select(*WAITING_COLUMNS)
    .where(Ticket.office_id == bindparam("office"), Ticket.day == bindparam("day"), IS_WAITING)
)
_COUNTERS: Any = (
    select(Counter.number, Counter.name, Counter.state, Counter.reason, Ticket.label, Ticket.state.label("ticket_state"),
           Ticket.called_at)
    .outerjoin(Ticket, (Ticket.counter_id == Counter.id) & text("tickets.state IN ('called', 'serving')"))
    .where(Counter.office_id == bindparam("office"), Counter.in_use.is_(True))
    .order_by(Counter.number)
)
_CALLS = (
    select(Event.v, Event.day, Event.data)
    .where(Event.office_id == bindparam("office"), text("events.type IN ('ticket_called', 'ticket_recalled')"))
    .order_by(Event.v.desc())
    .limit(SHOWN_CALLS)
)
_FEED = (
    select(Event.v, Event.type, Event.at, Event.data)
    .where(Event.office_id == bindparam("office"), Event.v > bindparam("since"))
    .order_by(Event.v)
    .limit(FEED_LIMIT + 1)
)
_HEADS = select(Office.code, Office.v)
# Private parts of an event's data: they stay in the row (events.Happening.private).
_PRIVATE = ("why",)


def offices(look: Look) -> list[dict[str, Any]]:
    """Every office in short."""
    return [_office_short(look, profile_of(look, code)) for code in office_codes(look.conn)]


def _office_short(look: Look, profile: Profile) -> dict[str, Any]:
    opening = opening_at(profile.schedule, look.now)
    return {
        "code": profile.code, "name": profile.name, "address": profile.address, "timezone": profile.timezone,
        "open_now": opening.open_now, "confirmed": profile.confirmed, **opening_view(profile, opening),
    }


def office(look: Look, code: str) -> dict[str, Any]:
    """All that a resident may know about an office. Errors: unknown_office."""
    profile = profile_of(look, code)
    opening = opening_at(profile.schedule, look.now)
    return {
        **_office_short(look, profile), "short": profile.short,
        "hours": {day: profile.settings["hours"].get(day, []) for day in WEEKDAYS},
        "services": [service_view(profile, s, opening) for s in profile.services.values()],
        "counters": [
            {"number": r.number, "name": r.name, "state": r.state} for r in look.conn.execute(_COUNTERS, {"office": profile.id})
        ],
    }


def service_view(profile: Profile, service: ServiceProfile, opening: Opening) -> dict[str, Any]:
    """`available`: a number could be had now; `reason` says why not, when the cause is the service itself."""
    outage = profile.outage_of(service.id)
    return {
        "code": service.code, "name": service.name, "plain": service.plain, "letter": service.letter,
        "group": service.group, "presence": service.presence, "minutes": service.minutes,
        "requirements": [{"id": r["id"], "en": r["en"]} for r in service.requirements], "notes": list(service.notes),
        "available": service.available and outage is None and opening.code is None,
        "reason": service.reason, "outage": outage_view(profile, outage) if outage else None,
    }


def opening_view(profile: Profile, opening: Opening) -> dict[str, Any]:
    """When numbers are given, when counters work, and what stands in the way (`closed`)."""
    zone = profile.timezone
    closed = None
    if opening.code or not opening.open_now:
        closed = {"code": opening.code, "until": instant(opening.opens_at, zone), "reason": opening.reason}
    return {
        "may_take": opening.code is None, "closed": closed,
        "tickets_from_at": instant(opening.tickets_from_at, zone), "opens_at": instant(opening.opens_at, zone),
        "break_until_at": instant(opening.break_until_at, zone), "last_ticket_at": instant(opening.last_ticket_at, zone),
        "closes_at": instant(opening.closes_at, zone),
    }


def outage_view(profile: Profile, outage: Any) -> dict[str, Any]:
    service = profile.by_id[outage.service_id] if outage.service_id is not None else None
    return {
        "id": outage.id, "service": service.code if service else None, "service_name": service.name if service else None,
        "reason": outage.reason, "since": instant(outage.since_at, profile.timezone),
        "until": instant(outage.until_at, profile.timezone),
    }


def board(look: Look, code: str) -> tuple[str, dict[str, Any]]:
    """What a waiting-room screen needs, and a tag that changes exactly when it does. Errors: unknown_office."""
    head = read_head(look.conn, code)
    profile = profile_of(look, code, head)
    opening = opening_at(profile.schedule, look.now)
    day = day_of(look.now, profile.timezone)
    expected = expectations(look.memo, code)
    tag = f"{expected.version}.{head.v}.{head.revision}.{day:%y%j}.{opening.code or ''}.{int(opening.open_now)}.{_until(opening)}"
    known: tuple[str, dict[str, Any]] | None = look.memo.get("board:" + code)
    if known is None or known[0] != tag:
        known = (tag, _board(look, profile, head.v, day, opening))
        look.memo["board:" + code] = known
    return known


def _until(opening: Opening) -> str:
    """Closed at six in the morning is not closed at four in the afternoon, though nothing may have happened between."""
    return ".".join(f"{at:%j%H%M}" if at else "" for at in (opening.opens_at, opening.break_until_at))


def _board(look: Look, profile: Profile, v: int, day: date, opening: Opening) -> dict[str, Any]:
    zone = profile.timezone
    waiting = look.conn.execute(_WAITING, {"office": profile.id, "day": day}).all()
    return {
        "office": profile.code, "name": profile.name, "short": profile.short, "v": v, "at": instant(look.now, zone),
        "day": day.isoformat(), "timezone": zone, "open_now": opening.open_now, **opening_view(profile, opening),
        "counters": [_board_counter(r, zone) for r in look.conn.execute(_COUNTERS, {"office": profile.id})],
        "calls": _calls(look, profile, day), "waiting": _waiting(look, profile, waiting),
        "waiting_count": len(waiting), "waiting_letters": dict(Counted(row.label[0] for row in waiting)),
        "notices": notices_of(profile, day), "outages": [outage_view(profile, o) for o in profile.outages],
    }


def _board_counter(row: Row[Any], zone: str) -> dict[str, Any]:
    return {
        "number": row.number, "name": row.name, "state": row.state, "reason": public_pause(row.reason), "ticket": row.label,
        "ticket_state": row.ticket_state, "called_at": instant(row.called_at, zone),
    }


def _calls(look: Look, profile: Profile, day: date) -> list[dict[str, Any]]:
    rows = look.conn.execute(_CALLS, {"office": profile.id})
    keys = ("ticket", "counter", "called_at", "recall", "times")
    return [{"v": r.v, **{key: r.data[key] for key in keys}} for r in rows if r.day == day]


def _waiting(look: Look, profile: Profile, waiting: Sequence[Any]) -> list[dict[str, Any]]:
    rows = sorted(waiting, key=lambda r: waiting_of(profile, r).order)
    expected = expectations(look.memo, profile.code).by_ticket
    shown: list[dict[str, Any]] = []
    for index, ticket in enumerate(rows[:SHOWN_WAITING]):
        rivals = profile.rivals[ticket.service_id]
        ahead = sum(1 for other in rows[:index] if other.service_id in rivals)
        shown.append({
            "ticket": ticket.label, "service": profile.by_id[ticket.service_id].code, "lane": ticket.lane,
            "position": ahead + 1, "expect": expected.get(ticket.id) or None,
        })
    return shown


def feed_since(look: Look, code: str, since: int) -> tuple[int, list[dict[str, Any]], bool]:
    """The office's version, the changes after `since` in order, and whether these are all of them.

    Not complete: too many to replay; the board is the shorter way. Errors: unknown_office.
    """
    head = read_head(look.conn, code)
    if since > head.v:  # a watcher of another life of this database: only the board helps
        return head.v, [], False
    rows = look.conn.execute(_FEED, {"office": head.id, "since": since}).all()
    if len(rows) > FEED_LIMIT:
        return head.v, [], False
    return head.v, [_change(code, r) for r in rows], True


def _change(code: str, row: Row[Any]) -> dict[str, Any]:
    data = {key: value for key, value in row.data.items() if key not in _PRIVATE}
    return {"office": code, "v": row.v, "type": row.type, "at": row.at.isoformat(), **data}


def versions(look: Look) -> dict[str, int]:
    """The hall feed's version of every office."""
    return {row.code: row.v for row in look.conn.execute(_HEADS)}


def ticket_view(look: Look, key: str) -> dict[str, Any]:
    """What the holder of a ticket may know. Errors: unknown_ticket."""
    ticket = ticket_by_key(look.conn, key)
    profile = profile_of(look, ticket.office_code)
    service = profile.by_id[ticket.service_id]
    ahead = None
    if ticket.state == TicketState.WAITING:
        ahead = count_ahead(look.conn, profile, ticket.day, ticket._asdict())
    zone = profile.timezone
    return {
        "label": ticket.label, "office": profile.code, "office_name": profile.name, "service": service.code,
        "service_name": service.name, "letter": ticket.letter, "lane": ticket.lane, "lang": ticket.lang,
        "state": ticket.state, "position": None if ahead is None else ahead + 1, "ahead": ahead,
        "expect": expectations(look.memo, profile.code).by_ticket.get(ticket.id) or None if ahead is not None else None,
        "counter": profile.counter_number(ticket.counter_id), "called_at": instant(ticket.called_at, zone),
        "issued_at": instant(ticket.issued_at, zone), "times_called": ticket.times_called,
        "day": ticket.day.isoformat(), "valid_today": ticket.day == day_of(look.now, zone),
        "transferred": ticket.service_id != _first_service(profile, ticket),
        "requirements": [{"id": r["id"], "en": r["en"]} for r in service.requirements],
        "outage": _ticket_outage(profile, service), "any_counter_open": _any_open(look, profile, service),
        "at": instant(look.now, zone),
    }


def _first_service(profile: Profile, ticket: Row[Any]) -> int:
    """A ticket whose letter is not its service's was moved there from another."""
    own = profile.by_id[ticket.service_id]
    return own.id if own.letter == ticket.letter else -1


def _ticket_outage(profile: Profile, service: ServiceProfile) -> dict[str, Any] | None:
    outage = profile.outage_of(service.id)
    return outage_view(profile, outage) if outage else None


def _any_open(look: Look, profile: Profile, service: ServiceProfile) -> bool:
    rows = look.conn.execute(select(Counter.number).where(Counter.office_id == profile.id, Counter.state == "open")).scalars()
    return any(n in profile.counters and service.id in profile.counters[n].services for n in rows)


def figures(look: Look) -> list[dict[str, Any]]:
    """For the machines that watch this one: who waits, what is open, which version the feed has."""
    rows = []
    for code in office_codes(look.conn):
        head = read_head(look.conn, code)
        states = look.conn.execute(select(Counter.state).where(Counter.office_id == head.id)).scalars().all()
        rows.append({
            "office": code, "v": head.v, "open": sum(1 for s in states if s == "open"),
            "waiting": count_waiting(look.conn, head.id, day_of(look.now, head.timezone)),
        })
    return rows


def job_counts(look: Look) -> dict[str, int]:
    """Print jobs that still need something: by state."""
    waiting_states = ("pending", "sending", "unsure", "failed")
    rows = look.conn.execute(
        select(PrintJob.state, func.count()).where(PrintJob.state.in_(waiting_states)).group_by(PrintJob.state)
    )
    counts = {row[0]: row[1] for row in rows}
    return {state: counts.get(state, 0) for state in waiting_states}
