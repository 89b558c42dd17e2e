"""How right the forecasts were, in the words of every page that says so."""

from typing import Any

import words


def yesterday_words(score: dict[str, Any], lang: str) -> str:
    """`score` is office.expected.score of the day before."""
    if score["of_ten"] is None:
        return words.say(lang, "rule.yesterday_unknown")
    return words.say(lang, "eta.score", n=score["of_ten"])
