"""A printer that answers, over the network or a serial line: asked before, and believed only after its own word."""

import threading
import time
from collections.abc import Callable

from printer.health import (
    ACK_PAPER_LOW,
    ASK_OFFLINE_CAUSE,
    ASK_ONLINE,
    ASK_PAPER,
    BLOCKING,
    OFFLINE,
    Ear,
    Health,
    State,
    read_health,
)
from printer.outcome import Outcome, Timing
from printer.wires import Wire

CHUNK_BYTES = 4096
DRAIN_SECONDS = 0.01
ONE_WAY, TAKES_NO_MORE = "one way: says nothing of itself", "takes no more bytes"
ASK = b"\x10\x04"  # DLE EOT n: answered at once, before anything that waits to be printed
REPORT = b"\x1dr\x01"  # GS r 1: answered in its turn, so the answer proves that all before it is on paper


class Talk:
    """One connection to a printer. Every OSError means that the line is gone."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.ear = Ear()
        self.rest = b""
        self.taken = 0

    def push(self, stall: float) -> bool:
        """Send what is left; False when nothing was taken for `stall` seconds (no paper: it stops reading)."""
        self.wire.settimeout(stall)
        try:
            while self.rest:
                count = self.wire.send(self.rest[:CHUNK_BYTES])
                self.rest = self.rest[count:]
                self.taken += count
        except TimeoutError:
            return False
        return True

    def hear_ack(self, wait: float) -> bool:
        until = time.monotonic() + wait
        while not self.ear.acks and self._listen(until):
            pass
        return bool(self.ear.acks)

    def ask(self, n: int, wait: float) -> int | None:
        """The last true status byte that comes in time; what came unasked before is thrown away."""
        self._drain()
        self.wire.settimeout(wait)
        self.wire.sendall(ASK + bytes([n]))
        until = time.monotonic() + wait
        while not self.ear.statuses and self._listen(until):
            pass
        return self.ear.statuses[-1] if self.ear.statuses else None

    def ask_health(self, wait: float) -> Health | None:
        """None: it does not say."""
        online = self.ask(ASK_ONLINE, wait)
        if online is None:
            return None
        cause = self.ask(ASK_OFFLINE_CAUSE, wait) if online & OFFLINE else 0
        return read_health(online, cause, self.ask(ASK_PAPER, wait))

    def _listen(self, until: float) -> bool:
        """False when the time is over. Errors: ConnectionError when the printer hung up."""
        left = until - time.monotonic()
        if left <= 0:
            return False
        self.wire.settimeout(left)
        try:
            data = self.wire.recv(64)
        except TimeoutError:
            return False
        if not data:
            raise ConnectionError("the printer closed the connection")
        self.ear.hear(data)
        return True

    def _drain(self) -> None:
        while self._listen(time.monotonic() + DRAIN_SECONDS):
            pass
        self.ear.forget(acks=not self.taken)  # the word on this very slip may have come meanwhile

    def close(self) -> None:
        self.wire.close()


class TalkingPrinter:
    """A fresh connection for each slip, one slip at a time: printers serve one client only."""

    may_block = False

    def __init__(self, connect: Callable[[Timing], Wire], one_way: bool, seen: Health, timing: Timing) -> None:
        self._connect_wire, self.one_way, self.timing = connect, one_way, timing
        self._seen = seen
        self._lock = threading.Lock()
        self._open: Talk | None = None
        self._silent = False  # it let a whole slip pass without a word: the next one waits less for it

    def send(self, data: bytes, ack_wait: float) -> Outcome:
        with self._lock:
            self._hang_up()
            try:
                talk = self._connect()
            except OSError as error:
                self._note(State.OFF, str(error))
                return Outcome.REFUSED
            try:
                return self._deliver(talk, data, ack_wait)
            finally:
                if self._open is not talk:
                    talk.close()

    def settle(self, wait: float) -> Outcome | None:
        with self._lock:
            talk = self._open
            if talk is None:
                return Outcome.UNSURE
            try:
                return self._late_word(talk, wait)
            except OSError as error:
                self._hang_up()
                self._note(State.OFF, str(error))
                return Outcome.UNSURE

    def _late_word(self, talk: Talk, wait: float) -> Outcome | None:
        if talk.push(wait) and talk.hear_ack(wait):
            self._acknowledged(talk)
            return Outcome.PRINTED
        if not talk.rest:  # a question in mid slip would become part of it
            self._ask(talk)
        return None

    def health_seen(self) -> Health:
        return self._seen

    def health(self) -> Health:
        """What it says now, or said last when a slip is on its way. Whoever asks waits for no late word any more."""
        if not self._lock.acquire(blocking=False):
            return self._seen
        try:
            self._hang_up()
            self._visit()
            return self._seen
        finally:
            self._lock.release()

    def _visit(self) -> None:
        try:
            talk = self._connect()
        except OSError as error:
            self._note(State.OFF, str(error))
            return
        try:
            if self.one_way:
                self._note(State.UNKNOWN, ONE_WAY)
            else:
                self._ask(talk)
        except OSError as error:
            self._note(State.OFF, str(error))
        finally:
            talk.close()

    def _connect(self) -> Talk:
        return Talk(self._connect_wire(self.timing))

    def _deliver(self, talk: Talk, data: bytes, ack_wait: float) -> Outcome:
        try:
            if not self.one_way:
                self._ask(talk)
                if self._seen.state in BLOCKING:
                    return Outcome.REFUSED
            talk.rest = data if self.one_way else data + REPORT
            all_taken = talk.push(self.timing.stall)
            if self.one_way:
                return self._sent_blindly(talk, all_taken)
            if all_taken and talk.hear_ack(min(ack_wait, self.timing.status) if self._silent else ack_wait):
                self._acknowledged(talk)
                return Outcome.PRINTED
            self._silent = all_taken and not self._seen.answers
            if not all_taken:  # it cannot be asked in mid slip, but is stuck for certain
                self._note(State.ERROR, TAKES_NO_MORE)
        except OSError as error:
            self._note(State.OFF, str(error))
            return Outcome.UNSURE if talk.taken else Outcome.REFUSED
        self._open = talk  # the word may still come, when the roll has been changed
        return Outcome.UNSURE

    def _sent_blindly(self, talk: Talk, all_taken: bool) -> Outcome:
        self._note(State.UNKNOWN if all_taken else State.ERROR, ONE_WAY if all_taken else TAKES_NO_MORE)
        if all_taken:
            return Outcome.SENT
        return Outcome.UNSURE if talk.taken else Outcome.REFUSED

    def _ask(self, talk: Talk) -> None:
        """Silence from a printer that used to answer is trouble; from one that never did it says nothing."""
        heard = talk.ask_health(self.timing.mute if self._silent else self.timing.status)
        if heard:
            self._seen, self._silent = heard, False
        elif self._seen.answers:
            self._note(State.OFF, "gives no status any more")
        else:
            self._note(State.UNKNOWN, "gives no status")

    def _acknowledged(self, talk: Talk) -> None:
        self._silent = False
        low = talk.ear.acks[-1] & ACK_PAPER_LOW
        self._seen = Health(State.PAPER_LOW if low else State.OK, self._seen.answers)
        self._hang_up()

    def _note(self, state: State, why: str) -> None:
        self._seen = Health(state, self._seen.answers, why)

    def _hang_up(self) -> None:
        if self._open:
            self._open.close()
            self._open = None
