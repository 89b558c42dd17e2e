"""What the screen says: the right clips in the right order, for every label and every counter."""

import pytest

from display.voice import LETTERS, PAUSE, SENTENCES, clips, every_clip
from office.outages import REASONS
from settings import ROOT

VOICES = ROOT / "static" / "sounds" / "voice"
LANGUAGES = ("id", "en")
BEFORE, BETWEEN = {"id": "nomor-antrean", "en": "queue-number"}, {"id": "silakan-menuju-loket", "en": "please-go-to-counter"}


def numbered(said, first=0, step=1):
    return {word: first + step * n for n, word in enumerate(said.split())}


WORTH = {
    "id": {**numbered("nol satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas"), "seratus": 100, "seribu": 1000},
    "en": {**numbered("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
                      "seventeen eighteen nineteen"), **numbered("twenty thirty forty fifty sixty seventy eighty ninety", 20, 10)},
}  # fmt: skip
DIGITS = {lang: list(worth)[:10] for lang, worth in WORTH.items()}
TIMES = {"puluh": 10, "ratus": 100, "ribu": 1000, "hundred": 100, "thousand": 1000}


def number_of(lang, said):
    """What a listener would write down: read from left to right, knowing nothing of how it was put together."""
    total, last = 0, 0
    for word in said:
        if word == "belas":
            last += 10
        elif word in TIMES:
            last *= TIMES[word]
        else:
            total, last = total + last, WORTH[lang][word]
    return total + last


def label(letter, number):
    return f"{letter}{number:03d}"


def heard(lang, said):
    """(letter, the clips of the number, counter) of a plain call."""
    assert said[0] == BEFORE[lang]
    pause = said.index(PAUSE)
    assert said[pause + 1] == BETWEEN[lang]
    return said[1], said[2:pause], number_of(lang, said[pause + 2:])


def test_the_sentence_of_the_handbook():
    """Nomor antrean, A, nol, satu, dua. Silakan menuju loket, tiga."""
    assert clips("id", "call", label="A012", counter=3) == [
        "nomor-antrean", "a", "nol", "satu", "dua", PAUSE, "silakan-menuju-loket", "tiga"]
    assert clips("en", "call", label="A012", counter=3, whole_numbers=True) == [
        "queue-number", "a", "twelve", PAUSE, "please-go-to-counter", "three"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_label_digit_by_digit(lang):
    """A001 to Z9999: the letter, each digit as it is printed, the counter."""
    for number in range(1, 10_000):
        letter, counter = LETTERS[number % 26], number % 99 + 1
        said = heard(lang, clips(lang, "call", label=label(letter, number), counter=counter))
        assert said == (letter.lower(), [DIGITS[lang][int(digit)] for digit in label("", number)], counter)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_label_as_a_whole_number(lang):
    """A listener writes down the very number."""
    for number in range(1, 10_000):
        letter, said, _ = heard(lang, clips(lang, "call", label=label("Q", number), counter=1, whole_numbers=True))
        assert (letter, number_of(lang, said)) == ("q", number)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_letter_at_every_counter(lang):
    """Also when it is called again, for the last time, or sent on."""
    for letter in LETTERS:
        for counter in range(1, 100):
            said = clips(lang, "call", label=letter + "105", counter=counter)
            assert heard(lang, said) == (letter.lower(), [DIGITS[lang][n] for n in (1, 0, 5)], counter)
            for again in ("recall", "last"):
                assert clips(lang, again, label=letter + "105", counter=counter)[2:] == said
            sent = clips(lang, "transfer", label=letter + "105", counter=counter)
            assert [one for one, other in zip(said, sent, strict=True) if one != other] == [BETWEEN[lang]]


def test_a_number_too_long_for_words_is_said_digit_by_digit():
    """No label is left unsaid."""
    assert clips("id", "call", label="A10000", counter=1, whole_numbers=True)[2:7] == ["satu", "nol", "nol", "nol", "nol"]


@pytest.mark.parametrize(("hour", "minute", "said"), [
    (8, 0, ["delapan"]), (11, 30, ["sebelas", "lewat", "tiga", "puluh", "menit"]), (15, 0, ["tiga", "sore"]),
    (12, 0, ["dua-belas-siang"]), (0, 5, ["dua-belas", "lewat", "lima", "menit"]), (19, 0, ["tujuh", "malam"]),
])  # fmt: skip
def test_times_in_words(hour, minute, said):
    """As the wording list has them; the morning needs no word."""
    wanted = [word for words in said for word in words.split("-")]
    assert clips("id", "closing", hour=hour, minute=minute) == ["loket-akan-tutup-pukul", *wanted, PAUSE, "terima-kasih"]


def test_english_times():
    """Five past eight has a zero, or it would be read as eighty-five."""
    assert clips("en", "closing", hour=8, minute=5)[1:5] == ["eight", "zero", "five", "a-m"]
    assert clips("en", "closing", hour=12, minute=30)[1:4] == ["twelve", "thirty", "p-m"]


def everything_said(lang):
    for whole_numbers in (False, True):
        for number in range(1, 10_000):
            yield from clips(lang, "call", label=label(LETTERS[number % 26], number), counter=number % 99 + 1, whole_numbers=whole_numbers)
    for name in SENTENCES:
        yield from clips(lang, name, label="A001", counter=1, reason="network")
    for reason in REASONS:
        yield from clips(lang, "pause", reason=reason)
    for minute in range(24 * 60):
        yield from clips(lang, "break", hour=minute // 60, minute=minute % 60)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_clip_is_there(lang):
    """What can be said at any hour ships with the product, and nothing else does."""
    shipped = {file.stem for file in (VOICES / lang).glob("*.mp3")}
    assert set(everything_said(lang)) - {PAUSE} <= shipped
    assert shipped == set(every_clip(lang))


def test_the_clips_are_light():
    """1.5 MB at most, all of both languages with the chime, and each of them MP3."""
    files = [*VOICES.rglob("*.mp3"), VOICES.parent / "chime.mp3"]
    assert sum(file.stat().st_size for file in files) <= 1_500_000
    assert all(file.read_bytes()[:1] == b"\xff" and 600 < file.stat().st_size < 40_000 for file in files)
