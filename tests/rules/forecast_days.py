"""Made-up offices, and a made-up call centre, whose causes are hidden from the forecast that is tested on them."""

import heapq
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from office.policy import CounterView, Rules, Waiting, choose_next, promise_after_miss
from office.recorded import Booking, Day, Leg, OfficeFacts, Rulebook, Span

MIDNIGHT = datetime(2026, 1, 5, tzinfo=UTC)
MONDAY = date(2026, 1, 5)
OPENS, CLOSES, LAST_TICKET = 480.0, 900.0, 870.0
WALK, TURN, LOST = 0.4, 0.6, 1.5
LN_MEAN = 0.17  # how far the mean of ln minutes lies below ln of the mean minutes


def clock(minute: float) -> datetime:
    return MIDNIGHT + timedelta(minutes=minute)


def minutes(at: datetime) -> float:
    return (at - MIDNIGHT).total_seconds() / 60


@dataclass(frozen=True)
class Kind:
    """What makes one made-up office differ from the next."""

    counters: int = 3
    load: float = 1.0  # of what its counters can do
    bookings: float = 0.2  # share of all residents
    priority: float = 0.1
    services: dict[str, float] = field(default_factory=lambda: {"KTP": 8.0, "KK": 12.0, "AKTA": 16.0, "AMBIL": 3.0})
    standard: float = 0.9  # typed-in minutes against true ones
    specialist: bool = False  # counter 1 takes only the shortest service
    absences: float = 0.12  # per open hour


class Office:
    """The hidden truth of one office; `days` plays it."""

    def __init__(self, seed: int, kind: Kind) -> None:
        self.chance, self.kind = random.Random(seed), kind
        self.names = list(kind.services)
        self.paces: dict[str, float] = {}  # of each day played, in ln minutes
        self.clerks = {str(n): self.chance.gauss(0, 0.15) for n in range(1, kind.counters + 1)}
        self.takes = {name: frozenset(self.names) for name in self.clerks}
        if kind.specialist:
            self.takes["1"] = frozenset([min(kind.services, key=kind.services.__getitem__)])

    def facts(self) -> OfficeFacts:
        typed = {name: round(self.kind.standard * mean) for name, mean in self.kind.services.items()}
        return OfficeFacts("made up", self.takes, typed, Rulebook(), CLOSES, LAST_TICKET)

    def days(self, count: int) -> list[Day]:
        return [_Play(self, MONDAY + timedelta(days=nth)).day() for nth in range(count)]


class _Play:
    def __init__(self, office: Office, on: date) -> None:
        self.office, self.chance, self.on = office, office.chance, on
        self.pace = office.paces[str(on)] = self.chance.gauss(0, 0.12)
        self.slow = self.chance.uniform(OPENS, CLOSES) if self.chance.random() < 0.2 else 1e9
        self.events: list[tuple[float, int, str, object]] = []
        self.order = self.number = 0
        self.waiting: dict[str, Waiting] = {}
        self.legs: list[Leg] = []
        self.place: dict[str, int] = {}
        self.bookings: list[Booking] = []
        self.plan: list[Span] = []
        self.duty: list[Span] = []
        self.free = dict.fromkeys(office.takes, 0.0)
        self.streak = dict.fromkeys(office.takes, 0)
        self.patience: dict[str, float] = {}

    def day(self) -> Day:
        self._plan_counters()
        self._plan_residents()
        while self.events:
            now, _, what, about = heapq.heappop(self.events)
            if what == "queue":
                self._queue(now, about)  # type: ignore[arg-type]
            for counter in self.office.takes:
                self._call(now, counter)
        return Day(str(self.on), tuple(self.legs), tuple(self.bookings), tuple(self.plan), tuple(self.duty))

    def _at(self, minute: float, what: str, about: object = None) -> None:
        self.order += 1
        heapq.heappush(self.events, (minute, self.order, what, about))

    def _plan_counters(self) -> None:
        chance = self.chance
        for nth, counter in enumerate(self.office.takes):
            lunch = (720.0, 765.0) if nth % 2 == 0 else (765.0, 810.0)
            for start, end in ((OPENS, lunch[0]), (lunch[1], CLOSES)):
                self.plan.append(Span(counter, start, end))
                at, until = start + chance.expovariate(1 / 4), end + chance.uniform(-3, 3)
                while at < until:
                    leaves = at + chance.expovariate(self.office.kind.absences / 60)
                    self.duty.append(Span(counter, at, min(leaves, until)))
                    at = leaves + chance.uniform(8, 28)
        for span in self.duty:
            self._at(span.start, "open")

    def _plan_residents(self) -> None:
        kind, chance = self.office.kind, self.chance
        mean = sum(kind.services.values()) / len(kind.services) + WALK + TURN
        expected = kind.load * kind.counters * 335 / mean * chance.uniform(0.75, 1.25)
        for _ in range(round(expected)):
            person, service = f"p{len(self.patience)}", chance.choice(self.office.names)
            self.patience[person] = chance.lognormvariate(4.6, 0.5)
            if chance.random() < kind.bookings:
                self._book(person, service)
            else:
                arrives = min(LAST_TICKET, max(OPENS - 25, chance.triangular(OPENS - 30, LAST_TICKET, 530)))
                promised = chance.random() < kind.priority
                promise = arrives + (15 if promised else 120)
                self._at(arrives, "queue", ("first", person, service, promised, None, False, arrives, promise))

    def _book(self, person: str, service: str) -> None:
        chance = self.chance
        slot = OPENS + 15 * chance.randint(1, 26)
        comes = slot + chance.gauss(-8, 8) if chance.random() < 0.85 else None
        self.bookings.append(Booking(person, service, slot, checked_in=comes))
        if comes is not None:
            late = comes > slot + 10
            promise = comes + 30 if late else slot
            self._at(comes, "queue", ("first", person, service, False, slot, late, comes, promise))

    def _queue(self, now: float, about: tuple) -> None:  # type: ignore[type-arg]
        leg, person, service, priority, slot, late, issued, promise = about
        self.number += 1
        ticket = Waiting(
            number=self.number,
            label=person,
            service=service,
            issued_at=clock(issued),
            promise_at=clock(promise),
            is_priority=priority,
            slot_at=None if slot is None else clock(slot),
            is_late=late,
            id=f"{person}{leg}",
        )
        if leg == "reentry":
            same = [one.promise_at for one in self.waiting.values() if one.service == service]
            ticket = replace(ticket, promise_at=promise_after_miss(ticket.promise_at, same, Rules()))
        self.waiting[ticket.id] = ticket
        self.place[ticket.id] = len(self.legs)
        due = minutes(ticket.promise_at)
        self.legs.append(Leg(self.number, leg, person, service, issued, now, due, "unserved", priority, slot, late))

    def _works(self, counter: str, now: float) -> bool:
        if now >= CLOSES - 3:
            return True
        return any(span.counter == counter and span.start <= now < span.end for span in self.duty)

    def _call(self, now: float, counter: str) -> None:
        if self.free[counter] > now or not self._works(counter, now):
            return
        view = CounterView(int(counter), self.office.takes[counter], self.streak[counter])
        choice = choose_next(list(self.waiting.values()), view, clock(now), Rules())
        if choice is None:
            return
        ticket, reason = choice
        self.streak[counter] = reason.streak
        del self.waiting[ticket.id]
        leg = self.legs[self.place[ticket.id]]
        missed = leg.kind == "first" and now - leg.queued > self.patience[leg.person]
        ended = now + LOST if missed else now + WALK + self._minutes(leg.service, counter, now)
        self.legs[self.place[ticket.id]] = replace(
            leg,
            called=now,
            started=None if missed else now + WALK,
            ended=ended,
            counter=counter,
            clerk=counter,
            outcome="noshow" if missed else "served",
        )
        self.free[counter] = ended + (0.0 if missed else TURN)
        self._at(self.free[counter], "free")
        self._goes_on(leg, ended, missed=missed)

    def _goes_on(self, leg: Leg, ended: float, *, missed: bool) -> None:
        rest = (leg.is_priority, leg.slot, leg.is_late, leg.issued, leg.promise)
        if missed and self.chance.random() < 0.35:
            self._at(ended + 5, "queue", ("reentry", leg.person, leg.service, *rest))
        elif not missed and leg.kind == "first" and self.chance.random() < 0.07:
            self._at(ended, "queue", ("transfer", leg.person, self.chance.choice(self.office.names), *rest))

    def _minutes(self, service: str, counter: str, now: float) -> float:
        ln = self.office.clerks[counter] + self.pace + (0.6 if 0 <= now - self.slow < 50 else 0.0)
        return self.office.kind.services[service] * self.chance.lognormvariate(ln - LN_MEAN, 0.6)


def call_centre(seed: int, days: int, agents: int = 7, load: float = 0.92, head_start: float = 1.5) -> Iterator[str]:
    """Lines of a plain log: one queue, agents with shifts and pauses, callers who hang up, a head start for some."""
    chance = random.Random(seed)
    yield "date,ticket,service,priority,queued_min,called_min,ended_min,agent,outcome"
    pace = {f"a{n}": chance.gauss(0, 0.2) for n in range(agents + 3)}
    for nth in range(days):
        on = MONDAY + timedelta(days=nth)
        for row in _calls(chance, agents, load, head_start, pace):
            yield f"{on},{row}"


def _calls(chance: random.Random, agents: int, load: float, head_start: float, pace: dict[str, float]) -> Iterator[str]:
    today = chance.sample(sorted(pace), agents)
    shifts = {name: _shift(chance) for name in today}
    free = {name: shifts[name][0] for name in today}
    arrivals, now = [], 420.0
    mean = {"PS": 3.0, "NE": 4.5, "IN": 6.0}
    while now < 1400:
        busy = 0.55 + 0.45 * (600 < now < 1000)
        now += chance.expovariate(load * busy * agents * 0.62 / 3.6)
        service = chance.choices(list(mean), (7, 2, 1))[0]
        arrivals.append((now, chance.random() < 0.3, service, chance.expovariate(1 / 9)))
    line: list[tuple[float, float, int]] = []
    done: list[tuple[float, str]] = []
    for ticket, (queued, priority, _, _) in enumerate(arrivals, 1):
        heapq.heappush(line, (queued - (head_start if priority else 0), queued, ticket))
    # Agents take callers in the order of their (shifted) arrival; who is not there yet cannot be taken.
    pending = sorted(line)
    while pending:
        name = min(free, key=lambda one: free[one])
        at = free[name]
        if at == 1e9:
            break
        here = [one for one in pending if one[1] <= at]
        if not here:
            free[name] = at = max(at, min(one[1] for one in pending))
            free[name] = _awake(free[name], shifts[name])
            continue
        chosen = here[0]
        pending.remove(chosen)
        ticket = chosen[2]
        queued, priority, service, patience = arrivals[ticket - 1]
        if at - queued > patience:
            done.append((queued, f"{ticket},{service},{int(priority)},{queued:.3f},,{queued + patience:.3f},,left"))
            continue
        ends = at + max(0.1, mean[service] * chance.lognormvariate(pace[name] - 0.3, 0.8))
        done.append((queued, f"{ticket},{service},{int(priority)},{queued:.3f},{at:.3f},{ends:.3f},{name},served"))
        free[name] = _awake(ends + chance.expovariate(1 / 0.2), shifts[name])
    for queued, _, ticket in pending:
        done.append((queued, f"{ticket},{arrivals[ticket - 1][2]},0,{queued:.3f},,{queued + 5:.3f},,left"))
    yield from (row for _, row in sorted(done))


def _shift(chance: random.Random) -> tuple[float, float, list[tuple[float, float]]]:
    start = chance.choice((420.0, 480.0, 600.0, 840.0)) + chance.uniform(0, 5)
    pauses = [(at, at + chance.uniform(5, 25)) for at in sorted(chance.uniform(start, start + 480) for _ in range(3))]
    return start, start + 540, pauses


def _awake(at: float, shift: tuple[float, float, list[tuple[float, float]]]) -> float:
    for begins, ends in shift[2]:
        at = ends if begins <= at < ends else at
    return 1e9 if at > shift[1] else at
