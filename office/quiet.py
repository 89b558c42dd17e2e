"""The best time to come: pure. How long people waited by weekday and hour, and which hours are the quiet ones."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from office.recorded import Leg

#: the same weekday so many times before anything is said of it
DAYS_AT_LEAST = 4
#: people called in an hour, over all its days, before its wait is believed
CALLED_AT_LEAST = 8
#: hours within so many minutes of the quietest are as good
AS_GOOD_MINUTES = 5.0


class HourCount(NamedTuple):
    """One hour of one day. `waited`: minutes of all who were called together."""

    day: date
    hour: int
    came: int
    called: int
    waited: float


@dataclass(frozen=True)
class Weekday:
    """`weekday` 0 is Monday. `waits`: minutes by hour; None where too few were called to say."""

    weekday: int
    days: int
    waits: dict[int, float | None]

    @property
    def known(self) -> dict[int, float]:
        return {hour: wait for hour, wait in self.waits.items() if wait is not None}

    @property
    def is_known(self) -> bool:
        return self.days >= DAYS_AT_LEAST and bool(self.known)

    @property
    def quiet(self) -> tuple[int, int] | None:
        """From which hour to which it is quiet; None when nothing is known, or every hour is about the same."""
        known = self.known
        if not self.is_known or max(known.values()) - min(known.values()) <= AS_GOOD_MINUTES:
            return None
        best = min(known, key=lambda hour: (known[hour], hour))
        first, last = best, best
        while first - 1 in known and known[first - 1] <= known[best] + AS_GOOD_MINUTES:
            first -= 1
        while last + 1 in known and known[last + 1] <= known[best] + AS_GOOD_MINUTES:
            last += 1
        return first, last + 1

    @property
    def busiest(self) -> int | None:
        """The hour with the longest wait, when the hours differ."""
        known = self.known
        return max(known, key=lambda hour: (known[hour], -hour)) if self.quiet else None

    @property
    def usual_minutes(self) -> float | None:
        """The wait over all hours that are known."""
        return sum(self.known.values()) / len(self.known) if self.is_known else None


def hours_of_day(day: date, legs: Iterable[Leg]) -> list[HourCount]:
    """A finished day by the hour in which people without a booking took a number, in the ordinary lane. Empty: nobody came."""
    mine = [leg for leg in legs if leg.kind == "first" and leg.slot is None and not leg.is_priority]
    counts: dict[int, list[float]] = defaultdict(lambda: [0, 0, 0.0])
    for leg in mine:
        count = counts[int(leg.issued // 60)]
        count[0] += 1
        if leg.called is not None:
            count[1] += 1
            count[2] += leg.called - leg.queued
    return [HourCount(day, hour, int(came), int(called), waited) for hour, (came, called, waited) in sorted(counts.items())]


def weekdays(counts: Iterable[HourCount]) -> dict[int, Weekday]:
    """By weekday, only those that had a day."""
    by_weekday: dict[int, list[HourCount]] = defaultdict(list)
    for count in counts:
        if count.came:
            by_weekday[count.day.weekday()].append(count)
    return {weekday: _weekday(weekday, mine) for weekday, mine in sorted(by_weekday.items())}


def _weekday(weekday: int, counts: list[HourCount]) -> Weekday:
    called: dict[int, int] = defaultdict(int)
    waited: dict[int, float] = defaultdict(float)
    for count in counts:
        called[count.hour] += count.called
        waited[count.hour] += count.waited
    waits = {hour: waited[hour] / n if n >= CALLED_AT_LEAST else None for hour, n in sorted(called.items())}
    return Weekday(weekday, len({count.day for count in counts}), waits)
