"""Who comes today, what for, and how it will go: pure, from a seeded random source."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

# A busy day. The shares follow the population of the kecamatan, the main office serves the whole regency besides; in
# Sepaku and Babulu one of the two counters is left to whoever watches, so one clerk must be able to serve them all.
RESIDENTS = {"penajam": 130, "sepaku": 30, "babulu": 28, "waru": 30}
RESIDENTS_ELSEWHERE = 30
# Share of the day's residents by the hour in which they come: most want to be home by noon.
BY_HOUR = {7: 10, 8: 26, 9: 22, 10: 15, 11: 9, 12: 3, 13: 9, 14: 6}
FIRST_COME, LAST_COME = time(7, 31), time(14, 28)
# How often a service is asked for, by its letter (KTP, KK, certificates, moving, child cards, the rest).
BY_LETTER = {"A": 40, "S": 22, "U": 14, "W": 8, "L": 6, "Z": 10}
PRIORITY_SHARE = 0.14
ENGLISH_SHARE = 0.03


class Service(NamedTuple):
    code: str
    letter: str
    minutes: int


@dataclass(frozen=True)
class Arrival:
    at: datetime
    service: Service
    lane: str
    lang: str


@dataclass(frozen=True)
class Visit:
    """How a called resident behaves. `walk`: until they stand at the counter; None: not at the first call.

    `ending`: finish, hold (a paper is missing, back after `away`) or transfer (to hand-out or advice).
    """

    walk: timedelta | None
    comes_at_recall: bool
    returns_after: timedelta | None
    service: timedelta
    ending: str
    away: timedelta

    def once_more(self) -> "Visit":
        """Called again after an absence: comes at once and is done."""
        return replace(self, walk=timedelta(seconds=20), ending="finish")


def arrivals(random: Random, office: str, day: date, zone: str, services: Sequence[Service]) -> list[Arrival]:
    """The office's residents of one day in the order in which they come."""
    count = RESIDENTS.get(office, RESIDENTS_ELSEWHERE)
    hours = random.choices(list(BY_HOUR), weights=list(BY_HOUR.values()), k=count)
    weights = [BY_LETTER.get(s.letter, 1) / sum(other.letter == s.letter for other in services) for s in services]
    came = []
    for hour in hours:
        moment = time(hour, random.randrange(60), random.randrange(60))
        at = datetime.combine(day, min(max(moment, FIRST_COME), LAST_COME), ZoneInfo(zone))
        lane = "priority" if random.random() < PRIORITY_SHARE else "regular"
        lang = "en" if random.random() < ENGLISH_SHARE else "id"
        came.append(Arrival(at, random.choices(services, weights)[0], lane, lang))
    return sorted(came, key=lambda arrival: arrival.at)


def visit(random: Random, minutes: int) -> Visit:
    """`minutes`: the service's standard time; most take less, a few far more."""
    comes = random.random() < 0.9
    return Visit(
        walk=timedelta(seconds=random.uniform(15, 70)) if comes else None,
        comes_at_recall=random.random() < 0.5,
        returns_after=timedelta(minutes=random.uniform(4, 18)) if random.random() < 0.5 else None,
        service=timedelta(minutes=minutes * min(random.lognormvariate(-0.1, 0.4), 3.0)),
        ending=random.choices(("finish", "hold", "transfer"), weights=(90, 5, 5))[0],
        away=timedelta(minutes=random.uniform(8, 25)),
    )
