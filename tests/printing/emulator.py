"""A printer on a TCP port that can go wrong in every way we have heard of. One client at a time, like the real ones."""

import re
import select
import socket
import struct
import threading
import time
from typing import Any

# The end of a slip of ours with the request for a report; image data never holds it.
END = re.compile(rb"\x1b2\x1bd\x06(?:\x1dV\x00)?(\x1dr\x01)?")
TICK = 0.005
PAPER_BYTES = {"ok": 0x12, "low": 0x1E, "out": 0x7E}


class Emulator:
    """`paper` ok, low or out; `paper_for`: bytes until the roll ends; `buffer`: what it holds while it cannot print;
    `stale`: bytes it says unasked at the start; `reset_after`, `close_after`, `deaf_after` (the cable is out: no word
    goes either way any more): slip bytes; `rate`: bytes a second."""

    def __init__(self, **faults: Any) -> None:
        self.paper, self.cover, self.mute, self.mute_acks = "ok", False, False, False
        self.paper_for: float = float("inf")
        self.buffer, self.rate = 1 << 20, 1e9
        self.stale, self.status_delay, self.ack_delay = b"", 0.0, 0.0
        self.reset_after: int | None = None
        self.close_after: int | None = None
        self.deaf_after = float("inf")
        self.__dict__.update(faults)
        self.printed, self.clients, self.most_clients = bytearray(), 0, 0
        self._waiting = bytearray()
        self._answers: list[tuple[float, bytes]] = []
        self._client: socket.socket | None = None
        self._got = 0
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(5)
        self.port = self._listener.getsockname()[1]
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def slips(self) -> int:
        """Whole slips on paper."""
        return len(END.findall(bytes(self.printed)))

    def load_paper(self) -> None:
        self.paper, self.paper_for = "ok", float("inf")

    def power_cycle(self) -> None:
        self.reset_after = 0

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(2)
        self._hang_up()
        self._listener.close()

    def _run(self) -> None:
        while not self._stopping.is_set():
            ready = [self._client or self._listener] if self._hears() else []
            readable, _, _ = select.select(ready, [], [], TICK)
            if not readable:
                time.sleep(0 if ready else TICK)
            elif self._client is None:
                self._welcome()
            else:
                self._read()
            if self.reset_after is not None and self._got >= self.reset_after:
                self._waiting.clear()
                self._hang_up(reset=True)
            self._print()
            self._answer()

    def _hears(self) -> bool:
        return self._got < self.deaf_after and (self._client is None or len(self._waiting) < self.buffer)

    def _welcome(self) -> None:
        self._client, _ = self._listener.accept()
        self.clients, self._got = self.clients + 1, 0
        if self.close_after == 0:
            self._hang_up()
        elif self.stale:
            self._client.sendall(self.stale)

    def _read(self) -> None:
        try:
            data = self._client.recv(max(1, min(1024, self.buffer - len(self._waiting))))
        except OSError:
            data = b""
        if not data:
            self._hang_up()
        elif data[:2] == b"\x10\x04" and len(data) == 3:
            self._say(self._status(data[2]), self.status_delay, not self.mute)
        else:
            self._waiting += data
            self._got += len(data)
        if self.close_after and self._got >= self.close_after:
            self._hang_up()

    def _status(self, n: int) -> bytes:
        stopped = self.cover or self.paper == "out"
        cause = 0x12 | (0x04 if self.cover else 0) | (0x20 if self.paper == "out" else 0)
        return bytes([{1: 0x1A if stopped else 0x12, 2: cause, 3: 0x12, 4: PAPER_BYTES[self.paper]}[n]])

    def _say(self, answer: bytes, delay: float, does: bool) -> None:
        if does:
            self._answers.append((time.monotonic() + delay, answer))

    def _answer(self) -> None:
        due = [said for said in self._answers if said[0] <= time.monotonic()]
        self._answers = [said for said in self._answers if said not in due]
        for _, answer in due:
            try:
                self._client.sendall(answer)
            except (OSError, AttributeError):
                return

    def _print(self) -> None:
        if self.cover or self.paper == "out" or not self._waiting:
            return
        count = int(min(len(self._waiting), self.rate * TICK + 1, self.paper_for))
        before = len(self.printed)
        self.printed += self._waiting[:count]
        del self._waiting[:count]
        self.paper_for -= count
        if self.paper_for <= 0:
            self.paper = "out"
        for found in END.finditer(bytes(self.printed), max(0, before - 16)):
            if found.group(1) and found.end() > before:
                self._say(b"\x03" if self.paper == "low" else b"\x00", self.ack_delay, not self.mute_acks)

    def _hang_up(self, reset: bool = False) -> None:
        if self._client is not None:
            if reset:
                self._client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._client.close()
        self._client = None
        self._answers.clear()
