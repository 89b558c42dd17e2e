"""The picture of a slip, drawn from the very bytes that go to the printer: one bit, one pixel a dot."""

import io
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

import qrcode
from PIL import Image

from printer.plate import ART
from printer.tokens import CUT_WITH_FEED, NotASlip, Token, tokens

WHITE = 1
DEFAULT_LINE_DOTS = 30
# As much white as a roll leaves left and right of the printing, and above and below it for the eye.
SIDE_DOTS = {384: 40, 512: 32, 576: 32}
TOP_DOTS, BOTTOM_DOTS = 28, 48
ALIGNED = {b"\x00": 0.0, b"\x01": 0.5, b"\x02": 1.0}
FIRST_CHARACTER = 0x20
CORRECTIONS = {
    48: qrcode.constants.ERROR_CORRECT_L, 49: qrcode.constants.ERROR_CORRECT_M,
    50: qrcode.constants.ERROR_CORRECT_Q, 51: qrcode.constants.ERROR_CORRECT_H,
}  # fmt: skip


class Face(NamedTuple):
    """A printer's own face in face.png: the size of a cell and where its row and its bold row begin."""

    wide: int
    high: int
    top: int
    bold_top: int


FACE_A, FACE_B = Face(12, 24, 0, 24), Face(9, 17, 48, 65)


@dataclass
class Head:
    """What the commands so far have set."""

    face: Face = FACE_A
    bold: bool = False
    invert: bool = False
    wide: int = 1
    high: int = 1
    align: float = 0.0
    line_dots: int = DEFAULT_LINE_DOTS
    symbol_dots: int = 3
    symbol_correction: int = qrcode.constants.ERROR_CORRECT_L
    symbol_data: str = ""


@dataclass
class Paper:
    """Strips of print with the feed before each, from the top."""

    dots: int
    y: int = 0
    strips: list[tuple[int, int, Image.Image]] = field(default_factory=list)
    line: list[Image.Image] = field(default_factory=list)


def png(data: bytes, dots: int) -> bytes:
    """`dots`: the width that the printer prints. Errors: NotASlip."""
    out = io.BytesIO()
    draw(data, dots).save(out, "PNG", optimize=True)
    return out.getvalue()


def draw(data: bytes, dots: int) -> Image.Image:
    """Errors: NotASlip when the bytes hold anything that our slips do not use, or end in mid command."""
    head, paper = Head(), Paper(dots)
    for token in tokens(data):
        head = _step(head, paper, token)
    side = SIDE_DOTS.get(dots, 32)
    end = max((top + strip.height for top, _left, strip in paper.strips), default=0)
    sheet = Image.new("1", (dots + 2 * side, TOP_DOTS + end + BOTTOM_DOTS), WHITE)
    for top, left, strip in paper.strips:
        sheet.paste(strip, (side + left, TOP_DOTS + top))
    return sheet


def _step(head: Head, paper: Paper, token: Token) -> Head:
    name, data = token
    if name == "text":
        _type(head, paper, data)
    elif name == "LF":
        _end_line(head, paper)
    elif name == "ESC @":
        return Head()
    elif name in ("ESC d", "ESC J"):
        _end_line(head, paper, feed=data[0] * (head.line_dots if name == "ESC d" else 1))
    elif name == "GS v 0":
        _place(head, paper, _raster(data))
    elif name == "GS ( k":
        _symbol(head, paper, data)
    elif name == "GS V":
        _end_line(head, paper, feed=data[1] if data[0] in CUT_WITH_FEED else 0)
    elif name not in ("GS r", "ESC t"):
        _set(head, name, data)
    elif data not in (b"\x00", b"\x01"):
        raise NotASlip(f"{name} {data.hex()}")
    return head


def _set(head: Head, name: str, data: bytes) -> None:
    value = data[0] if data else 0
    if name == "ESC !":
        head.face, head.bold = (FACE_B if value & 1 else FACE_A), bool(value & 8)
        head.wide, head.high = (2 if value & 0x20 else 1), (2 if value & 0x10 else 1)
    elif name == "ESC E":
        head.bold = bool(value & 1)
    elif name == "GS B":
        head.invert = bool(value & 1)
    elif name == "ESC M":
        head.face = FACE_B if value & 1 else FACE_A
    elif name == "ESC a":
        head.align = ALIGNED[data]
    elif name == "GS !":
        head.wide, head.high = (value >> 4) + 1, (value & 15) + 1
    else:  # ESC 2 and ESC 3
        head.line_dots = value if name == "ESC 3" else DEFAULT_LINE_DOTS


def _type(head: Head, paper: Paper, characters: bytes) -> None:
    """A line that is full goes on below, as on a real printer."""
    for code in characters:
        cell = _cell(code, head.face, head.bold, head.invert, head.wide, head.high)
        if sum(each.width for each in paper.line) + cell.width > paper.dots:
            _end_line(head, paper)
        paper.line.append(cell)


@cache
def _sheet() -> Image.Image:
    return Image.open(ART / "face.png").convert("1")


@cache
def _cell(code: int, face: Face, bold: bool, invert: bool, wide: int, high: int) -> Image.Image:
    left, top = (code - FIRST_CHARACTER) * face.wide, face.bold_top if bold else face.top
    cell = _sheet().crop((left, top, left + face.wide, top + face.high))
    if not invert:  # in face.png the ink is white
        cell = cell.point(lambda ink: 0 if ink else 255, "1")
    return cell.resize((face.wide * wide, face.high * high), Image.Resampling.NEAREST)


def _end_line(head: Head, paper: Paper, feed: int | None = None) -> None:
    """Print what was typed and feed: by a line, or by `feed` dots, but never less than the line is high."""
    high = max((cell.height for cell in paper.line), default=0)
    if paper.line:
        strip = Image.new("1", (sum(cell.width for cell in paper.line), high), WHITE)
        x = 0
        for cell in paper.line:
            strip.paste(cell, (x, high - cell.height))
            x += cell.width
        paper.strips.append((paper.y, round((paper.dots - strip.width) * head.align), strip))
        paper.line.clear()
    paper.y += max(high, head.line_dots if feed is None else feed)


def _place(head: Head, paper: Paper, image: Image.Image) -> None:
    if image.width > paper.dots:
        raise NotASlip(f"an image of {image.width} dots on paper of {paper.dots}")
    paper.strips.append((paper.y, round((paper.dots - image.width) * head.align), image))
    paper.y += image.height


def _raster(data: bytes) -> Image.Image:
    size = (data[1] + 256 * data[2]) * 8, data[3] + 256 * data[4]
    return Image.frombytes("1", size, bytes(byte ^ 0xFF for byte in data[5:]))


def _symbol(head: Head, paper: Paper, data: bytes) -> None:
    """GS ( k: pL pH, cn = 49 (QR), the function, its parameters."""
    if len(data) < 5 or data[2] != 49 or data[3] not in (65, 67, 69, 80, 81):
        raise NotASlip(f"GS ( k {data[:5].hex(' ')}")
    function, rest = data[3], data[4:]
    if function == 67:
        head.symbol_dots = rest[0]
    elif function == 69:
        head.symbol_correction = CORRECTIONS[rest[0]]
    elif function == 80:
        head.symbol_data = rest[1:].decode("ascii")
    elif function == 81:
        code = qrcode.QRCode(error_correction=head.symbol_correction, border=0, box_size=head.symbol_dots)
        code.add_data(head.symbol_data, optimize=0)
        _place(head, paper, code.make_image().get_image().convert("1"))
