"""What is said of a forecast: outward-rounded clock times, in the few shapes a resident is shown."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from office.forecast import Expected

STEP = timedelta(minutes=5)
SOONER = timedelta(minutes=10)  # the latest moment never moves earlier by more without a notice
BOOK_INSTEAD = 0.9  # share called before closing: under it a booking is offered


@dataclass(frozen=True, slots=True)
class Range:
    """`from_at`-`to_at` is P50-P80, `latest_at` P90 (9 of 10 are called before), `back_at` P10: be here again."""

    from_at: datetime
    to_at: datetime
    latest_at: datetime
    back_at: datetime
    is_first_guess: bool
    before_closing: float

    @property
    def offers_booking(self) -> bool:
        return self.before_closing < BOOK_INSTEAD


def tell(expected: Expected, midnight: datetime) -> Range | None:
    """None: unknown, nobody on duty can call this ticket. Times are in the zone of `midnight`."""
    at = expected.instants(midnight)
    p10, p50, p80, p90 = (at[name] for name in ("p10", "p50", "p80", "p90"))
    if p10 is None or p50 is None or p80 is None or p90 is None:
        return None
    return Range(
        from_at=_down(p50, midnight),
        to_at=_up(p80, midnight),
        latest_at=_up(p90, midnight),
        back_at=_down(p10, midnight),
        is_first_guess=expected.is_first_guess,
        before_closing=expected.before_closing,
    )


def needs_sooner_notice(shown: Range, new: Range) -> bool:
    """The resident may plan by the last latest time; a much earlier one must be said aloud."""
    return shown.latest_at - new.latest_at > SOONER


def _down(at: datetime, midnight: datetime) -> datetime:
    return midnight + (at - midnight) // STEP * STEP


def _up(at: datetime, midnight: datetime) -> datetime:
    return midnight - (midnight - at) // STEP * STEP
