"""The line as the rule sees it: from rows to the choice, and the reason as it is kept."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from office.line import choose_next, count_ahead, picked, reentry_time, waiting_of, why_of
from office.policy import Rules, promise_of_booking, promise_of_walk_in
from office.profile import CounterProfile

NINE = datetime.fromisoformat("2026-11-24T09:00:00+08:00")
SERVICES = {1: "KTP_REC", 2: "KK_NEW"}
FIRST = CounterProfile(11, 1, None, frozenset(SERVICES))
SECOND = CounterProfile(12, 2, None, frozenset(SERVICES))
ALL = frozenset(SERVICES.values())


def office(**call_rule):
    return SimpleNamespace(
        settings={"call_rule": call_rule}, timezone="Asia/Makassar",
        by_id={i: SimpleNamespace(code=code) for i, code in SERVICES.items()},
        counter_number={11: 1, 12: 2, None: None}.get,
    )  # fmt: skip


def row(number, minute=0, lane="regular", service_id=1, only=None, slot=None):
    """A waiting row, taken `minute` minutes after nine (checked in, when it has a slot)."""
    at = NINE + timedelta(minutes=minute)
    rules = Rules()
    promise = promise_of_booking(slot, at, rules) if slot else promise_of_walk_in(at, lane == "priority", rules)
    return SimpleNamespace(
        id=f"t{number}", number=number, label=f"A{number:03d}", service_id=service_id, issued_at=at, promised_at=promise,
        lane=lane, slot_at=slot, is_late=slot is not None and at > slot + timedelta(minutes=rules.grace),
        only_counter_id=only,
    )


def line(*rows):
    return [waiting_of(office(), r) for r in rows]


def choose(waiting, counter=FIRST, takes=ALL, streak=0, now=NINE):
    choice = choose_next(office(), waiting, counter, takes, streak, now)
    return None if choice is None else (choice.ticket.label, why_of(office(), choice.reason)["code"])


def test_first_come_first_served():
    """Ordinary residents are called in the order of their numbers."""
    assert choose(line(row(2, 1), row(1))) == ("A001", "longest_waiting")


def test_the_priority_lane_goes_first():
    """A quarter of an hour after the number beats two hours after an earlier one."""
    assert choose(line(row(1), row(2, 5, "priority"))) == ("A002", "priority")


def test_a_kept_booking_is_called_at_its_time():
    """Its slot is its turn; who comes late has a later one, and the reason says which."""
    slot = NINE + timedelta(minutes=5)

    assert choose(line(row(1), row(2, slot=slot))) == ("A002", "booked")
    assert choose(line(row(2, 30, slot=slot), row(1, 200)), now=NINE + timedelta(minutes=30)) == ("A002", "late")


def test_after_two_overtaking_calls_the_longest_waiting_is_called():
    """The zipper is the counter's: its streak of the day decides."""
    people = line(row(1), row(2, 5, "priority"))
    choice = choose_next(office(), people, FIRST, ALL, 2, NINE)
    kept = why_of(office(), choice.reason)

    assert (choice.ticket.label, kept["code"], kept["after"]) == ("A001", "zipper", 2)


def test_a_counter_calls_only_what_it_takes():
    """Services a counter does not take wait for another counter; nobody is no choice."""
    people = line(row(1, service_id=2), row(2))

    assert choose(people, takes=frozenset({"KTP_REC"})) == ("A002", "longest_waiting")
    assert choose(people, takes=frozenset()) is None
    assert choose([]) is None


def test_a_ticket_sent_to_a_counter_is_that_counters():
    """Whatever that counter takes today, and no other calls it."""
    sent = line(row(1, only=12))

    assert choose(sent, SECOND, takes=frozenset()) == ("A001", "longest_waiting")
    assert choose(sent, FIRST) is None


def test_the_reason_keeps_both_sides():
    """Who was called and who was passed over, each with its time and its turn, in the office's own time."""
    choice = choose_next(office(), line(row(1), row(2, 5, "priority")), FIRST, ALL, 0, NINE)
    why = why_of(office(), choice.reason)

    assert why["called"] == {
        "label": "A002", "kind": "priority", "at": "2026-11-24T09:05:00+08:00", "promise_at": "2026-11-24T09:20:00+08:00",
    }  # fmt: skip
    assert (why["passed"]["label"], why["passed"]["promise_at"]) == ("A001", "2026-11-24T11:00:00+08:00")
    assert (why["overtakes"], why["streak"]) == (True, 1)


def test_a_call_by_hand_is_counted():
    """It is kept with the operator's reason, and the next call makes good for it."""
    people = line(row(1), row(2, 5))
    choice = picked(office(), people[1], people, FIRST, 1, "urgent")
    why = why_of(office(), choice.reason)

    assert (why["code"], why["why"], why["streak"]) == ("picked", "urgent", 2)


def test_a_missed_call_comes_back_behind_the_third():
    """At the turn of the third that waits for its service, never before its own."""
    missed, *others = line(row(1), *(row(n, n) for n in range(2, 7)))

    assert reentry_time(office(), others, missed) == others[2].promise_at
    assert reentry_time(office(), others[:1], missed) == others[0].promise_at
    assert reentry_time(office(), [], missed) == missed.promise_at


def test_ahead_are_the_earlier_turns_of_rival_services():
    """Only those who share a counter with me can be before me."""
    mine, *others = line(row(3, 3), row(1), row(2, 1, service_id=2), row(4, 4))

    assert count_ahead([mine, *others], mine, ALL) == 2
    assert count_ahead([mine, *others], mine, frozenset({"KTP_REC"})) == 1


@pytest.mark.parametrize(("rule", "first"), [({}, "A001"), ({"promise_walk": 10}, "A001"), ({"promise_prio": 0, "zip": 9}, "A002")])
def test_an_office_may_set_the_rule(rule, first):
    """The parameters are the office's own; zero minutes for priority and a wide zipper give strict priority."""
    profile = office(**rule)
    people = [waiting_of(profile, row(1)), waiting_of(profile, row(2, 5, "priority"))]
    choice = choose_next(profile, people, FIRST, ALL, 2, NINE)

    assert choice.ticket.label == first
