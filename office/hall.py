"""The hall at one moment: all that a forecast may know of today."""

from collections.abc import Iterable, Mapping
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
    is_newcomer: bool = False  # only asks: is called in its turn, and takes no counter's time

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

    def has_begun(self, service: str) -> bool:
        """Whether a counter that takes it has been at work today: before that, nobody knows when one will be."""
        return any(
            service in one.services and (one.is_open or one.serving is not None or one.freed is not None) for one in self.counters
        )


NEWCOMERS_MOST = 6  # kinds of newcomers, one for each set of counters that may call them
Newcomers = dict[tuple[str, bool], str]  # (service, is_priority) -> id of the one who asks in its stead


def with_newcomers(hall: Hall, services: Iterable[str]) -> tuple[Hall, Newcomers]:
    """The hall if somebody took a number now: what a kiosk can say before it issues one.

    Services that the same counters take share one newcomer a lane. A service that no counter takes has none.
    """
    kinds: dict[frozenset[str], int] = {}
    who: Newcomers = {}
    asking: list[InLine] = []
    number = max((ticket.number for ticket in hall.waiting), default=0)
    for service in services:
        counters = frozenset(one.id for one in hall.counters if service in one.services)
        if not counters or (counters not in kinds and len(kinds) == NEWCOMERS_MOST):
            continue
        if counters not in kinds:
            kinds[counters] = len(kinds)
            asking += [_newcomer(hall, service, kinds[counters], number + 1 + 2 * kinds[counters], lane) for lane in (False, True)]
        for lane in (False, True):
            who[service, lane] = asking[2 * kinds[counters] + lane].id
    return replace(hall, waiting=(*hall.waiting, *asking)), who


def _newcomer(hall: Hall, service: str, nth: int, number: int, is_priority: bool) -> InLine:
    promise = hall.now + (hall.rules.promise_prio if is_priority else hall.rules.promise_walk)
    kind: Kind = "priority" if is_priority else "ordinary"
    return InLine(f"newcomer {nth} {kind}", number + is_priority, service, kind, hall.now, hall.now, promise, leg="transfer",
                  is_newcomer=True)
