"""The way to a device: each sends a whole slip as one piece and says truly what became of it.

Not built on python-escpos' Network and File: those cannot tell how many bytes went out before a failure
(so whether a retry is safe), hang for ever on a device that takes nothing, and read silence as "plenty of paper".

Everything here blocks, for at most the times in Timing and the waits given; the caller decides where. Only sockets
with timeouts, non-blocking files and sleep are used, so under gevent (patched before) they yield by themselves.
"""

from typing import Protocol
from urllib.parse import parse_qs, urlsplit

from printer.devicefile import FilePrinter
from printer.health import Health, State
from printer.network import NetworkPrinter
from printer.outcome import Outcome, Timing

PORT = 9100
LATER_KINDS = ("usb", "serial", "cups")
YES = ("yes", "1", "true")


class BadDevice(ValueError):
    """The address of a device cannot be understood, or names a kind that this version does not print on."""


class Transport(Protocol):
    def send(self, data: bytes, ack_wait: float, /) -> Outcome: ...

    def settle(self, wait: float, /) -> Outcome | None:
        """After UNSURE: PRINTED when the late word comes, UNSURE when none can come any more, None while one may."""

    def health(self) -> Health:
        """Asked now, unless a slip is on its way."""

    def health_seen(self) -> Health:
        """What it said last, without asking."""


def transport_for(
    device: str, *, one_way: bool = False, seen: Health | None = None, timing: Timing | None = None
) -> Transport:
    """`device` as in `network://HOST[:9100]`, `file:///dev/usb/lp0`, `virtual:`; `?one_way=yes` for a printer
    that never answers. `seen`: what the printer said before. Errors: BadDevice."""
    parts = urlsplit(device)
    one_way = one_way or parse_qs(parts.query).get("one_way", [""])[0] in YES
    timing = timing or Timing()
    if device == "virtual:":
        return Virtual()
    if parts.scheme == "network" and parts.hostname:
        return NetworkPrinter(parts.hostname, _port(device), one_way, seen or Health(), timing)
    if parts.scheme == "file" and parts.path.startswith("/") and not parts.netloc:
        return FilePrinter(parts.path, timing)
    if parts.scheme in LATER_KINDS:
        raise BadDevice(f"{device}: printers on {parts.scheme}: are not in this version; use network: or file:")
    raise BadDevice(f"{device}: not the address of a printer")


def _port(device: str) -> int:
    try:
        return urlsplit(device).port or PORT
    except ValueError as error:
        raise BadDevice(f"{device}: {error}") from error


class Virtual:
    """Prints at once on nothing; the bytes are kept with the job and can be looked at."""

    def send(self, _data: bytes, _ack_wait: float) -> Outcome:
        return Outcome.PRINTED

    def settle(self, _wait: float) -> Outcome | None:
        return Outcome.UNSURE

    def health(self) -> Health:
        return self.health_seen()

    def health_seen(self) -> Health:
        return Health(State.OK, answers=True)


class Unusable:
    """Stands for a device that cannot be reached by this version, so that its jobs fail in the usual way."""

    def __init__(self, why: str) -> None:
        self._why = why

    def send(self, _data: bytes, _ack_wait: float) -> Outcome:
        return Outcome.REFUSED

    def settle(self, _wait: float) -> Outcome | None:
        return Outcome.UNSURE

    def health(self) -> Health:
        return self.health_seen()

    def health_seen(self) -> Health:
        return Health(State.OFF, why=self._why)
