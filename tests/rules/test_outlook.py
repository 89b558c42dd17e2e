"""The newest forecast in memory: when it may speak for a number just taken, and when it may stop numbers."""

from datetime import UTC, date, datetime, timedelta

import pytest

from office.expected import punctuality
from office.learning import Learned
from office.outlook import Expectations, Newcomer

NOON, TODAY = datetime(2026, 11, 24, 4, tzinfo=UTC), date(2026, 11, 24)
SAYS = {"from": "10.00", "to": "10.20", "unlikely": True}


def told(**changes) -> Expectations:
    """Six of ten newcomers are too late, in an office with a month of days."""
    newcomer = Newcomer(SAYS, ahead=10, before_closing=changes.pop("before_closing", 0.4))
    return Expectations(newcomers={("KTP", False): newcomer}, **{"day": TODAY, "at": NOON, "days": 25, **changes})


def is_hopeless(made: Expectations, service: str = "KTP", *, is_priority: bool = False) -> bool:
    return made.is_hopeless(service, TODAY, NOON, is_priority=is_priority)


def test_hopeless_is_less_than_half() -> None:
    """More than half too late: hopeless; half in time: not."""
    assert is_hopeless(told())
    assert not is_hopeless(told(before_closing=0.5))


@pytest.mark.parametrize(
    "made",
    [told(days=19), told(day=TODAY - timedelta(days=1)), told(at=NOON - timedelta(minutes=31)), told(at=None), Expectations()],
)
def test_nobody_is_stopped_by_what_is_not_known(made: Expectations) -> None:
    """Fewer than 20 days of history, a forecast of yesterday, an old one, none at all."""
    assert not is_hopeless(made)


def test_each_lane_and_service_has_its_own() -> None:
    """The priority lane may still be in time; of another service nothing is known."""
    assert not is_hopeless(told(), is_priority=True)
    assert not is_hopeless(told(), "KK")


@pytest.mark.parametrize(("ahead", "expect"), [(10, SAYS), (12, SAYS), (8, SAYS), (13, None), (7, None)])
def test_a_number_just_taken_is_told_what_a_newcomer_was(ahead: int, expect: dict | None) -> None:
    """As long as about as many are ahead of it as were of the newcomer."""
    assert told().at_issue("KTP", ahead, is_priority=False) == expect


def test_how_punctual_booked_people_are_called() -> None:
    """The minutes after the slot before which eight of ten are called, upwards to five; unknown on few."""
    assert punctuality(Learned(punctual=[-3.0] * 10 + [2.0] * 9)) is None
    assert punctuality(Learned(punctual=[-3.0] * 10 + [6.0] * 6 + [40.0] * 4)) == 10
    assert punctuality(Learned(punctual=[-3.0] * 20)) == 5
