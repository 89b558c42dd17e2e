"""When each waiting person will be called: as a range of clock times, honest about what is not known."""

import json
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

import numpy as np

from office.fitting import Floats, Model
from office.hall import Hall
from office.recorded import Minute
from office.scene import build, watched_order

Kind = Literal["slip", "page"]

REPLICATIONS = 100
LEVELS = (0.1, 0.5, 0.8, 0.9)
STRETCH = 0.003  # seconds a simulation may hold a serving process; setting it up takes as long again
PIT_KEPT = 600
PIT_PSEUDO = 60.0
NOBODY_KNOWS = (None, None, None, None)
NOT_TODAY = 120.0  # minutes after closing (or now): stands for "not called any more"


@dataclass(frozen=True, slots=True)
class Expected:
    """Minutes of the day; None when nobody on duty (or to come) can call this ticket."""

    p10: Minute | None
    p50: Minute | None
    p80: Minute | None
    p90: Minute | None
    before_closing: float  # share of replications in which the call comes before the office closes
    is_first_guess: bool

    def instants(self, midnight: datetime) -> dict[str, datetime | None]:
        """The same as instants, given the (aware) local midnight of the office's day."""
        minutes = {"p10": self.p10, "p50": self.p50, "p80": self.p80, "p90": self.p90}
        return {name: None if at is None else midnight + timedelta(minutes=at) for name, at in minutes.items()}


@dataclass
class Record:
    """The office's own record: where in the raw forecast the truth fell (0-1), for slips and for pages."""

    slip: list[float] = field(default_factory=list)
    page: list[float] = field(default_factory=list)

    def add(self, kind: Kind, place: float) -> None:
        kept = self.slip if kind == "slip" else self.page
        kept.append(place)
        del kept[: max(0, len(kept) - PIT_KEPT)]

    def levels(self, kind: Kind, levels: tuple[float, ...] = LEVELS) -> Floats:
        """The raw levels at which calls really came as often as `levels` promise."""
        kept, asked = (self.slip if kind == "slip" else self.page), np.array(levels)
        if not kept:
            return asked
        weight = len(kept) / (len(kept) + PIT_PSEUDO)
        return np.asarray(weight * np.quantile(kept, asked) + (1 - weight) * asked)

    def to_json(self) -> str:
        return json.dumps(vars(self), separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "Record":
        return cls(**json.loads(text))


Samples = dict[str, Floats]  # ticket id -> ascending minutes of the call, inf: not called


def simulate(
    hall: Hall, model: Model, seed: int, rows: int = REPLICATIONS, only: str | None = None
) -> Generator[None, None, Samples]:
    """Plays the hall forward, yielding between steps of well under a millisecond.

    With `only`, a ticket's id, it stops when that one is called: the same sample, sooner.
    Run it to the end for the samples: `samples = yield from simulate(...)` or `finish(simulate(...))`.
    """
    if not hall.waiting or not hall.counters:
        return {ticket.id: np.full(rows, np.inf) for ticket in hall.waiting}
    play = build(hall, model, seed, rows, only)
    yield
    yield from play.steps()
    called = np.sort(play.called, axis=0)
    return {ticket.id: called[:, at] for at, ticket in enumerate(watched_order(hall, only))}


def paced(
    steps: Generator[None, None, Samples], rest: Callable[[], None], stretch_seconds: float = STRETCH
) -> Samples:
    """Runs a simulation in a serving process: `rest` (a sleep that lets others run) after each short stretch."""
    begun = time.perf_counter()
    while True:
        try:
            next(steps)
        except StopIteration as end:
            samples: Samples = end.value
            return samples
        if time.perf_counter() - begun >= stretch_seconds:
            rest()
            begun = time.perf_counter()


def finish(steps: Generator[None, None, Samples]) -> Samples:
    """Runs a simulation through without a pause."""
    return paced(steps, rest=lambda: None)


def expect(hall: Hall, model: Model, record: Record, samples: Samples, kind: Kind) -> dict[str, Expected]:
    """What to tell each waiting person, by ticket id. `slip`: just issued; `page`: looked up later."""
    if not hall.waiting:
        return {}
    # All at once: numpy's quantile takes as long for one ticket as for a hall.
    table = np.stack([samples[ticket.id] for ticket in hall.waiting])
    found = quantiles(table, record.levels(kind), hall).tolist()
    before = np.ones(len(table)) if hall.closes is None else (table <= hall.closes).mean(axis=1)
    told: dict[str, Expected] = {}
    for i, ticket in enumerate(hall.waiting):
        may_come = np.isfinite(table[i, table.shape[1] // 2])
        p10, p50, p80, p90 = found[i] if may_come else NOBODY_KNOWS
        told[ticket.id] = Expected(p10, p50, p80, p90, float(before[i]), ticket.service in model.first_guess)
    return told


def quantiles(samples: Floats, levels: Floats, hall: Hall) -> Floats:
    """Of one ascending sample, or of a row each; calls that never come count as the end of the day."""
    finite = np.minimum(samples, max(hall.now, hall.closes or 0.0) + NOT_TODAY)
    return np.asarray(np.quantile(finite, np.clip(levels, 0.0, 1.0), axis=-1).T)


def place_in(sample: Floats, called: Minute) -> float:
    """Where the truth fell in the sample: 0 before all of it, 1 after; a tie counts half."""
    below, equal = (sample < called - 1e-6).sum(), (np.abs(sample - called) <= 1e-6).sum()
    return float((below + 0.5 * equal + 0.5) / (len(sample) + 1))
