"""The lines to a printer that answers. A serial line is made to look like a socket, so that one class can talk on both."""

import fcntl
import os
import socket
import struct
import termios
import time
from typing import Protocol

from printer.outcome import Timing

SEND_BUFFER_BYTES = 4096
NAP_SECONDS, STALL_SECONDS = 0.01, 1.0
BAUDS = {rate: getattr(termios, f"B{rate}") for rate in (2400, 4800, 9600, 19200, 38400, 57600, 115200)}


class Wire(Protocol):
    """What is used of a socket."""

    def settimeout(self, value: float, /) -> None: ...
    def send(self, data: bytes, /) -> int: ...
    def sendall(self, data: bytes, /) -> None: ...
    def recv(self, size: int, /) -> bytes: ...
    def close(self) -> None: ...


def network_wire(host: str, port: int, timing: Timing) -> Wire:
    """Errors: OSError when nobody answers in time."""
    sock = socket.create_connection((host, port), timing.connect)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    # Small, so that "taken" is close to what the printer took, not what this machine holds for it.
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
    return sock


class SerialWire:
    """8N1 with hardware flow control off, as most receipt printers are set. Non-blocking, so it can be given up."""

    def __init__(self, path: str, baudrate: int, timing: Timing) -> None:
        """Errors: OSError when it is not there, or is no serial line."""
        self._timeout = timing.status
        self._file = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        try:
            self._set_up(BAUDS[baudrate])
        except termios.error as error:
            os.close(self._file)
            raise OSError(f"{path} is no serial line: {error}") from error

    def _set_up(self, speed: int) -> None:
        settings = termios.tcgetattr(self._file)
        flags = termios.CS8 | termios.CREAD | termios.CLOCAL
        settings[:6] = [0, 0, flags, 0, speed, speed]  # nothing is translated, echoed or waited for
        settings[6][termios.VMIN] = settings[6][termios.VTIME] = 0
        termios.tcsetattr(self._file, termios.TCSANOW, settings)

    def settimeout(self, value: float) -> None:
        self._timeout = value

    def send(self, data: bytes) -> int:
        until = time.monotonic() + self._timeout
        while True:
            try:
                return os.write(self._file, data)
            except BlockingIOError:
                _nap(until)

    def sendall(self, data: bytes) -> None:
        while data:
            data = data[self.send(data) :]

    def recv(self, size: int) -> bytes:
        until = time.monotonic() + self._timeout
        while True:
            try:
                data = os.read(self._file, size)
            except BlockingIOError:
                data = b""
            if data:
                return data
            _nap(until)

    def close(self) -> None:
        """Let go out what is on its way; but not for half a minute, as the system would, to a printer that takes nothing."""
        try:
            if self._stays_behind():
                termios.tcflush(self._file, termios.TCOFLUSH)
        except (OSError, termios.error):  # the line is gone, and what was on it
            pass
        finally:
            os.close(self._file)

    def _stays_behind(self) -> int:
        """Bytes that the line still holds when it has stopped taking them."""
        left, until = self._queued(), time.monotonic() + STALL_SECONDS
        while left and time.monotonic() < until:
            time.sleep(NAP_SECONDS)
            now = self._queued()
            if now < left:
                left, until = now, time.monotonic() + STALL_SECONDS
        return left

    def _queued(self) -> int:
        count: int = struct.unpack("i", fcntl.ioctl(self._file, termios.TIOCOUTQ, bytes(4)))[0]
        return count


def _nap(until: float) -> None:
    if time.monotonic() >= until:
        raise TimeoutError
    time.sleep(NAP_SECONDS)
