"""What every sender shares: the letter, the two ways of failing, the longest that one try may take."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, repr=False)
class Letter:
    """`id` stays the same over all tries. `to`: an e-mail address or +62…. Without a repr: it must not get into a log."""

    id: str
    kind: str
    to: str
    lang: str
    subject: str
    text: str
    link: str


class NotSent(Exception):
    """`reason` is a short code for the row and the administrator: never an address, never what a server said."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TryLater(NotSent):
    """The way is closed just now."""


class Undeliverable(NotSent):
    """This letter will not be taken, however often it is tried."""


class Sender(Protocol):
    def send(self, letter: Letter) -> None:
        """Returns when it was taken. Errors: TryLater, Undeliverable."""


@dataclass(frozen=True)
class Limits:
    """Seconds. `step` for each answer of a server, `whole` for all of one try: shorter than the first retry delay."""

    step: float = 10.0
    whole: float = 30.0


@contextmanager
def within(seconds: float, find_socket: Callable[[], socket.socket | None]) -> Iterator[threading.Event]:
    """Cuts the line when the time is up: a server that answers a byte at a time would never run into a timeout of
    the socket. The event is set when that happened."""
    is_over = threading.Event()

    def cut() -> None:
        is_over.set()
        line = find_socket()
        if line is not None:
            with suppress(OSError):  # closed by itself in this moment
                line.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield is_over
    finally:
        timer.cancel()
