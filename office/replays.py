"""Why A012 went before A010: any minute of a day again, from the event log. Labels only."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, bindparam, select, text

from office import events
from office.clock import day_of
from office.db import Look
from office.line import rules_of
from office.models import Event, Ticket
from office.profile import Profile
from office.shown import instant

SHOWN_OVERTAKERS = 3
SHOWN_CALLS = 10

_DAY = (
    select(Event.v, Event.type, Event.at, Event.ticket_id, Event.data, Ticket.promised_at, Ticket.issued_at, Ticket.slot_at)
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
_GONE = (events.TICKET_LEFT, events.TICKET_HELD, events.TICKET_NO_SHOW, events.TICKET_FINISHED, events.TICKET_SERVING)


def others_first(look: Look, profile: Profile, ticket: Row[Any]) -> list[dict[str, Any]]:
    """The last calls of tickets that came later than this one at counters they share, each with why; newest first."""
    taken_v = look.conn.execute(_TAKEN_V, {"ticket": ticket.id}).scalar_one_or_none()
    if taken_v is None:
        return []
    rivals = {profile.by_id[i].code for i in profile.rivals[ticket.service_id]}
    mine = ticket.slot_at or ticket.issued_at
    found = []
    for call in look.conn.execute(_CALLS_SINCE, {"office": profile.id, "v": taken_v, "day": ticket.day}):
        why = call.data.get("why")
        if why is None or call.data["service"] not in rivals or datetime.fromisoformat(why["called"]["at"]) <= mine:
            continue
        found.append({"ticket": call.data["ticket"], "called_at": call.data["called_at"], **why})
        if len(found) == SHOWN_OVERTAKERS:
            break
    return found


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
            self.calls.append({"v": event.v, "at": event.at, "ticket": data["ticket"], "counter": data["counter"], "why": data.get("why")})
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
    line = _Line({}, {}, [])
    day: date = day_of(at, profile.timezone)
    for event in look.conn.execute(_DAY, {"office": profile.id, "day": day, "at": at}):
        line.read(event)
    zone = profile.timezone
    waiting = sorted(line.waiting.values(), key=lambda e: (e.promised_at, e.data["ticket"]))
    return {
        "office": profile.code, "at": instant(at, zone), "day": day.isoformat(), "rule": rule_view(profile),
        "waiting": [
            {"ticket": e.data["ticket"], "service": e.data["service"], "lane": e.data["lane"], "position": n + 1,
             "issued_at": instant(e.issued_at, zone), "slot": instant(e.slot_at, zone), "turn_at": instant(e.promised_at, zone)}
            for n, e in enumerate(waiting)
        ],
        "counters": [{"number": n, "state": c.get("state", "closed"), "ticket": c.get("ticket")} for n, c in sorted(line.counters.items())],
        "calls": [{**c, "at": instant(c["at"], zone)} for c in reversed(line.calls[-SHOWN_CALLS:])],
    }


def rule_view(profile: Profile) -> dict[str, int | None]:
    """The parameters of the rule, as the office has set them: public."""
    rules = rules_of(profile)
    return {
        "promise_prio": rules.promise_prio, "promise_walk": rules.promise_walk, "promise_late": rules.promise_late,
        "grace": rules.grace, "early": rules.early, "zip": rules.zip, "reentry_after": rules.reentry_after,
    }
