"""The two pictures on a slip: the number in the shape of a ticket, and the QR code. Black on white, one bit deep."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

import qrcode
from PIL import Image, ImageDraw, ImageFont

ART = Path(__file__).parent / "art"
FONT = Path(__file__).parent.parent / "static/fonts/atkinson-hyperlegible-next-latin-800-normal.woff2"
LETTERS = "ALSUWZ"  # the order in pictures.png is that of the sorted letters
FINER = 4  # shapes are drawn larger and reduced: Pillow draws circles without grey
BORDER, RADIUS, NOTCH, HOLE = 5, 16, 15, 10
LETTER_SPACING = -0.03  # of the size, as on the screens
MEASURED = 200
CAPITALS = 0.7  # of the height: no label is higher
QUIET_MODULES = 4
QR_MM = 25
MM_PER_INCH = 25.4


class Shape(NamedTuple):
    """Dots. `margin` is kept free left and right of the label."""

    height: int
    stub: int
    picture: int
    picture_top: int
    margin: int


NARROW = Shape(height=132, stub=88, picture=70, picture_top=0, margin=14)
WIDE = Shape(height=176, stub=132, picture=104, picture_top=70, margin=18)
WIDE_FROM_DOTS = 512


def number(label: str, letter: str, dots: int) -> Image.Image:
    """The ticket: a stub with the letter's picture, a perforation, the label as large as the rest allows."""
    shape = WIDE if dots >= WIDE_FROM_DOTS else NARROW
    ticket = _body(letter, dots).copy()
    left, right = BORDER + shape.stub + shape.margin, dots - BORDER - shape.margin
    size = _largest(label, right - left, round(shape.height * CAPITALS))
    _write(ticket, label, size, (left + right) / 2, shape.height / 2)
    return ticket.point(lambda light: 255 * (light >= 128), "1")


@cache
def _body(letter: str, dots: int) -> Image.Image:
    """The empty ticket, in grey; a letter without a picture of its own takes that of Z."""
    shape = WIDE if dots >= WIDE_FROM_DOTS else NARROW
    canvas = Image.new("L", (dots * FINER, shape.height * FINER), 255)
    _draw_ticket(canvas, shape)
    body = canvas.resize((dots, shape.height), Image.Resampling.BOX)
    sheet = Image.open(ART / "pictures.png").convert("L")
    left = LETTERS.index(letter if letter in LETTERS else "Z") * shape.picture
    box = (left, shape.picture_top, left + shape.picture, shape.picture_top + shape.picture)
    inset = (BORDER + (shape.stub - BORDER - shape.picture) // 2, (shape.height - shape.picture) // 2)
    body.paste(sheet.crop(box), inset)
    return body


def _draw_ticket(canvas: Image.Image, shape: Shape) -> None:
    pen = ImageDraw.Draw(canvas)
    wide, high = canvas.width // FINER, shape.height
    edge = BORDER + shape.stub

    def box(left: float, top: float, right: float, bottom: float) -> tuple[float, ...]:
        return left * FINER, top * FINER, right * FINER - 1, bottom * FINER - 1

    pen.rounded_rectangle(box(0, 0, wide, high), RADIUS * FINER, fill=0)
    right_corners = (False, True, True, False)
    inside = box(edge, BORDER, wide - BORDER, high - BORDER)
    pen.rounded_rectangle(inside, (RADIUS - BORDER) * FINER, fill=255, corners=right_corners)
    for top in range(NOTCH + 4, high - NOTCH - 8, 12):
        pen.rectangle(box(edge - BORDER, top, edge, top + 6), fill=255)
    for middle in (0, high):
        for radius, ink in ((NOTCH, 0), (HOLE, 255)):
            pen.ellipse(box(edge - radius, middle - radius, edge + radius, middle + radius), fill=ink)


@cache
def _face(size: int) -> ImageFont.FreeTypeFont:
    # The web font as it is: FreeType in Pillow's wheels unpacks woff2 (a test holds that).
    return ImageFont.truetype(FONT, size)


def _width(label: str, size: int) -> float:
    return sum(_face(size).getlength(sign) for sign in label) + LETTER_SPACING * size * (len(label) - 1)


def _largest(label: str, width: int, capitals: int) -> int:
    """Letters grow in proportion, so one measured size tells every other."""
    tall = -_face(MEASURED).getbbox("A", anchor="ls")[1]
    return int(MEASURED * min(width / _width(label, MEASURED), capitals / tall))


def _write(ticket: Image.Image, label: str, size: int, middle: float, centre: float) -> None:
    pen, face = ImageDraw.Draw(ticket), _face(size)
    x = middle - _width(label, size) / 2
    baseline = round(centre - face.getbbox("A", anchor="ls")[1] / 2)
    for sign in label:
        pen.text((round(x), baseline), sign, 0, face, anchor="ls")
        x += face.getlength(sign) + LETTER_SPACING * size


def modules(url: str) -> list[list[bool]]:
    """The QR code without its border, error correction M; dark is True."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
    code.add_data(url, optimize=0)
    return [[bool(dark) for dark in row] for row in code.get_matrix()]


def module_dots(count: int, dots_per_inch: int) -> int:
    """The smallest module with which `count` of them are at least 25 mm wide: an old phone reads it in faded ink."""
    return -(-round(QR_MM * dots_per_inch / MM_PER_INCH) // count)


def qr(matrix: list[list[bool]], dots_per_inch: int) -> Image.Image:
    """Quiet above and below only: left and right the paper is empty anyway, and every byte takes time to send."""
    size = len(matrix)
    small = Image.new("1", (size, size + 2 * QUIET_MODULES), 1)
    quiet = [True] * size * QUIET_MODULES
    small.putdata([*quiet, *(not dark for row in matrix for dark in row), *quiet])
    scale = module_dots(size, dots_per_inch)
    return small.resize((small.width * scale, small.height * scale), Image.Resampling.NEAREST)
