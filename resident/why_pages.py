"""How an office calls, and how right its forecasts were: for everybody."""

from datetime import date, timedelta
from typing import Any

import words
from office.clock import day_of
from office.db import Look
from office.expected import score
from office.line import rules_of
from office.profile import Profile
from office.replays import rule_view
from scoreboard import yesterday_words

SCORED_DAYS = 14
#: people, not minutes
COUNTED = ("zip", "reentry_after")


def rule_facts(look: Look, profile: Profile, lang: str) -> dict[str, Any]:
    """The rule with the office's own parameters, yesterday's score in words, and the last days by day."""
    rules, today = rules_of(profile), day_of(look.now, profile.timezone)
    scores = [score(look.conn, profile, today - timedelta(days=n)) for n in range(1, SCORED_DAYS + 1)]
    said = words.say(lang, "stat.rule", n=rules.promise_prio, m=rules.promise_walk, k=rules.zip or 0)
    return {
        "rule": said if rules.zip is not None else said.split(". ")[0] + ".",
        "numbers": [(words.say(lang, "rule." + name), _number(name, value, lang)) for name, value in rule_view(profile).items()],
        "yesterday": yesterday_words(scores[0], lang),
        "days": [(words.date_words(lang, date.fromisoformat(one["day"])), _day_words(one, lang)) for one in scores],
    }


def _number(name: str, value: int | None, lang: str) -> str:
    if value is None:
        return words.say(lang, "rule.no_zip")
    return words.say(lang, "rule.people" if name in COUNTED else "rule.minutes", n=value)


def _day_words(one: dict[str, Any], lang: str) -> str:
    if one["of_ten"] is None:
        return words.say(lang, "rule.day_unknown")
    return words.say(lang, "rule.day_score", within=one["within"], told=one["told"])
