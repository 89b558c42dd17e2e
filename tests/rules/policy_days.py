"""Random days of an office, played under any rule: what the property tests and their mutants live in."""

import heapq
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from office.policy import (
    CounterView,
    Rules,
    Waiting,
    choose_next,
    is_late,
    promise_after_miss,
    promise_of_booking,
    promise_of_walk_in,
)

EIGHT = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
SERVICES = ("KTP", "KK", "AKTA")

Chooser = Callable[[Sequence[Waiting], CounterView, datetime, Rules], Waiting | None]


def ours(waiting: Sequence[Waiting], counter: CounterView, now: datetime, rules: Rules) -> Waiting | None:
    choice = choose_next(waiting, counter, now, rules)
    return choice[0] if choice else None


@dataclass(frozen=True)
class Behaviour:
    """All that a rule decides. A mutant replaces one of these."""

    choose: Chooser = ours
    walk_in: Callable[[datetime, bool, Rules], datetime] = promise_of_walk_in
    booking: Callable[[datetime, datetime, Rules], datetime] = promise_of_booking
    after_miss: Callable[[datetime, list[datetime], Rules], datetime] = promise_after_miss
    transferred: Callable[[Waiting, datetime, Rules], datetime] = lambda ticket, _now, _rules: ticket.promise_at
    drift: Callable[[Waiting, datetime], Waiting] = lambda ticket, _now: ticket


@dataclass(frozen=True)
class Call:
    now: datetime
    counter: CounterView  # `streak` as it was before, counted by the tests themselves
    called: Waiting
    waiting: tuple[Waiting, ...]  # everybody in the hall, the called one too


@dataclass
class DayLog:
    rules: Rules
    calls: list[Call] = field(default_factory=list)
    returns: list[tuple[Waiting, Waiting, list[datetime]]] = field(default_factory=list)  # missed, back, same service
    moves: list[tuple[Waiting, Waiting]] = field(default_factory=list)  # served, as it waits again
    issued: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)  # id -> queued, promise


def play(seed: int, behaviour: Behaviour = Behaviour(), rules: Rules = Rules()) -> DayLog:
    return _Office(random.Random(seed), behaviour, rules).play()


class _Office:
    """Event by event. A ticket's id grows a letter each time it waits again: one id, one call."""

    def __init__(self, chance: random.Random, behaviour: Behaviour, rules: Rules) -> None:
        self.chance, self.behaviour, self.rules = chance, behaviour, rules
        self.log = DayLog(rules)
        self.waiting: dict[str, Waiting] = {}
        self.events: list[tuple[datetime, int, str, object]] = []
        self.number = 0
        self.order = 0
        self.streak: dict[int, int] = {}
        self.open: dict[int, bool] = {}
        self.busy: dict[int, bool] = {}
        self.takes: dict[int, frozenset[str]] = {}
        self.missed_once: set[int] = set()
        self._plan()

    def _plan(self) -> None:
        chance = self.chance
        self.minutes = chance.uniform(4, 9)
        for number in range(1, chance.randint(1, 4) + 1):
            own = chance.sample(SERVICES, chance.randint(1, 3)) if number > 1 else SERVICES
            self.takes[number] = frozenset(own)
            self.streak[number], self.open[number], self.busy[number] = 0, False, False
            start = chance.uniform(0, 15)
            self._at(start, "open", number)
            pause = start + chance.uniform(30, 120)
            self._at(pause, "close", number)
            self._at(pause + chance.uniform(5, 40), "open", number)
        for _ in range(chance.randint(15, 50)):
            self._at(chance.triangular(-20, 200, 20), "walk_in", chance.random() < 0.25)
        for _ in range(chance.randint(3, 18)):
            slot = 15 * chance.randint(1, 13)
            self._at(slot + chance.choice((-25, -12, -6, -3, 0, 4, 9, 15, 40)), "check_in", slot)

    def _at(self, minute: float, what: str, about: object) -> None:
        self.order += 1
        heapq.heappush(self.events, (EIGHT + timedelta(seconds=round(minute * 60)), self.order, what, about))

    def _later(self, now: datetime, minutes: float, what: str, about: object) -> None:
        self._at((now - EIGHT).total_seconds() / 60 + minutes, what, about)

    def play(self) -> DayLog:
        while self.events:
            now, _, what, about = heapq.heappop(self.events)
            getattr(self, f"_{what}")(now, about)
            for number in self.takes:
                if self.open[number] and not self.busy[number]:
                    self._call(now, number)
        return self.log

    def _open(self, _now: datetime, number: int) -> None:
        self.open[number] = True

    def _close(self, _now: datetime, number: int) -> None:
        self.open[number] = False

    def _walk_in(self, now: datetime, is_priority: bool) -> None:
        promise = self.behaviour.walk_in(now, is_priority, self.rules)
        self._queue(now, self._ticket(now, promise, is_priority=is_priority))

    def _check_in(self, now: datetime, slot: int) -> None:
        slot_at = EIGHT + timedelta(minutes=slot)
        promise = self.behaviour.booking(slot_at, now, self.rules)
        self._queue(now, self._ticket(now, promise, slot_at=slot_at, late=is_late(slot_at, now, self.rules)))

    def _ticket(
        self,
        now: datetime,
        promise: datetime,
        *,
        is_priority: bool = False,
        slot_at: datetime | None = None,
        late: bool = False,
    ) -> Waiting:
        self.number += 1
        return Waiting(
            number=self.number,
            label=f"A{self.number:03}",
            service=self.chance.choice(SERVICES),
            issued_at=now,
            promise_at=promise,
            is_priority=is_priority,
            slot_at=slot_at,
            is_late=late,
            id=f"{self.number}a",
        )

    def _queue(self, now: datetime, ticket: Waiting) -> None:
        self.waiting[ticket.id] = ticket
        self.log.issued[ticket.id] = (now, ticket.promise_at)

    def _call(self, now: datetime, number: int) -> None:
        self.waiting = {key: self.behaviour.drift(ticket, now) for key, ticket in self.waiting.items()}
        hall = tuple(self.waiting.values())
        counter = CounterView(number, self.takes[number], self.streak[number])
        called = self.behaviour.choose(hall, counter, now, self.rules)
        if called is None:
            return
        self.log.calls.append(Call(now, counter, called, hall))
        self.streak[number] = streak_after(counter, called, hall)
        del self.waiting[called.id]
        self.busy[number] = True
        self._outcome(now, number, called)

    def _outcome(self, now: datetime, number: int, called: Waiting) -> None:
        fate = self.chance.random()
        if fate < 0.10 and called.number not in self.missed_once:
            self.missed_once.add(called.number)
            self._later(now, 1.5, "free", number)
            if self.chance.random() < 0.6:
                self._later(now, self.chance.uniform(2, 15), "return", called)
            return
        minutes = self.chance.expovariate(1 / self.minutes) + 0.5
        self._later(now, minutes, "free", number)
        if fate < 0.20:
            self._later(now, minutes, "transfer", called)
        elif fate < 0.25:
            self._later(now, minutes + self.chance.uniform(1, 30), "held_back", called)

    def _free(self, _now: datetime, number: int) -> None:
        self.busy[number] = False

    def _return(self, now: datetime, missed: Waiting) -> None:
        same = [ticket.promise_at for ticket in self.waiting.values() if ticket.service == missed.service]
        back = replace(
            missed, id=f"{missed.id}r", promise_at=self.behaviour.after_miss(missed.promise_at, same, self.rules)
        )
        self.log.returns.append((missed, back, same))
        self._queue(now, back)

    def _transfer(self, now: datetime, served: Waiting) -> None:
        service = self.chance.choice([name for name in SERVICES if name != served.service])
        number = self.chance.choice([None, *[one for one, own in self.takes.items() if service in own]])
        promise = self.behaviour.transferred(served, now, self.rules)
        again = replace(served, id=f"{served.id}t", service=service, counter=number, promise_at=promise)
        self.log.moves.append((served, again))
        self._queue(now, again)

    def _held_back(self, now: datetime, held: Waiting) -> None:
        again = replace(held, id=f"{held.id}h", promise_at=self.behaviour.transferred(held, now, self.rules))
        self.log.moves.append((held, again))
        self._queue(now, again)


def streak_after(counter: CounterView, called: Waiting, hall: Sequence[Waiting]) -> int:
    """Counted here once more and on its own: the tests must not believe the rule's own count."""
    ordinary = [one for one in hall if counter.may_take(one) and one.slot_at is None and not one.is_priority]
    if not ordinary:
        return 0
    oldest = min(ordinary, key=lambda one: (one.promise_at, one.number))
    came = called.slot_at if called.slot_at is not None and not called.is_late else called.issued_at
    if called.id != oldest.id and came > oldest.came_at:
        return counter.streak + 1
    return 0 if called.slot_at is None and not called.is_priority else counter.streak
