"""The hall at one moment: all that a forecast may know of today."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from office.policy import Kind
from office.recorded import Booking, LegKind, Minute, Rulebook, Span


@dataclass(frozen=True, slots=True)
class InLine:
    """A ticket that waits, or was waiting before its counter called it."""

    id: str
    number: int
    service: str
    kind: Kind
    issued: Minute
    queued: Minute
    promise: Minute
    slot: Minute | None = None
    counter: str | None = None  # sent to this counter only
    leg: LegKind = "first"

    @property
    def came(self) -> Minute:
        return self.slot if self.slot is not None and self.kind == "booked" else self.issued


@dataclass(frozen=True, slots=True)
class AtCounter:
    """Who stands at a counter: called, and started once somebody came."""

    ticket: InLine
    called: Minute
    started: Minute | None = None


@dataclass(frozen=True, slots=True)
class CounterNow:
    """`since`: when it opened, or when it closed or paused. `freed`: end of its last service today."""

    id: str
    services: frozenset[str]
    is_open: bool
    since: Minute | None = None
    clerk: str = ""
    serving: AtCounter | None = None
    freed: Minute | None = None
    streak: int = 0
    plan: tuple[Span, ...] = ()
    returns_at: Minute | None = None  # when the operator said so
    may_return: tuple[Minute, ...] = ()  # where no plan or log-on tells: equally likely moments of its next call


@dataclass(frozen=True, slots=True)
class Finished:
    """A service that ended today; from these comes the pace of the day."""

    service: str
    clerk: str
    minutes: float
    ended: Minute


@dataclass(frozen=True, slots=True)
class Hall:
    """`bookings`: those of today that have not checked in. `walk_ins`: numbers taken so far without a booking."""

    now: Minute
    counters: tuple[CounterNow, ...]
    waiting: tuple[InLine, ...]
    bookings: tuple[Booking, ...] = ()
    finished: tuple[Finished, ...] = ()
    walk_ins: int = 0
    rules: Rulebook = field(default_factory=Rulebook)
    closes: Minute | None = None
    last_ticket: Minute | None = None
    standard_minutes: Mapping[str, float] = field(default_factory=dict)


NEWCOMER = "newcomer"


def with_newcomer(hall: Hall, service: str, *, is_priority: bool = False) -> Hall:
    """The hall if somebody took a number for this service now: what a kiosk can say before it issues one."""
    promise = hall.now + (hall.rules.promise_prio if is_priority else hall.rules.promise_walk)
    number = max((ticket.number for ticket in hall.waiting), default=0) + 1
    kind: Kind = "priority" if is_priority else "ordinary"
    newcomer = InLine(NEWCOMER, number, service, kind, hall.now, hall.now, promise)
    return replace(hall, waiting=(*hall.waiting, newcomer), walk_ins=hall.walk_ins + 1)
