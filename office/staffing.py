"""How many counters an office needs, by weekday and block: tried out on the office's own past days.

Each candidate is played on the same days, so two of them differ by the counters alone. Never on fewer than
20 days in all, nor on fewer than four of a weekday: unknown is said as unknown.
"""

import math
import random
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import mean
from typing import Any

from office.learning import by_counter
from office.policy import Rules
from office.recorded import Day, Minute, Span
from office.rerun import OVERHEAD, Away, Block, Rerun, Stay, play_again, stays_of

DAYS_LEAST, WEEKDAY_LEAST, WEEKDAY_MOST = 20, 4, 10
BLOCK_MINUTES = 120
# What is aimed at (policy): nine of ten ordinary waits, booked people called within ten minutes, closing in time.
WAIT, PUNCTUAL, PUNCTUAL_WITHIN, LATE, LATE_AFTER = 45.0, 0.85, 10.0, 0.10, 30.0
RESAMPLES = 200
AWAY_MOST = 60.0  # minutes; a late start, a pause or a meal up to this happens to an open counter, one that is longer closes it
COUNTERS_MORE = 2  # than the office has: so many are tried, so that "you need more" can be said
IFS_SHOWN = 3

Plan = tuple[int, ...]
Steps = Generator[None, None, "Effect"]


@dataclass(frozen=True, slots=True)
class Effect:
    """Of one plan on the days. `wait`: nine of ten ordinary people wait less; `low`-`high`: the same on other such days.

    `late`: share of days that end over half an hour after closing; `punctual` None: nobody had booked.
    """

    plan: Plan
    wait: float
    low: float
    high: float
    by_block: tuple[float | None, ...]
    late: float
    punctual: float | None

    @property
    def misses(self) -> float:
        """How far it is from what is aimed at; 0: all is held."""
        unpunctual = 0.0 if self.punctual is None else max(0.0, PUNCTUAL - self.punctual)
        return max(0.0, self.wait - WAIT) / WAIT + 2 * unpunctual + 2 * max(0.0, self.late - LATE)


def blocks_of(spans: Iterable[tuple[Minute, Minute]]) -> tuple[Block, ...]:
    """Each span of opening in equal parts of about two hours."""
    blocks = []
    for start, end in spans:
        parts = max(1, round((end - start) / BLOCK_MINUTES))
        length = (end - start) / parts
        blocks += [Block(start + n * length, start + (n + 1) * length) for n in range(parts)]
    return tuple(blocks)


@dataclass
class Weekday:
    """The past days of one weekday, and every plan tried on them."""

    blocks: tuple[Block, ...]
    days: Sequence[Day]
    counters: Sequence[frozenset[str]]  # in the order in which they are opened
    rules: Rules
    usual: Mapping[str, float]
    tried: dict[Plan, Effect] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.stays: list[list[Stay]] = [stays_of(day, self.usual) for day in self.days]
        self.away: list[Away] = [_away(day.duty, self.blocks) for day in self.days]
        every: frozenset[str] = frozenset().union(*self.counters)
        self.all_counters = [*self.counters, *[every] * COUNTERS_MORE]

    def effect(self, plan: Plan) -> Steps:
        if plan not in self.tried:
            runs: list[Rerun] = []
            for stays, away in zip(self.stays, self.away, strict=True):
                run = yield from play_again(stays, self.blocks, plan, self.all_counters, self.rules, away)
                runs.append(run)
            self.tried[plan] = yield from _effect(plan, self.blocks, runs)
        return self.tried[plan]

    def load(self) -> tuple[float, ...]:
        """Counters' worth of work that comes in each block of an average day."""
        work = [0.0] * len(self.blocks)
        for stays in self.stays:
            for stay in stays:
                nth = next((n for n, block in enumerate(self.blocks) if stay.queued < block.end), len(self.blocks) - 1)
                work[nth] += _work(stay)
        return tuple(one / len(self.days) / (block.end - block.start) for one, block in zip(work, self.blocks, strict=True))

    def usually_open(self) -> Plan:
        """As it was on these days: the mean over the block, rounded; nobody is said to have opened none.
        Never more than can be played: counters that are retired since can be opened no more."""
        means = (
            mean(_open_in(day.duty, away, block) for day, away in zip(self.days, self.away, strict=True)) for block in self.blocks
        )
        return tuple(min(len(self.all_counters), max(1, round(one))) for one in means)


def _work(stay: Stay) -> float:
    return stay.minutes + OVERHEAD + (0.0 if stay.onward is None else _work(stay.onward))


def _open_in(duty: Iterable[Span], away: Away, block: Block) -> float:
    """Counters that were open, short pauses among it, as a mean over the block."""
    spells = [(span.start, span.end) for span in duty] + [spell for own in away for spell in own]
    shared = (min(end, block.end) - max(start, block.start) for start, end in spells)
    return sum(max(0.0, one) for one in shared) / (block.end - block.start)


def _away(duty: Iterable[Span], blocks: Sequence[Block]) -> Away:
    """The late starts and short pauses of each counter that day: any other plan would have met them too."""
    return [
        [spell for block in blocks for spell in _pauses(own, block, is_last=block is blocks[-1])]
        for _, own in sorted(by_counter(duty).items())
    ]


def _pauses(duty: Sequence[Span], block: Block, *, is_last: bool) -> list[tuple[Minute, Minute]]:
    inside = [span for span in duty if span.end > block.start and span.start < block.end]
    if not inside:
        return []
    leaves = [block.start, *(span.end for span in inside)]
    # Who stops before closing time stops because nobody waits: the replay finds that out by itself.
    returns = [span.start for span in inside] + ([] if is_last else [block.end])
    return [(left, back) for left, back in zip(leaves, returns, strict=False) if 0 < back - left <= AWAY_MOST]


def _effect(plan: Plan, blocks: Sequence[Block], runs: Sequence[Rerun]) -> Steps:
    waits = [sorted(wait for _, wait in run.ordinary) for run in runs]
    booked = [minutes for run in runs for minutes in run.booked]
    chance = random.Random(1)  # noqa: S311 - no secret: the same days give the same range
    again: list[float] = []
    while len(again) < RESAMPLES:
        again.append(_ninth([wait for day in chance.choices(waits, k=len(waits)) for wait in day]))
        yield
    again.sort()
    since = [0.0, *(block.end for block in blocks[:-1])]
    by_block = [
        [wait for run in runs for came, wait in run.ordinary if start <= came < block.end]
        for start, block in zip(since, blocks, strict=True)
    ]
    return Effect(
        plan, _ninth([wait for day in waits for wait in day]), again[RESAMPLES // 10], again[-RESAMPLES // 10],
        tuple(_ninth(own) if own else None for own in by_block),
        sum(run.ended > blocks[-1].end + LATE_AFTER for run in runs) / len(runs),
        sum(minutes <= PUNCTUAL_WITHIN for minutes in booked) / len(booked) if booked else None,
    )


def _ninth(waits: Sequence[float]) -> float:
    """Nine of ten are at most this."""
    ordered = sorted(waits)
    return ordered[math.ceil(0.9 * len(ordered)) - 1] if ordered else 0.0


def advise(weekday: Weekday) -> Generator[None, None, dict[str, Any]]:
    """{days, blocks: [{start, end, load, open, advised}], counters, now, advised, is_enough, ifs}; times in minutes of the day.

    now and advised are Effects. ifs are Effects with `add` and `drop`: the place of a block with a counter more, or fewer.
    """
    load, now = weekday.load(), weekday.usually_open()
    current = yield from weekday.effect(now)
    best = yield from _search(weekday, load)
    ifs = yield from _ifs(weekday, current)
    return {
        "days": len(weekday.days),
        "blocks": [
            {"start": block.start, "end": block.end, "load": round(load[n], 2), "open": now[n], "advised": best.plan[n]}
            for n, block in enumerate(weekday.blocks)
        ],
        "counters": len(weekday.counters), "now": asdict(current), "advised": asdict(best), "is_enough": best.misses == 0, "ifs": ifs,
    }


def _search(weekday: Weekday, load: Sequence[float]) -> Steps:
    """From the square-root guess: add the counter that helps most for its hours until all is held, then drop what is not needed."""
    most = len(weekday.all_counters)
    guess = tuple(min(most, max(1, math.ceil(one + 0.8 * math.sqrt(one)))) for one in load)
    best = yield from weekday.effect(guess)
    while best.misses > 0:
        gain, better = 0.0, best
        for nth in range(len(guess)):
            if best.plan[nth] < most:
                more = yield from weekday.effect(_changed(best.plan, nth, 1))
                own = (best.misses - more.misses) / weekday.blocks[nth].hours
                gain, better = max((gain, better), (own, more), key=lambda pair: pair[0])
        if gain <= 0:
            break
        best = better
    for nth in sorted(range(len(guess)), key=lambda nth: -weekday.blocks[nth].hours):
        while best.plan[nth] > 1:
            fewer = yield from weekday.effect(_changed(best.plan, nth, -1))
            if fewer.misses > best.misses:
                break
            best = fewer
    return best


def _ifs(weekday: Weekday, current: Effect) -> Generator[None, None, list[dict[str, Any]]]:
    """What one counter more or fewer would do, and one moved from a block to another: the changes that help most first."""
    may_add = [None, *(nth for nth, n in enumerate(current.plan) if n < len(weekday.counters))]
    may_drop = [None, *(nth for nth, n in enumerate(current.plan) if n > 1)]
    found: list[dict[str, Any]] = []
    for add, drop in ((add, drop) for add in may_add for drop in may_drop if add != drop):
        plan = current.plan if add is None else _changed(current.plan, add, 1)
        effect = yield from weekday.effect(plan if drop is None else _changed(plan, drop, -1))
        found.append({"add": add, "drop": drop, **asdict(effect)})
    helps = sorted((one for one in found if one["add"] is not None and one["wait"] < current.wait), key=lambda one: one["wait"])
    hurts = sorted((one for one in found if one["add"] is None), key=lambda one: one["wait"])
    return [*helps[:IFS_SHOWN], *hurts[:1]]


def _changed(plan: Plan, nth: int, by: int) -> Plan:
    return (*plan[:nth], plan[nth] + by, *plan[nth + 1 :])
