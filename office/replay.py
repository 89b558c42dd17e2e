"""A recorded day at any moment, with only what was known then."""

from dataclasses import dataclass

from office.hall import AtCounter, CounterNow, Finished, Hall, InLine
from office.learning import by_counter, service_minutes
from office.policy import Kind
from office.recorded import Booking, Day, Leg, Minute, OfficeFacts, Span

PACE_MEMORY = 300.0  # minutes; services before that no longer tell today's pace


@dataclass(frozen=True)
class Recorded:
    """One day made ready to be asked again and again. `streaks`: after each call, by leg place."""

    facts: OfficeFacts
    day: Day
    lines: tuple[InLine, ...]
    streaks: tuple[int, ...]
    plan: dict[str, tuple[Span, ...]]
    duty: dict[str, tuple[Span, ...]]


def record(facts: OfficeFacts, day: Day) -> Recorded:
    lines = tuple(_in_line(leg, at) for at, leg in enumerate(day.legs))
    spans = [{name: tuple(own) for name, own in by_counter(part).items()} for part in (day.plan, day.duty)]
    return Recorded(facts, day, lines, _streaks(facts, day, lines), spans[0], spans[1])


def _in_line(leg: Leg, at: int) -> InLine:
    return InLine(
        id=str(at), number=leg.number, service=leg.service, kind=_kind(leg), issued=leg.issued, queued=leg.queued,
        promise=leg.promise, slot=leg.slot, leg=leg.kind,
    )


def _kind(leg: Leg) -> Kind:
    if leg.slot is not None:
        return "late" if leg.is_late else "booked"
    return "priority" if leg.is_priority else "ordinary"


def is_waiting(leg: Leg, now: Minute) -> bool:
    if leg.queued > now or (leg.called is not None and leg.called <= now):
        return False
    return leg.called is not None or leg.outcome != "left" or leg.ended is None or leg.ended > now


def _streaks(facts: OfficeFacts, day: Day, lines: tuple[InLine, ...]) -> tuple[int, ...]:
    """Overtaking calls in a row at the counter, after each call (`policy.Reason.streak`)."""
    after, by = [0] * len(lines), dict.fromkeys(facts.counters, 0)
    if facts.rules.zip is None:
        return tuple(after)
    calls = sorted((leg.called, at) for at, leg in enumerate(day.legs) if leg.called is not None)
    for now, at in calls:
        leg, called = day.legs[at], lines[at]
        takes = facts.counters.get(leg.counter, frozenset())
        waiting = [
            line for other, line in enumerate(lines)
            if line.kind == "ordinary" and line.service in takes and (other == at or is_waiting(day.legs[other], now))
        ]
        oldest = min(waiting, key=lambda line: (line.promise, line.number), default=None)
        if oldest is None or (called.kind == "ordinary" and called.came <= oldest.came):
            by[leg.counter] = 0
        elif called.came > oldest.came:
            by[leg.counter] = by.get(leg.counter, 0) + 1
        after[at] = by[leg.counter]
    return tuple(after)


def hall_at(recorded: Recorded, now: Minute, asked: int | None = None) -> Hall:
    """The hall at `now`; `asked` (a leg's place) counts as waiting even when it was called this instant."""
    legs, facts = recorded.day.legs, recorded.facts
    waiting = tuple(
        recorded.lines[at]
        for at, leg in enumerate(legs)
        if is_waiting(leg, now) or (at == asked and leg.queued <= now)
    )
    ended = [leg for leg in legs if leg.ended is not None and now - PACE_MEMORY < leg.ended <= now]
    finished = tuple(
        Finished(leg.service, leg.clerk, minutes, leg.ended or now)
        for leg in ended
        if (minutes := service_minutes(leg)) is not None
    )
    return Hall(
        now=now, counters=_counters(recorded, now, asked), waiting=waiting,
        bookings=tuple(
            Booking(one.person, one.service, one.slot, one.is_priority)
            for one in recorded.day.bookings
            if one.checked_in is None or one.checked_in > now
        ),
        finished=finished,
        walk_ins=sum(leg.kind == "first" and leg.slot is None and leg.issued <= now for leg in legs),
        rules=facts.rules, closes=facts.closes, last_ticket=facts.last_ticket, standard_minutes=facts.standard_minutes,
    )


def _counters(recorded: Recorded, now: Minute, asked: int | None) -> tuple[CounterNow, ...]:
    last: dict[str, int] = {}
    for at, leg in enumerate(recorded.day.legs):
        if at == asked or leg.called is None or leg.called > now:
            continue
        before = last.get(leg.counter)
        if before is None or (recorded.day.legs[before].called or 0.0) <= leg.called:
            last[leg.counter] = at
    return tuple(_counter(recorded, name, now, last.get(name)) for name in recorded.facts.counters)


def _counter(recorded: Recorded, name: str, now: Minute, last: int | None) -> CounterNow:
    duty = recorded.duty.get(name, ())
    is_open = any(span.start <= now < span.end for span in duty)
    since = max((at for span in duty for at in (span.start, span.end) if at <= now), default=None)
    serving, freed, streak = None, None, 0
    if last is not None:
        leg, streak = recorded.day.legs[last], recorded.streaks[last]
        if leg.ended is None or leg.ended > now:
            started = leg.started if leg.started is not None and leg.started <= now else None
            serving = AtCounter(recorded.lines[last], leg.called or now, started)
        else:
            freed = leg.ended if leg.outcome == "served" else None
    return CounterNow(
        id=name, services=recorded.facts.counters[name], is_open=is_open, since=since, clerk=name, serving=serving,
        freed=freed, streak=streak, plan=recorded.plan.get(name, ()),
    )
