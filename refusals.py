"""A refusal as a sentence: the words of its reason, filled in with its facts."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import words
from office.errors import Refused, SlotFull

NEXT_NAMED = 3


def sentence(error: Refused, lang: str) -> str:
    """The refusal in words; where a fact is missing, the general sentence.

    Instants among the facts are in their office's own zone, whose name then stands in the text.
    """
    facts = {key: _in_words(value, lang) for key, value in error.facts.items()}
    moment = error.facts.get("opens_at") or error.facts.get("start")
    if moment is not None:
        facts |= _moment(moment, lang)
    if error.facts.get("opens"):
        facts["a"] = words.clock_words(error.facts["opens"])
    if error.facts.get("outage"):
        facts["reason"] = words.say(lang, "out." + error.facts["outage"])
    key = error.words
    if isinstance(error, SlotFull):
        key, facts = _full(error, lang)
    try:
        return words.say(lang, key, **facts)
    except KeyError:
        return words.say(lang, "err.generic")


def _in_words(value: Any, lang: str) -> Any:
    if isinstance(value, dict) and set(value) == {"id", "en"}:
        return value[lang]
    return value


def _moment(at: datetime, lang: str) -> dict[str, str]:
    named = {"zone": words.zone_words(at.tzinfo.key)} if isinstance(at.tzinfo, ZoneInfo) else {}
    return {
        "day": words.day_words(lang, at.date()), "date": words.date_words(lang, at.date()).split(", ", 1)[1],
        "time": words.clock_words(at), **named,
    }  # fmt: skip


def _full(error: SlotFull, lang: str) -> tuple[str, dict[str, str]]:
    """The nearest free starts; one of another date than was asked for carries its date."""
    free = [datetime.fromisoformat(at) for at in error.facts["next"][:NEXT_NAMED]]
    asked = error.facts["start"].date()
    return ("book.slot_full", {"slot": ", ".join(_start(at, asked, lang) for at in free)}) if free else ("book.no_place", {})


def _start(at: datetime, asked: date, lang: str) -> str:
    clock = words.clock_words(at)
    return clock if at.date() == asked else f"{words.short_date_words(lang, at.date())} {clock}"
