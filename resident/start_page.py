"""What a resident reads before leaving home: which office is open, how long the line is, what to bring."""

from datetime import datetime
from typing import Any

import best_time
import words
from office import reports
from office.busy import DAYS_READ
from office.db import Look
from office.hours import WEEKDAYS
from office.profile import Profile, office_codes, profile_of


def offices(look: Look, lang: str) -> list[dict[str, Any]]:
    return [_short(look, profile_of(look, code), lang) for code in office_codes(look.conn)]


def office(look: Look, profile: Profile, lang: str) -> dict[str, Any]:
    """One office in full, its services by their groups."""
    facts = reports.office(look, profile.code)
    groups = [(group, [s for s in facts["services"] if s["group"] == group["letter"]]) for group in profile.groups]
    others = [s for s in facts["services"] if s["group"] not in {group["letter"] for group in profile.groups}]
    return {
        "shown": _short(look, profile, lang), "hours": _hours(facts["hours"], lang),
        "groups": [(group["name"][lang], listed) for group, listed in groups if listed],
        "best": best_time.every_day(look, profile, lang), "best_weeks": DAYS_READ // 7,
        "others": others, "reasons": {s["code"]: _reason(s, lang) for s in facts["services"]},
    }  # fmt: skip


def _short(look: Look, profile: Profile, lang: str) -> dict[str, Any]:
    _, board = reports.board(look, profile.code)
    opening = {
        key: board[key]
        for key in ("open_now", "may_take", "opens_at", "break_until_at", "last_ticket_at", "closes_at", "closed")
    }
    return {
        "code": profile.code, "name": profile.name, "address": profile.address, "confirmed": profile.confirmed,
        "open": board["open_now"], "says": _says(opening, look.now, profile, lang),
        "waiting": _waiting(board["waiting_count"], lang), "is_working": board["open_now"] or board["may_take"],
        "calls": board["calls"][:3], "outages": [_outage(outage, lang) for outage in board["outages"]],
    }  # fmt: skip


def _says(opening: dict[str, Any], now: datetime, profile: Profile, lang: str) -> str:
    """Open until when, or closed until when and why."""
    zone = words.zone_words(profile.timezone)
    if opening["open_now"]:
        return words.say(lang, "home.open_until", zone=zone, time=_time(opening["closes_at"]))
    if opening["break_until_at"]:
        return words.say(lang, "disp.break", zone=zone, time=_time(opening["break_until_at"]))
    if not opening["opens_at"]:
        return words.say(lang, "kiosk.closed_unknown")
    opens = datetime.fromisoformat(opening["opens_at"])
    day = words.day_words(lang, opens.date(), now.astimezone(opens.tzinfo).date())
    said = words.say(lang, "kiosk.closed", zone=zone, day=day, time=words.clock_words(opens))
    reason = (opening["closed"] or {}).get("reason")
    return f"{reason[lang]}. {said}" if reason else said


def _waiting(count: int, lang: str) -> str:
    return words.say(lang, "disp.waiting", n=count) if count else words.say(lang, "disp.nobody_waiting")


def _outage(outage: dict[str, Any], lang: str) -> str:
    reason = words.say(lang, "out." + outage["reason"])
    if outage["service_name"] is None:
        return words.say(lang, "disp.outage_all", reason=reason)
    return words.say(lang, "disp.outage", service=outage["service_name"][lang], reason=reason)


def _hours(week: dict[str, list[str]], lang: str) -> list[tuple[str, list[str]]]:
    """("Senin", ["08.00 - 12.00", ...]) for each day; no spans: closed."""
    spans = {day: [span.replace(":", ".").replace("-", " - ") for span in week[day]] for day in WEEKDAYS}
    return [(words.say(lang, f"day.{number}"), spans[day]) for number, day in enumerate(WEEKDAYS, 1)]


def _reason(service: dict[str, Any], lang: str) -> str | None:
    """Why this office does not offer it; None when it does."""
    return words.say(lang, "home.unavailable", reason=service["reason"][lang]) if service["reason"] else None


def _time(instant: str) -> str:
    return words.clock_words(datetime.fromisoformat(instant))
