import datetime as dt
import re
import string

import pytest

import words
from office import errors
from settings import ROOT

TUESDAY = dt.date(2026, 11, 24)


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_both_languages_hold_the_same_keys_and_no_blank():
    """Every text exists in Indonesian and in English."""
    assert words.WORDS["id"].keys() == words.WORDS["en"].keys()
    for lang in words.LANGUAGES:
        assert [key for key, text in words.WORDS[lang].items() if not text.strip()] == []


def test_one_call_serves_both_languages():
    """The fields of a text have the same names in both languages; only a singular may leave n out."""
    for key, text in words.WORDS["id"].items():
        differing = fields(text) ^ fields(words.WORDS["en"][key])
        assert differing <= ({"n"} if key.endswith(".one") else set()), key


def test_a_singular_belongs_to_a_plural():
    """A key with .one is the singular of a key that exists and counts n."""
    for key in words.WORDS["id"]:
        if key.endswith(".one"):
            assert key.removesuffix(".one") in words.WORDS["id"], key


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_spelling(lang):
    """Printers and old screens get ASCII; the standard spelling is antrean, silakan, akta, fotokopi."""
    wrong = re.compile(r"antrian|silahkan|\bakte\b|photo ?copy|foto copy|jum'at|nomer|\bijin\b", re.IGNORECASE)
    for key, text in words.WORDS[lang].items():
        assert text.isascii(), key
        assert not wrong.search(text), key


def test_a_missing_word_is_a_defect():
    """An unknown key, prefix, language or an unfilled field raises instead of showing a blank."""
    for call in (
        lambda: words.say("id", "kiosk.no_such_text"),
        lambda: words.say("fr", "kiosk.start"),
        lambda: words.say("id", "kiosk.closed", day="Rabu"),
        lambda: words.pick("id", "kiosk", "nothing"),
    ):
        with pytest.raises(KeyError):
            call()


def test_say_fills_in():
    """The fields have English names in both languages."""
    given = {"day": "Rabu", "time": "08.00"}
    assert words.say("id", "kiosk.closed", **given) == "Loket tutup. Buka lagi Rabu pukul 08.00 WITA."


@pytest.mark.parametrize(("n", "text"), [(0, "0 people"), (1, "1 person"), ("1", "1 person"), (4, "4 people")])
def test_one_person_is_not_people(n, text):
    """n=1 takes the singular."""
    assert words.say("en", "slip.ahead", n=n) == f"Ahead of you: {text}"


def test_values_are_never_read_as_fields():
    """A name with braces in it is printed as it stands."""
    assert words.say("id", "op.alert_kiosk", name="{time}").startswith("Mesin nomor {time} ")


def test_pick_gives_whole_sections_and_single_keys():
    """A script gets the sections it names, unfilled, and nothing else."""
    assert set(words.pick("en", "lane.")) == {"lane.regular", "lane.priority"}
    assert words.pick("id", "disp.waiting") == {
        "disp.waiting": "{n} orang menunggu",
        "disp.waiting.one": "{n} orang menunggu",
    }


def test_dates():
    """Dates are written out, in the order people say them."""
    assert words.date_words("id", TUESDAY) == "Selasa, 24 November 2026"
    assert words.date_words("en", TUESDAY) == "Tuesday, 24 November 2026"
    assert words.short_date_words("id", dt.date(2026, 8, 7)) == "7 Agt 2026"


@pytest.mark.parametrize(
    ("ahead", "text"), [(0, "hari ini"), (1, "Rabu"), (6, "Senin"), (7, "Selasa, 1 Desember 2026")]
)
def test_a_weekday_names_only_the_nearest_one(ahead, text):
    """From a week away on, the whole date is said."""
    assert words.day_words("id", TUESDAY + dt.timedelta(days=ahead), today=TUESDAY) == text


def test_clock():
    """Times have a dot and two digits each."""
    assert words.clock_words(dt.time(9, 5)) == "09.05"
    assert words.clock_words(dt.datetime(2026, 11, 24, 14, 30, tzinfo=dt.UTC)) == "14.30"


def test_another_zone_is_not_called_wita():
    """An office in Java says WIB in the same sentences."""
    zone = words.zone_words("Asia/Jakarta")
    assert words.say("id", "slip.booked", zone=zone, time="09.30") == "Jadwal pukul 09.30 WIB"
    assert words.pick("id", "slip.booked", zone=zone) == {"slip.booked": "Jadwal pukul {time} WIB"}
    assert words.zone_words("Asia/Makassar") == "WITA"


def test_every_refusal_has_words():
    """Each reason to say no points at a text."""
    reasons = [errors.Refused, *errors.Refused.__subclasses__()]
    assert [reason.code for reason in reasons if reason.words not in words.WORDS["id"]] == []


SAYING = [
    path for ending in ("py", "js", "html", "txt", "toml") for path in ROOT.rglob(f"*.{ending}")
    if not {"tests", ".venv", "vendor", "var"} & set(path.relative_to(ROOT).parts) and path.name != "words.toml"
]  # fmt: skip


def test_every_text_is_said_somewhere():
    """A key stands in the source whole, or is put together there: its beginning, and its other parts as words."""
    source = "\n".join(path.read_text(encoding="utf-8") for path in SAYING)
    whole, parts = set(re.findall(r"\w+(?:\.\w+)+", source)), set(re.findall(r"\w+", source))
    beginnings = set(re.findall(r"""([\w.]+[_.])["'`{$]""", source))

    def is_said(key: str) -> bool:
        space, rest = key.split(".", 1)
        cuts = [at.end() for at in re.finditer(r"[_.]", rest)]
        return key in whole or rest in parts or any(
            {f"{space}.{rest[:cut]}", rest[:cut]} & beginnings and set(re.split(r"[_.]", rest[cut:])) <= parts for cut in cuts
        )  # fmt: skip

    assert [key for key in words.WORDS["id"] if not is_said(key.removesuffix(".one"))] == []
