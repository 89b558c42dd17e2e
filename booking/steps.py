"""What each step of booking shows, in the words of the resident."""

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import best_time
import words
from office import places
from office.db import Look
from office.hours import day_of_schedule
from office.keeping import OUTAGE
from office.outlook import expectations
from office.profile import Profile, ServiceProfile, office_codes, profile_of
from office.states import AppointmentState

# Days with a free place that are shown at once; the next ones are a link away.
DAYS_SHOWN = 3
LOOK_AHEAD_DAYS = 21


def offices(look: Look, lang: str) -> list[dict[str, Any]]:
    """Where: each office with its next free day for its first service."""
    return [_office(look, profile_of(look, code), lang) for code in office_codes(look.conn)]


def _office(look: Look, profile: Profile, lang: str) -> dict[str, Any]:
    offered = [service for service in profile.services.values() if service.available]
    free = next_free_day(look, profile, offered[0]) if offered else None
    outages = [o for o in profile.outages if o.service_id is None]
    some = "book.services_some" if len(offered) < len(profile.services) else "book.services_all"
    return {
        "code": profile.code, "name": profile.name, "address": profile.address, "free": day_said(look, profile, free, lang),
        "best": best_time.next_day(look, profile, lang),
        "today": today_said(look, profile, lang), "place": profile.settings.get("place"),
        "services": words.say(lang, some, n=len(offered), k=len(profile.services)),
        "outage": words.say(lang, "disp.outage_all", reason=words.say(lang, "out." + outages[0].reason)) if outages else None,
    }


def today_said(look: Look, profile: Profile, lang: str) -> str:
    """Until when the counters work today."""
    here = look.now.astimezone(ZoneInfo(profile.timezone))
    day = day_of_schedule(profile.schedule, here.date())
    if not day.spans or here.time() >= day.spans[-1].end:
        return words.say(lang, "book.today_closed")
    return words.say(lang, "book.today_open", time=words.clock_words(day.spans[-1].end), zone=words.zone_words(profile.timezone))


def life_events(profile: Profile, lang: str) -> list[dict[str, Any]]:
    """What happened to a resident, with the services it needs here: {name, first, more}."""
    found = []
    for event in profile.life_events:
        codes = [code for code in event["services"] if code in profile.services and profile.services[code].available]
        if codes and codes[0] == event["services"][0]:
            found.append({"name": event["name"][lang], "first": codes[0], "more": [f"1.{code}" for code in codes[1:]]})
    return found


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
    is_any_missing = not all(service.available for service in profile.services.values())
    everywhere = [profile_of(look, code) for code in office_codes(look.conn)] if is_any_missing else []
    listed, letters = [], [group["letter"] for group in profile.groups]
    for group in profile.groups:
        mine = [s for s in profile.services.values() if _group_of(s, letters) == group["letter"] and _fits(s, wanted)]
        if mine:
            rows = [_service(profile, s, everywhere, lang) for s in mine]
            listed.append({"letter": group["letter"], "name": group["name"][lang], "plain": group["plain"][lang], "services": rows})
    return listed


def _group_of(service: ServiceProfile, letters: list[str]) -> str:
    """A service of no group stands with the last one."""
    return next(letter for letter in (service.group, service.letter, letters[-1]) if letter in letters)


def _fits(service: ServiceProfile, wanted: str) -> bool:
    texts = (*service.name.values(), *service.plain.values(), *service.words, service.code)
    return not wanted or any(wanted in text.lower() for text in texts)


def _service(profile: Profile, service: ServiceProfile, everywhere: list[Profile], lang: str) -> dict[str, Any]:
    outage = profile.outage_of(service.id)
    note, elsewhere = service.plain[lang], []
    if not service.available:
        reason = (service.reason or {}).get(lang, words.say(lang, "app.unknown"))
        note, elsewhere = words.say(lang, "book.here_not", reason=reason), offered_at(everywhere, service.code)
    elif outage:
        note = words.say(lang, "kiosk.service_paused", reason=words.say(lang, "out." + outage.reason))
    return {"code": service.code, "name": service.name[lang], "note": note, "available": service.available, "elsewhere": elsewhere}


def offered_at(profiles: list[Profile], code: str) -> list[Profile]:
    """Those offices where a service is to be had."""
    return [p for p in profiles if code in p.services and p.services[code].available]


def times(look: Look, profile: Profile, code: str, minutes: int, first: date | None, lang: str) -> dict[str, Any]:
    """The next days that have a free place, with their starts; {days, later, punctual}."""
    today = look.now.astimezone(ZoneInfo(profile.timezone)).date()
    start = max(first or today, today)
    days = [d for d in places.free_days(look, profile.code, code, start, LOOK_AHEAD_DAYS, minutes) if d["state"] == "open"]
    shown = days[:DAYS_SHOWN]
    later = date.fromisoformat(shown[-1]["date"]) + timedelta(days=1) if len(days) > DAYS_SHOWN else None
    return {"days": [_day(d, today, lang) for d in shown], "later": later, "punctual": punctual(look, profile, lang)}


def punctual(look: Look, profile: Profile, lang: str) -> str:
    """How long after the slot booked people are called here."""
    minutes = expectations(look.memo, profile.code).booked_by
    return words.say(lang, "book.punctual_unknown") if minutes is None else words.say(lang, "book.punctual", n=minutes)


def _day(day: dict[str, Any], today: date, lang: str) -> dict[str, Any]:
    on = date.fromisoformat(day["date"])
    slots = [{"at": s["start"][11:16], "time": s["start"][11:16].replace(":", "."), "free": s["free"]} for s in day["slots"]]
    coming = [s for s in slots if s["free"] or on != today]
    said = words.date_words(lang, on)
    return {"on": day["date"], "name": said, "slots": coming, "free": sum(s["free"] for s in slots)}


def when_said(start: str, lang: str, zone: str) -> str:
    """Rabu, 25 November 2026, pukul 09.30 WITA"""
    at = datetime.fromisoformat(start)
    return words.say(lang, "book.at", day=words.date_words(lang, at.date()), time=words.clock_words(at), zone=zone)


def why_closed(booking: dict[str, Any], lang: str) -> str | None:
    """Why the office cannot keep this booking, or has given up its time; None while it stands."""
    why = booking["closed"]
    if why is None:
        return words.say(lang, "book.closed_hours") if booking["state"] == AppointmentState.MOVED else None
    if why["kind"] == OUTAGE:
        return words.say(lang, "book.closed_outage", reason=words.say(lang, "out." + why["reason"]))
    return words.say(lang, "book.closed_because", reason=why["reason"][lang]) if why["reason"] else words.say(lang, "book.closed_hours")


def way_back(booking: dict[str, Any]) -> str:
    """The page of times, with the family that a booking is for."""
    listed = [f"{n}.{code}" for n, person in enumerate(booking["people"], 1) for code in person["services"]]
    more = urlencode([("more", item) for item in listed[1:]])
    return f"/book/{booking['office']}/{booking['service']}" + (f"?{more}" if more else "")


def family_of(profile: Profile, people: list[dict[str, Any]], lang: str) -> list[list[str]]:
    """The names of each person's services, of a booking."""
    return [[profile.service(code).name[lang] for code in person["services"]] for person in people]


def time_choices(starts: list[str], lang: str) -> list[dict[str, str]]:
    """Free starts as buttons: {start, said}."""
    moments = [(start, datetime.fromisoformat(start)) for start in starts]
    return [{"start": start, "said": f"{words.short_date_words(lang, at.date())} {words.clock_words(at)}"} for start, at in moments]
