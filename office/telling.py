"""What is said of a forecast: outward-rounded clock times, in the few shapes a resident is shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from office.forecast import Expected

STEP = timedelta(minutes=5)
SOON = timedelta(minutes=10)  # under this the range says nothing: "less than 15 minutes"
SOONER = timedelta(minutes=10)  # the latest moment never moves earlier by more without a notice
BOOK_INSTEAD, STOP = 0.9, 0.5  # shares called before closing: offer a booking; stop where the office chose so
DAYS_TO_STOP = 20


@dataclass(frozen=True, slots=True)
class Told:
    """`from_at`-`to_at` is P50-P80, `latest_at` P90 (9 of 10 are called before), `back_at` P10: be here again."""

    from_at: datetime
    to_at: datetime
    latest_at: datetime
    back_at: datetime
    is_soon: bool
    is_first_guess: bool
    before_closing: float

    @property
    def offers_booking(self) -> bool:
        return self.before_closing < BOOK_INSTEAD


def tell(expected: Expected, now: datetime, midnight: datetime) -> Told | None:
    """None: unknown, nobody on duty can call this ticket. Times are in the zone of `midnight`."""
    at = expected.instants(midnight)
    p10, p50, p80, p90 = (at[name] for name in ("p10", "p50", "p80", "p90"))
    if p10 is None or p50 is None or p80 is None or p90 is None:
        return None
    return Told(
        from_at=_down(p50, midnight),
        to_at=_up(p80, midnight),
        latest_at=_up(p90, midnight),
        back_at=_down(p10, midnight),
        is_soon=p90 - now < SOON,
        is_first_guess=expected.is_first_guess,
        before_closing=expected.before_closing,
    )


def needs_sooner_notice(shown: Told, new: Told) -> bool:
    """The resident may plan by the last latest time; a much earlier one must be said aloud."""
    return shown.latest_at - new.latest_at > SOONER


def is_hopeless(before_closing: float, days_learned: int) -> bool:
    """Whether an office that chose so stops issuing; never on fewer than 20 days of history."""
    return before_closing < STOP and days_learned >= DAYS_TO_STOP


def share_inside(told: Sequence[tuple[datetime, datetime, datetime]]) -> float | None:
    """Of (from, latest, really called): the share called inside the printed range. None: nobody was told."""
    return sum(start <= called <= latest for start, latest, called in told) / len(told) if told else None


def _down(at: datetime, midnight: datetime) -> datetime:
    return midnight + (at - midnight) // STEP * STEP


def _up(at: datetime, midnight: datetime) -> datetime:
    return midnight - (midnight - at) // STEP * STEP
