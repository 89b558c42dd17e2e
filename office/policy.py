"""Who is called next, and why: promise time with a zipper.

Pure: `now` and everything waiting are passed in. A ticket's promise is fixed when it is issued; a free
counter takes the earliest promise; and after two calls that overtook the ordinary resident who waits
longest, the counter must call that resident.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

Code = Literal["promise", "zipper", "early", "hand"]
Kind = Literal["ordinary", "priority", "booked", "late"]


@dataclass(frozen=True, slots=True)
class Rules:
    """One office's parameters, shown publicly. All in minutes but `zip` (calls) and `reentry_after` (tickets)."""

    promise_prio: int = 15
    promise_walk: int = 120
    promise_late: int = 30
    grace: int = 10
    early: int = 5
    zip: int | None = 2  # None: no zipper, ordinary residents are protected by their promise alone
    reentry_after: int = 3


@dataclass(frozen=True, slots=True)
class Waiting:
    """A ticket in the hall. `promise_at` and `issued_at` never change; a transfer or a hold keeps both."""

    number: int
    label: str
    service: str
    issued_at: datetime
    promise_at: datetime
    is_priority: bool = False
    slot_at: datetime | None = None
    is_late: bool = False  # booked, checked in after slot + grace
    counter: int | None = None  # sent to this counter only
    id: str = ""

    @property
    def kind(self) -> Kind:
        if self.slot_at is not None:
            return "late" if self.is_late else "booked"
        return "priority" if self.is_priority else "ordinary"

    @property
    def came_at(self) -> datetime:
        """When this person's turn in the hall began: a booking kept in time counts from its slot."""
        return self.slot_at if self.slot_at is not None and not self.is_late else self.issued_at

    @property
    def order(self) -> tuple[datetime, int, str]:
        return self.promise_at, self.number, self.label


@dataclass(frozen=True, slots=True)
class CounterView:
    """A counter that is free. `streak` is `Reason.streak` of its last call of the day, 0 before any."""

    number: int
    services: frozenset[str]
    streak: int = 0

    def may_take(self, ticket: Waiting) -> bool:
        return ticket.service in self.services and ticket.counter in (None, self.number)


@dataclass(frozen=True, slots=True)
class Facts:
    """What can be said of a ticket in public: no name, only its own times."""

    label: str
    kind: Kind
    at: datetime  # slot of a booking, else when the number was taken
    promise_at: datetime

    def as_dict(self) -> dict[str, str]:
        at, promise_at = self.at.isoformat(), self.promise_at.isoformat()
        return {"label": self.label, "kind": self.kind, "at": at, "promise_at": promise_at}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why this ticket and no other.

    promise: earliest promise of those this counter may call. zipper: two overtook, now the ordinary
    resident who waits longest. early: a booking before its time, because nobody else waits here.
    hand: the operator chose. `passed` is the ordinary resident who waits longest, unless it is the one
    called; `overtakes` says whether the one called came later than that resident.
    """

    code: Code
    called: Facts
    passed: Facts | None
    overtakes: bool
    streak: int  # overtaking calls in a row at this counter, this one included
    waiting: int  # tickets this counter could have called, this one included
    note: str = field(default="")  # the operator's words for a call by hand

    def as_dict(self) -> dict[str, Any]:
        """For the event's row; labels, clock times and counts only, so it may be shown to anybody."""
        return {
            "code": self.code,
            "called": self.called.as_dict(),
            "passed": self.passed.as_dict() if self.passed else None,
            "overtakes": self.overtakes,
            "streak": self.streak,
            "waiting": self.waiting,
            "note": self.note,
        }


def promise_of_walk_in(issued_at: datetime, is_priority: bool, rules: Rules) -> datetime:
    return issued_at + timedelta(minutes=rules.promise_prio if is_priority else rules.promise_walk)


def is_late(slot_at: datetime, checked_in_at: datetime, rules: Rules) -> bool:
    return checked_in_at > slot_at + timedelta(minutes=rules.grace)


def promise_of_booking(slot_at: datetime, checked_in_at: datetime, rules: Rules) -> datetime:
    """The slot; for who checks in late, half an hour from then: late is later than the slot by definition."""
    if not is_late(slot_at, checked_in_at, rules):
        return slot_at
    return max(slot_at, checked_in_at + timedelta(minutes=rules.promise_late))


def promise_after_miss(own: datetime, same_service: Iterable[datetime], rules: Rules) -> datetime:
    """Behind the third ticket that waits for the service (the last, when fewer wait), never before `own`."""
    ahead = sorted(same_service)[: rules.reentry_after]
    return max(own, ahead[-1]) if ahead else own


def choose_next(
    waiting: Sequence[Waiting], counter: CounterView, now: datetime, rules: Rules = Rules()
) -> tuple[Waiting, Reason] | None:
    """The ticket this free counter calls, or None when nobody it may call is waiting."""
    mine = [ticket for ticket in waiting if counter.may_take(ticket)]
    if not mine:
        return None
    opens = now + timedelta(minutes=rules.early)
    ready = [ticket for ticket in mine if ticket.slot_at is None or ticket.slot_at <= opens or ticket.is_late]
    chosen = min(ready or mine, key=lambda ticket: ticket.order)
    oldest = longest_waiting(mine)
    if oldest is not None and oldest is not chosen and rules.zip is not None and counter.streak >= rules.zip:
        return oldest, _reason("zipper", oldest, mine, counter)
    return chosen, _reason("promise" if ready else "early", chosen, mine, counter)


def called_by_hand(chosen: Waiting, waiting: Sequence[Waiting], counter: CounterView, note: str) -> Reason:
    """The reason kept when the operator picks. It counts in the streak: the next call makes good for it."""
    mine = [ticket for ticket in waiting if counter.may_take(ticket) or ticket.id == chosen.id]
    return _reason("hand", chosen, mine, counter, note)


def longest_waiting(mine: Iterable[Waiting]) -> Waiting | None:
    """The ordinary resident with the earliest promise: with one promise for all, who took a number first."""
    ordinary = [ticket for ticket in mine if ticket.kind == "ordinary"]
    return min(ordinary, key=lambda ticket: ticket.order) if ordinary else None


def facts_of(ticket: Waiting) -> Facts:
    return Facts(ticket.label, ticket.kind, ticket.slot_at or ticket.issued_at, ticket.promise_at)


def _reason(code: Code, chosen: Waiting, mine: Sequence[Waiting], counter: CounterView, note: str = "") -> Reason:
    oldest = longest_waiting(mine)
    overtakes = oldest is not None and chosen.came_at > oldest.came_at and chosen is not oldest
    if overtakes:
        streak = counter.streak + 1
    elif oldest is None or chosen.kind == "ordinary":
        streak = 0
    else:  # came first and is no ordinary resident: a call, but not yet an ordinary resident's turn
        streak = counter.streak
    passed = None if oldest is None or oldest is chosen else facts_of(oldest)
    return Reason(code, facts_of(chosen), passed, overtakes, streak, len(mine), note)
