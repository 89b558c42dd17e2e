"""One office's day: a kiosk, residents and operators, played in the order of an agenda on the server's clock."""

import heapq
import logging
import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from demo.asking import Asking
from demo.plan import Arrival, Service, Visit, arrivals, visit

log = logging.getLogger("demo")
# How often the hall looks whether it is time, in real seconds.
TICK_SECONDS = 0.1


class Hall:
    """`later` puts something on the agenda; `run` plays it until it is empty or `stopped`."""

    def __init__(
        self, office: str, kiosk: Asking, now: Callable[[], datetime], stopped: threading.Event, seed: str
    ) -> None:
        self.office, self.kiosk, self.now, self.stopped = office, kiosk, now, stopped
        self.random = Random(seed)
        self.visits: dict[str, Visit] = {}
        self.minutes: dict[str, int] = {}
        self.taken = self.refused = self.served = 0
        self._agenda: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order = count()

    def later(self, at: datetime, act: Callable[..., None], *args: Any) -> None:
        heapq.heappush(self._agenda, (at, next(self._order), lambda: act(*args)))

    def soon(self, after: timedelta, act: Callable[..., None], *args: Any) -> None:
        self.later(self.now() + after, act, *args)

    def run(self) -> None:
        while self._agenda and not self.stopped.is_set():
            at, _, act = self._agenda[0]
            if at > self.now():
                self.stopped.wait(TICK_SECONDS)
                continue
            heapq.heappop(self._agenda)
            try:
                act()
            except OSError as error:
                if not self.stopped.is_set():
                    log.warning("%s: the server is away: %s", self.office, error)
                    self.soon(timedelta(minutes=1), act)

    def expect_residents(self, day: date, zone: str) -> None:
        """Puts everybody who comes today on the agenda."""
        offered = self.kiosk.get(f"/offices/{self.office}")["services"]
        services = [Service(s["code"], s["letter"], s["minutes"]) for s in offered if s["reason"] is None]
        self.minutes = {service.code: service.minutes for service in services}
        for arrival in arrivals(self.random, self.office, day, zone, services):
            self.later(arrival.at, self._arrive, arrival)

    def _arrive(self, arrival: Arrival) -> None:
        status, ticket = self.kiosk.post(
            f"/offices/{self.office}/tickets", service=arrival.service.code, lane=arrival.lane, lang=arrival.lang
        )
        if status == 201:
            self.taken += 1
            self.visits[ticket["id"]] = visit(self.random, arrival.service.minutes)
        else:
            self.refused += 1

    def visit_of(self, ticket: dict[str, Any]) -> Visit:
        """How this resident behaves; a visitor's own tickets get a behaviour when they are called."""
        known = self.visits.get(ticket["id"])
        if known is None:
            known = self.visits[ticket["id"]] = visit(self.random, self.minutes.get(ticket["service"], 8))
        return known
