"""A plain log of one queue: no plan, no opening hours, nobody says who is on duty.

Who can take a call is inferred from what agents did before: after how many minutes *with somebody
waiting* they took their next call. An agent at work has few of those, one on a break many. When nobody
is in a call, the same is asked of anybody: one agent may be away, all of them together hardly are.
"""

import math
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path

from office.hall import CounterNow, Hall
from office.learning import SAMPLES_KEPT
from office.recorded import Day, Leg, Minute, OfficeFacts, Outcome, Rulebook, Span
from office.traces import Row, rows_of

IDLE_EDGES = (1.0, 3.0, 10.0, 30.0, 90.0)  # minutes since the last call ended
EXPOSED_EDGES = (0.02, 0.5, 2.0)  # of those, minutes in which somebody waited
FIRST_GUESS = (0.0, 0.0, 0.0, 0.2, 1.0, math.inf)
SPAN_BREAK = 30.0  # minutes without a call that end a span of duty
DAYS_REMEMBERED = 10
HEAD_STARTS = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0, 600.0)
ENOUGH = 12  # pauses of a kind before the first guess is dropped
ANSWERED, MISSED = ("", "served", "agent", "answered"), ("noshow", "no_show", "no-show")
CALLS_JUDGED = 400  # per day, when the head start is looked for
FEW_CALLS = 50  # before what an agent takes is known
STANDARD = 5.0


def read_log(path: Path) -> list[Day]:
    """Where there are more than two priorities only the highest is one."""
    rows = list(rows_of(path))
    highest = max((_number(row.get("priority")) or 0.0 for row in rows), default=0.0)
    by_date: dict[str, list[Leg]] = defaultdict(list)
    for row in rows:
        is_priority = highest > 0 and (_number(row.get("priority")) or 0.0) >= highest
        leg = _leg(row, len(by_date[row["date"]]) + 1, is_priority=is_priority)
        if leg is not None:
            by_date[row["date"]].append(leg)
    ended = {date: _with_ends(legs) for date, legs in sorted(by_date.items())}
    return [Day(date, tuple(legs), duty=_duty(legs)) for date, legs in ended.items()]


def _leg(row: Row, number: int, *, is_priority: bool) -> Leg | None:
    queued, called, ended = (_number(row.get(name)) for name in ("queued_min", "called_min", "ended_min"))
    if queued is None:
        return None
    agent, said = (row.get("agent") or "").strip(), (row.get("outcome") or "").strip().lower()
    if called is not None and not agent and said not in ANSWERED:
        called, ended = None, called
    outcome: Outcome = "served"
    if called is None:
        outcome = "left"
    elif said in MISSED:
        outcome = "noshow"
    called = None if called is None else max(queued, called)
    return Leg(
        number=number, kind="first", person=str(number), service=(row.get("service") or "").strip() or "-",
        issued=queued, queued=queued, promise=queued, outcome=outcome, is_priority=is_priority, called=called,
        started=None if outcome == "noshow" else called, ended=ended, counter=agent or "-", clerk=agent or "-",
    )  # fmt: skip


def _with_ends(legs: list[Leg]) -> list[Leg]:
    """Who left without a word is held gone when somebody who came later, of the same class, is called."""
    calls = sorted((leg.queued, leg.called, leg.is_priority) for leg in legs if leg.called is not None)
    ended = []
    for leg in legs:
        if leg.outcome != "left" or leg.ended is not None:
            ended.append(leg)
            continue
        later = calls[bisect_right(calls, (leg.queued, math.inf, True)) :]
        gone = min((called for _, called, lane in later if lane == leg.is_priority), default=leg.queued)
        ended.append(replace(leg, ended=gone))
    return ended


def _number(text: str | None) -> float | None:
    return None if text is None or not text.strip() else float(text)


def _duty(legs: list[Leg]) -> tuple[Span, ...]:
    """Spans of work as the log shows them afterwards; the naive formula counts these, the forecast may not."""
    spans: list[Span] = []
    for agent, calls in _calls(legs).items():
        start, end = calls[0][0], calls[0][1]
        for called, ended in calls[1:]:
            if called - end > SPAN_BREAK:
                spans.append(Span(agent, start, end))
                start = called
            end = max(end, ended)
        spans.append(Span(agent, start, end))
    return tuple(spans)


def _calls(legs: list[Leg] | tuple[Leg, ...]) -> dict[str, list[tuple[Minute, Minute]]]:
    found: dict[str, list[tuple[Minute, Minute]]] = defaultdict(list)
    for leg in legs:
        if leg.called is not None and leg.counter:
            found[leg.counter].append((leg.called, leg.called if leg.ended is None else leg.ended))
    return {agent: sorted(calls) for agent, calls in found.items()}


@dataclass(frozen=True)
class Exposure:
    """Minutes of the day in which somebody waited, as a running total."""

    edges: list[Minute]
    totals: list[float]

    @classmethod
    def of(cls, day: Day) -> "Exposure":
        waits = sorted((leg.queued, end) for leg in day.legs if (end := _wait_end(leg)) is not None)
        edges, totals = [0.0], [0.0]
        for queued, end in waits:
            start = max(queued, edges[-1])
            if end > start:
                edges += [start, end]
                totals += [totals[-1], totals[-1] + end - start]
        return cls(edges, totals)

    def before(self, now: Minute) -> float:
        at = bisect_right(self.edges, now) - 1
        if at + 1 == len(self.edges) or self.totals[at + 1] == self.totals[at]:
            return self.totals[at]
        return self.totals[at] + now - self.edges[at]


def _wait_end(leg: Leg) -> Minute | None:
    return leg.called if leg.called is not None else leg.ended


@dataclass
class Agents:
    """What the log has shown so far of its agents: their services, starts, pauses, and the head start given."""

    services: dict[str, set[str]] = field(default_factory=dict)
    starts: dict[str, list[Minute]] = field(default_factory=dict)  # one per day remembered, inf: absent
    remaining: dict[tuple[int, int], list[float]] = field(default_factory=dict)
    anybody: dict[tuple[bool, int], list[float]] = field(default_factory=dict)  # (nobody yet today, exposed) -> minutes
    violations: dict[float, float] = field(default_factory=lambda: dict.fromkeys(HEAD_STARTS, 0.0))
    known: set[str] = field(default_factory=set)
    calls: dict[str, int] = field(default_factory=dict)
    today: Exposure = field(default_factory=lambda: Exposure([0.0], [0.0]))

    def open(self, name: str, today: Day) -> OfficeFacts:
        """`today` only lends the names of agents new to the log: they show once they have taken a call.

        Of its waits nothing is read but what lies before the moment asked about.
        """
        self.today = Exposure.of(today)
        best = min(HEAD_STARTS, key=lambda head: (self.violations[head], head))
        rules = Rulebook(promise_prio=0.0, promise_walk=best, zip=None, early=0.0)
        every = frozenset(self.known | {leg.service for leg in today.legs})
        agents = set(self.starts) | {leg.counter for leg in today.legs if leg.called is not None and leg.counter}
        counters = {
            agent: frozenset(self.services[agent]) if self.calls.get(agent, 0) >= FEW_CALLS else every
            for agent in sorted(agents)
        }
        return OfficeFacts(name, counters, dict.fromkeys(self.known, STANDARD), rules)

    def add(self, day: Day) -> None:
        calls, exposure = _calls(day.legs), Exposure.of(day)
        for leg in day.legs:
            self.known.add(leg.service)
            if leg.called is not None and leg.counter:
                self.services.setdefault(leg.counter, set()).add(leg.service)
                self.calls[leg.counter] = self.calls.get(leg.counter, 0) + 1
        for agent in set(self.starts) | set(calls):
            start = calls[agent][0][0] if agent in calls else math.inf
            self.starts[agent] = [*self.starts.get(agent, []), start][-DAYS_REMEMBERED:]
        for own in calls.values():
            for (_, ended), after in zip(own, [*own[1:], None], strict=True):
                self._add_pause(ended, math.inf if after is None else after[0], exposure)
        self._add_gaps(sorted(call for own in calls.values() for call in own), exposure)
        self._judge_head_start(day)

    def _add_gaps(self, calls: list[tuple[Minute, Minute]], exposure: Exposure) -> None:
        """After how many minutes with somebody waiting anybody at all took a call, when nobody was in one."""
        ended: Minute | None = None
        for called, end in calls:
            if ended is None or called > ended:
                self._add_gap(ended, called, exposure)
            ended = end if ended is None else max(ended, end)

    def _add_gap(self, since: Minute | None, until: Minute, exposure: Exposure) -> None:
        before = 0.0 if since is None else exposure.before(since)
        waited = exposure.before(until) - before
        for nth, edge in enumerate((0.0, *EXPOSED_EDGES)):
            if nth and waited <= edge:
                return
            kept = self.anybody.setdefault((since is None, nth), [])
            kept.append(waited - edge)
            del kept[: max(0, len(kept) - SAMPLES_KEPT)]

    def _add_pause(self, ended: Minute, until: Minute, exposure: Exposure) -> None:
        for nth, idle in enumerate((0.0, *IDLE_EDGES)):
            if ended + idle > until or (until == math.inf and ended + idle > exposure.edges[-1]):
                return
            seen = exposure.before(ended + idle)
            left = math.inf if until == math.inf else exposure.before(until) - seen
            kept = self.remaining.setdefault((nth, _bin(seen - exposure.before(ended), EXPOSED_EDGES)), [])
            kept.append(max(0.0, left))
            del kept[: max(0, len(kept) - SAMPLES_KEPT)]

    def _judge_head_start(self, day: Day) -> None:
        """A head start is wrong each time somebody was called before one whose promise was earlier."""
        if not any(leg.is_priority for leg in day.legs):
            return
        waited = [leg for leg in day.legs if leg.called is not None and leg.called > leg.queued]
        for chosen in waited[:: max(1, len(waited) // CALLS_JUDGED)]:
            rest = [leg for leg in waited if leg.queued < chosen.called and leg.called > chosen.called]  # type: ignore[operator]
            for head in HEAD_STARTS:
                own = chosen.queued + (0.0 if chosen.is_priority else head)
                self.violations[head] += any(leg.queued + (0.0 if leg.is_priority else head) < own for leg in rest)

    def counters(self, hall: Hall) -> tuple[CounterNow, ...]:
        """Who is in a call keeps what is known of it; all others get the moments at which they may take one."""
        found = []
        for counter in hall.counters:
            moments = () if counter.serving is not None else self._may_return(counter, hall.now)
            if counter.serving is not None or moments:
                found.append(replace(counter, may_return=moments))
        if found and all(counter.serving is None for counter in found):
            self._somebody_comes(found, hall.now)
        return tuple(found)

    def _somebody_comes(self, found: list[CounterNow], now: Minute) -> None:
        """Each agent may be away, but hardly all of them: the last one at work stands for whoever takes the next call."""
        last = max(range(len(found)), key=lambda at: found[at].freed or 0.0)
        freed = found[last].freed
        exposed = self.today.before(now) - (0.0 if freed is None else self.today.before(freed))
        left = self.anybody.get((freed is None, _bin(exposed, EXPOSED_EDGES)), [])
        if len(left) >= ENOUGH:
            found[last] = replace(found[last], may_return=tuple(now + minutes for minutes in left))

    def _may_return(self, counter: CounterNow, now: Minute) -> tuple[Minute, ...]:
        if counter.freed is None:
            return tuple(start for start in self.starts.get(counter.id, ()) if start > now)
        nth = sum(now - counter.freed >= edge for edge in IDLE_EDGES)
        exposed = self.today.before(now) - self.today.before(counter.freed)
        left = self.remaining.get((nth, _bin(exposed, EXPOSED_EDGES)), [])
        return tuple(now + minutes for minutes in (left if len(left) >= ENOUGH else [*left, *FIRST_GUESS]))


def _bin(value: float, edges: tuple[float, ...]) -> int:
    return sum(value >= edge for edge in edges)
