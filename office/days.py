"""A past day of an office, from its own event log, in the form the forecast learns from."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select

from office import events
from office.booked import Appointment
from office.db import Look
from office.hours import day_of_schedule
from office.models import Event, Ticket
from office.profile import Profile
from office.recorded import Booking, Day, Leg, LegKind, Minute, Outcome, Span
from office.states import AppointmentState, CounterState, Lane, TicketState

_EVENTS = (
    select(Event.type, Event.at, Event.ticket_id, Event.counter_id, Event.person_id, Event.data, Ticket.number,
           Ticket.issued_at, Ticket.promised_at, Ticket.slot_at, Ticket.is_late, Ticket.lane, Ticket.day.label("ticket_day"))
    .outerjoin(Ticket, Ticket.id == Event.ticket_id)
    .where(Event.office_id == bindparam("office"), Event.day == bindparam("day"), Event.v.is_not(None))
    .order_by(Event.v)
)
_BOOKINGS = select(Appointment.id, Appointment.service_id, Appointment.start_at, Appointment.checked_in_at).where(
    Appointment.office_id == bindparam("office"), Appointment.day == bindparam("day"),
    Appointment.state.in_([str(s) for s in (AppointmentState.BOOKED, AppointmentState.CHECKED_IN, AppointmentState.MISSED)]),
)

EVENTS_AT_A_STRETCH = 200


def minute_of(at: datetime, zone: str) -> Minute:
    """Minutes since the local midnight of its day."""
    local = at.astimezone(ZoneInfo(zone))
    return local.hour * 60 + local.minute + (local.second + local.microsecond / 1e6) / 60


def midnight_of(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(0), ZoneInfo(zone))


@dataclass
class _Stay:
    """A leg that is not over: what a leg needs, filled in as the day goes on."""

    facts: dict[str, Any]
    kind: LegKind
    service: str
    queued: Minute
    called: Minute | None = None
    started: Minute | None = None
    counter: str = ""
    clerk: str = ""

    def end(self, at: Minute | None, outcome: Outcome) -> Leg:
        return Leg(
            kind=self.kind, service=self.service, queued=self.queued, called=self.called, started=self.started,
            ended=at, counter=self.counter, clerk=self.clerk or self.counter, outcome=outcome, **self.facts,
        )


@dataclass
class _Diary:
    """Reads the day's events in order."""

    profile: Profile
    stays: dict[str, _Stay] = field(default_factory=dict)
    legs: list[Leg] = field(default_factory=list)
    open_since: dict[str, Minute] = field(default_factory=dict)
    duty: list[Span] = field(default_factory=list)

    def read(self, event: Any) -> None:
        at = minute_of(event.at, self.profile.timezone)
        if event.type == events.COUNTER_CHANGED:
            self._counter(str(event.data["counter"]), event.data["counter_state"], at)
        elif event.type == events.TICKET_TAKEN:
            self._begin(event, "first", event.data["service"], at)
        elif event.ticket_id in self.stays:
            read = READ.get(event.type)  # at a recall, or trouble with paper, no leg begins or ends
            if read is not None:
                read(self, event, self.stays[event.ticket_id], at)
        elif event.type == events.TICKET_RETURNED:
            kind: LegKind = "reentry" if event.data.get("from_state") == TicketState.NO_SHOW else "transfer"
            self._begin(event, kind, event.data["service"], at)

    def _begin(self, event: Any, kind: LegKind, service: str, at: Minute) -> None:
        zone = self.profile.timezone
        facts = {
            "number": event.number, "person": event.ticket_id, "issued": minute_of(event.issued_at, zone),
            "promise": (event.promised_at - midnight_of(event.ticket_day, zone)).total_seconds() / 60,
            "is_priority": event.lane == Lane.PRIORITY, "is_late": bool(event.is_late),
            "slot": minute_of(event.slot_at, zone) if event.slot_at else None,
        }
        self.stays[event.ticket_id] = _Stay(facts, kind, service, at)

    def _counter(self, number: str, state: str, at: Minute) -> None:
        if state == CounterState.OPEN:
            self.open_since.setdefault(number, at)
        elif number in self.open_since:
            self.duty.append(Span(number, self.open_since.pop(number), at))

    def _called(self, event: Any, stay: _Stay, at: Minute) -> None:
        stay.called, stay.counter, stay.clerk = at, str(event.data["counter"]), str(event.person_id or "")

    def _serving(self, event: Any, stay: _Stay, at: Minute) -> None:
        stay.started = at

    def _finished(self, event: Any, stay: _Stay, at: Minute) -> None:
        self._close(event, stay.end(None if event.data.get("day_over") else at, "served"))

    def _no_show(self, event: Any, stay: _Stay, at: Minute) -> None:
        self._close(event, stay.end(at, "noshow"))

    def _left(self, event: Any, stay: _Stay, at: Minute) -> None:
        self._close(event, stay.end(at, "unserved" if event.data.get("day_over") else "left"))

    def _transferred(self, event: Any, stay: _Stay, at: Minute) -> None:
        self._close(event, stay.end(at, "served"))
        self._begin(event, "transfer", event.data["to_service"], at)

    def _held(self, event: Any, stay: _Stay, at: Minute) -> None:
        # A visit in two halves teaches nothing about the length of a visit.
        del self.stays[event.ticket_id]

    def _put_back(self, event: Any, stay: _Stay, at: Minute) -> None:
        stay.called, stay.started, stay.counter, stay.clerk = None, None, "", ""

    def _close(self, event: Any, leg: Leg) -> None:
        self.legs.append(leg)
        del self.stays[event.ticket_id]

    def finish(self, until: Minute) -> None:
        """What is still open when the day's events end."""
        self.legs += [stay.end(None, "unserved") for stay in self.stays.values()]
        self.duty += [Span(number, since, until) for number, since in self.open_since.items()]


READ = {
    events.TICKET_CALLED: _Diary._called, events.TICKET_SERVING: _Diary._serving, events.TICKET_FINISHED: _Diary._finished,
    events.TICKET_NO_SHOW: _Diary._no_show, events.TICKET_LEFT: _Diary._left, events.TICKET_HELD: _Diary._held,
    events.TICKET_TRANSFERRED: _Diary._transferred, events.TICKET_RETURNED: _Diary._put_back,
}


def day_of_log(look: Look, profile: Profile, day: date, rest: Callable[[], None] = lambda: None) -> Day:
    """One day, in date order of its legs; a day with no ticket has none. `rest` lets others have their turn."""
    diary = _Diary(profile)
    for nth, event in enumerate(look.conn.execute(_EVENTS, {"office": profile.id, "day": day})):
        diary.read(event)
        if nth % EVENTS_AT_A_STRETCH == 0:
            rest()
    plan = planned(profile, day)
    diary.finish(max([span.end for span in plan], default=24 * 60.0))
    return Day(day.isoformat(), tuple(sorted(diary.legs, key=lambda leg: leg.queued)), tuple(bookings_of(look, profile, day)),
               plan, tuple(diary.duty))


def planned(profile: Profile, day: date) -> tuple[Span, ...]:
    """Every counter in every span of the office's hours: the plan as far as anybody typed it in."""
    spans = day_of_schedule(profile.schedule, day).spans
    return tuple(
        Span(str(counter.number), _minute(span.start), _minute(span.end))
        for counter in profile.counters.values() for span in spans
    )


def _minute(moment: time) -> Minute:
    return moment.hour * 60.0 + moment.minute


def bookings_of(look: Look, profile: Profile, day: date) -> Iterable[Booking]:
    for row in look.conn.execute(_BOOKINGS, {"office": profile.id, "day": day}):
        arrived = minute_of(row.checked_in_at, profile.timezone) if row.checked_in_at else None
        yield Booking(row.id, profile.by_id[row.service_id].code, minute_of(row.start_at, profile.timezone), checked_in=arrived)
