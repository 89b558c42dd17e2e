"""How long a printer is given, and the wait for its late word. A spooler and a printer box wait alike."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from printer.health import BLOCKING, Health, State
from printer.outcome import Outcome
from printer.transport import Transport

NOT_WELL = (Outcome.REFUSED, Outcome.UNSURE)


@dataclass(frozen=True)
class Pace:
    """Seconds. `rest` lies between two looks, so that a rush costs a few looks and not one a ticket; `idle` is the
    longest without one. `ack` and `ack_per_kb` say how long the word of a printer may take."""

    rest: float = 0.2
    idle: float = 1.0
    after_refusal: float = 1.0
    ack: float = 6.0
    ack_per_kb: float = 0.25
    late: float = 600.0
    late_step: float = 2.0
    well_but_wordless: float = 10.0
    health: float = 20.0
    lost: float = 30.0

    def ack_wait(self, data: bytes) -> float:
        return self.ack + self.ack_per_kb * len(data) / 1024


def late_word(way: Transport, pace: Pace, goes_on: Callable[[], bool], tell: Callable[[], None]) -> Outcome | None:
    """After UNSURE. The printer may have the slip in its buffer: nothing else is sent to it until that is clear, or
    hopeless. PRINTED when its word came; None when it did not. `tell` is called after each step."""
    until = time.monotonic() + pace.late
    well_since: float | None = None
    while time.monotonic() < until and goes_on():
        word = way.settle(pace.late_step)
        if word is Outcome.PRINTED:
            return word
        tell()
        if word is not None:
            return None
        state = way.health_seen().state
        well_since = None if state in BLOCKING else well_since or time.monotonic()
        if state is State.UNKNOWN or (well_since and time.monotonic() - well_since > pace.well_but_wordless):
            way.health()  # lets go of the line: a printer serves one client, and another process may have the next slip
            tell()
            return None
    return None


def reason(outcome: Outcome, health: Health) -> str | None:
    """Why a slip did not come out for certain, for the technician."""
    if outcome not in NOT_WELL:
        return None
    if health.why:
        return f"{health.state}: {health.why}"
    return str(health.state) if health.state in BLOCKING else "no word from the printer"
