"""The newest forecast of an office, kept in this process: read by every page without a look at the database."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

Shown = dict[str, Any]  # expected.shown: {from, to, by, back_by, first_guess, unlikely, moved}

#: under this share of newcomers called before closing, an office that chose to stop gives no more numbers
HOPELESS = 0.5
#: days of history before a forecast may stop anything
DAYS_TO_STOP = 20
#: an older forecast stops nobody: whatever makes forecasts may have died
FRESH = timedelta(minutes=30)
#: so many more or fewer ahead than the newcomer of the forecast had, and its range still holds
AHEAD_ALIKE = 2


@dataclass(frozen=True)
class Newcomer:
    """What somebody who took a number now would be told. `before_closing`: share of replications called in time."""

    expect: Shown
    ahead: int
    before_closing: float


@dataclass
class Expectations:
    """`version` grows with each change, so that a board can be cached. `newcomers`: by (service, is_priority).

    `days`: of history behind it. `booked_by`: minutes after the slot before which 8 of 10 booked people are called.
    """

    version: int = 0
    by_ticket: dict[str, Shown] = field(default_factory=dict)
    newcomers: dict[tuple[str, bool], Newcomer] = field(default_factory=dict)
    day: date | None = None
    at: datetime | None = None
    days: int = 0
    booked_by: int | None = None

    def at_issue(self, service: str, ahead: int, *, is_priority: bool) -> Shown | None:
        """What a number just taken is told, before it has a forecast of its own."""
        found = self.newcomers.get((service, is_priority))
        return found.expect if found is not None and abs(found.ahead - ahead) <= AHEAD_ALIKE else None

    def is_hopeless(self, service: str, day: date, now: datetime, *, is_priority: bool) -> bool:
        """Whether most of those who took a number now would not be called before closing; False while it is not known."""
        found = self.newcomers.get((service, is_priority))
        if found is None or self.at is None or self.day != day or now - self.at > FRESH:
            return False
        return self.days >= DAYS_TO_STOP and found.before_closing < HOPELESS


NOTHING = Expectations()


def expectations(memo: dict[str, Any], office: str) -> Expectations:
    found: Expectations = memo.get("expect:" + office, NOTHING)
    return found


def put_up(memo: dict[str, Any], office: str, made: Expectations) -> None:
    memo["expect:" + office] = made
