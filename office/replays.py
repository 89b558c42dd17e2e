"""Why A012 went before A010: any minute of a day again, from the event log. Labels only."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, func, select, text

from office import events
from office.clock import day_of
from office.db import Look
from office.line import rules_of
from office.models import Event, Ticket
from office.profile import Profile
from office.shown import instant

SHOWN_OVERTAKERS = 2
SHOWN_CALLS = 10
# Anybody may look so far back; only the office's people further: a hall that is long over is nobody's pastime.
PUBLIC = timedelta(days=14)
# Older days may have been purged; a line without its events would look like an empty hall.
KEPT = timedelta(days=400)
# What an operator may choose from. Whatever else another program wrote may name a person: it stays in the row.
PICKED = frozenset({"urgent", "help", "back", "missed", "family", "mistake", "other"})

_DAY = (
    select(Event.v, Event.type, Event.at, Event.ticket_id, Event.data, Ticket.number, Ticket.promised_at, Ticket.issued_at,
           Ticket.slot_at)
    .outerjoin(Ticket, Ticket.id == Event.ticket_id)
    .where(Event.office_id == bindparam("office"), Event.day == bindparam("day"), Event.v.is_not(None), Event.at <= bindparam("at"))
    .order_by(Event.v)
)
_TAKEN_V = select(Event.v).where(Event.ticket_id == bindparam("ticket"), Event.type == events.TICKET_TAKEN)
_CALLS_SINCE = (
    select(Event.at, Event.data)
    .where(Event.office_id == bindparam("office"), Event.v > bindparam("v"), Event.day == bindparam("day"),
           text("events.type IN ('ticket_called', 'ticket_recalled')"))
    .order_by(Event.v.desc())
)
_CALLS_AFTER = (
    select(Event.ticket_id, Event.data)
    .where(Event.office_id == bindparam("office"), Event.day == bindparam("day"), Event.at > bindparam("at"),
           text("events.type = 'ticket_called'"))
    .order_by(Event.v.desc())
)
_MOMENTS = select(func.max(Event.at).filter(Event.at < bindparam("at")), func.min(Event.at).filter(Event.at > bindparam("at"))).where(
    Event.office_id == bindparam("office"), Event.day == bindparam("day"), Event.v.is_not(None),
)
_GONE = (events.TICKET_LEFT, events.TICKET_HELD, events.TICKET_NO_SHOW, events.TICKET_FINISHED, events.TICKET_SERVING)


def others_first(look: Look, profile: Profile, ticket: Row[Any]) -> list[dict[str, Any]]:
    """The last calls of tickets that came later than this one at counters that serve it, each with why; newest first.

    `sooner`: the other's turn time was the earlier one.
    """
    taken_v = look.conn.execute(_TAKEN_V, {"ticket": ticket.id}).scalar_one_or_none()
    if taken_v is None:
        return []
    found: dict[str, dict[str, Any]] = {}
    for call in look.conn.execute(_CALLS_SINCE, {"office": profile.id, "v": taken_v, "day": ticket.day}):
        why = public_why(call.data.get("why"))
        if why is None or not _overtook(profile, ticket, call.data["counter"], why):
            continue
        sooner = datetime.fromisoformat(why["called"]["promise_at"]) <= ticket.promised_at
        label = call.data["ticket"]
        found.setdefault(label, {"ticket": label, "called_at": call.data["called_at"], "sooner": sooner, **why})
        if len(found) == SHOWN_OVERTAKERS:
            break
    return list(found.values())


def _overtook(profile: Profile, ticket: Row[Any], counter: int, why: dict[str, Any]) -> bool:
    mine = ticket.issued_at if ticket.is_late or ticket.slot_at is None else ticket.slot_at
    shares = counter in profile.counters and ticket.service_id in profile.counters[counter].services
    return shares and datetime.fromisoformat(why["called"]["at"]) > mine


def public_why(why: dict[str, Any] | None) -> dict[str, Any] | None:
    """The reason for everybody's eyes."""
    if why is None or why.get("why", "other") in PICKED:
        return why
    return {**why, "why": "other"}


@dataclass
class _Line:
    """The hall as the events up to a moment left it."""

    waiting: dict[str, Row[Any]]
    counters: dict[int, dict[str, Any]]
    calls: list[dict[str, Any]]

    def read(self, event: Row[Any]) -> None:
        data = event.data
        if event.type in (events.TICKET_TAKEN, events.TICKET_RETURNED, events.TICKET_TRANSFERRED):
            self.waiting[event.ticket_id] = event
            self._leave_counter(data["ticket"])
        elif event.type == events.TICKET_CALLED:
            self.waiting.pop(event.ticket_id, None)
            self.counters.setdefault(data["counter"], {})["ticket"] = data["ticket"]
            self.calls.append({"v": event.v, "at": event.at, "ticket": data["ticket"], "counter": data["counter"],
                               "why": public_why(data.get("why"))})
        elif event.type in _GONE:
            self.waiting.pop(event.ticket_id, None)
            if event.type != events.TICKET_SERVING:
                self._leave_counter(data["ticket"])
        elif event.type == events.COUNTER_CHANGED:
            self.counters.setdefault(data["counter"], {}).update(state=data["counter_state"])

    def _leave_counter(self, label: str) -> None:
        for counter in self.counters.values():
            if counter.get("ticket") == label:
                counter["ticket"] = None


def line_at(look: Look, profile: Profile, at: datetime) -> dict[str, Any]:
    """The line, the counters and the last calls with their reasons at one moment of the office's day."""
    line = _Line({}, {number: {} for number in profile.counters}, [])
    day: date = day_of(at, profile.timezone)
    for event in look.conn.execute(_DAY, {"office": profile.id, "day": day, "at": at}):
        line.read(event)
    zone = profile.timezone
    return {
        "office": profile.code, "at": instant(at, zone), "day": day.isoformat(), "rule": rule_view(profile),
        "waiting": _in_order(profile, line, _turns(look, profile, line, day, at)),
        "counters": [{"number": n, "state": c.get("state", "closed"), "ticket": c.get("ticket")} for n, c in sorted(line.counters.items())],
        "calls": [{**c, "at": instant(c["at"], zone)} for c in reversed(line.calls[-SHOWN_CALLS:])],
    }


def moments_around(look: Look, profile: Profile, at: datetime) -> tuple[datetime | None, datetime | None]:
    """When the hall of that day changed last before this moment, and when next after it."""
    row = look.conn.execute(_MOMENTS, {"office": profile.id, "day": day_of(at, profile.timezone), "at": at}).one()
    return row[0], row[1]


def _turns(look: Look, profile: Profile, line: _Line, day: date, at: datetime) -> dict[str, datetime]:
    """Turn times as they stood then: who missed a call later has another one today, the next call kept the old one."""
    turns: dict[str, datetime] = {ticket: event.promised_at for ticket, event in line.waiting.items()}
    if not turns:
        return turns
    asked = {"office": profile.id, "day": day, "at": at}
    for call in look.conn.execute(_CALLS_AFTER, asked):  # newest first: the first call after `at` has the last word
        why = call.data.get("why")
        if call.ticket_id in turns and why is not None:
            turns[call.ticket_id] = datetime.fromisoformat(why["called"]["promise_at"])
    return {
        ticket: kept if instant(kept, profile.timezone) != instant(line.waiting[ticket].promised_at, profile.timezone)
        else line.waiting[ticket].promised_at  # the same, and to the millisecond
        for ticket, kept in turns.items()
    }


def _in_order(profile: Profile, line: _Line, turns: dict[str, datetime]) -> list[dict[str, Any]]:
    """As the board has it: a position counts those who share a counter."""
    zone = profile.timezone
    shown: list[dict[str, Any]] = []
    seen: list[int] = []
    for event in sorted(line.waiting.values(), key=lambda e: (turns[e.ticket_id], e.number, e.data["ticket"])):
        service = profile.service(event.data["service"]).id
        shown.append({
            "ticket": event.data["ticket"], "service": event.data["service"], "lane": event.data["lane"],
            "position": 1 + sum(1 for other in seen if other in profile.rivals[service]),
            "issued_at": instant(event.issued_at, zone), "slot": instant(event.slot_at, zone),
            "turn_at": instant(turns[event.ticket_id], zone),
        })
        seen.append(service)
    return shown


def rule_view(profile: Profile) -> dict[str, int | None]:
    """The parameters of the rule, as the office has set them: public."""
    rules = rules_of(profile)
    return {
        "promise_prio": rules.promise_prio, "promise_walk": rules.promise_walk, "promise_late": rules.promise_late,
        "grace": rules.grace, "early": rules.early, "zip": rules.zip, "reentry_after": rules.reentry_after,
    }
