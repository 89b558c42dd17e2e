"""A printer behind a device file, or behind the file that the system gives a USB printer."""

import os
import select
import stat
import threading
import time
from collections.abc import Callable
from pathlib import Path

from printer.health import Health, State
from printer.outcome import Outcome, Timing

CHUNK_BYTES = 4096
USB_PRINTERS = Path("/sys/class/usbmisc")


class FilePrinter:
    """A device file (/dev/usb/lp0): one way only. Opened non-blocking, because a printer without paper takes no
    bytes and a plain write would hang for ever in a way that even a thread could not be freed from."""

    may_block = True

    def __init__(self, find: Callable[[], str], timing: Timing) -> None:
        """`find` names the file each time anew: a USB printer that was plugged in again may have another.
        Its errors: OSError."""
        self.find, self.timing = find, timing
        self._lock = threading.Lock()
        self._seen = Health()

    def send(self, data: bytes, _ack_wait: float) -> Outcome:
        with self._lock:
            try:
                device = self._open()
            except OSError as error:
                self._seen = Health(State.OFF, why=str(error))
                return Outcome.REFUSED
            try:
                return self._write(device, data)
            finally:
                os.close(device)

    def settle(self, _wait: float) -> Outcome | None:
        return Outcome.UNSURE

    def health_seen(self) -> Health:
        return self._seen

    def health(self) -> Health:
        """Only whether it is there: a file says nothing of paper."""
        if self._seen.state is not State.ERROR:
            self._seen = self._look()
        return self._seen

    def _look(self) -> Health:
        try:
            path = self.find()
        except OSError as error:
            return Health(State.OFF, why=str(error))
        there = Path(path).exists() or not _must_exist(path)
        return Health() if there else Health(State.OFF, why=f"{path} is not there")

    def _open(self) -> int:
        path = self.find()
        create = 0 if _must_exist(path) else os.O_CREAT
        return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_NONBLOCK | os.O_NOCTTY | create, 0o600)

    def _write(self, device: int, data: bytes) -> Outcome:
        taken, until = 0, time.monotonic() + self.timing.stall
        while taken < len(data):
            try:
                count = os.write(device, data[taken : taken + CHUNK_BYTES])
            except BlockingIOError:
                count = 0
            except OSError as error:
                return self._failed(taken, str(error))
            taken += count
            if count:
                until = time.monotonic() + self.timing.stall
            elif time.monotonic() > until:
                return self._failed(taken, "takes no more bytes")
            else:
                time.sleep(0.02)
        return self._flushed(device, taken)

    def _flushed(self, device: int, taken: int) -> Outcome:
        """usblp drops what it has not yet sent when the file is closed: wait until it could take more."""
        if stat.S_ISREG(os.fstat(device).st_mode):
            os.fsync(device)
        else:
            poll = select.poll()
            poll.register(device, select.POLLOUT)
            until = time.monotonic() + self.timing.stall
            while not any(what & select.POLLOUT for _, what in poll.poll(0)):
                if time.monotonic() > until:
                    return self._failed(taken, "takes no more bytes")
                time.sleep(0.02)
        self._seen = Health()
        return Outcome.SENT

    def _failed(self, taken: int, why: str) -> Outcome:
        self._seen = Health(State.ERROR, why=why)
        return Outcome.UNSURE if taken else Outcome.REFUSED


def _must_exist(path: str) -> bool:
    # A missing /dev/usb/lp0 must not become an ordinary file that swallows slips.
    return path.startswith("/dev/")


def usb_file(vendor: str, product: str, system: Path = USB_PRINTERS) -> str:
    """The device file of the printer with these ids, four hexadecimal digits each, as Linux' usblp knows it.

    Errors: FileNotFoundError when it is not plugged in.
    """
    for entry in sorted(system.glob("lp*")):
        usb = (entry / "device").resolve().parent
        ids = [(usb / name).read_text().strip().lower() for name in ("idVendor", "idProduct") if (usb / name).exists()]
        if ids == [vendor.lower(), product.lower()]:
            return f"/dev/usb/{entry.name}"
    raise FileNotFoundError(f"no USB printer {vendor}:{product} is plugged in")
