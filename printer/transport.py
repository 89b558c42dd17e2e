"""The way to a device: each sends a whole slip as one piece and says truly what became of it.

Not built on python-escpos' Network and File: those cannot tell how many bytes went out before a failure
(so whether a retry is safe), hang for ever on a device that takes nothing, and read silence as "plenty of paper".

Everything here blocks, for at most the times in Timing and the waits given; the caller decides where. Only sockets
with timeouts, non-blocking files and sleep are used, so under gevent (patched before) they yield by themselves.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import Protocol
from urllib.parse import SplitResult, parse_qs, urlsplit

from printer.cups import CupsPrinter
from printer.devicefile import FilePrinter, usb_file
from printer.health import Health, State
from printer.outcome import Outcome, Timing
from printer.talking import TalkingPrinter
from printer.wires import BAUDS, SerialWire, Wire, network_wire

PORT, BAUD = 9100, 9600
YES = ("yes", "1", "true")
USB_IDS = re.compile(r"([0-9a-fA-F]{4}):([0-9a-fA-F]{4})")
QUEUE_NAME = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9_.-]*")


class BadDevice(ValueError):
    """The address of a device cannot be understood."""


class Transport(Protocol):
    """`may_block`: not only sockets, pipes and sleep, which yield to gevent's hub by themselves."""

    may_block: bool

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
    """`device` as in `network://HOST[:9100]`, `serial:///dev/ttyUSB0?baudrate=9600`, `usb://VID:PID`,
    `file:///dev/usb/lp0`, `cups://NAME`, `virtual:`; `one_way`, or `?one_way=yes`, for a printer that never answers.
    `seen`: what the printer said before. Errors: BadDevice."""
    parts, timing = urlsplit(device), timing or Timing()
    one_way = one_way or _option(parts, "one_way", "") in YES
    if device == "virtual:":
        return Virtual()
    if parts.scheme in ("network", "serial"):
        return TalkingPrinter(_wire(device, parts), one_way, seen or Health(), timing)
    if parts.scheme in ("file", "usb"):
        return FilePrinter(_file(device, parts), timing)
    if parts.scheme == "cups" and QUEUE_NAME.fullmatch(parts.netloc):
        return CupsPrinter(parts.netloc, timing)
    raise BadDevice(f"{device}: not the address of a printer")


def _wire(device: str, parts: SplitResult) -> Callable[[Timing], Wire]:
    if parts.scheme == "network" and parts.hostname:
        return partial(network_wire, parts.hostname, _port(device, parts))
    if parts.scheme == "serial" and parts.path.startswith("/dev/"):
        return partial(SerialWire, parts.path, _baud(device, parts))
    raise BadDevice(f"{device}: not the address of a printer")


def _file(device: str, parts: SplitResult) -> Callable[[], str]:
    ids = USB_IDS.fullmatch(parts.netloc)
    if parts.scheme == "usb" and ids:
        return partial(usb_file, ids[1], ids[2])
    if parts.scheme == "file" and parts.path.startswith("/") and not parts.netloc:
        return partial(str, parts.path)
    raise BadDevice(f"{device}: not the address of a printer")


def _port(device: str, parts: SplitResult) -> int:
    try:
        return parts.port or PORT
    except ValueError as error:
        raise BadDevice(f"{device}: {error}") from error


def _baud(device: str, parts: SplitResult) -> int:
    baud = _option(parts, "baudrate", str(BAUD))
    if not baud.isdigit() or int(baud) not in BAUDS:
        raise BadDevice(f"{device}: no such baud rate {baud}")
    return int(baud)


def _option(parts: SplitResult, name: str, default: str) -> str:
    return parse_qs(parts.query).get(name, [default])[0]


class Virtual:
    """Prints at once on nothing; the bytes are kept with the job and can be looked at."""

    may_block = False

    def send(self, _data: bytes, _ack_wait: float) -> Outcome:
        return Outcome.PRINTED

    def settle(self, _wait: float) -> Outcome | None:
        return Outcome.UNSURE

    def health(self) -> Health:
        return self.health_seen()

    def health_seen(self) -> Health:
        return Health(State.OK, answers=True)


class Unusable:
    """Stands for a device whose address is wrong, so that its jobs fail in the usual way."""

    may_block = False

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
