"""A test slip, and what became of it in plain words: for a technician at the printer. Standard library alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import words
from printer.health import Health, State
from printer.outcome import Outcome
from printer.transport import BadDevice, Transport, transport_for

ACK_SECONDS = 8.0
WENT_WELL = (Outcome.PRINTED, Outcome.SENT)
NARROW_COLUMNS, WIDE_COLUMNS = 32, 48
NARROW_UP_TO_MM = 60
CELL_DOTS, BAR_ROWS = 12, 24
START, CENTRE, BIG, PLAIN = b"\x1b@\x1bt\x00", b"\x1ba\x01", b"\x1d!\x11", b"\x1d!\x00"
# Cut after a feed; a printer without a cutter takes it for nothing.
END = b"\x1b2\x1bd\x06\x1dV\x00"


@dataclass(frozen=True)
class Result:
    """`lines`: what happened, and what to do."""

    went_well: bool
    lines: list[str]


def trial_slip(lang: str, columns: int) -> bytes:
    """A heading, a sentence, a ruler as wide as the paper, and a picture of stripes: text and dots both print."""
    ruler = "".join(str(n % 10) for n in range(1, columns + 1))
    text = [words.say(lang, "slip.test_note"), ruler]
    said = b"".join(line.encode("ascii", "replace") + b"\n" for line in text)
    return START + CENTRE + BIG + words.say(lang, "slip.test").encode() + b"\n" + PLAIN + said + _stripes(columns) + END


def _stripes(columns: int) -> bytes:
    """GS v 0, over the whole width."""
    width = columns * CELL_DOTS // 8
    return b"\x1dv0\x00" + width.to_bytes(2, "little") + BAR_ROWS.to_bytes(2, "little") + b"\xf0" * width * BAR_ROWS


def columns_of(printer: Mapping[str, Any]) -> int:
    """`printer`: {width_mm, options} of its row."""
    return int(printer["options"].get("columns", columns_on(printer["width_mm"])))


def columns_on(width_mm: int) -> int:
    """Letters in a line of ordinary paper of this width."""
    return NARROW_COLUMNS if width_mm <= NARROW_UP_TO_MM else WIDE_COLUMNS


def try_out(way: Transport, name: str, lang: str, columns: int, ack_wait: float = ACK_SECONDS) -> Result:
    """Sends a test slip and waits for the printer's word."""
    outcome = way.send(trial_slip(lang, columns), ack_wait)
    return in_words(outcome, way.health_seen(), name, lang)


def on_printer(printer: Mapping[str, Any], lang: str) -> tuple[Outcome, Health]:
    """`printer`: {device, width_mm, options} of its row."""
    try:
        way = transport_for(printer["device"], one_way=bool(printer["options"].get("one_way")))
    except BadDevice as error:
        return Outcome.REFUSED, Health(State.OFF, why=str(error))
    return way.send(trial_slip(lang, columns_of(printer)), ACK_SECONDS), way.health_seen()


def in_words(outcome: Outcome, health: Health, name: str, lang: str) -> Result:
    """Never "printed" unless the printer said so."""
    lines = [sentence(lang, key, name) for key in keys_of(outcome, health)]
    if health.why:
        lines.append(f"({health.why})")
    return Result(outcome in WENT_WELL, lines)


def sentence(lang: str, key: str, name: str) -> str:
    """A trouble is a heading elsewhere, without a full stop."""
    said = words.say(lang, key, name=name)
    return said if said.endswith((".", ")")) else said + "."


def keys_of(outcome: Outcome, health: Health) -> list[str]:
    """Of the sentences, each with the printer's `name`."""
    keys = [f"box.test_{outcome}"]
    if f"admin.trouble_printer_{health.state}" in words.WORDS["id"]:
        keys += [f"admin.trouble_printer_{health.state}", f"admin.todo_printer_{health.state}"]
    elif outcome in (Outcome.UNSURE, Outcome.SENT) and health.state is State.UNKNOWN:
        keys.append("box.test_mute")
    return keys
