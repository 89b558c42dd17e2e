"""The best time to come, as residents see it: a sentence, and a small chart for each weekday. From office/quiet.py's figures."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import words
from office.busy import busy_weekdays
from office.db import Look
from office.hours import LOOK_AHEAD_DAYS, WEEKDAYS, day_of_schedule
from office.profile import Profile
from office.quiet import Weekday

# The chart's own units: a bar for each hour, waits up to the longest.
BAR, GAP, HEIGHT = 24, 4, 40
NOBODY_WAITS = 2.0  # minutes: still drawn, so that a quiet hour is seen


def next_day(look: Look, profile: Profile, lang: str) -> dict[str, Any] | None:
    """Of the next day on which counters work: {name, says, chart}; chart None while nothing is known. None: no such day."""
    here = look.now.astimezone(ZoneInfo(profile.timezone))
    for n in range(LOOK_AHEAD_DAYS):
        day = here.date() + timedelta(days=n)
        spans = day_of_schedule(profile.schedule, day).spans
        if spans and (n or here.time() < spans[-1].end):
            return _shown(look, profile, day.weekday(), words.day_words(lang, day, here.date()), lang)
    return None


def every_day(look: Look, profile: Profile, lang: str) -> list[dict[str, Any]]:
    """The same of each weekday that the office works by its week, Monday first."""
    return [
        _shown(look, profile, n, words.WORDS[lang][f"day.{n + 1}"], lang)
        for n, key in enumerate(WEEKDAYS) if profile.schedule.week.get(key)
    ]  # fmt: skip


def _shown(look: Look, profile: Profile, weekday: int, name: str, lang: str) -> dict[str, Any]:
    """One scale for all weekdays of an office: a day of short waits looks like one."""
    known = busy_weekdays(look, profile)
    longest = max((wait for day in known.values() for wait in day.waits.values() if wait is not None), default=0.0)
    found = known.get(weekday)
    return {"name": name, "says": _says(profile, found, lang), "chart": _chart(found, max(longest, NOBODY_WAITS * 4))}


def _says(profile: Profile, weekday: Weekday | None, lang: str) -> str:
    zone = words.zone_words(profile.timezone)
    if weekday is None or not weekday.is_known:
        return words.say(lang, "book.best_unknown")
    if weekday.quiet is None:
        return words.say(lang, "book.best_same", n=round(weekday.usual_minutes or 0))
    first, last = weekday.quiet
    busiest = weekday.busiest or 0
    return words.say(lang, "book.best_time", zone=zone, a=f"{first:02d}.00", b=f"{last:02d}.00") + " " + words.say(
        lang, "book.best_busy", zone=zone, time=f"{busiest:02d}.00", n=round(weekday.waits[busiest] or 0)
    )


def _chart(weekday: Weekday | None, longest: float) -> dict[str, Any] | None:
    """{width, height, quiet, other: paths of bars; hours: [{x, hour}]}; None: not known yet. Two paths weigh less than twenty boxes."""
    if weekday is None or not weekday.is_known:
        return None
    first, last = min(weekday.waits), max(weekday.waits)
    quiet = weekday.quiet or (0, 0)
    paths = {"quiet": "", "other": ""}
    for hour, wait in weekday.waits.items():
        if wait is not None:
            tall = round(max(wait, NOBODY_WAITS) / longest * HEIGHT)
            bar = f"M{(hour - first) * (BAR + GAP)} {HEIGHT}v-{tall}h{BAR}v{tall}z"
            paths["quiet" if quiet[0] <= hour < quiet[1] else "other"] += bar
    hours = [{"x": (hour - first) * (BAR + GAP) + BAR // 2, "hour": f"{hour:02d}"} for hour in range(first, last + 1)]
    return {"width": (last - first + 1) * (BAR + GAP) - GAP, "height": HEIGHT, "hours": hours, **paths}
