"""A ticket's view as the sentences that its holder reads."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import words
from office.profile import Profile

#: from so few people ahead on, the resident should come near
NEAR = 2
#: the line is drawn head by head up to so many
DRAWN = 7
#: a range that ends so soon is said as "less than so many minutes" (policy: exact clock times would be false there)
SOON_MINUTES, SAID_MINUTES = 10, 15
#: whoever has so long may leave the hall, and is told when to be back
AWAY_MINUTES = 20
NOTES_AT_MOST = 3
SPOKEN = {
    "first": "stat.first", "soon": "stat.soon", "held": "stat.held", "missed": "stat.skipped", "done": "stat.done",
    "left": "stat.left", "carried": "state.carried_over",
}  # fmt: skip
STATES = {
    "called": "called", "serving": "serving", "held": "held", "no_show": "missed", "finished": "done",
    "left": "left", "carried_over": "carried",
}  # fmt: skip
#: nothing changes any more: the page stops asking
FINAL = ("done", "left", "carried", "expired")


def kind_of(view: dict[str, Any]) -> str:
    """Which of the page's faces a ticket has now."""
    if not view["valid_today"] and view["state"] != "carried_over":
        return "expired"
    if view["state"] != "waiting":
        return STATES[view["state"]]
    if view["ahead"] == 0:
        return "first"
    return "soon" if view["ahead"] <= NEAR else "waiting"


def page_of(view: dict[str, Any], profile: Profile, lang: str, why: list[str] | None = None) -> dict[str, Any]:
    """All that templates/resident/now.html shows."""
    kind, zone = kind_of(view), words.zone_words(profile.timezone)
    told, ahead = _told(kind, view, lang), view["ahead"] or 0
    return {
        "view": view, "kind": kind, "told": told,
        "lead": words.say(lang, "stat.your_turn") if kind == "called" else told,
        "title": f"{view['label']}: {told}", "day": words.date_words(lang, date.fromisoformat(view["day"])),
        "service": view["service_name"][lang], "taken": _clock(view["issued_at"]), "at": _clock(view["at"]),
        "called_at": _clock(view["called_at"]), "eta": expected_call(kind, view, lang, zone),
        "heads": min(ahead, DRAWN), "more_heads": ahead > DRAWN, "papers": _papers(kind, view, lang),
        "must_come": profile.service(view["service"]).presence == "self",
        "offer_booking": kind == "missed" or bool((view["expect"] or {}).get("unlikely")),
        "why": why if kind in ("waiting", "soon", "first") else None,
        "is_final": kind in FINAL, "may_leave": kind in ("waiting", "soon", "first", "held"),
    }  # fmt: skip


def _told(kind: str, view: dict[str, Any], lang: str) -> str:
    """The one sentence that says how it stands."""
    if kind == "waiting":
        return words.say(lang, "stat.waiting", n=view["ahead"])
    if kind in ("called", "serving"):
        return words.say(lang, f"stat.{kind}", n=view["counter"])
    if kind == "expired":
        return words.say(lang, "stat.expired", date=words.date_words(lang, date.fromisoformat(view["day"])))
    return words.say(lang, SPOKEN[kind])


def expected_call(kind: str, view: dict[str, Any], lang: str, zone: str) -> dict[str, Any] | None:
    """{lead, strong, notes}: when, as a range; or why nobody can say. Only for who waits."""
    if kind not in ("waiting", "soon", "first"):
        return None
    expect = view["expect"]
    if not expect:
        return {"lead": _why_unknown(view, lang), "strong": "", "notes": []}
    notes = _notes(expect, view["at"], lang, zone)
    if _minutes(view["at"], expect["to"]) < SOON_MINUTES:
        return {"lead": "", "strong": words.say(lang, "eta.soon", n=SAID_MINUTES), "notes": notes}
    span = words.say(lang, "kiosk.eta_range", zone=zone, a=_clock(expect["from"]), b=_clock(expect["to"]))
    return {"lead": words.say(lang, "kiosk.eta"), "strong": span, "notes": notes}


def _why_unknown(view: dict[str, Any], lang: str) -> str:
    if view["outage"]:
        return words.say(lang, "eta.outage", reason=words.say(lang, "out." + view["outage"]["reason"]))
    return words.say(lang, "eta.unknown" if view["any_counter_open"] else "eta.no_counter")


def _notes(expect: dict[str, Any], at: str, lang: str, zone: str) -> list[str]:
    """How sure it is, what changed, when to be back. Fields may be missing from an older forecast."""
    by, back_by = expect.get("by"), expect.get("back_by")
    notes = [words.say(lang, "eta.unlikely")] if expect.get("unlikely") else []
    if expect.get("moved"):
        notes.append(words.say(lang, "eta." + expect["moved"]))
    if by:
        notes.append(words.say(lang, "eta.p90", zone=zone, time=_clock(by)))
    if back_by and _minutes(at, back_by) >= AWAY_MINUTES:
        notes.append(words.say(lang, "eta.be_back", zone=zone, time=_clock(back_by)))
    if expect.get("first_guess"):
        notes.append(words.say(lang, "eta.first_note"))
    return notes[:NOTES_AT_MOST]


def _minutes(since: str, until: str) -> float:
    return (datetime.fromisoformat(until) - datetime.fromisoformat(since)).total_seconds() / 60


def why_others(others: list[dict[str, Any]], view: dict[str, Any], promised_at: datetime, profile: Profile, lang: str) -> list[str]:
    """Why who came later was called first, and one's own times: three sentences at most."""
    zone = words.zone_words(profile.timezone)
    told = [_why_other(other, lang, zone) for other in others]
    turn = words.clock_words(promised_at.astimezone(ZoneInfo(profile.timezone)))
    return [*told, words.say(lang, "stat.why_you", a=_clock(view["issued_at"]), b=turn)]


def _why_other(other: dict[str, Any], lang: str, zone: str) -> str:
    code, number = other["code"], other["ticket"]
    if code in ("booked", "late", "early"):
        return words.say(lang, "stat.why_booked", zone=zone, number=number, time=_clock(other["called"]["at"]))
    if code == "picked":
        reason = words.say(lang, "op.pick_" + other["why"])
        return words.say(lang, "stat.why_picked", number=number, reason=reason[:1].lower() + reason[1:])
    if code == "longest_waiting" and not other["sooner"]:
        return words.say(lang, "stat.why_counter", number=number)
    return words.say(lang, "stat.why_priority" if code == "priority" else "stat.why_longer", number=number)


def _papers(kind: str, view: dict[str, Any], lang: str) -> list[str]:
    """What to have ready, as long as it is of use."""
    if kind in FINAL or kind in ("missed", "serving"):
        return []
    return [paper[lang] for paper in view["requirements"]]


def _clock(instant: str | None) -> str:
    """ "2026-11-24T09:12:00.000+08:00" -> 09.12"""
    return words.clock_words(datetime.fromisoformat(instant)) if instant else ""
