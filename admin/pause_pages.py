"""Outages, and dates with other hours than the week's."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask import request

import pages
import words
from admin.blueprint import act, done, for_admin, form_text, office_choices, show, views
from admin.moments import moment_words
from office import affected, closures, outages, overview
from office.actors import Actor
from office.clock import day_of
from office.errors import Invalid, Refused
from office.events import count_waiting
from office.hours import read_span
from office.profile import Profile, profile_of
from office.reports import outage_view
from running import running


@views.get("/admin/outages")
@for_admin
def outages_page(person: Actor) -> Any:
    return _list(person)


def _list(person: Actor, refusal: Refused | None = None, form: str = "") -> Any:
    """`form`: which of the two was refused."""
    lang = pages.language()
    with running().db.read() as look:
        profiles = [profile_of(look, code) for code in overview.codes_for(look, person)]
        today = min((day_of(look.now, p.timezone) for p in profiles), default=look.now.date())
        found = [_outage(p, outage_view(p, o), lang, look.now) for p in profiles for o in p.outages]
        dates = closures.closures(look, person, today)
        holidays = closures.holidays_ahead(look, person, today)
        in_vain = sum(affected.count_untold(look, profile) for profile in profiles)
        offices = office_choices(look, person)
    return show(
        "outages", person, refusal, place="outages", outages=found, in_vain=in_vain, offices=offices, reasons=outages.REASONS, form=form,
        services=_services(profiles, lang), dates=[_closure(row, lang) for row in dates], today=today.isoformat(),
        holidays=[{"date": words.date_words(lang, h["on_day"]), "name": h["name"][lang]} for h in holidays],
    )  # fmt: skip


def _outage(profile: Profile, view: dict[str, Any], lang: str, now: datetime) -> dict[str, Any]:
    return {
        **view, "office_name": profile.name, "what": _service_name(view["service_name"], lang),
        "why": words.say(lang, "out." + view["reason"]),
        "begun": moment_words(lang, view["since"], profile.timezone, now),
        "back": moment_words(lang, view["until"], profile.timezone, now),
    }  # fmt: skip


def _service_name(name: dict[str, str] | None, lang: str) -> str:
    return name[lang] if name else words.say(lang, "admin.every_service")


def _services(profiles: list[Profile], lang: str) -> list[tuple[str, str]]:
    """(code, name) of every service that any of these offices offers."""
    return list({s.code: (s.code, s.name[lang]) for p in profiles for s in p.services.values() if s.available}.values())


def _closure(row: dict[str, Any], lang: str) -> dict[str, Any]:
    return {
        **row, "date": words.date_words(lang, row["on_day"]), "why": row["reason"][lang],
        "office_name": row["office_name"] or words.say(lang, "admin.every_office"),
        "says": ", ".join(row["hours"]).replace(":", ".") or words.say(lang, "admin.office_closed"),
    }  # fmt: skip


@views.post("/admin/outages")
@for_admin
def start_outage(person: Actor) -> Any:
    """First what would stop; with `sure` it stops."""
    try:
        asked, shown = _asked_outage(person)
        if "sure" not in request.form:
            return show("outage", person, place="outages", asked=request.form, **shown)
        act(outages.report_outage, person, **asked)
    except Refused as refusal:
        return _list(person, refusal, "outage")
    return done("admin.outages_page", "admin.outage_started", service=shown["service"])


def _asked_outage(person: Actor) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the use case takes, and the same in words. Errors: forbidden, unknown_office, unknown_service, invalid."""
    office, service, reason = form_text("office"), form_text("service") or None, form_text("reason_code")
    lang = pages.language()
    person.must_work_at(office)
    with running().db.read() as look:
        profile = profile_of(look, office)
        name = _service_name(profile.service(service).name if service else None, lang)
        until_at = _until(form_text("until"), profile.timezone, look.now)
        waiting = count_waiting(look.conn, profile.id, day_of(look.now, profile.timezone))
    if reason not in outages.REASONS:
        raise Invalid(fields={"reason_code": "not chosen"}, n=1)
    asked = {"office": office, "service": service, "reason": reason, "until_at": until_at}
    why = words.say(lang, "out." + reason)
    return asked, {"service": name, "office_name": profile.name, "why": why, "waiting": waiting}


def _until(typed: str, timezone: str, now: datetime) -> datetime | None:
    """13:30 or 13.30 of today in the office's zone. Errors: invalid when it is no time, or over."""
    if not typed:
        return None
    try:
        here = now.astimezone(ZoneInfo(timezone))
        until_at = datetime.combine(here.date(), time.fromisoformat(typed.replace(".", ":")), here.tzinfo)
    except ValueError:
        until_at = now
    if until_at <= now:
        raise Invalid(fields={"until": "a time later than now"}, n=1)
    return until_at


@views.post("/admin/outages/<int:outage>/end")
@for_admin
def end_outage(person: Actor, outage: int) -> Any:
    lang = pages.language()
    with running().db.read() as look:
        profiles = [profile_of(look, code) for code in overview.codes_for(look, person)]
        names = {o.id: outage_view(p, o)["service_name"] for p in profiles for o in p.outages}
    act(outages.end_outage, person, outage_id=outage)
    return done("admin.outages_page", "admin.outage_ended", service=_service_name(names.get(outage), lang))


@views.post("/admin/closures")
@for_admin
def add_closure(person: Actor) -> Any:
    """First what would be fixed; with `sure` it is."""
    try:
        asked = _asked_closure()
        if "sure" not in request.form:
            return _check_closure(person, asked)
        act(closures.set_hours, person, **asked)
    except Refused as refusal:
        return _list(person, refusal, "closure")
    return done("admin.outages_page", "admin.closure_saved", date=words.date_words(pages.language(), asked["on_day"]))


def _asked_closure() -> dict[str, Any]:
    """Errors: invalid when the date cannot be read."""
    try:
        on_day = date.fromisoformat(form_text("on_day"))
    except ValueError:
        raise Invalid(fields={"on_day": "a date"}, n=1) from None
    hours = [span.strip().replace(".", ":") for span in form_text("hours").split(",") if span.strip()]
    reason = {"id": form_text("reason")[:120], "en": (form_text("reason_en") or form_text("reason"))[:120]}
    return {"office": form_text("office") or None, "on_day": on_day, "hours": hours, "reason": reason}


def _check_closure(person: Actor, asked: dict[str, Any]) -> Any:
    lang = pages.language()
    with running().db.read() as look:
        closures.check_hours(look, person, **asked)
        spans = tuple(read_span(text) for text in asked["hours"])
        codes = [asked["office"]] if asked["office"] else overview.codes_for(look, person)
        in_vain = sum(affected.count_if(look, profile_of(look, code), asked["on_day"], spans) for code in codes)
        name = profile_of(look, asked["office"]).name if asked["office"] else words.say(lang, "admin.every_office")
    return show(
        "closure", person, place="outages", asked=request.form, office_name=name, reason=asked["reason"][lang], in_vain=in_vain,
        date=words.date_words(lang, asked["on_day"]), hours=", ".join(asked["hours"]).replace(":", "."),
    )  # fmt: skip


@views.get("/admin/closures/<int:closure>/remove")
@for_admin
def ask_to_remove(person: Actor, closure: int) -> Any:
    with running().db.read() as look:
        row = closures.closure_row(look.conn, closure, person)
    return show("closure_remove", person, place="outages", closure=_closure(row, pages.language()))


@views.post("/admin/closures/<int:closure>/remove")
@for_admin
def remove_closure(person: Actor, closure: int) -> Any:
    with running().db.read() as look:
        row = closures.closure_row(look.conn, closure, person)
    act(closures.remove, person, closure_id=closure)
    return done("admin.outages_page", "admin.closure_removed", date=words.date_words(pages.language(), row["on_day"]))
