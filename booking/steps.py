"""What each step of booking shows, in the words of the resident."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import best_time
import words
from office import places, reports
from office.db import Look
from office.errors import Invalid
from office.hours import opening_at
from office.keeping import OUTAGE, why_not
from office.profile import Profile, ServiceProfile, office_codes, profile_of
from office.states import AppointmentState

# Days with a free place that are shown at once; the next ones are a link away.
DAYS_SHOWN = 4
LOOK_AHEAD_DAYS = 21


def offices(look: Look, lang: str) -> list[dict[str, Any]]:
    """Where: each office with its next free day for its first service."""
    return [_office(look, profile_of(look, code), lang) for code in office_codes(look.conn)]


def _office(look: Look, profile: Profile, lang: str) -> dict[str, Any]:
    first = next((s for s in profile.services.values() if s.available), None)
    free = next_free_day(look, profile, first) if first else None
    outages = [o for o in profile.outages if o.service_id is None]
    return {
        "code": profile.code, "name": profile.name, "address": profile.address, "free": day_said(look, profile, free, lang),
        "best": best_time.next_day(look, profile, lang),
        "outage": words.say(lang, "disp.outage_all", reason=words.say(lang, "out." + outages[0].reason)) if outages else None,
    }


def next_free_day(look: Look, profile: Profile, service: ServiceProfile) -> date | None:
    found = places.next_free(look, profile, places.ask_of(look, profile, service, service.minutes), service.letter, look.now, 1)
    return datetime.fromisoformat(found[0]).date() if found else None


def day_said(look: Look, profile: Profile, on: date | None, lang: str) -> str | None:
    if on is None:
        return None
    return words.day_words(lang, on, look.now.astimezone(ZoneInfo(profile.timezone)).date())


def services(look: Look, profile: Profile, lang: str, query: str) -> list[dict[str, Any]]:
    """Groups with their services; with a query only what fits it, from names, plain words and what people call it."""
    wanted = query.strip().lower()
    opening = opening_at(profile.schedule, look.now)
    listed = []
    for group in profile.groups:
        mine = [s for s in profile.services.values() if s.group == group["letter"] and _fits(s, wanted)]
        if mine:
            rows = [_service(look, profile, s, opening, lang) for s in mine]
            listed.append({"letter": group["letter"], "name": group["name"][lang], "plain": group["plain"][lang], "services": rows})
    return listed


def _fits(service: ServiceProfile, wanted: str) -> bool:
    texts = (*service.name.values(), *service.plain.values(), *service.words, service.code)
    return not wanted or any(wanted in text.lower() for text in texts)


def _service(look: Look, profile: Profile, service: ServiceProfile, opening: Any, lang: str) -> dict[str, Any]:
    outage = reports.service_view(profile, service, opening)["outage"]
    note = service.plain[lang]
    if not service.available:
        reason = (service.reason or {}).get(lang, words.say(lang, "app.unknown"))
        note = words.say(lang, "book.here_not", reason=reason, points=", ".join(offered_at(look, service.code)))
    elif outage:
        note = words.say(lang, "kiosk.service_paused", reason=words.say(lang, "out." + outage["reason"]))
    return {"code": service.code, "name": service.name[lang], "note": note, "available": service.available}


def offered_at(look: Look, code: str) -> list[str]:
    """The short names of the offices where a service is to be had."""
    profiles = [profile_of(look, office) for office in office_codes(look.conn)]
    return [p.short for p in profiles if code in p.services and p.services[code].available]


@dataclass(frozen=True)
class Wanted:
    """What is being booked: the first service, and what else for the family."""

    first: ServiceProfile
    others: tuple[ServiceProfile, ...]

    @property
    def minutes(self) -> int:
        return self.first.minutes + sum(s.minutes for s in self.others)

    @property
    def people(self) -> list[dict[str, list[str]]]:
        return [{"services": [s.code]} for s in (self.first, *self.others)]


def wanted_of(profile: Profile, service: str, others: list[str]) -> Wanted:
    """Errors: unknown_service; invalid for too many at once."""
    if len(others) > 7:
        raise Invalid(fields={"more": "at most 7"}, n=1)
    return Wanted(profile.service(service), tuple(profile.service(code) for code in others))


def times(look: Look, profile: Profile, code: str, minutes: int, first: date | None, lang: str) -> dict[str, Any]:
    """The next days that have a free place, with their starts; {days, later}."""
    today = look.now.astimezone(ZoneInfo(profile.timezone)).date()
    start = max(first or today, today)
    days = [d for d in places.free_days(look, profile.code, code, start, LOOK_AHEAD_DAYS, minutes) if d["state"] == "open"]
    shown = days[:DAYS_SHOWN]
    later = date.fromisoformat(shown[-1]["date"]) + timedelta(days=1) if len(days) > DAYS_SHOWN else None
    return {"days": [_day(d, today, lang) for d in shown], "later": later}


def _day(day: dict[str, Any], today: date, lang: str) -> dict[str, Any]:
    on = date.fromisoformat(day["date"])
    slots = [{"at": s["start"][11:], "time": s["start"][11:16].replace(":", "."), "free": s["free"]} for s in day["slots"]]
    coming = [s for s in slots if s["free"] or on != today]
    said = words.date_words(lang, on)
    return {"on": day["date"], "name": said, "slots": coming, "free": sum(s["free"] for s in slots)}


def when_said(start: str, lang: str, zone: str) -> str:
    """Rabu, 25 November 2026, pukul 09.30 WITA"""
    at = datetime.fromisoformat(start)
    return words.say(lang, "book.at", day=words.date_words(lang, at.date()), time=words.clock_words(at), zone=zone)


def why_closed(look: Look, profile: Profile, booking: dict[str, Any], lang: str) -> str | None:
    """Why the office cannot keep this booking, or has given up its time; None while it stands."""
    if booking["state"] not in (AppointmentState.BOOKED, AppointmentState.MOVED):
        return None
    service = profile.service(booking["service"])
    why = why_not(profile, service.id, datetime.fromisoformat(booking["start"]), booking["minutes"], look.now)
    if why is None:
        return words.say(lang, "book.closed_hours") if booking["state"] == AppointmentState.MOVED else None
    if why["kind"] == OUTAGE:
        return words.say(lang, "book.closed_outage", reason=words.say(lang, "out." + why["reason"]))
    return words.say(lang, "book.closed_because", reason=why["reason"][lang]) if why["reason"] else words.say(lang, "book.closed_hours")
