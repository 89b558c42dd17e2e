"""A hall's day in little time: operators who call, a line that is cut, a server that is restarted and killed."""

import random
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from factories import Hall
from live import Live

from office import calling, counters

COUNTERS = range(1, 9)
WAITING_AT_LEAST = 12


class Wire:
    """A line to the server that can be cut: at once (every connection ends) or without a word (nothing goes through)."""

    def __init__(self, live: Live) -> None:
        self._live, self.state = live, "up"
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        self._pairs: set[tuple[socket.socket, socket.socket]] = set()
        threading.Thread(target=self._answer, daemon=True).start()

    def _answer(self) -> None:
        while True:
            try:
                near, _ = self._door.accept()
            except OSError:  # closed: the day is over
                return
            threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        """Bytes both ways, until either end goes."""
        if self.state == "cut":
            return near.close()
        try:
            far = socket.create_connection(("127.0.0.1", self._live.port), 5)
        except OSError:  # the server is away
            return near.close()
        self._pairs.add((near, far))
        with suppress(OSError, ValueError):
            while self._pass_on(near, far):
                pass
        self._pairs.discard((near, far))
        near.close()
        return far.close()

    def _pass_on(self, near: socket.socket, far: socket.socket) -> bool:
        for ready in select.select([near, far], [], [], 0.1)[0]:
            if self.state == "silent":
                time.sleep(0.02)
                continue
            data = ready.recv(65_536)
            if not data:
                return False
            (far if ready is near else near).sendall(data)
        return True

    def cut(self, state: str) -> None:
        """"cut" or "silent"."""
        self.state = state
        if state == "cut":
            self._end_all()

    def mend(self) -> None:
        """What hung in silence is gone, as after a router's restart."""
        self._end_all()
        self.state = "up"

    def _end_all(self) -> None:
        for pair in list(self._pairs):
            for end in pair:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._door.close()
        self._end_all()


@dataclass
class Day:
    """`truth`: (when, counter, label or None) as it was committed; `faults`: (what, from, to). Times are time.time()."""

    live: Live
    wire: Wire
    hall: Hall
    dice: random.Random
    truth: list[tuple[float, int, str | None]] = field(default_factory=list)
    faults: list[tuple[str, float, float]] = field(default_factory=list)
    at_counter: dict[int, dict[str, object]] = field(default_factory=dict)
    waiting: int = 0

    def open(self) -> None:
        for number in COUNTERS:
            self.hall.do(counters.open_counter, self.hall.office, number, None, by=self.hall.person(f"orang{number}"))

    def step(self) -> None:
        """One act at one counter: somebody is called, called again, comes, goes, or does not come."""
        while self.waiting < WAITING_AT_LEAST:
            self.hall.take(self.dice.choice(("KTP_REC", "KK_NEW")))
            self.waiting += 1
        number = self.dice.choice(COUNTERS)
        here = self.at_counter.get(number)
        if here is None:
            self._call(number)
        elif here["state"] == "called":
            self._after_call(number, here)
        else:
            self.hall.act(calling.finish, here, f"orang{number}")
            self._leave(number)

    def _call(self, number: int) -> None:
        ticket = self.hall.call(number, f"orang{number}")
        self.at_counter[number] = {**ticket, "state": "called"}
        self.truth.append((time.time(), number, str(ticket["label"])))
        self.waiting -= 1

    def _after_call(self, number: int, here: dict[str, object]) -> None:
        who, luck = f"orang{number}", self.dice.random()
        if luck < 0.15:
            self.hall.act(calling.recall, here, who)
        elif luck < 0.25:
            self.hall.act(calling.mark_no_show, here, who)
            self._leave(number)
        else:
            self.hall.act(calling.start, here, who)
            here["state"] = "serving"

    def _leave(self, number: int) -> None:
        del self.at_counter[number]
        self.truth.append((time.time(), number, None))

    def fault(self, what: str, seconds: float, wait: Callable[[float], None]) -> None:
        """Something breaks for so long; the day goes on meanwhile."""
        began = time.time()
        if what in ("cut", "silent"):
            self.wire.cut(what)
            wait(seconds)
            self.wire.mend()
        else:
            self._restart(what, seconds, wait)
        self.faults.append((what, began, time.time()))

    def _restart(self, what: str, seconds: float, wait: Callable[[float], None]) -> None:
        if what == "power cut":
            for process in self.live.processes():
                process.kill()
        self.live.stop()
        wait(seconds)
        self.live.start()

    def calls(self) -> Iterator[tuple[str, int, float, float]]:
        """(label, counter, from, to): each stay at a counter."""
        since: dict[int, tuple[str, float]] = {}
        for at, number, label in [*self.truth, *((time.time(), n, None) for n in COUNTERS)]:
            if number in since:
                was, began = since.pop(number)
                yield was, number, began, at
            if label:
                since[number] = (label, at)

    def is_troubled(self, at: float, after: float) -> bool:
        """A fault at that moment, or at most `after` seconds before it."""
        return any(began <= at <= ended + after for _, began, ended in self.faults)

    def was_true(self, number: int, label: str | None, begin: float, end: float) -> bool:
        """Whether the counter had this ticket (None: nobody) at any moment between."""
        now: str | None = None
        for at, which, what in self.truth:
            if which == number and at <= end:
                if at > begin and now == label:
                    return True
                now = what
        return now == label
