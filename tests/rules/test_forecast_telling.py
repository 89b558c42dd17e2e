"""What is said of a forecast: rounded clock times, notices, and when tickets are stopped."""

from dataclasses import replace
from datetime import datetime, timedelta

from office.forecast import Expected
from office.telling import is_hopeless, needs_sooner_notice, share_inside, tell


def test_a_range_is_told_outward_rounded() -> None:
    """P50-P80 as clock times to five minutes outward, P90 as the latest, P10 as the time to be back."""
    midnight = datetime.fromisoformat("2026-11-24T00:00+08:00")
    now = midnight + timedelta(hours=9)
    told = tell(Expected(561.0, 577.0, 598.0, 611.0, before_closing=0.85, is_first_guess=False), now, midnight)
    assert told is not None
    clocks = [at.strftime("%H.%M") for at in (told.back_at, told.from_at, told.to_at, told.latest_at)]
    assert clocks == ["09.20", "09.35", "10.00", "10.15"]
    assert (told.is_soon, told.offers_booking) == (False, True)
    sooner = replace(told, latest_at=told.latest_at - timedelta(minutes=15))
    assert needs_sooner_notice(told, sooner)
    assert not needs_sooner_notice(sooner, told)


def test_tickets_are_stopped_only_with_enough_history() -> None:
    """Never on fewer than 20 days, whatever the forecast says."""
    assert is_hopeless(0.4, 20)
    assert not is_hopeless(0.4, 19)
    assert not is_hopeless(0.6, 30)


def test_the_score_is_unknown_when_nobody_was_told() -> None:
    """Unknown is its own answer."""
    nine = datetime.fromisoformat("2026-11-24T09:00+08:00")
    ten = nine + timedelta(hours=1)
    assert share_inside([]) is None
    assert share_inside([(nine, ten, nine), (nine, ten, ten + timedelta(minutes=1))]) == 0.5
