"""What may become of a slip that was sent, and how long a device is waited for."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    #: the printer itself said so
    PRINTED = "printed"
    #: all bytes were taken by a device that can confirm nothing
    SENT = "sent"
    #: not a byte of the slip went out: trying again cannot print it twice
    REFUSED = "refused"
    #: bytes went out, nobody knows whether the paper did
    UNSURE = "unsure"


@dataclass(frozen=True)
class Timing:
    """Seconds. `stall`: without a single byte taken; `mute`: the status of a printer that was silent before."""

    connect: float = 3.0
    status: float = 3.0
    stall: float = 3.0
    mute: float = 1.0
