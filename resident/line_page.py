"""The line at any minute, as everybody may read it: who stood where, and why each call was made. Labels only."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import words
from office.clock import day_of
from office.db import Look
from office.errors import Invalid
from office.profile import Profile
from office.replays import PUBLIC, line_at, moments_around

SHOWN_WAITING = 60
#: of a minute that somebody chose, the whole minute is shown
WHOLE_MINUTE = timedelta(minutes=1, microseconds=-1)


def line_facts(look: Look, profile: Profile, lang: str, asked: Mapping[str, str]) -> dict[str, Any]:
    """`asked`: {at} as the links say it, or {day, time} as the form does; nothing: now. Errors: invalid."""
    at = _moment(look.now, profile.timezone, asked)
    line, zone = line_at(look, profile, at), words.zone_words(profile.timezone)
    before, after = moments_around(look, profile, at)
    local, today = at.astimezone(ZoneInfo(profile.timezone)), day_of(look.now, profile.timezone)
    return {
        "at": words.clock_words(local), "date": words.date_words(lang, local.date()), "time": f"{local:%H:%M}",
        "day": local.date().isoformat(), "days": _days(today, lang), "is_now": after is None and local.date() == today,
        "before": before, "after": after,
        "counters": [_counter(one, lang) for one in line["counters"]],
        "waiting": [{"ticket": one["ticket"], "says": _says(_kind(one), one["slot"] or one["issued_at"], one["turn_at"], lang, zone)}
                    for one in line["waiting"][:SHOWN_WAITING]],
        "more": max(0, len(line["waiting"]) - SHOWN_WAITING),
        "calls": [_call(one, profile, lang) for one in line["calls"]],
    }  # fmt: skip


def _moment(now: datetime, timezone: str, asked: Mapping[str, str]) -> datetime:
    try:
        if "at" in asked:
            at = datetime.fromisoformat(asked["at"])
        elif "day" in asked:
            day, minute = date.fromisoformat(asked["day"]), time.fromisoformat(asked.get("time") or "23:59")
            at = datetime.combine(day, minute.replace(tzinfo=None), ZoneInfo(timezone)) + WHOLE_MINUTE
        else:
            return now
        if not now - PUBLIC <= min(at, now):
            raise Invalid(fields={"day": "one of the last 14 days"}, n=1)
    except (ValueError, TypeError, OverflowError) as wrong:  # no moment, or one without its offset
        raise Invalid(fields={"day": "a day and a time"}, n=1) from wrong
    return min(at, now)


def _days(today: date, lang: str) -> list[tuple[str, str]]:
    """What the form offers: today first."""
    days = [today - timedelta(days=n) for n in range(PUBLIC.days)]
    return [(day.isoformat(), words.date_words(lang, day)) for day in days]


def _counter(one: dict[str, Any], lang: str) -> dict[str, Any]:
    state = {"open": "line.open", "paused": "disp.counter_break"}.get(one["state"], "disp.counter_closed")
    return {"number": one["number"], "ticket": one["ticket"], "says": words.say(lang, state)}


def _kind(waiting: dict[str, Any]) -> str:
    if waiting["slot"]:
        return "booked" if waiting["turn_at"] == waiting["slot"] else "late"
    return "priority" if waiting["lane"] == "priority" else "ordinary"


def _says(kind: str, at: str, turn_at: str, lang: str, zone: str) -> str:
    """A ticket's own times: what decides its place."""
    return words.say(lang, f"line.facts_{kind}", zone=zone, a=_clock(at), b=_clock(turn_at))


def _call(call: dict[str, Any], profile: Profile, lang: str) -> dict[str, Any]:
    """Three short sentences at most: the ticket's own times, why it, and who else waited longest."""
    zone, why = words.zone_words(profile.timezone), call["why"]
    shown = {"at": _clock(call["at"]), "ticket": call["ticket"], "counter": call["counter"], "says": []}
    if why is not None:
        called, passed = why["called"], why["passed"]
        shown["says"] = [_says(called["kind"], called["at"], called["promise_at"], lang, zone), _reason(why, lang)]
        if passed is not None:
            facts = _says(passed["kind"], passed["at"], passed["promise_at"], lang, zone)
            shown["says"].append(words.say(lang, "line.passed", number=passed["label"], facts=facts[:1].lower() + facts[1:]))
    return shown


def _reason(why: dict[str, Any], lang: str) -> str:
    if why["code"] == "picked":
        reason = words.say(lang, "op.pick_" + why["why"])
        return words.say(lang, "line.why_picked", reason=reason[:1].lower() + reason[1:])
    if why["code"] == "zipper":
        return words.say(lang, "line.why_zipper", n=why["after"])
    return words.say(lang, "line.why_early" if why["code"] == "early" else "line.why_promise")


def _clock(instant: str) -> str:
    return words.clock_words(datetime.fromisoformat(instant))
