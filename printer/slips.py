"""A slip from what it says to the bytes that print it. Pure: nothing is read, nothing is sent.

Never a name, never a NIK: the fields do not exist. At most twelve lines of text, and two of the office's own above
and below; what matters least is left out.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import words
from printer import lines, plate
from printer.commands import PROFILES, Dummy, blank, raw

MOST_LINES = 12
OWN_LINES = 2
FRAGMENT_DOTS = 64  # small USB printers choke on higher images (python-escpos issues 628, 631, 662)
LINE_DOTS, SMALL_LINE_DOTS = 28, 20
GAP_DOTS, BAR_GAP_DOTS = 14, 9
FEED_LINES_TO_CUTTER = 6
SMALL_FACE_DOTS = 9
CUT = b"\x1dV\x00"


@dataclass(frozen=True)
class Paper:
    """What a printer prints on. `dots` and `columns` (of face A) are ours: the profiles of python-escpos lie
    about some. The profile decides how commands are spelled; `native_qr`: the printer draws the code itself."""

    dots: int = 576
    columns: int = 48
    profile: str = "TM-T20II"
    cuts: bool = True
    native_qr: bool = False
    dots_per_inch: int = 203

    def __post_init__(self) -> None:
        if self.profile not in PROFILES:
            raise ValueError(f"unknown printer profile {self.profile!r}")
        if self.dots % 8 or self.columns < 24:
            raise ValueError(f"{self.dots} dots, {self.columns} columns: not a paper this slip fits on")

    @property
    def small_columns(self) -> int:
        """Of face B."""
        return self.dots // SMALL_FACE_DOTS

    @property
    def is_narrow(self) -> bool:
        return self.dots < plate.WIDE_FROM_DOTS


PAPERS = {
    "58": Paper(dots=384, columns=32, profile="POS-5890", cuts=False),
    "80": Paper(),
    "80/180dpi": Paper(dots=512, columns=42, profile="TM-T88V", dots_per_inch=180),
}


@dataclass(frozen=True)
class Slip:
    """`at`: when the number was taken, in the office's own zone; `zone`: WITA. `ahead` None: not known.
    `expected`: the earliest and latest time of the call, `booked`: the time of the appointment, all as "09.30"."""

    label: str
    letter: str
    service_name: str
    office_title: str
    office_name: str
    at: datetime
    url: str
    lang: str = "id"
    zone: str = "WITA"
    ahead: int | None = None
    expected: tuple[str, str] | None = None
    unlikely: bool = False  # to be called before closing
    papers: tuple[str, ...] = ()
    priority: bool = False
    booked: str | None = None
    copy: bool = False
    header: str = ""
    footer: str = ""


class Line(NamedTuple):
    """`style`: plain, strong, tall (twice as high), bar (white on black over the whole width) or small (face B)."""

    text: str
    style: str = "plain"


class Layout(NamedTuple):
    above: list[Line]
    below: list[Line]


def compose(slip: Slip, paper: Paper) -> bytes:
    """Everything a printer needs for this slip, as one piece, cut at the end."""
    layout = lay_out(slip, paper)
    out = blank(paper.profile)
    out.set(align="center")
    if slip.header:
        _print_lines(out, own_words(slip.header, paper), paper)
        _feed_dots(out, GAP_DOTS)
    out.image(plate.number(slip.label, slip.letter, paper.dots), fragment_height=FRAGMENT_DOTS)
    _feed_dots(out, GAP_DOTS)
    _print_lines(out, layout.above, paper)
    _print_qr(out, slip.url, paper)
    _print_lines(out, layout.below, paper)
    _print_lines(out, own_words(slip.footer, paper), paper)
    out.line_spacing()
    out.print_and_feed(FEED_LINES_TO_CUTTER)
    if paper.cuts:
        raw(out, CUT)
    return bytes(out.output)


def own_words(text: str, paper: Paper) -> list[Line]:
    """The office's header or footer. It comes on top of our twelve lines: the office decides what its paper costs."""
    return [Line(part) for part in lines.shortened(lines.to_ascii(text), paper.columns, OWN_LINES)]


def lay_out(slip: Slip, paper: Paper) -> Layout:
    """The lines above and below the code. First what must be said, then the rest while there is room."""
    head, foot = _must(slip, paper)
    room = MOST_LINES - len(head) - len(foot)
    papers = _papers(slip, paper, lines_free=min(room, 1))
    room -= len(papers)
    extra: dict[str, list[Line]] = {}
    for key, wanted in _may(slip, paper).items():
        extra[key] = wanted if len(wanted) <= room else []
        room -= len(extra[key])
        if key == "missed" and room and papers:
            more = _papers(slip, paper, lines_free=2)
            room -= len(more) - len(papers)
            papers = more
    return Layout(
        above=[*head, *extra["expected"], *extra["unlikely"], *papers],
        below=[*extra["track"], *extra["missed"], *extra["valid"], *foot],
    )


def _must(slip: Slip, paper: Paper) -> tuple[list[Line], list[Line]]:
    """The head (what it is, how many are ahead) and the foot (free of charge, where and when)."""
    head = [Line(_say(slip, "slip.copy"), "bar")] if slip.copy else []
    head += [Line(text, "tall") for text in lines.shortened(lines.to_ascii(slip.service_name), paper.columns, 2)]
    if slip.booked:
        head.append(Line(_say(slip, "slip.booked", time=slip.booked), "strong"))
    if slip.priority:
        head.append(Line(_say(slip, "slip.priority"), "strong"))
    if slip.ahead is not None:
        head.append(Line(_say(slip, "slip.ahead", n=slip.ahead) if slip.ahead else _say(slip, "slip.ahead_none")))
    return head, [Line(_say(slip, "slip.free"), "bar"), *_where(slip, paper)]


def _may(slip: Slip, paper: Paper) -> dict[str, list[Line]]:
    """By weight: the first are the last to be left out."""

    def said(key: str, style: str = "plain", **values: object) -> list[Line]:
        return [Line(text, style) for text in lines.broken(_say(slip, key, **values), paper.columns)]

    first, last = slip.expected or ("", "")
    return {
        "expected": said("slip.eta", a=first, b=last) if slip.expected else [],
        "unlikely": said("slip.unlikely", "strong") if slip.unlikely else [],
        "missed": said("slip.missed", "strong"),
        "track": said("slip.track"),
        "valid": said("slip.valid") if not slip.expected else [],
    }


def _papers(slip: Slip, paper: Paper, lines_free: int) -> list[Line]:
    items = [lines.to_ascii(item) for item in slip.papers if item.strip()]
    if not items or lines_free < 1:
        return []
    sentence, rest = words.WORDS[slip.lang]["slip.docs"], words.WORDS[slip.lang]["slip.docs_more"]
    return [Line(text, "strong") for text in lines.listed(items, paper.columns, lines_free, sentence, rest)]


def _where(slip: Slip, paper: Paper) -> list[Line]:
    """The office and the date, with the longest form of the date that fits on one line."""
    style, columns = ("small", paper.small_columns) if paper.is_narrow else ("plain", paper.columns)
    long_date = words.date_words(slip.lang, slip.at.date())
    dates = (long_date, long_date.partition(", ")[2], words.short_date_words(slip.lang, slip.at.date()))
    time, office = words.clock_words(slip.at), lines.to_ascii(slip.office_name)
    ways = [_say(slip, "slip.where", office=office, date=date, time=time) for date in dates]
    where = next(([way] for way in ways if len(way) <= columns), [])
    if not where:  # two lines, the office on the first
        rests = [way.removeprefix(office).lstrip(", ") for way in ways]
        rest = next((rest for rest in rests if len(rest) <= columns), rests[-1])
        where = [*lines.shortened(office, columns, 1), *lines.shortened(rest, columns, 1)]
    title = lines.shortened(lines.to_ascii(slip.office_title), columns, 2)
    return [Line(text, style) for text in (*title, *where)]


def _say(slip: Slip, key: str, **values: object) -> str:
    return lines.to_ascii(words.say(slip.lang, key, zone=slip.zone, **values))


def _print_lines(out: Dummy, wanted: list[Line], paper: Paper) -> None:
    for line in wanted:
        if line.style == "bar":
            _print_bar(out, line.text, paper)
            continue
        is_small = line.style == "small"
        out.line_spacing(SMALL_LINE_DOTS if is_small else LINE_DOTS)
        out.set(font="b" if is_small else "a", bold=line.style in ("strong", "tall"))
        out.set(custom_size=True, width=1, height=2 if line.style == "tall" else 1)
        out.textln(line.text)


def _print_bar(out: Dummy, text: str, paper: Paper) -> None:
    """Spaces make the black reach over the whole width: a printer inverts only the cells it prints."""
    _feed_dots(out, BAR_GAP_DOTS)
    out.set(font="a", bold=True, invert=True, custom_size=True, width=1, height=1)
    out.line_spacing(LINE_DOTS)
    out.textln(text.center(paper.columns))
    out.set(invert=False, bold=False)
    _feed_dots(out, BAR_GAP_DOTS)


def _print_qr(out: Dummy, url: str, paper: Paper) -> None:
    matrix = plate.modules(url)
    if paper.native_qr:
        # The profile is not asked by the library, so Paper decides. The printer leaves no quiet zone.
        size = plate.module_dots(len(matrix), paper.dots_per_inch)
        quiet = size * plate.QUIET_MODULES
        _feed_dots(out, quiet)
        out.qr(url, native=True, size=size, ec=1)
        _feed_dots(out, quiet)
        return
    out.image(plate.qr(matrix, paper.dots_per_inch), fragment_height=FRAGMENT_DOTS)


def _feed_dots(out: Dummy, dots: int) -> None:
    raw(out, b"\x1bJ" + bytes([dots]))
