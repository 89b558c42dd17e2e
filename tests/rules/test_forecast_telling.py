"""What is said of a forecast: rounded clock times, and notices."""

from dataclasses import replace
from datetime import datetime, timedelta

from office.forecast import Expected
from office.telling import needs_sooner_notice, tell


def test_a_range_is_told_outward_rounded() -> None:
    """P50-P80 as clock times to five minutes outward, P90 as the latest, P10 as the time to be back."""
    midnight = datetime.fromisoformat("2026-11-24T00:00+08:00")
    told = tell(Expected(561.0, 577.0, 598.0, 611.0, before_closing=0.85, is_first_guess=False), midnight)
    assert told is not None
    clocks = [at.strftime("%H.%M") for at in (told.back_at, told.from_at, told.to_at, told.latest_at)]
    assert clocks == ["09.20", "09.35", "10.00", "10.15"]
    assert told.offers_booking
    sooner = replace(told, latest_at=told.latest_at - timedelta(minutes=15))
    assert needs_sooner_notice(told, sooner)
    assert not needs_sooner_notice(sooner, told)
