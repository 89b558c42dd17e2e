"""What an office's day leaves behind, as the forecast reads it.

Every time is a `Minute`: minutes since the local midnight of the office's day, so a model
learned from one day fits the next and a day of 24 hours needs no date arithmetic.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Minute = float
LegKind = Literal["first", "transfer", "reentry"]
Outcome = Literal["served", "noshow", "unserved", "left"]


@dataclass(frozen=True, slots=True)
class Leg:
    """One stay in the queue. `clerk` is who served (the counter where nobody knows who stood there)."""

    number: int
    kind: LegKind
    person: str
    service: str
    issued: Minute
    queued: Minute
    promise: Minute
    outcome: Outcome
    is_priority: bool = False
    slot: Minute | None = None
    is_late: bool = False
    called: Minute | None = None
    started: Minute | None = None
    ended: Minute | None = None
    counter: str = ""
    clerk: str = ""

    @property
    def is_ordinary(self) -> bool:
        return self.slot is None and not self.is_priority


@dataclass(frozen=True, slots=True)
class Booking:
    person: str
    service: str
    slot: Minute
    is_priority: bool = False
    checked_in: Minute | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A counter at work from `start` to `end`: as planned, or as it was."""

    counter: str
    start: Minute
    end: Minute


@dataclass(frozen=True, slots=True)
class Day:
    date: str
    legs: tuple[Leg, ...]
    bookings: tuple[Booking, ...] = ()
    plan: tuple[Span, ...] = ()
    duty: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The call rule in minutes, as `office.policy.Rules` has it; `zip` None means no zipper."""

    promise_prio: float = 15
    promise_walk: float = 120
    promise_late: float = 30
    grace: float = 10
    early: float = 5
    zip: int | None = 2
    reentry_after: int = 3


@dataclass(frozen=True, slots=True)
class OfficeFacts:
    """What the office typed in. `closes` None: a log that says nothing of opening hours."""

    name: str
    counters: Mapping[str, frozenset[str]]
    standard_minutes: Mapping[str, float]
    rules: Rulebook = field(default_factory=Rulebook)
    closes: Minute | None = None
    last_ticket: Minute | None = None
