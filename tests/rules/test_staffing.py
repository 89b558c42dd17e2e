"""A past day played again, and the advice that comes of it: by hand, on made-up days, and against what really happened."""

import math
from datetime import date
from pathlib import Path

import pytest

from office.forecast import finish
from office.policy import Rules
from office.recorded import Day, Leg, Span
from office.rerun import Block, Rerun, play_again, stays_of
from office.staffing import Weekday, advise, blocks_of
from office.traces import read_office

DATA = Path(__file__).parent.parent / "data" / "traces"
MORNING = (Block(480.0, 600.0),)
EVERY = frozenset({"KTP", "KK"})


def leg(number: int, queued: float = 480.0, minutes: float = 9.0, **more) -> Leg:
    """Came, was called at once and served for so many minutes; promised in two hours."""
    told = {"kind": "first", "person": str(number), "service": "KTP", "outcome": "served", "called": queued, "started": queued,
            "ended": queued + minutes, "counter": "1", "issued": queued, "promise": queued + 120, **more}  # fmt: skip
    return Leg(number=number, queued=queued, **told)


def again(*legs: Leg, plan=(1,), blocks=MORNING, counters=(EVERY, EVERY), away=()) -> Rerun:
    return finish(play_again(stays_of(Day("2026-11-23", legs), {"KTP": 7.0}), blocks, plan, counters, Rules(), away))


def waits(rerun: Rerun) -> list[float]:
    return [round(wait, 3) for _, wait in rerun.ordinary]


def test_one_after_the_other() -> None:
    """Three come at opening: each waits for who is before, and a minute more; a second counter takes every second one."""
    legs = [leg(n) for n in (1, 2, 3)]
    assert waits(again(*legs)) == [0, 10, 20]
    assert waits(again(*legs, plan=(2,))) == [0, 0, 10]
    assert again(*legs).ended == 509


def test_a_counter_takes_what_it_may() -> None:
    """A second counter for another service shortens nobody's wait."""
    assert waits(again(leg(1), leg(2), plan=(2,), counters=(EVERY, frozenset({"KK"})))) == [0, 10]


def test_blocks_open_and_close_counters() -> None:
    """Nobody is called before opening nor between two blocks; after the last one work goes on until nobody waits."""
    blocks = (Block(480.0, 490.0), Block(540.0, 550.0))
    assert waits(again(leg(1, 470.0), leg(2, 495.0), leg(3, 549.0), leg(4, 551.0), plan=(1, 1), blocks=blocks)) == [10, 45, 1, 9]


def test_pauses_of_the_day_are_kept() -> None:
    """Nobody is called by a counter that was away; one more counter than there were pauses as the first did."""
    legs, away = [leg(n) for n in (1, 2)], [[(470.0, 485.0), (491.0, 500.0)]]
    assert waits(again(*legs, away=away)) == [5, 20]
    assert waits(again(*legs, plan=(2,), away=away)) == [5, 5]


def test_a_counter_that_pauses_counts_as_open() -> None:
    """A late start, a pause and a meal are no closed counter; one that stays away longer is. Stopping at the end is none of it."""
    duty = (Span("1", 490.0, 540.0), Span("1", 585.0, 715.0), Span("2", 480.0, 520.0))
    made = weekday(Day("2026-11-02", (leg(1),), duty=duty))
    assert made.away == [[[(480.0, 490.0), (540.0, 585.0)], []]]
    assert made.usually_open() == (1, 1)


def test_priority_and_bookings_by_the_office_s_rule() -> None:
    """The same rule as at the counter: a booked person counts from the slot, and is no ordinary wait."""
    booked = leg(3, 481.0, slot=485.0, promise=485.0)
    rerun = again(leg(1), leg(2), booked)
    assert (waits(rerun), rerun.booked) == ([0, 20], (5.0,))


def test_what_happened_happens_again() -> None:
    """Who did not answer costs the lost minutes and comes back; who was sent on keeps the promise; who left is not served."""
    missed = leg(1, outcome="noshow", started=None, ended=482.0)
    back = leg(1, 500.0, kind="reentry")
    assert waits(again(missed, back, leg(2))) == [0, 2]
    sent, onward, other = leg(1), leg(1, 489.0, kind="transfer", promise=600.0, minutes=5.0), leg(2, 488.0)
    assert again(sent, onward, other).ended == 480 + 10 + 6 + 9
    left = leg(1, outcome="left", called=None, started=None, ended=485.0)
    assert waits(again(leg(3), left, leg(2))) == [0, 10]


def test_who_was_not_served_takes_the_usual_time() -> None:
    """Unserved at the end of the real day: served in the replay, for the usual minutes of the service."""
    unserved = leg(1, outcome="unserved", called=None, started=None, ended=None)
    assert waits(again(unserved, leg(2))) == [0, 8]


def test_blocks_are_about_two_hours() -> None:
    """Each span of opening in equal parts."""
    assert [(b.start, b.end) for b in blocks_of([(480, 720), (780, 900)])] == [(480, 600), (600, 720), (780, 900)]
    assert [(b.start, b.end) for b in blocks_of([(480, 690)])] == [(480, 585), (585, 690)]
    assert len(blocks_of([(480, 525)])) == 1


def crowded(on: int) -> Day:
    """Eighteen at the door, then one every ten minutes; one counter is open, from eight to noon."""
    legs = [leg(n, 478.0 + on / 10) for n in range(18)] + [leg(18 + n, 600.0 + 10 * n) for n in range(12)]
    return Day(f"2026-11-{on:02d}", tuple(legs), duty=(Span("1", 480.0, 720.0),))


def weekday(*days: Day, counters=(EVERY, EVERY)) -> Weekday:
    return Weekday(blocks_of([(480, 720)]), days, counters, Rules(), {})


def test_the_crowd_gets_the_counters() -> None:
    """More where the crowd comes, with what it brings; no more than that where the work fits one counter."""
    made = finish(advise(weekday(*[crowded(on) for on in (2, 9, 16, 23)])))
    first, second = made["blocks"]
    assert (first["open"], second["open"]) == (1, 1)
    assert first["load"] == pytest.approx(1.5)
    assert first["advised"] > second["advised"]
    assert made["advised"]["wait"] <= 45 < made["now"]["wait"]
    assert made["is_enough"]
    best = made["ifs"][0]
    assert (best["add"], best["drop"], best["plan"]) == (0, None, (2, 1))
    assert best["wait"] < made["now"]["wait"]


def test_a_quiet_day_keeps_one() -> None:
    """Where one counter is enough, nothing is advised, and the range of other days is no wider than the days were."""
    quiet = [Day(f"2026-11-{on:02d}", tuple(leg(n, 480.0 + 20 * n) for n in range(10)), duty=(Span("1", 480.0, 720.0),)) for on in (2, 9)]
    made = finish(advise(weekday(*quiet)))
    assert made["now"]["plan"] == made["advised"]["plan"] == (1, 1)
    assert made["advised"]["low"] == made["advised"]["high"] == 0
    assert made["advised"]["punctual"] is None


def test_counters_that_are_gone_are_not_played() -> None:
    """Five were open on those days, and the office has kept one: advice is still made, of what can be opened now."""
    day = Day("2026-11-02", (leg(1),), duty=tuple(Span(str(n), 480.0, 720.0) for n in range(5)))
    made = finish(advise(weekday(day, counters=(EVERY,))))
    assert made["now"]["plan"] == (3, 3)


def test_the_same_days_give_the_same_advice() -> None:
    """Uncertainty is drawn, but from one seed."""
    days = [crowded(on) for on in (2, 9, 16, 23)]
    assert finish(advise(weekday(*days))) == finish(advise(weekday(*days)))


def test_a_replay_comes_near_what_happened() -> None:
    """The counters that were open, played again on recorded days: nine of ten waits within a sixth of the real ones."""
    facts, days = read_office(DATA, "A2")
    own = [day for day in days if date.fromisoformat(day.date).weekday() < 4]
    real = sorted(one.called - one.queued for day in own for one in day.legs if one.kind == "first" and one.is_ordinary and one.called)
    made = Weekday(blocks_of([(480, 900)]), own, list(facts.counters.values()), Rules(), facts.standard_minutes)
    played = finish(made.effect(made.usually_open()))
    assert played.wait == pytest.approx(real[int(0.9 * len(real))], rel=1 / 6)


def test_a_friday_comes_near_what_happened() -> None:
    """Over the long break too: those who came before it waited as long in the replay as on the days."""
    facts, days = read_office(DATA, "A2")
    own = [day for day in days if date.fromisoformat(day.date).weekday() == 4]
    made = Weekday(blocks_of([(480, 690), (780, 900)]), own, list(facts.counters.values()), Rules(), facts.standard_minutes)
    played = finish(made.effect(made.usually_open()))
    for since, until, wait in zip((0, 585, 690), (585, 690, 900), played.by_block, strict=True):
        legs = [one for day in own for one in day.legs if one.kind == "first" and one.is_ordinary and since <= one.queued < until]
        real = sorted(one.called - one.queued for one in legs if one.called)
        assert wait == pytest.approx(real[math.ceil(0.9 * len(real)) - 1], rel=1 / 10, abs=3)
