"""Scores the wait forecast on recorded days, beside the naive formula and Munich's.

    python -m office.evaluate TRACES_DIR OFFICE [--from-day N] [--seed S] [--json]
    python -m office.evaluate --log FILE [--from-day N] [--seed S] [--json]

Days are replayed in date order, counted from 0; at each moment only earlier days and today so far
are known. The same input and seed give the same numbers (but for the CPU time, which is measured).
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from office.fitting import Floats, Model, fit
from office.forecast import REPLICATIONS, Kind, Record, finish, place_in, quantiles, simulate
from office.hall import Hall
from office.learning import Learned
from office.plainlog import Agents, read_log
from office.recorded import Day, Minute, OfficeFacts
from office.replay import Recorded, hall_at, record
from office.rivals import MeanService, Naive, Range, zms
from office.scores import score
from office.traces import read_office

KINDS: tuple[Kind, Kind] = ("slip", "page")
SOURCES = ("ours", "naive", "zms")
LEVELS = (0.1, 0.5, 0.9)
FROM_DAY = 25
PAGE_AFTER = 3.0  # minutes of wait from which a page is scored
RECALIBRATED = 30  # moments of a day, per kind, that feed the record
MEASURED_EVERY = 25  # of the moments, whole refreshes whose CPU time is taken
SCORED_MOST = 12_000  # moments in all; a longer log is thinned evenly

T = TypeVar("T")
Moment = tuple[int, Minute]  # place of a leg in its day, and when it asks


@dataclass
class Office:
    """What is known before a day begins, and added to after it. `agents`: only for a plain log."""

    facts: OfficeFacts
    agents: Agents | None = None
    learned: Learned = field(default_factory=Learned)
    past: Record = field(default_factory=Record)
    mean: MeanService = field(init=False)

    def __post_init__(self) -> None:
        standard = list(self.facts.standard_minutes.values())
        self.mean = MeanService(sum(standard) / len(standard) if standard else 5.0)

    def open(self, day: Day) -> tuple[Recorded, Model]:
        if self.agents is not None:
            self.facts = self.agents.open(self.facts.name, day)
        return record(self.facts, day), fit(self.learned, self.facts.standard_minutes)

    def known(self, hall: Hall) -> Hall:
        """What the forecast may see of it: of a plain log not who was on duty."""
        return hall if self.agents is None else replace(hall, counters=self.agents.counters(hall))

    def add(self, day: Day) -> None:
        self.learned.add(day)
        self.mean.add(day)
        if self.agents is not None:
            self.agents.add(day)


@dataclass
class Sheet:
    """What was told, and how long it really took; by kind and source."""

    told: dict[tuple[str, str], list[tuple[Range, float]]] = field(
        default_factory=lambda: {(kind, name): [] for kind in KINDS for name in SOURCES}
    )
    cpu_seconds: float = 0.0
    refreshes: int = 0

    def report(self) -> dict[str, Any]:
        parts: dict[str, Any] = {kind: {name: score(self.told[kind, name]) for name in SOURCES} for kind in KINDS}
        return {**parts, "cpu_ms_per_refresh": round(1000 * self.cpu_seconds / max(1, self.refreshes), 2)}


@dataclass
class Evaluation:
    office: Office
    seed: int
    rows: int = REPLICATIONS
    sheet: Sheet = field(default_factory=Sheet)
    asked: int = 0
    naive: dict[Kind, Naive] = field(default_factory=lambda: {kind: Naive() for kind in KINDS})

    def run(self, days: Sequence[Day], from_day: int) -> dict[str, Any]:
        moments = [{kind: self._moments(nth, day, kind) for kind in KINDS} for nth, day in enumerate(days)]
        scored = sum(len(own) for by_kind in moments[from_day:] for own in by_kind.values())
        share = min(1.0, SCORED_MOST / max(1, scored))
        for nth, day in enumerate(days):
            recorded, model = self.office.open(day)
            for kind in KINDS:
                own = moments[nth][kind]
                asked = spread(own, round(share * len(own)) if nth >= from_day else RECALIBRATED)
                seeds = random.Random(f"{self.seed} {nth} {kind} draws")  # noqa: S311 - no secret: a repeatable draw
                self._ask_all(recorded, model, kind, asked, seeds, is_scored=nth >= from_day)
            self.office.add(day)
        return self.sheet.report()

    def _moments(self, nth: int, day: Day, kind: Kind) -> list[Moment]:
        chance = random.Random(f"{self.seed} {nth} {kind}")  # noqa: S311 - no secret: a repeatable draw
        return list(moments_of(day, kind, chance))

    def _ask_all(
        self,
        recorded: Recorded,
        model: Model,
        kind: Kind,
        asked: list[Moment],
        seeds: random.Random,
        *,
        is_scored: bool,
    ) -> None:
        """The record and naive's errors grow only after the whole day: its end is not known during it."""
        errors, places = [], []
        for at, now in asked:
            truth = (recorded.day.legs[at].called or now) - now
            told, place = self._ask(recorded, model, kind, at, now, truth, seeds.getrandbits(48))
            errors.append(truth - told["naive"][1])
            places.append(place)
            if is_scored:
                for name in SOURCES:
                    self.sheet.told[kind, name].append((told[name], truth))
        self.naive[kind].learn(errors)
        for place in spread(places, RECALIBRATED):
            self.office.past.add(kind, place)

    def _ask(
        self, recorded: Recorded, model: Model, kind: Kind, at: int, now: Minute, truth: float, seed: int
    ) -> tuple[dict[str, Range], float]:
        hall, asked = hall_at(recorded, now, at), recorded.lines[at]
        known = self.office.known(hall)
        sample = self._sample(known, model, asked.id, seed)
        low, middle, high = (value - now for value in quantiles(sample, self.office.past.levels(kind, LEVELS), known))
        mean = self.office.mean.minutes
        naive, munich = self.naive[kind].tell(hall, asked, mean), zms(hall, asked, mean)
        return {"ours": (low, middle, high), "naive": naive, "zms": munich}, place_in(sample, now + truth)


    def _sample(self, known: Hall, model: Model, ticket: str, seed: int) -> Floats:
        """Only the asked ticket is played for; every so often the whole queue, and that is the refresh measured."""
        self.asked += 1
        if self.asked % MEASURED_EVERY != 1:
            return finish(simulate(known, model, seed, self.rows, ticket))[ticket]
        begun = time.process_time()
        sample = finish(simulate(known, model, seed, self.rows))[ticket]
        self.sheet.cpu_seconds += time.process_time() - begun
        self.sheet.refreshes += 1
        return sample


def moments_of(day: Day, kind: Kind, chance: random.Random) -> Iterator[Moment]:
    """Slip: when a leg joins the queue. Page: one moment between 10 and 90 % of each longer wait."""
    for at, leg in enumerate(day.legs):
        if leg.kind == "reentry" or leg.called is None:
            continue
        if kind == "slip":
            yield at, leg.queued
            continue
        share = chance.uniform(0.1, 0.9)
        if leg.called - leg.queued > PAGE_AFTER:
            yield at, leg.queued + share * (leg.called - leg.queued)


def spread(items: list[T], most: int) -> list[T]:
    """At most so many of them, evenly spread."""
    return items if len(items) <= most else [items[at * len(items) // most] for at in range(most)]


def table(report: dict[str, Any]) -> str:
    names = ("mae", "bias", "late10", "cover80", "below_p90", "width", "pinball", "n")
    lines = []
    for kind in KINDS:
        lines.append(f"{kind:8}" + "".join(f"{name:>11}" for name in names))
        for source in SOURCES:
            figures = report[kind][source]
            lines.append(f"{source:8}" + "".join(_cell(name, figures[name]) for name in names))
    return "\n".join([*lines, f"CPU per refresh: {report['cpu_ms_per_refresh']} ms"])


def _cell(name: str, value: float) -> str:
    if name == "n":
        return f"{value:>11}"
    return f"{100 * value:>9.1f} %" if name in ("late10", "cover80", "below_p90") else f"{value:>11.2f}"


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m office.evaluate", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", type=Path, nargs="?", metavar="TRACES_DIR")
    parser.add_argument("office", nargs="?", metavar="OFFICE")
    parser.add_argument("--log", type=Path, metavar="FILE", help="a plain log of one queue instead")
    parser.add_argument("--from-day", type=int, default=FROM_DAY, metavar="N", help="first day scored, from 0")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(argv)
    if asked.log is None and (asked.folder is None or asked.office is None):
        parser.error("TRACES_DIR and OFFICE, or --log FILE")
    office, days = _read(asked)
    report = Evaluation(office, asked.seed).run(days, asked.from_day)
    sys.stdout.write((json.dumps(report) if asked.json else table(report)) + "\n")
    return 0


def _read(asked: argparse.Namespace) -> tuple[Office, list[Day]]:
    if asked.log is not None:
        return Office(OfficeFacts(asked.log.stem, {}, {}), Agents()), read_log(asked.log)
    facts, days = read_office(asked.folder, asked.office)
    return Office(facts), days


if __name__ == "__main__":
    sys.exit(main())
