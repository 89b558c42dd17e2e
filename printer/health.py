"""What a printer says of itself. Not known is its own answer, never "fine" and never "no paper"."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

ASK_ONLINE, ASK_OFFLINE_CAUSE, ASK_PAPER = 1, 2, 4  # DLE EOT n
STATUS_MASK, STATUS_FIXED = 0x93, 0x12  # a true real-time status byte has these bits and no other
ASB_FIXED, ASB_REST = 0x10, 3  # the first of the four bytes that a printer sends unasked, under the same mask
ACK_MASK = 0x90  # clear in the answer to GS r, and in the three bytes after the first of an unasked status
OFFLINE, COVER, ERROR = 0x08, 0x04, 0x40
PAPER_LOW, PAPER_OUT = 0x0C, 0x60
ACK_PAPER_LOW = 0x03


class State(StrEnum):
    #: online, with paper
    OK = "ok"
    #: prints; a new roll should be at hand
    PAPER_LOW = "paper_low"
    PAPER_OUT = "paper_out"
    COVER = "cover"
    #: reached, but it says it cannot print (cutter, temperature, feed button)
    ERROR = "error"
    #: no connection, no such device, or silent although it used to answer
    OFF = "off"
    #: never gave a status: may be fine
    UNKNOWN = "unknown"


#: in these a slip would not come out: not a byte of it is sent
BLOCKING = frozenset({State.PAPER_OUT, State.COVER, State.ERROR, State.OFF})


@dataclass(frozen=True)
class Health:
    """`answers`: it has given a status at least once, so that later silence means trouble.
    `why` is the technical reason, for the technician."""

    state: State = State.UNKNOWN
    answers: bool = False
    why: str = ""

    def as_json(self) -> dict[str, Any]:
        return {"state": str(self.state), "answers": self.answers, "why": self.why}

    @classmethod
    def from_json(cls, stored: dict[str, Any] | None) -> "Health":
        stored = stored or {}
        known = stored.get("state") in set(State)
        return cls(
            State(stored["state"]) if known else State.UNKNOWN, bool(stored.get("answers")), str(stored.get("why", ""))
        )


def read_health(online: int, cause: int | None, paper: int | None) -> Health:
    """From the answers to DLE EOT 1, 2 and 4, of which the later two may be missing."""
    cause, paper = cause or 0, paper or 0
    if paper & PAPER_OUT:
        state = State.PAPER_OUT
    elif cause & COVER:
        state = State.COVER
    elif cause & ERROR or online & OFFLINE:
        state = State.ERROR
    else:
        state = State.PAPER_LOW if paper & PAPER_LOW else State.OK
    return Health(state, answers=True)


class Ear:
    """Sorts what comes from a printer: true status bytes, acknowledgements, and noise (unasked status, XON, XOFF)."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.acks: list[int] = []
        self._skip = 0

    def hear(self, data: Iterable[int]) -> None:
        for byte in data:
            if self._skip and byte & ACK_MASK == 0:
                self._skip -= 1
                continue
            self._skip = ASB_REST if byte & STATUS_MASK == ASB_FIXED else 0
            if byte & STATUS_MASK == STATUS_FIXED:
                self.statuses.append(byte)
            elif byte & ACK_MASK == 0:
                self.acks.append(byte)

    def forget(self, acks: bool) -> None:
        self.statuses.clear()
        self._skip = 0
        if acks:
            self.acks.clear()
