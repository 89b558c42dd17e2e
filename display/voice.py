"""What is said, as a list of clips to play in order. Nothing is synthesised at run time.

The sentences are those of words.toml (voice.*), cut at their placeholders. A clip is named after the words it says, so
that an office can put its own recordings beside ours by name (nomor-antrean.mp3, a.mp3, satu.mp3).
"""

import re
from collections.abc import Callable
from functools import cache
from string import Formatter
from typing import Any

import words

PAUSE = "_"
SENTENCES = ("call", "recall", "last", "transfer", "pause", "resume", "break", "closing", "closed", "test")
REASONS = ("network", "card_stock", "power", "device", "staff")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# What a label's number can be said as whole; a longer one is said digit by digit.
WHOLE_BELOW = 10_000
DIGITS = {
    "id": ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan"),
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
}
TEENS_EN = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
TENS_EN = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


@cache
def speech(lang: str) -> dict[str, Any]:
    """The rule as data, for `clips` and for the screen's script alike (static/display/later/voice.js says the same).

    {sentences: {name: [clip | "_" | "{slot}"]}, digits: [10 clips], small: [0-99], hundreds: [0-9], thousands: [0-9],
    minutes: [0-59], parts: [24 parts of the day], reasons: {reason: clip}}; a number is a list of clips.
    """
    small = [_small(lang, n) for n in range(100)]
    return {
        "sentences": {name: sentence(lang, name) for name in SENTENCES},
        "digits": list(DIGITS[lang]),
        "small": small,
        "hundreds": [_many(lang, n, "seratus", "ratus", "hundred") for n in range(10)],
        "thousands": [_many(lang, n, "seribu", "ribu", "thousand") for n in range(10)],
        "minutes": [[], *(_minutes(lang, small[n], n) for n in range(1, 60))],
        "parts": [_part_of_day(lang, hour) for hour in range(24)],
        "reasons": {reason: slug(words.say(lang, "out." + reason)) for reason in REASONS},
    }


def clips(lang: str, name: str, *, label: str = "", counter: int = 0, reason: str = "", hour: int = 0, minute: int = 0,
          whole_numbers: bool = False) -> list[str]:
    """The clips of voice.<name>, PAUSE between its sentences. `label` as on the slip: A012."""
    book = speech(lang)
    number = label[1:]
    is_whole = whole_numbers and number.isdecimal() and int(number) < WHOLE_BELOW
    slots: dict[str, Callable[[], list[str]]] = {
        "{letter}": lambda: [label[0].lower()],
        "{digits}": lambda: whole(book, int(number)) if is_whole else [book["digits"][int(digit)] for digit in number],
        "{counter}": lambda: whole(book, counter),
        "{reason}": lambda: [book["reasons"][reason]],
        "{time}": lambda: [*book["small"][(hour - 1) % 12 + 1], *book["minutes"][minute], *book["parts"][hour]],
    }
    return [clip for part in book["sentences"][name] for clip in (slots[part]() if part in slots else [part])]


def whole(book: dict[str, Any], n: int) -> list[str]:
    """A whole number below 10,000 as people say it: 21 -> dua, puluh, satu."""
    rest = book["small"][n % 100] if n % 100 or n == 0 else []
    return [*book["thousands"][n // 1000], *book["hundreds"][n // 100 % 10], *rest]


def _small(lang: str, n: int) -> list[str]:
    return _small_indonesian(n) if lang == "id" else _small_english(n)


def _small_indonesian(n: int) -> list[str]:
    digits = DIGITS["id"]
    if n < 12:
        return [(*digits, "sepuluh", "sebelas")[n]]
    if n < 20:
        return [digits[n - 10], "belas"]
    return [digits[n // 10], "puluh", *([digits[n % 10]] if n % 10 else [])]


def _small_english(n: int) -> list[str]:
    digits = DIGITS["en"]
    if n < 20:
        return [(*digits, *TEENS_EN)[n]]
    return [TENS_EN[n // 10], *([digits[n % 10]] if n % 10 else [])]


def _many(lang: str, n: int, one: str, many: str, english: str) -> list[str]:
    """`n` hundreds or thousands. Indonesian has a word of its own for a single one."""
    if n == 0:
        return []
    if lang == "id":
        return [one] if n == 1 else [DIGITS["id"][n], many]
    return [DIGITS["en"][n], english]


def _minutes(lang: str, number: list[str], n: int) -> list[str]:
    """11.30 -> sebelas, lewat, tiga puluh, menit; eleven thirty, and eleven zero five."""
    if lang == "id":
        return ["lewat", *number, "menit"]
    return ["zero", *number] if n < 10 else number


def _part_of_day(lang: str, hour: int) -> list[str]:
    """What tells three in the afternoon from three at night; an Indonesian morning needs no word."""
    if lang == "en":
        return ["a-m"] if hour < 12 else ["p-m"]
    return [] if hour < 12 else ["siang"] if hour < 15 else ["sore"] if hour < 18 else ["malam"]


def sentence(lang: str, name: str) -> list[str]:
    """voice.<name> as clips, slots and pauses."""
    parts: list[str] = []
    for text, slot, _, _ in Formatter().parse(words.WORDS[lang]["voice." + name]):
        parts += [PAUSE if piece == "." else slug(piece) for piece in re.split(r"(\.)", text) if piece == "." or slug(piece)]
        parts += ["{" + slot + "}"] if slot else []
    return parts[:-1] if parts[-1] == PAUSE else parts


def slug(text: str) -> str:
    """Nomor antrean, -> nomor-antrean"""
    return "-".join(re.findall(r"[a-z0-9]+", text.lower()))


def every_clip(lang: str) -> dict[str, str]:
    """{clip: the words it says}: all that any call, any counter and any hour can need."""
    book = speech(lang)
    found = {letter.lower(): letter for letter in LETTERS}
    for name in SENTENCES:
        for text, _, _, _ in Formatter().parse(words.WORDS[lang]["voice." + name]):
            found.update({slug(piece): piece.strip(" ,") for piece in text.split(".") if slug(piece)})
    found.update({clip: words.say(lang, "out." + reason) for reason, clip in book["reasons"].items()})
    tables = (book["small"], book["hundreds"], book["thousands"], book["minutes"], book["parts"])
    numbers = {clip for table in tables for number in table for clip in number}
    return {**found, **{clip: clip.replace("-", " ") for clip in sorted(numbers - found.keys())}}
