"""When each counter is free and away, drawn forward from what is known of it now."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from office.fitting import Floats, Model
from office.hall import AtCounter, CounterNow, Hall
from office.recorded import Minute, Span

INF = np.inf
ABSENCES_AHEAD = 2  # drawn per counter
LEAVES_EARLY = 6.0  # minutes before closing at which a clerk who stops still empties the queue
OPENS_EARLY = 10.0
CLOSING_SLACK = 1.0
STAFFED = 0.95  # of planned spans, for a counter nobody has watched

Spell = tuple[Floats, Floats]  # away from, away until


@dataclass
class Draw:
    """What every draw needs: the model, the number of replications, one seeded source, today's pace."""

    model: Model
    rows: int
    random: np.random.Generator
    pace: Floats

    def one_of(self, sample: Floats) -> Floats:
        return sample[self.random.integers(0, len(sample), self.rows)]

    def beyond(self, ordered: Floats, than: float, mean_after: float) -> Floats:
        """Of an ascending sample those above `than`; past the longest ever seen, an exponential more."""
        first = int(np.searchsorted(ordered, than, side="right"))
        if first == len(ordered):
            return than + self.random.exponential(mean_after, self.rows)
        return ordered[self.random.integers(first, len(ordered), self.rows)]

    def spread(self, shape: tuple[int, ...]) -> Floats:
        """Uniform, and even over the rows of each column: fewer replications tell as much (a Latin hypercube)."""
        strata = self.random.random(shape).argsort(axis=0)
        return np.asarray((strata + self.random.random(shape)) / shape[0])

    def full(self, value: float) -> Floats:
        return np.full(self.rows, value)


def normal_quantiles(count: int) -> Floats:
    """So many points that stand for a normal distribution."""
    return np.array([NormalDist().inv_cdf((at + 0.5) / count) for at in range(count)])


def spells_away(hall: Hall, draw: Draw) -> tuple[Floats, Floats]:
    """(rows, counters, spells) each: when every counter is away."""
    spells = [_spells(counter, hall, draw) for counter in hall.counters]
    most = max(1, max((len(own) for own in spells), default=1))
    shape = (draw.rows, len(spells), most)
    away, until = np.full(shape, INF), np.full(shape, INF)
    for at, own in enumerate(spells):
        for nth, (start, end) in enumerate(own):
            away[:, at, nth], until[:, at, nth] = start, end
    return away, until


def _spells(counter: CounterNow, hall: Hall, draw: Draw) -> list[Spell]:
    spells = [] if counter.is_open and not counter.may_return else _until_back(counter, hall, draw)
    spells += _planned_breaks(counter, hall, draw)
    rate, absent = draw.model.absence_rate, draw.model.absent
    start = hall.now + np.cumsum(draw.random.exponential(1 / rate, (ABSENCES_AHEAD, draw.rows)), axis=0)
    if hall.closes is not None:
        start[start > hall.closes] = INF
    spells += [(one, one + draw.one_of(absent)) for one in start]
    return spells


def _until_back(counter: CounterNow, hall: Hall, draw: Draw) -> list[Spell]:
    """How long a counter that is not open stays so."""
    now, model = hall.now, draw.model
    if counter.may_return:
        return [(draw.full(-INF), draw.one_of(np.array(counter.may_return)))]
    if counter.returns_at is not None:
        return [(draw.full(-INF), draw.full(max(now, counter.returns_at)))]
    if _empties_the_queue(counter, hall):
        return []
    span = next((one for one in counter.plan if one.end > now), None)
    if span is None:
        return [(draw.full(-INF), draw.full(INF))]
    if counter.since is not None and counter.since > span.start - OPENS_EARLY:
        gone = now - counter.since
        back = counter.since + draw.beyond(model.absent, gone, 0.5 * float(model.absent.mean()))
    else:
        lateness = model.opening if span is counter.plan[0] else model.reopening
        back = span.start + draw.beyond(lateness, now - span.start, 10.0)
        if counter.since is None:
            back[draw.random.random(draw.rows) >= _still_comes(counter, lateness, now - span.start, model)] = INF
    return [(draw.full(-INF), back)]


def _still_comes(counter: CounterNow, lateness: Floats, late: float, model: Model) -> float:
    """Share of days on which this counter is staffed at all, given that it has not opened by now."""
    staffed = model.staffed.get(counter.id, STAFFED)
    later = max(float((lateness > late).mean()), 1 / (len(lateness) + 2))
    return staffed * later / (staffed * later + 1 - staffed)


def _planned_breaks(counter: CounterNow, hall: Hall, draw: Draw) -> list[Spell]:
    spells: list[Spell] = []
    nexts: list[Span | None] = [*counter.plan[1:], None]
    for before, after in zip(counter.plan, nexts, strict=False):
        if after is None and _is_closing(before, hall):
            continue
        over = after is not None and hall.now >= after.start
        back_early = counter.is_open and counter.since is not None and counter.since > before.end
        if over or back_early or (after is None and not counter.is_open and hall.now > before.end):
            continue
        leaves = np.maximum(before.end + draw.one_of(draw.model.leaving), hall.now if counter.is_open else -INF)
        back = draw.full(INF) if after is None else after.start + draw.one_of(draw.model.reopening)
        spells.append((leaves, back))
    return spells


def _is_closing(span: Span, hall: Hall) -> bool:
    """The closing shift works until the hall is empty."""
    return hall.closes is None or span.end >= hall.closes - CLOSING_SLACK


def _empties_the_queue(counter: CounterNow, hall: Hall) -> bool:
    """Logged off at closing time, but of the closing shift: it goes on while anybody waits."""
    if hall.closes is None or not counter.plan or counter.since is None:
        return False
    return _is_closing(counter.plan[-1], hall) and counter.since >= hall.closes - LEAVES_EARLY


def frees(hall: Hall, draw: Draw) -> tuple[Floats, Floats]:
    """(rows, counters): when the person at each counter is done (now, where nobody is), and when it can call."""
    done = np.full((draw.rows, len(hall.counters)), hall.now)
    free = done.copy()
    for at, counter in enumerate(hall.counters):
        turn = draw.one_of(draw.model.turns)
        if counter.serving is not None:
            done[:, at], answered = _done(counter.serving, counter.clerk, hall.now, draw)
            free[:, at] = done[:, at] + np.where(answered, turn, 0.0)
        elif counter.freed is not None:
            free[:, at] = np.maximum(hall.now, counter.freed + turn)
    return done, free


def _done(serving: AtCounter, clerk: str, now: Minute, draw: Draw) -> tuple[Floats, NDArray[np.bool_]]:
    """When the person served (or awaited) is done, and whether anybody came."""
    model = draw.model
    ln = model.mean_ln[model.place(serving.ticket.service)] + model.clerks.get(clerk, 0.0) + np.log(draw.pace)
    if serving.started is not None:
        return _ends(serving, serving.started, ln, now, draw), np.ones(draw.rows, dtype=bool)
    waited_for = now - serving.called
    share = 0.0 if serving.ticket.leg != "first" else model.no_answer_at(serving.called - serving.ticket.queued)
    if waited_for > 1.5 * model.walk + 0.05:
        share = max(share, 0.9)
    answered = draw.random.random(draw.rows) >= share
    comes = max(serving.called + model.walk, now)
    lost = max(serving.called + model.lost, now + 0.05)
    return np.where(answered, _ends(serving, comes, ln, now, draw), lost), answered


def _ends(serving: AtCounter, started: Minute, ln: Floats, now: Minute, draw: Draw) -> Floats:
    """Service time known to exceed what has passed already."""
    model = draw.model
    table = model.table[model.place(serving.ticket.service)]
    passed = max(now - started, 0.0)
    first = np.searchsorted(table, np.log(max(passed, 1e-9)) - ln, side="right")
    room = len(table) - first
    place = first + (draw.random.random(draw.rows) * room).astype(np.int64)
    longest = passed + draw.random.exponential(max(0.3 * passed, 0.5), draw.rows)
    minutes = np.where(room > 0, np.exp(ln + table[np.minimum(place, len(table) - 1)]), longest)
    return started + np.maximum(minutes, passed + 0.05)
