"""ESC/POS bytes taken apart: only the commands that our slips use, so that anything else is a defect that shows."""

from collections.abc import Iterator
from typing import NamedTuple


class NotASlip(ValueError):
    """Bytes that a slip must not hold: an unknown command, a character outside ASCII, or an end in mid command."""


class Token(NamedTuple):
    """`name` is the command as manuals write it ("GS v 0"), or "text"; `data` its parameters, or the characters."""

    name: str
    data: bytes


LF = 0x0A
ESC, GS = 0x1B, 0x1D
# How many bytes of parameters follow; the three with a length of their own are not here.
LENGTHS = {
    b"\x1b@": 0, b"\x1b2": 0, b"\x1b3": 1, b"\x1b!": 1, b"\x1bE": 1, b"\x1ba": 1, b"\x1bM": 1, b"\x1bt": 1,
    b"\x1bd": 1, b"\x1bJ": 1, b"\x1d!": 1, b"\x1dB": 1, b"\x1dr": 1,
}  # fmt: skip
CUT, RASTER, SYMBOL = b"\x1dV", b"\x1dv0", b"\x1d(k"
CUT_WITH_FEED = (65, 66)


def tokens(data: bytes) -> Iterator[Token]:
    """Errors: NotASlip, with the place."""
    at = 0
    while at < len(data):
        token, at = _next(data, at)
        yield token


def _next(data: bytes, at: int) -> tuple[Token, int]:
    first = data[at]
    if first == LF:
        return Token("LF", b""), at + 1
    if 0x20 <= first < 0x7F:
        end = at
        while end < len(data) and 0x20 <= data[end] < 0x7F:
            end += 1
        return Token("text", data[at:end]), end
    if first not in (ESC, GS):
        raise NotASlip(f"byte {first:#04x} at {at}")
    command, parameters = _command(data, at)
    end = at + len(command) + parameters
    if end > len(data):
        raise NotASlip(f"cut off in {_name(command)} at {at}")
    return Token(_name(command), data[at + len(command) : end]), end


def _command(data: bytes, at: int) -> tuple[bytes, int]:
    """The command, and how many bytes of parameters it has."""
    command = data[at : at + 2]
    if command in LENGTHS:
        return command, LENGTHS[command]
    if command == CUT:
        mode = _byte(data, at + 2)
        return command, 2 if mode in CUT_WITH_FEED else 1
    if data[at : at + 3] == RASTER:
        wide, high = _word(data, at + 4), _word(data, at + 6)
        return RASTER, 5 + wide * high
    if data[at : at + 3] == SYMBOL:
        return SYMBOL, 2 + _word(data, at + 3)
    raise NotASlip(f"unknown command {data[at : at + 3].hex(' ')} at {at}")


def _byte(data: bytes, at: int) -> int:
    if at >= len(data):
        raise NotASlip(f"cut off at {at}")
    return data[at]


def _word(data: bytes, at: int) -> int:
    return _byte(data, at) + 256 * _byte(data, at + 1)


def _name(command: bytes) -> str:
    lead = "ESC" if command[0] == ESC else "GS"
    return " ".join([lead, *command[1:].decode("ascii")])
