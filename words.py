"""What people read and hear, in both languages. The texts stand in words.toml, this file only finds them."""

import datetime as dt
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

LANGUAGES = ("id", "en")
ZONES = {
    "Asia/Jakarta": "WIB",
    "Asia/Pontianak": "WIB",
    "Asia/Makassar": "WITA",
    "Asia/Jayapura": "WIT",
}
WRITTEN_ZONE = "WITA"


def load(path: Path) -> Mapping[str, Mapping[str, str]]:
    """{language: {key: text}}"""
    rows = tomllib.loads(path.read_text(encoding="utf-8"))
    return MappingProxyType(
        {lang: MappingProxyType({key: text[lang] for key, text in rows.items()}) for lang in LANGUAGES}
    )


WORDS = load(Path(__file__).with_name("words.toml"))


def say(lang: str, key: str, *, zone: str = WRITTEN_ZONE, **values: object) -> str:
    """One text, filled in. With n=1 the singular is taken where there is one; `zone` is zone_words().

    Raises KeyError for an unknown key, language or a field left empty: a missing word is a defect, not a blank.
    """
    texts = WORDS[lang]
    text = texts[key]
    if values.get("n") in (1, "1"):
        text = texts.get(f"{key}.one", text)
    return _in_zone(text, zone).format_map(values)


def pick(lang: str, *prefixes: str, zone: str = WRITTEN_ZONE) -> dict[str, str]:
    """The unfilled texts that a script needs: "kiosk" takes all of "kiosk.*", "disp.counter" that key and its ".one"."""
    stems = [prefix.rstrip(".") for prefix in prefixes]
    found: dict[str, str] = {}
    for stem in stems:
        part = {
            key: _in_zone(text, zone) for key, text in WORDS[lang].items() if key == stem or key.startswith(f"{stem}.")
        }
        if not part:
            raise KeyError(stem)
        found.update(part)
    return found


def date_words(lang: str, date: dt.date) -> str:
    """Selasa, 24 November 2026"""
    return say(
        lang,
        "day.date",
        weekday=WORDS[lang][f"day.{date.isoweekday()}"],
        day=date.day,
        month=WORDS[lang][f"month.{date.month}"],
        year=date.year,
    )


def short_date_words(lang: str, date: dt.date) -> str:
    """24 Nov 2026, for a slip's line"""
    month = WORDS[lang][f"month_short.{date.month}"]
    return say(lang, "day.short_date", day=date.day, month=month, year=date.year)


def day_words(lang: str, date: dt.date, today: dt.date | None = None) -> str:
    """Rabu. Seen from `today` a day a week or more away is written out, because "Rabu" would name a nearer one."""
    if today is None:
        return WORDS[lang][f"day.{date.isoweekday()}"]
    if date == today:
        return WORDS[lang]["day.today"]
    if abs(date - today) < dt.timedelta(days=7):
        return WORDS[lang][f"day.{date.isoweekday()}"]
    return date_words(lang, date)


def clock_words(moment: dt.datetime | dt.time) -> str:
    """09.30. A datetime must already be in the office's zone."""
    return f"{moment.hour:02d}.{moment.minute:02d}"


def zone_words(timezone: str) -> str:
    """WITA for Asia/Makassar; Indonesia has three zones, anywhere else the tz name itself is said."""
    return ZONES.get(timezone, timezone)


def _in_zone(text: str, zone: str) -> str:
    # The wording list says WITA in every sentence; an office in another zone only needs the word changed.
    return text if zone == WRITTEN_ZONE else text.replace(WRITTEN_ZONE, zone)
