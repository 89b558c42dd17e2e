"""What others would say of the same wait: the naive formula, and Munich's (ZMS), to be compared with ours."""

from dataclasses import dataclass, field

import numpy as np

from office.hall import Hall, InLine
from office.learning import service_minutes
from office.recorded import Day

Range = tuple[float, float, float]  # P10, P50, P90 in minutes from now

ZMS_OPTIMISTIC = 0.8
ZMS_REACHED = 2.0  # an appointment counts as reached two minutes before its time
ERRORS_KEPT = 5000


@dataclass
class MeanService:
    """Mean minutes of all services finished on earlier days; the standard minutes before there are any."""

    standard: float
    total: float = 0.0
    count: int = 0

    def add(self, day: Day) -> None:
        for leg in day.legs:
            minutes = service_minutes(leg)
            if minutes is not None:
                self.total, self.count = self.total + minutes, self.count + 1

    @property
    def minutes(self) -> float:
        return self.total / self.count if self.count else self.standard


@dataclass
class Naive:
    """People ahead times the mean, divided by the counters on duty; its range is its own past error."""

    errors: list[float] = field(default_factory=list)
    spread: tuple[float, float] | None = None

    def tell(self, hall: Hall, asked: InLine, mean: float) -> Range:
        ahead = sum((ticket.queued, ticket.number) < (asked.queued, asked.number) for ticket in hall.waiting)
        point = ahead * mean / on_duty(hall)
        if self.spread is None:
            return 0.0, point, 2 * point
        return max(0.0, point + self.spread[0]), point, max(0.0, point + self.spread[1])

    def learn(self, errors: list[float]) -> None:
        self.errors = [*self.errors, *errors][-ERRORS_KEPT:]
        if self.errors:
            low, high = np.quantile(self.errors, (0.1, 0.9))
            self.spread = float(low), float(high)


def zms(hall: Hall, asked: InLine, mean: float) -> Range:
    """One slot per person before you in its own order, plus one, over the counters; range from 0.8 of it.

    Counters are those logged in, or all that are configured while none is (section 1: "configured or logged-in").
    """
    line = sorted(hall.waiting, key=lambda ticket: _zms_order(ticket, hall.now))
    position = next(at for at, ticket in enumerate(line) if ticket.id == asked.id)
    logged_in = sum(counter.is_open for counter in hall.counters)
    point = mean * (position + 1) / (logged_in or max(1, len(hall.counters)))
    return ZMS_OPTIMISTIC * point, point, point


def _zms_order(ticket: InLine, now: float) -> tuple[int, float, int]:
    """Priority walk-ins, then reached appointments by their time, then everybody by arrival or slot."""
    if ticket.slot is not None:
        return (1 if ticket.slot <= now + ZMS_REACHED else 2), ticket.slot, ticket.number
    return (0 if ticket.kind == "priority" else 2), ticket.queued, ticket.number


def on_duty(hall: Hall) -> int:
    return max(1, sum(counter.is_open for counter in hall.counters))
