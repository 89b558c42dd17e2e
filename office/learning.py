"""What one office has learned from its own days: small, bounded, and added to day by day.

`Learned` is plain lists and numbers, so it can be kept as JSON between restarts. Samples are the last
few hundred facts: old habits fade by being pushed out. What is missing is filled by the priors below.
"""

import json
import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeVar

from office.recorded import Day, Leg, Minute, Span

T = TypeVar("T")
VISITS_KEPT = 600  # per service
SAMPLES_KEPT = 400
SPANS_KEPT = 40  # per counter: a month of mornings and afternoons
HALF_HOURS = 48
WAIT_EDGES = (20.0, 45.0, 75.0, 105.0)  # minutes; five bins of waiting before a call
TURN_LONGEST = 10.0  # minutes between two calls with people waiting; longer is an absence
ABSENCE_SHORTEST = 3.0


def _half_hours() -> list[float]:
    return [0.0] * HALF_HOURS


def _bins() -> list[float]:
    return [0.0] * (len(WAIT_EDGES) + 1)


@dataclass
class Learned:
    """Counts and samples. `add` one finished day at a time, in date order."""

    days: int = 0
    visits: dict[str, list[tuple[str, float]]] = field(default_factory=dict)  # service -> (clerk, ln minutes)
    visits_seen: dict[str, int] = field(default_factory=dict)
    walk: list[float] = field(default_factory=list)  # call to start
    turn: list[float] = field(default_factory=list)  # end to next call while somebody waits
    called_bins: list[float] = field(default_factory=_bins)
    missed_bins: list[float] = field(default_factory=_bins)
    lost: list[float] = field(default_factory=list)  # minutes a no-answer costs
    missed: float = 0
    returned: float = 0
    return_after: list[float] = field(default_factory=list)
    finished: dict[str, float] = field(default_factory=dict)
    moved_on: dict[str, dict[str, float]] = field(default_factory=dict)  # service -> next service -> count
    booked: float = 0
    shown: float = 0
    offsets: list[float] = field(default_factory=list)  # check-in minus slot
    punctual: list[float] = field(default_factory=list)  # call minus slot, of who checked in in time
    walk_ins: list[float] = field(default_factory=_half_hours)  # ordinary, by half-hour
    priority: list[float] = field(default_factory=_half_hours)
    services: dict[str, float] = field(default_factory=dict)  # walk-ins by service
    staffed: dict[str, list[int]] = field(default_factory=dict)  # counter -> 1 or 0 per planned span
    opening: list[float] = field(default_factory=list)  # first opening minus plan
    reopening: list[float] = field(default_factory=list)  # after a planned break
    leaving: list[float] = field(default_factory=list)  # end of a span minus plan
    open_hours: float = 0
    absences: float = 0
    absent: list[float] = field(default_factory=list)  # minutes
    gave_up: float = 0  # left the queue before any call
    waited: float = 0  # minutes waited by everybody, for the rate of giving up

    def add(self, day: Day) -> None:
        self.days += 1
        self._add_visits(day)
        self._add_turns(day)
        self._add_answers(day)
        self._add_moves(day)
        self._add_arrivals(day)
        self._add_spans(day)

    def _add_visits(self, day: Day) -> None:
        for leg in day.legs:
            minutes = service_minutes(leg)
            if minutes is None or leg.called is None:
                continue
            kept = self.visits.setdefault(leg.service, [])
            _keep(kept, [(leg.clerk or leg.counter, math.log(max(minutes, 0.05)))], VISITS_KEPT)
            self.visits_seen[leg.service] = self.visits_seen.get(leg.service, 0) + 1
            if leg.started is not None:
                _keep(self.walk, [leg.started - leg.called])

    def _add_turns(self, day: Day) -> None:
        by_counter: dict[str, list[Leg]] = defaultdict(list)
        for leg in day.legs:
            if leg.called is not None and leg.ended is not None:
                by_counter[leg.counter].append(leg)
        for legs in by_counter.values():
            legs.sort(key=lambda leg: leg.called or 0.0)
            for before, after in pairwise(legs):
                gap = (after.called or 0.0) - (before.ended or 0.0)
                had_to_wait = after.queued <= (before.ended or 0.0)
                if before.outcome == "served" and had_to_wait and 0 <= gap <= TURN_LONGEST:
                    _keep(self.turn, [gap])

    def _add_answers(self, day: Day) -> None:
        again = {leg.person: leg for leg in day.legs if leg.kind == "reentry"}
        for leg in day.legs:
            if leg.called is None:
                if leg.outcome == "left" and leg.ended is not None:
                    self.gave_up += 1
                    self.waited += leg.ended - leg.queued
                continue
            self.waited += leg.called - leg.queued
            if leg.kind != "first":
                continue
            at = wait_bin(leg.called - leg.queued)
            self.called_bins[at] += 1
            if leg.outcome == "noshow":
                self._add_miss(leg, at, again.get(leg.person))

    def _add_miss(self, leg: Leg, at: int, back: Leg | None) -> None:
        self.missed_bins[at] += 1
        self.missed += 1
        if leg.ended is not None and leg.called is not None:
            _keep(self.lost, [leg.ended - leg.called])
        if back is not None and leg.called is not None:
            self.returned += 1
            _keep(self.return_after, [max(0.0, back.queued - leg.called)])

    def _add_moves(self, day: Day) -> None:
        onward = {leg.person: leg.service for leg in day.legs if leg.kind == "transfer"}
        for leg in day.legs:
            if leg.outcome != "served" or leg.kind == "transfer":
                continue
            self.finished[leg.service] = self.finished.get(leg.service, 0) + 1
            if leg.person in onward:
                to = self.moved_on.setdefault(leg.service, {})
                to[onward[leg.person]] = to.get(onward[leg.person], 0) + 1

    def _add_arrivals(self, day: Day) -> None:
        for leg in day.legs:
            if leg.kind != "first" or leg.slot is not None:
                continue
            by = self.priority if leg.is_priority else self.walk_ins
            by[half_hour(leg.issued)] += 1
            self.services[leg.service] = self.services.get(leg.service, 0) + 1
        for leg in day.legs:
            if leg.kind == "first" and leg.slot is not None and not leg.is_late and leg.called is not None:
                _keep(self.punctual, [leg.called - max(leg.slot, leg.queued)])
        for booking in day.bookings:
            self.booked += 1
            if booking.checked_in is not None:
                self.shown += 1
                _keep(self.offsets, [booking.checked_in - booking.slot])

    def _add_spans(self, day: Day) -> None:
        plan, duty = by_counter(day.plan), by_counter(day.duty)
        for counter, planned in plan.items():
            real = duty.get(counter, [])
            for nth, span in enumerate(planned):
                inside = [one for one in real if one.end > span.start and one.start < span.end]
                _keep(self.staffed.setdefault(counter, []), [int(bool(inside))], SPANS_KEPT)
                if inside:
                    self._add_span(span, inside, is_first=nth == 0)

    def _add_span(self, span: Span, inside: list[Span], *, is_first: bool) -> None:
        _keep(self.opening if is_first else self.reopening, [inside[0].start - span.start])
        _keep(self.leaving, [inside[-1].end - span.end])
        self.open_hours += sum(one.end - one.start for one in inside) / 60
        for before, after in pairwise(inside):
            if after.start - before.end >= ABSENCE_SHORTEST:
                self.absences += 1
                _keep(self.absent, [after.start - before.end])

    def to_json(self) -> str:
        return json.dumps(vars(self), separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "Learned":
        """The same state again; unknown keys of a later version are ignored, missing ones start empty."""
        kept = {key: value for key, value in json.loads(text).items() if key in cls.__dataclass_fields__}
        kept["visits"] = {name: [(clerk, ln) for clerk, ln in rows] for name, rows in kept.get("visits", {}).items()}
        return cls(**kept)


def service_minutes(leg: Leg) -> float | None:
    """Minutes at the counter, from the start (the call, where no start was logged); None unless served."""
    if leg.outcome != "served" or leg.ended is None:
        return None
    begun = leg.started if leg.started is not None else leg.called
    return None if begun is None else leg.ended - begun


def wait_bin(minutes: float) -> int:
    return sum(minutes >= edge for edge in WAIT_EDGES)


def half_hour(minute: Minute) -> int:
    return min(max(int(minute // 30), 0), HALF_HOURS - 1)


def by_counter(spans: Iterable[Span]) -> dict[str, list[Span]]:
    found: dict[str, list[Span]] = defaultdict(list)
    for span in sorted(spans, key=lambda span: span.start):
        found[span.counter].append(span)
    return found


def _keep(kept: list[T], new: list[T], most: int = SAMPLES_KEPT) -> None:
    kept.extend(new)
    if len(kept) > most:
        del kept[: len(kept) - most]
