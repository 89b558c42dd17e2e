"""Scores the wait forecast on recorded days, beside the naive formula and Munich's.

    python -m office.evaluate TRACES_DIR OFFICE [--from-day N] [--seed S] [--json]
    python -m office.evaluate --log FILE [--from-day N] [--seed S] [--json]

Days are replayed in order; at each moment only earlier days and today so far are known.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from office.fitting import Model, fit
from office.forecast import Kind, Record, finish, place_in, quantiles, simulate
from office.learning import Learned
from office.recorded import Day, Minute, OfficeFacts
from office.replay import Recorded, hall_at, record
from office.rivals import MeanService, Naive, Range, zms
from office.scores import score
from office.traces import read_office

KINDS: tuple[Kind, Kind] = ("slip", "page")
SOURCES = ("ours", "naive", "zms")
LEVELS = (0.1, 0.5, 0.9)
PAGE_AFTER = 3.0  # minutes of wait from which a page is scored
RECALIBRATED = 30  # moments of a day, per kind, that feed the record


@dataclass
class Told:
    """Everything told so far, by kind and source."""

    slip: dict[str, list[tuple[Range, float]]] = field(default_factory=lambda: {name: [] for name in SOURCES})
    page: dict[str, list[tuple[Range, float]]] = field(default_factory=lambda: {name: [] for name in SOURCES})
    cpu_seconds: float = 0.0
    refreshes: int = 0


def evaluate(facts: OfficeFacts, days: list[Day], from_day: int, seed: int, rows: int = 100) -> dict:
    learned, past, naive, told = Learned(), Record(), {kind: Naive() for kind in KINDS}, Told()
    standard = list(facts.standard_minutes.values())
    mean = MeanService(sum(standard) / len(standard) if standard else 5.0)
    for nth, day in enumerate(days):
        recorded, model = record(facts, day), fit(learned, facts.standard_minutes)
        for kind in KINDS:
            moments = list(_moments(day, kind, random.Random(f"{seed} {nth} {kind}")))
            fed = _spread(len(moments), RECALIBRATED)
            asked = moments if nth >= from_day else [moments[at] for at in sorted(fed)]
            places, errors = [], []
            for at, now in asked:
                truth = (day.legs[at].called or now) - now
                hall = hall_at(recorded, now, at)
                line = recorded.lines[at]
                ours, place = _ours(hall, model, past, kind, line.id, truth, (seed * 1009 + nth * 31 + at) * 2 + (kind == "page"), told, rows)
                guess = naive[kind].tell(hall, line, mean.minutes)
                places.append(place)
                errors.append(truth - guess[1])
                if nth >= from_day:
                    for name, found in zip(SOURCES, (ours, guess, zms(hall, line, mean.minutes)), strict=True):
                        getattr(told, kind)[name].append((found, truth))
            naive[kind].learn(errors)
            for at in _spread(len(places), RECALIBRATED):
                past.add(kind, places[at])
        learned.add(day)
        mean.add(day)
    report = {kind: {name: score(getattr(told, kind)[name]) for name in SOURCES} for kind in KINDS}
    return {**report, "cpu_ms_per_refresh": round(1000 * told.cpu_seconds / max(1, told.refreshes), 2)}


def _ours(hall, model, past, kind, ticket, truth, seed, told, rows):
    begun = time.process_time()
    sample = finish(simulate(hall, model, seed, rows))[ticket]
    told.cpu_seconds += time.process_time() - begun
    told.refreshes += 1
    low, middle, high = quantiles(sample, past.levels(kind, LEVELS), hall.now)
    return (low - hall.now, middle - hall.now, high - hall.now), place_in(sample, hall.now + truth)


def _spread(count: int, most: int) -> set[int]:
    return set(range(count)) if count <= most else {at * count // most for at in range(most)}


def _moments(day: Day, kind: Kind, chance: random.Random) -> Iterator[tuple[int, Minute]]:
    for at, leg in enumerate(day.legs):
        if leg.kind == "reentry" or leg.called is None:
            continue
        if kind == "slip":
            yield at, leg.queued
            continue
        share = chance.uniform(0.1, 0.9)
        if leg.called - leg.queued > PAGE_AFTER:
            yield at, leg.queued + share * (leg.called - leg.queued)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m office.evaluate")
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("office", nargs="?")
    parser.add_argument("--from-day", type=int, default=25)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rows", type=int, default=100)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(argv)
    facts, days = read_office(asked.folder, asked.office)
    print(json.dumps(evaluate(facts, days, asked.from_day, asked.seed, asked.rows), indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
