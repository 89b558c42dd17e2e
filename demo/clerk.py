"""An operator at a counter: opens, calls, serves, takes breaks, goes home."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from demo.asking import Asking
from demo.hall import Hall
from demo.plan import Visit

LOOK_AGAIN = timedelta(seconds=40)
BETWEEN_TWO = timedelta(seconds=20)
BEFORE_RECALL, BEFORE_NO_SHOW = timedelta(seconds=75), timedelta(seconds=60)
COFFEE, LUNCH = timedelta(minutes=10), timedelta(minutes=55)
# Where residents are sent on to when their own service is not all that they need.
ONWARD = ("PICKUP", "INFO", "LEGAL")


class Clerk:
    """`goes_at`: after this nobody new is called."""

    def __init__(self, hall: Hall, number: int, desk: Asking, goes_at: datetime) -> None:
        self._hall, self._number, self._desk, self._goes_at = hall, number, desk, goes_at
        self._counter = f"/offices/{hall.office}/counters/{number}"
        self._break: tuple[str, timedelta] | None = None

    def plan_day(self, day: date, zone: str) -> None:
        """Opening within some minutes of eight, a coffee, and lunch; colleagues do not all go at once."""
        random = self._hall.random

        def at(hour: int, minutes: float) -> datetime:
            return datetime.combine(day, time(hour), ZoneInfo(zone)) + timedelta(minutes=minutes)

        self._hall.later(at(8, random.uniform(-2, 6)), self._open)
        self._hall.later(at(10, 12 * self._number + random.uniform(0, 8)), self._want_break, "break", COFFEE)
        self._hall.later(at(12, random.uniform(-5, 5)), self._want_break, "break", LUNCH)

    def _open(self) -> None:
        status, answer = self._desk.post(f"{self._counter}/open")
        if status == 200:
            self._next()
        elif answer["code"] == "counter_taken":  # somebody who watches the demo sits there: the chair is theirs
            self._hall.soon(timedelta(minutes=30), self._open)

    def _want_break(self, reason: str, length: timedelta) -> None:
        """Taken once the resident at the counter has gone."""
        self._break = (reason, length)

    def _pause(self, reason: str, length: timedelta) -> None:
        self._break = None
        self._desk.post(f"{self._counter}/pause", reason=reason)
        self._hall.soon(length, self._resume)

    def _resume(self) -> None:
        self._desk.post(f"{self._counter}/resume")
        self._next()

    def _next(self) -> None:
        if self._break is not None:
            self._pause(*self._break)
            return
        status, answer = self._desk.post(f"{self._counter}/call-next")
        if status == 200:
            self._await(answer["ticket"], self._hall.visit_of(answer["ticket"]))
        elif answer["code"] != "nobody_waiting":
            self._hall.soon(timedelta(minutes=5), self._open)
        elif self._hall.now() >= self._goes_at:
            self._desk.post(f"{self._counter}/close")
        else:
            self._hall.soon(LOOK_AGAIN, self._next)

    def _await(self, ticket: dict[str, Any], visit: Visit) -> None:
        if visit.walk is not None:
            self._hall.soon(visit.walk, self._serve, ticket, visit)
        else:
            self._hall.soon(BEFORE_RECALL, self._recall, ticket, visit)

    def _recall(self, ticket: dict[str, Any], visit: Visit) -> None:
        self._act(ticket, "recall")
        then = self._serve if visit.comes_at_recall else self._give_up
        self._hall.soon(BEFORE_NO_SHOW, then, ticket, visit)

    def _give_up(self, ticket: dict[str, Any], visit: Visit) -> None:
        self._act(ticket, "no-show")
        if visit.returns_after is not None:
            self._hall.soon(visit.returns_after, self._take_back, ticket, visit, "return")
        self._hall.soon(BETWEEN_TWO, self._next)

    def _serve(self, ticket: dict[str, Any], visit: Visit) -> None:
        self._act(ticket, "start")
        endings = {"finish": self._finish, "hold": self._hold, "transfer": self._send_on}
        self._hall.soon(visit.service, endings[visit.ending], ticket, visit)

    def _finish(self, ticket: dict[str, Any], _visit: Visit) -> None:
        self._act(ticket, "finish")
        self._hall.served += 1
        self._hall.soon(BETWEEN_TWO, self._next)

    def _hold(self, ticket: dict[str, Any], visit: Visit) -> None:
        """A paper is missing; the resident fetches it."""
        self._act(ticket, "hold")
        self._hall.soon(visit.away, self._take_back, ticket, visit, "resume")
        self._hall.soon(BETWEEN_TWO, self._next)

    def _send_on(self, ticket: dict[str, Any], visit: Visit) -> None:
        self._will_finish(ticket, visit)
        onward = next((code for code in ONWARD if code in self._hall.minutes and code != ticket["service"]), None)
        if onward is None or self._act(ticket, "transfer", service=onward) != 200:
            self._finish(ticket, visit)
            return
        self._hall.soon(BETWEEN_TWO, self._next)

    def _take_back(self, ticket: dict[str, Any], visit: Visit, act: str) -> None:
        self._will_finish(ticket, visit)
        self._act(ticket, act)

    def _will_finish(self, ticket: dict[str, Any], visit: Visit) -> None:
        """The second time everything goes well."""
        self._hall.visits[ticket["id"]] = visit.once_more()

    def _act(self, ticket: dict[str, Any], act: str, **more: Any) -> int:
        return self._desk.post(f"/tickets/{ticket['id']}/{act}", **more)[0]
