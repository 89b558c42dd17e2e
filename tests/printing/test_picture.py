"""The picture of the bytes, and the code that a phone reads from it."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
import segno
import zxingcpp
from PIL import Image, ImageFont

from printer import picture, plate
from printer.slips import PAPERS, compose
from printer.tokens import NotASlip, tokens

LETTERS = "ALSUWZ"


def read_codes(image: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(image.convert("L"))]


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("native", [False, True], ids=["image", "native"])
def test_a_phone_reads_the_code(slip, paper, lang, native):
    """Exactly one code on the picture, and it opens the ticket; drawn by us or by the printer."""
    wanted = slip(lang=lang)
    paper = replace(paper, native_qr=native)
    assert read_codes(picture.draw(compose(wanted, paper), paper.dots)) == [wanted.url]


@pytest.mark.parametrize("length", [20, 42, 62, 100])
def test_the_code_is_large_enough_for_an_old_phone(paper, length):
    """At least 25 mm without its border, whatever the length of the address, and narrower than the paper."""
    matrix = plate.modules("https://a.id/" + "x" * (length - 13))
    drawn = plate.qr(matrix, paper.dots_per_inch)
    assert 25 <= drawn.width / paper.dots_per_inch * 25.4 < 34
    assert drawn.height == drawn.width * (len(matrix) + 8) // len(matrix)
    assert drawn.width + 8 * drawn.width // len(matrix) <= paper.dots


@pytest.mark.parametrize("length", [14, 26, 42, 62, 84])
def test_the_code_is_what_another_library_makes(length):
    """segno, which shares no line with qrcode, makes the same modules; only the choice among the masks is free.

    Compared where the address fills the code: segno 1.6.6 adds a zero byte before the padding, which phones ignore.
    """
    url = ("https://antre.ppukab.go.id/t/" + "k7q2m9x4b1tz" * 5)[:length]
    masks = [segno.make(url, error="m", boost_error=False, micro=False, mode="byte", mask=mask) for mask in range(8)]
    assert plate.modules(url) in [[[bool(module) for module in row] for row in code.matrix] for code in masks]


def test_png_is_one_bit_at_dot_resolution(slip, paper):
    """A pixel is a dot: the picture is as wide as the roll prints, with a margin, black and white."""
    image = Image.open(io.BytesIO(picture.png(compose(slip(), paper), paper.dots)))
    assert (image.mode, image.format) == ("1", "PNG")
    assert image.width - paper.dots in (64, 80)


@pytest.mark.parametrize("label", ["A001", "W999", "A1000", "W8888", "L1111"])
def test_label_is_as_large_as_fits(paper, label):
    """Four and five characters fill the ticket's body without touching its border or the perforation."""
    shape = plate.WIDE if paper.dots >= plate.WIDE_FROM_DOTS else plate.NARROW
    drawn = plate.number(label, label[0], paper.dots)
    assert drawn.size == (paper.dots, shape.height)
    inside = (plate.BORDER + shape.stub + 8, plate.NOTCH, paper.dots - 12, shape.height - plate.NOTCH)
    body = drawn.crop(inside).convert("L").point(lambda light: 255 - light)
    left, top, right, bottom = body.getbbox()
    assert min(left, top, body.width - right, body.height - bottom) > 0
    assert right - left >= 0.8 * body.width or bottom - top >= 0.65 * shape.height


def test_each_letter_has_its_picture_and_others_take_a_neutral_one():
    """Six pictures, all different; a letter without one takes the sun and does not break."""
    stubs = {letter: plate.number("X001", letter, 384).crop((0, 0, 80, 132)).tobytes() for letter in LETTERS + "B"}
    assert len({stubs[letter] for letter in LETTERS}) == 6
    assert stubs["B"] == stubs["Z"]


def test_the_label_is_set_in_the_face_of_the_screens():
    """The vendored woff2 is read as it is: this Pillow unpacks it, no font of the machine is needed."""
    assert ImageFont.truetype(plate.FONT, 20).getname() == ("Atkinson Hyperlegible Next", "ExtraBold")
    assert Path(plate.ART / "DEJAVU-LICENSE.txt").exists()


def test_pixels_show_the_text_where_it_is_printed():
    """Centred, bold, tall and inverted text change the pixels as a printer would."""
    plain = picture.draw(b"\x1b@\x1ba\x01HALO\n", 384)
    bold = picture.draw(b"\x1b@\x1ba\x01\x1bE\x01HALO\n", 384)
    tall = picture.draw(b"\x1b@\x1ba\x01\x1d!\x01HALO\n", 384)
    white = picture.draw(b"\x1b@\x1ba\x01\x1dB\x01HALO\n", 384)
    assert plain.size == bold.size == white.size
    assert tall.height == plain.height + 24
    ink = [image.convert("L").histogram()[0] for image in (plain, bold, white)]
    assert ink[0] < ink[1] < ink[2]
    box = plain.convert("L").point(lambda light: 255 - light).getbbox()
    assert abs((box[0] + box[2]) / 2 - plain.width / 2) <= 6


def test_a_line_too_long_goes_on_below():
    """As on paper: nothing is lost at the edge."""
    one = picture.draw(b"\x1b@" + b"x" * 32 + b"\n", 384)
    two = picture.draw(b"\x1b@" + b"x" * 33 + b"\n", 384)
    assert two.height > one.height
    assert two.width == one.width


@pytest.mark.parametrize(
    "data",
    [
        b"\x1bZ", b"\x1d(A\x02\x00\x00\x00", b"\x1b", b"\x1d", b"\x1bd", b"\x1dv0\x00\x30", b"\x1dV",
        b"\x1dv0\x00\x30\x00\x10\x00abc", b"caf\xe9\n", b"\x10\x04\x01", b"\x1bt\x10", b"\x1d(k\x03\x001B3",
    ],
)  # fmt: skip
def test_what_our_slips_do_not_use_is_refused(data):
    """An unknown command, a byte outside ASCII or an end in mid command raises: the picture never guesses."""
    with pytest.raises(NotASlip):
        picture.draw(b"\x1b@" + data, 384)


def test_an_image_wider_than_the_paper_is_refused():
    """It would be cut off on paper."""
    with pytest.raises(NotASlip):
        picture.draw(b"\x1dv0\x00\x48\x00\x01\x00" + bytes(72), 384)


def test_every_truncation_is_noticed(slip):
    """Half a slip is either a shorter list of whole commands or an error, never a crash."""
    data = compose(slip(), PAPERS["58"])
    whole = list(tokens(data))
    for end in range(0, len(data), 97):
        try:
            part = list(tokens(data[:end]))
        except NotASlip:
            continue
        assert part[:-1] == whole[: max(0, len(part) - 1)]  # the last one may be a text that was cut
