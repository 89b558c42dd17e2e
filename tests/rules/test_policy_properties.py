"""The seven invariants on random days; and that they catch what others do, and mistakes of our own."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from policy_days import Behaviour, ours, play
from policy_invariants import INVARIANTS, broken

from office.policy import CounterView, Rules, Waiting, choose_next

FEW, MANY, MOST = 25, 2000, 10_000
OTHER_RULES = (
    Rules(zip=1),
    Rules(zip=3),
    Rules(promise_walk=60, promise_prio=5, early=0),
    Rules(reentry_after=1, grace=0),
)


def test_invariants_hold_on_random_days() -> None:
    """All seven hold on every day of random arrivals, transfers, holds, misses, openings and closings."""
    assert [broken(play(seed)) for seed in range(100, 180)] == [{}] * 80


def days_hold(seeds: range) -> None:
    """With other parameters than the usual ones on every third day."""
    for seed in seeds:
        rules = Rules() if seed % 3 else OTHER_RULES[seed // 3 % len(OTHER_RULES)]
        assert broken(play(seed, rules=rules)) == {}, seed


@pytest.mark.slow
def test_invariants_hold_on_thousands_of_days() -> None:
    """The same on thousands of days, with other parameters among them."""
    days_hold(range(1000, 1000 + MANY))


@pytest.mark.long
def test_invariants_hold_on_ten_thousand_days() -> None:
    """And on ten thousand others."""
    days_hold(range(20_000, 20_000 + MOST))


@pytest.mark.parametrize("rules", OTHER_RULES)
def test_invariants_hold_for_other_parameters(rules: Rules) -> None:
    """An office may set its own parameters: the invariants move with them."""
    assert [broken(play(seed, rules=rules)) for seed in range(4)] == [{}] * 4


def _mine(waiting: Sequence[Waiting], counter: CounterView) -> list[Waiting]:
    return [ticket for ticket in waiting if counter.may_take(ticket)]


def first_come(waiting: Sequence[Waiting], counter: CounterView, now: datetime, rules: Rules) -> Waiting | None:
    return min(_mine(waiting, counter), key=lambda one: (one.issued_at, one.number), default=None)


def strict_priority(waiting: Sequence[Waiting], counter: CounterView, now: datetime, rules: Rules) -> Waiting | None:
    lane = {"priority": 0, "booked": 1, "late": 1, "ordinary": 2}
    return min(_mine(waiting, counter), key=lambda one: (lane[one.kind], one.came_at, one.number), default=None)


def munich(waiting: Sequence[Waiting], counter: CounterView, now: datetime, rules: Rules) -> Waiting | None:
    """ZMS: priority walk-ins; a reached appointment (its time, 120 s before); then walk-ins by arrival."""

    def order(one: Waiting) -> tuple[int, datetime, int]:
        if one.slot_at is not None:
            return (1 if one.slot_at <= now + timedelta(seconds=120) else 3), one.slot_at, one.number
        return (0 if one.is_priority else 2), one.issued_at, one.number

    return min(_mine(waiting, counter), key=order, default=None)


def british_columbia(waiting: Sequence[Waiting], counter: CounterView, now: datetime, rules: Rules) -> Waiting | None:
    """The Q: ORDER BY priority, start_time; who is urgent or booked is 1, everybody else 2."""
    return min(_mine(waiting, counter), key=lambda one: (one.kind == "ordinary", one.came_at, one.number), default=None)


@pytest.mark.parametrize("rule", [first_come, strict_priority, munich, british_columbia])
def test_other_rules_break_an_invariant_that_is_not_replay(rule) -> None:
    """First-come, strict priority, Munich's and British Columbia's rules fail by their effects, not by being others."""
    breaches = {name for seed in range(FEW) for name in broken(play(seed, Behaviour(choose=rule)))}
    assert breaches - {"immutable"}


def _with(**changed: object):
    """Ours, with other parameters than the office's."""

    def choose(waiting: Sequence[Waiting], counter: CounterView, now: datetime, rules: Rules) -> Waiting | None:
        return ours(waiting, counter, now, replace(rules, **changed))

    return choose


def latest_promise(waiting: Sequence[Waiting], counter: CounterView, now: datetime, rules: Rules) -> Waiting | None:
    return max(_mine(waiting, counter), key=lambda one: one.order, default=None)


def newest_in_the_zipper(
    waiting: Sequence[Waiting], counter: CounterView, now: datetime, rules: Rules
) -> Waiting | None:
    found = choose_next(waiting, counter, now, rules)
    if found is None or found[1].code != "zipper":
        return found and found[0]
    return max((one for one in _mine(waiting, counter) if one.kind == "ordinary"), key=lambda one: one.order)


def every_second_forgotten(
    waiting: Sequence[Waiting], counter: CounterView, now: datetime, rules: Rules
) -> Waiting | None:
    return ours(waiting, replace(counter, streak=min(counter.streak, 1)), now, rules)


def skills_forgotten(waiting: Sequence[Waiting], counter: CounterView, now: datetime, rules: Rules) -> Waiting | None:
    return ours(waiting, replace(counter, services=frozenset({"KTP", "KK", "AKTA"})), now, rules)


def by_service_first(waiting: Sequence[Waiting], counter: CounterView, now: datetime, rules: Rules) -> Waiting | None:
    return min(_mine(waiting, counter), key=lambda one: (one.service, one.order), default=None)


def early_always_last(waiting: Sequence[Waiting], counter: CounterView, now: datetime, rules: Rules) -> Waiting | None:
    """Bookings are held back until their very minute has passed."""
    return ours([one for one in waiting if one.slot_at is None or one.slot_at < now] or waiting, counter, now, rules)


def late_as_on_time(slot_at: datetime, _checked_in_at: datetime, _rules: Rules) -> datetime:
    return slot_at


def credit_grows(ticket: Waiting, now: datetime) -> Waiting:
    """Accumulating priority: the order of two waiting people flips while they watch."""
    speed = {"priority": 6, "booked": 3, "late": 3, "ordinary": 1}[ticket.kind]
    return replace(ticket, promise_at=now - speed * (now - ticket.issued_at))


MUTANTS = {
    "no zipper": Behaviour(choose=_with(zip=None)),
    "zipper of three": Behaviour(choose=_with(zip=3)),
    "zipper never reached": Behaviour(choose=every_second_forgotten),
    "zipper takes the newest": Behaviour(choose=newest_in_the_zipper),
    "latest promise": Behaviour(choose=latest_promise),
    "bookings as soon as they come": Behaviour(choose=_with(early=60)),
    "bookings only when past": Behaviour(choose=early_always_last),
    "services by name": Behaviour(choose=by_service_first),
    "skills forgotten": Behaviour(choose=skills_forgotten),
    "late as if on time": Behaviour(booking=late_as_on_time),
    "transfer promised anew": Behaviour(
        transferred=lambda _one, now, rules: now + timedelta(minutes=rules.promise_walk)
    ),
    "missed goes to the end": Behaviour(after_miss=lambda own, same, _rules: max([own, *same]) + timedelta(minutes=1)),
    "missed keeps its place": Behaviour(after_miss=lambda own, _same, _rules: own),
    "credit that grows": Behaviour(drift=credit_grows),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_mutants_of_ours_are_caught(name: str) -> None:
    """Each small mistake in the rule breaks at least one invariant on few random days."""
    assert any(broken(play(seed, MUTANTS[name])) for seed in range(FEW))


def test_the_first_five_catch_wrong_choices_without_replay() -> None:
    """Invariants 1 to 5 judge effects: wrong choosing shows in them even where no reference rule is at hand."""
    effects = set(INVARIANTS) - {"immutable", "kept_promises"}
    for name in ("no zipper", "zipper of three", "latest promise", "bookings as soon as they come"):
        found = {breach for seed in range(FEW) for breach in broken(play(seed, MUTANTS[name]))}
        assert found & effects, name
