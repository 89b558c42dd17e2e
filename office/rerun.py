"""A past day played again with other numbers of open counters, under the office's own call rule.

What happened is kept: who came when and for what, how long each was served, who did not answer, who was sent on.
Only what was never seen, the service of somebody who was not served, is taken from the usual.
"""

import heapq
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count

from office.learning import service_minutes
from office.policy import CounterView, Rules, Waiting, choose_next, promise_after_miss
from office.recorded import Day, Leg, Minute

OVERHEAD = 1.0  # minutes from one person to the next
LOST = 1.5  # minutes a call costs that nobody answers
EVENTS_AT_A_STRETCH = 20
_MIDNIGHT = datetime(2000, 1, 1, tzinfo=UTC)
NEVER = float("inf")
Away = Sequence[Sequence[tuple[Minute, Minute]]]  # of each open counter: from when until when nobody sits there


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the office's day in which the number of open counters stays the same."""

    start: Minute
    end: Minute

    @property
    def hours(self) -> float:
        return (self.end - self.start) / 60


@dataclass(frozen=True, slots=True)
class Stay:
    """One leg as it will be played. `patience`: minutes until this person goes; `onward`: the next leg, `pause` minutes later."""

    ticket: Waiting
    queued: Minute
    minutes: float
    is_missed: bool = False
    patience: float = NEVER
    onward: "Stay | None" = None
    pause: float = 0.0


@dataclass(frozen=True, slots=True)
class Rerun:
    """`ordinary`: (came, waited) of who had no booking and no priority; `booked`: minutes from slot to call; `ended`: the last one."""

    ordinary: tuple[tuple[Minute, float], ...]
    booked: tuple[float, ...]
    ended: Minute


def stays_of(day: Day, usual: Mapping[str, float]) -> list[Stay]:
    """First legs, each with what came after it. `usual`: minutes by service."""
    by_person: dict[str, list[Leg]] = {}
    for leg in day.legs:
        by_person.setdefault(leg.person, []).append(leg)
    return [_chain(legs, usual) for legs in by_person.values() if legs[0].kind == "first"]


def _chain(legs: list[Leg], usual: Mapping[str, float]) -> Stay:
    onward: Stay | None = None
    after: Leg | None = None
    for leg in reversed(legs):
        pause = 0.0 if after is None or leg.ended is None else max(0.0, after.queued - leg.ended)
        onward, after = _stay(leg, usual, onward, pause), leg
    assert onward is not None  # noqa: S101 - nobody has no legs
    return onward


def _stay(leg: Leg, usual: Mapping[str, float], onward: Stay | None, pause: float) -> Stay:
    minutes, is_missed = service_minutes(leg), leg.outcome == "noshow"
    if is_missed and leg.called is not None and leg.ended is not None:
        minutes = leg.ended - leg.called
    if minutes is None:
        minutes = LOST if is_missed else usual.get(leg.service, 10.0)
    has_left = leg.outcome == "left" and leg.called is None and leg.ended is not None
    patience = leg.ended - leg.queued if has_left and leg.ended is not None else NEVER
    return Stay(_waiting(leg), leg.queued, minutes, is_missed, patience, onward, pause)


def _waiting(leg: Leg) -> Waiting:
    return Waiting(
        leg.number, str(leg.number), leg.service, _at(leg.issued), _at(leg.promise), leg.is_priority,
        None if leg.slot is None else _at(leg.slot), leg.is_late, None, f"{leg.person}/{leg.kind}",
    )


def _at(minute: Minute) -> datetime:
    return _MIDNIGHT + timedelta(minutes=minute)


@dataclass
class _Play:
    blocks: Sequence[Block]
    plan: Sequence[int]
    counters: Sequence[frozenset[str]]  # services of each, in the order in which they are opened
    rules: Rules
    away: Away = ()
    events: list[tuple[Minute, int, Stay | None]] = field(default_factory=list)
    waiting: dict[str, tuple[Stay, Minute]] = field(default_factory=dict)
    ordinary: list[tuple[Minute, float]] = field(default_factory=list)
    booked: list[float] = field(default_factory=list)
    ended: Minute = 0.0

    def __post_init__(self) -> None:
        self.order = count()
        self.free = [0.0] * len(self.counters)
        self.streak = [0] * len(self.counters)

    def at(self, minute: Minute, stay: Stay | None = None) -> None:
        heapq.heappush(self.events, (minute, next(self.order), stay))

    def run(self) -> Generator[None, None, Rerun]:
        for block in self.blocks:
            self.at(block.start)
        for spells in self.away:
            for _, back in spells:
                self.at(back)
        while self.events:
            for _ in range(EVENTS_AT_A_STRETCH):
                if self.events:
                    self.step()
            yield
        return Rerun(tuple(self.ordinary), tuple(self.booked), self.ended)

    def step(self) -> None:
        now, _, stay = heapq.heappop(self.events)
        if stay is not None:
            self.waiting[stay.ticket.id] = (stay, now)
        if not self.waiting:
            return
        for counter in range(self.open_at(now)):
            if self.free[counter] <= now and not self.is_away(counter, now):
                self.call(counter, now)

    def open_at(self, now: Minute) -> int:
        """After the last block its counters go on until nobody waits."""
        if now >= self.blocks[-1].end:
            return self.plan[-1]
        return next((n for block, n in zip(self.blocks, self.plan, strict=True) if block.start <= now < block.end), 0)

    def is_away(self, counter: int, now: Minute) -> bool:
        """A counter more than there were that day has the pauses of one that was there."""
        return bool(self.away) and any(left <= now < back for left, back in self.away[counter % len(self.away)])

    def call(self, counter: int, now: Minute) -> None:
        view = CounterView(counter + 1, self.counters[counter], self.streak[counter])
        while (found := choose_next([stay.ticket for stay, _ in self.waiting.values()], view, _at(now), self.rules)) is not None:
            ticket, reason = found
            stay, queued = self.waiting.pop(ticket.id)
            if now - queued <= stay.patience:
                self.streak[counter] = reason.streak
                self.serve(counter, stay, queued, now)
                return
            # has gone; the next one is called at once

    def serve(self, counter: int, stay: Stay, queued: Minute, now: Minute) -> None:
        self.note(stay, queued, now)
        ends = now + stay.minutes
        self.ended = max(self.ended, ends)
        self.free[counter] = ends + (0.0 if stay.is_missed else OVERHEAD)
        self.at(self.free[counter])
        if stay.onward is not None:
            self.at(ends + stay.pause, self.back(stay, stay.onward))

    def back(self, stay: Stay, onward: Stay) -> Stay:
        """Who was sent on keeps the promise; who missed a call comes back behind those who wait."""
        promise = stay.ticket.promise_at
        if stay.is_missed:
            same = [one.ticket.promise_at for one, _ in self.waiting.values() if one.ticket.service == stay.ticket.service]
            promise = promise_after_miss(promise, same, self.rules)
        return replace(onward, ticket=replace(onward.ticket, promise_at=promise))

    def note(self, stay: Stay, queued: Minute, now: Minute) -> None:
        ticket = stay.ticket
        if not ticket.id.endswith("/first"):
            return
        if ticket.kind == "ordinary":
            self.ordinary.append((queued, now - queued))
        elif ticket.kind == "booked" and ticket.slot_at is not None:
            self.booked.append((_at(now) - max(ticket.slot_at, _at(queued))).total_seconds() / 60)


def play_again(stays: Sequence[Stay], blocks: Sequence[Block], plan: Sequence[int], counters: Sequence[frozenset[str]],
               rules: Rules, away: Away = ()) -> Generator[None, None, Rerun]:
    """`plan`: open counters in each block; `away`: their pauses that day. Yields every few milliseconds, and returns the result."""
    play = _Play(blocks, plan, counters, rules, away)
    for stay in stays:
        play.at(stay.queued, stay)
    return (yield from play.run())
