"""The call rule by example: promise times, the zipper, early bookings, and the reason kept with each call."""

import time
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from office.policy import (
    CounterView,
    Rules,
    Waiting,
    called_by_hand,
    choose_next,
    is_late,
    promise_after_miss,
    promise_of_booking,
    promise_of_walk_in,
)

RULES = Rules()
COUNTER = CounterView(1, frozenset({"KTP", "KK"}))


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-24T{clock}:00+08:00")


def walk_in(number: int, clock: str, *, is_priority: bool = False, **more: Any) -> Waiting:
    promise = promise_of_walk_in(at(clock), is_priority, RULES)
    given = {"number": number, "label": f"A{number:03}", "service": "KTP", "id": str(number), **more}
    return Waiting(issued_at=at(clock), promise_at=promise, is_priority=is_priority, **given)


def booked(number: int, slot: str, checked_in: str, **more: Any) -> Waiting:
    late = is_late(at(slot), at(checked_in), RULES)
    promise = promise_of_booking(at(slot), at(checked_in), RULES)
    given = {"number": number, "label": f"B{number:03}", "service": "KTP", "id": str(number), **more}
    return Waiting(issued_at=at(checked_in), promise_at=promise, slot_at=at(slot), is_late=late, **given)


def chosen(waiting: list[Waiting], now: str, counter: CounterView = COUNTER, rules: Rules = RULES) -> tuple[str, str]:
    found = choose_next(waiting, counter, at(now), rules)
    assert found is not None
    return found[0].label, found[1].code


@pytest.mark.parametrize(("checked_in", "promise"), [("08:40", "09:00"), ("09:10", "09:00"), ("09:11", "09:41")])
def test_a_booking_is_promised_its_slot_or_half_an_hour_when_late(checked_in: str, promise: str) -> None:
    """On time up to slot + 10: the slot. Later: check-in + 30 minutes."""
    assert promise_of_booking(at("09:00"), at(checked_in), RULES) == at(promise)


def test_walk_ins_are_promised_by_their_lane() -> None:
    """Priority residents 15 minutes after issue, everybody else 120."""
    assert promise_of_walk_in(at("08:50"), is_priority=True, rules=RULES) == at("09:05")
    assert promise_of_walk_in(at("08:50"), is_priority=False, rules=RULES) == at("10:50")


@pytest.mark.parametrize(
    ("own", "same", "promise"),
    [
        ("10:00", ["10:10", "10:30", "10:20", "10:40"], "10:30"),
        ("10:00", ["10:10"], "10:10"),
        ("10:00", [], "10:00"),
        ("11:00", ["10:10", "10:20", "10:30"], "11:00"),
    ],
)
def test_a_missed_ticket_comes_back_behind_the_third(own: str, same: list[str], promise: str) -> None:
    """The later of its own promise and that of the third waiting ticket of its service (the last, when fewer)."""
    assert promise_after_miss(at(own), [at(one) for one in same], RULES) == at(promise)


def test_the_earliest_promise_is_called() -> None:
    """A booking at 09.30 goes before a number taken at 08.50, which is promised by 10.50."""
    assert chosen([walk_in(1, "08:50"), booked(2, "09:30", "09:20")], "09:30") == ("B002", "promise")


def test_equal_promises_go_by_number() -> None:
    """Tie: the lower number."""
    assert chosen([walk_in(7, "08:00"), walk_in(3, "08:00")], "08:30") == ("A003", "promise")


def test_a_counter_calls_only_what_it_takes() -> None:
    """Neither another service nor a ticket sent to another counter."""
    waiting = [walk_in(1, "08:00", service="AKTA"), walk_in(2, "08:01", counter=3), walk_in(3, "08:02", counter=1)]
    assert chosen(waiting, "08:30") == ("A003", "promise")
    assert choose_next(waiting[:2], COUNTER, at("08:30"), RULES) is None


def test_a_booking_waits_for_its_time_while_others_wait() -> None:
    """Not before slot - 5, unless this counter has nobody else."""
    early = booked(2, "09:00", "08:40")
    assert chosen([walk_in(1, "08:50"), early], "08:54") == ("A001", "promise")
    assert chosen([walk_in(1, "08:50"), early], "08:55") == ("B002", "promise")
    assert chosen([early], "08:41") == ("B002", "early")


def test_after_two_overtaking_calls_the_longest_waiting_is_called() -> None:
    """The zipper: even before a priority resident whose promise is earlier."""
    waiting = [walk_in(2, "08:10"), walk_in(1, "08:00"), walk_in(3, "08:20", is_priority=True)]
    assert chosen(waiting, "08:30", replace(COUNTER, streak=1)) == ("A003", "promise")
    assert chosen(waiting, "08:30", replace(COUNTER, streak=2)) == ("A001", "zipper")


def test_the_zipper_can_be_switched_off() -> None:
    """An office may choose strict priority: no zipper, promise of priority residents at once."""
    waiting = [walk_in(1, "08:00"), walk_in(3, "08:20", is_priority=True)]
    assert chosen(waiting, "08:30", replace(COUNTER, streak=9), replace(RULES, zip=None)) == ("A003", "promise")


def test_the_streak_counts_only_overtaking_calls() -> None:
    """Overtaking adds one, an ordinary call ends it, who came first leaves it as it is."""
    ordinary, before = walk_in(2, "08:10"), walk_in(1, "08:00", is_priority=True)
    after = walk_in(3, "08:20", is_priority=True)
    one = replace(COUNTER, streak=1)

    def streak(*waiting: Waiting) -> int:
        found = choose_next(waiting, one, at("08:30"), RULES)
        assert found is not None
        return found[1].streak

    assert (streak(ordinary, after), streak(ordinary, before), streak(ordinary), streak(after)) == (2, 1, 0, 0)


def test_the_reason_says_who_came_before_whom_and_why() -> None:
    """B014 before A050: appointment 09.30; number taken 08.50, promised by 10.50."""
    found = choose_next([walk_in(50, "08:50"), booked(14, "09:30", "09:20")], COUNTER, at("09:30"), RULES)
    assert found is not None
    assert found[1].as_dict() == {
        "code": "promise",
        "called": {
            "label": "B014",
            "kind": "booked",
            "at": "2026-11-24T09:30:00+08:00",
            "promise_at": "2026-11-24T09:30:00+08:00",
        },
        "passed": {
            "label": "A050",
            "kind": "ordinary",
            "at": "2026-11-24T08:50:00+08:00",
            "promise_at": "2026-11-24T10:50:00+08:00",
        },
        "overtakes": True,
        "streak": 1,
        "waiting": 2,
        "note": "",
    }


def test_a_call_by_hand_keeps_its_note_and_counts() -> None:
    """The operator may choose; it is a reason of its own, and the next call makes good for it."""
    waiting = [walk_in(1, "08:00"), walk_in(2, "08:10"), walk_in(3, "08:20")]
    reason = called_by_hand(waiting[2], waiting, replace(COUNTER, streak=1), "ibu dengan bayi")
    assert (reason.code, reason.note, reason.overtakes, reason.streak) == ("hand", "ibu dengan bayi", True, 2)


def test_nobody_waiting_is_none() -> None:
    """No ticket, no call."""
    assert choose_next([], COUNTER, at("08:30"), RULES) is None


def test_five_hundred_waiting_cost_less_than_five_milliseconds() -> None:
    """The best of five runs, so that a busy machine does not fail it."""
    start = at("08:00")
    waiting = [
        replace(
            walk_in(n, "08:00", is_priority=n % 7 == 0),
            issued_at=start + timedelta(seconds=n),
            promise_at=start + timedelta(seconds=9000 - n),
        )
        for n in range(500)
    ]
    taken = []
    for _ in range(5):
        begun = time.perf_counter()
        choose_next(waiting, COUNTER, at("10:00"), RULES)
        taken.append(time.perf_counter() - begun)
    assert min(taken) < 0.005
