"""The best time to come: which hours of a weekday are quiet, and when nothing can be said yet. No database."""

from datetime import date, timedelta

import pytest

from office.quiet import HourCount, hours_of_day, weekdays
from office.recorded import Leg

TUESDAY = date(2026, 11, 24)


def leg(issued, waited=10.0, **changes):
    facts = {
        "number": 1, "person": "p", "kind": "first", "service": "KTP_REC", "issued": issued, "queued": issued, "promise": issued + 120,
        "outcome": "served", "is_priority": False, "slot": None, "is_late": False,
        "called": issued + waited if waited is not None else None, "started": None, "ended": None, "counter": "1", "clerk": "1",
    }  # fmt: skip
    return Leg(**{**facts, **changes})


def tuesdays(waits, weeks=4, people=10):
    """So many Tuesdays on which each hour's people waited so long."""
    return [
        HourCount(TUESDAY - timedelta(weeks=week), hour, people, people, people * wait)
        for week in range(weeks) for hour, wait in waits.items()
    ]  # fmt: skip


def test_a_day_by_the_hour():
    """Who took an ordinary number, by the hour of taking it; who left uncalled came, and waited for nobody knows how long."""
    legs = [leg(8 * 60 + 5, 20.0), leg(8 * 60 + 59, 40.0), leg(9 * 60, None), leg(9 * 60 + 1, 6.0)]
    assert hours_of_day(TUESDAY, legs) == [HourCount(TUESDAY, 8, 2, 2, 60.0), HourCount(TUESDAY, 9, 2, 1, 6.0)]


@pytest.mark.parametrize("changes", [{"is_priority": True}, {"slot": 600.0}, {"kind": "transfer"}, {"kind": "reentry"}])
def test_whose_wait_is_not_counted(changes):
    """The priority lane, booked people, a second counter and a second call say nothing of an ordinary resident's wait."""
    assert hours_of_day(TUESDAY, [leg(500.0, **changes)]) == []


def test_the_quiet_hours():
    """The quietest and its neighbours within five minutes; the busiest is named too."""
    found = weekdays(tuesdays({8: 40, 9: 55, 10: 30, 11: 14, 13: 12, 14: 10, 15: 20}))[1]
    assert (found.quiet, found.busiest, round(found.waits[9])) == ((13, 15), 9, 55)


def test_a_break_parts_the_quiet_hours():
    """Hours are told together only when nothing lies between them."""
    assert weekdays(tuesdays({8: 40, 11: 10, 13: 10, 14: 30}))[1].quiet == (11, 12)


def test_all_the_same():
    """Hours that differ by five minutes have no best; the usual wait is said instead."""
    found = weekdays(tuesdays({8: 12, 9: 10, 10: 15}))[1]
    assert (found.quiet, found.busiest, round(found.usual_minutes)) == (None, None, 12)


@pytest.mark.parametrize(("weeks", "people", "known"), [(4, 10, True), (3, 10, False), (4, 1, False), (4, 2, True)])
def test_not_enough_days_yet(weeks, people, known):
    """Four of a weekday, and eight people called in an hour: before that nothing is said."""
    assert weekdays(tuesdays({8: 40, 9: 10}, weeks, people))[1].is_known is known


def test_weekdays_apart():
    """Mondays say nothing of Tuesdays; a day without anybody is no day."""
    empty = [HourCount(TUESDAY - timedelta(days=1), 0, 0, 0, 0.0)]
    assert list(weekdays(tuesdays({8: 40}) + empty)) == [1]
