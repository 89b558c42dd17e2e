"""Booking in five steps: office, service, papers and time, name, the code. A place is held while the form is filled."""

from datetime import datetime
from typing import Any

from flask import Response, redirect, request, url_for

import pages
import words
from api import instant_of
from booking import steps
from booking.api import browser_mark
from booking.blueprint import (
    NO_PLACE,
    booking_of,
    checked,
    from_date,
    refused,
    share_link,
    show,
    start_of_form,
    views,
    who_asks,
)
from booking.phone import normal_phone
from booking.wanted import wanted_of
from office import appointments, places
from office.errors import Invalid, PhoneWanted, Refused
from office.profile import papers_of, profile_of
from office.retention import DAYS_KEPT
from refusals import sentence
from running import running

LETTERS = "ASULWZ"
# The service that helps those who got stuck with filing from home.
ASSISTED = "ASSIST"
# A longer list is sent as the address of its page: in a link each sign of it costs three bytes.
PAPERS_NAMED = 6


@views.get("/book")
def choose_office() -> Response:
    with running().db.read() as look:
        offices = steps.offices(look, pages.language())
    return show("place", offices=offices)


@views.get("/book/<office>")
def choose_service(office: str) -> Response:
    query = request.args.get("q", "")[:60]
    with running().db.read() as look:
        profile = profile_of(look, office)
        groups = steps.services(look, profile, pages.language(), query)
    events = [] if query else steps.life_events(profile, pages.language())
    return show("service", LETTERS, office=profile, groups=groups, query=query, events=events)


@views.get("/book/<office>/<service>")
def choose_time(office: str, service: str) -> Response:
    more = request.args.getlist("more")
    if request.args.get("add"):
        more.append(f"{request.args.get('who', 1)}.{request.args['add']}")
    return times_page(office, service, more)


def times_page(office: str, service: str, more: list[str], refusal: Refused | None = None) -> Response:
    """With a refusal: said above, its status; a phone is asked for where one is wanted, and kept as it was typed."""
    lang = pages.language()
    with running().db.read() as look:
        profile = profile_of(look, office)
        wanted = wanted_of(profile, service, more)
        found = steps.times(look, profile, service, wanted.minutes, from_date(), lang)
    papers = papers_of(wanted.services)
    listed = running().settings.public_url + request.full_path.rstrip("?")
    named = ", ".join(paper[lang] for paper in papers) if len(papers) <= PAPERS_NAMED else listed
    text = words.say(lang, "book.papers_text", service=wanted.first.name[lang], office=profile.short, papers=named)
    helped = profile.services.get(ASSISTED)
    page = show("time", wanted.first.letter, office=profile, wanted=wanted, papers=papers,
                error=sentence(refusal, lang) if refusal else None, phone=phone_asked(refusal),
                share=share_link(text) if papers else None, online=running().settings.online_url,
                helped=helped if helped is not None and helped.available else None, **found)
    return refused(page, refusal) if refusal else page


def phone_asked(refusal: Refused | None) -> dict[str, str] | None:
    """The field for it: {typed, wrong}; None where a time can be had without."""
    if "phone" not in request.form and not isinstance(refusal, PhoneWanted):
        return None
    wrong = words.say(pages.language(), "book.err_phone") if isinstance(refusal, Invalid) else ""
    return {"typed": request.form.get("phone", "")[:30], "wrong": wrong}


@views.post("/book/<office>/<service>")
def hold_time(office: str, service: str) -> Any:
    pages.check_form()
    more = request.form.getlist("more")
    here = running()
    try:
        phone = normal_phone(request.form.get("phone"))
    except Invalid as refusal:
        return times_page(office, service, more, refusal)
    try:
        with here.db.read() as look:
            profile = profile_of(look, office)
        people, start = wanted_of(profile, service, more).group, start_of_form(profile)
        held = here.db.transaction(
            appointments.hold, who_asks(), office, service, start, people,
            browser_mark(), pages.language(), phone, here.settings.secret_key,
        )
    except NO_PLACE as refusal:
        return times_page(office, service, more, refusal)
    return redirect(url_for("booking.details", code=held["code"]), 303)


@views.get("/book/details/<code>")
def details(code: str) -> Response:
    return details_page(code, {}, {})


def details_page(code: str, typed: dict[str, str], wrong: dict[str, str], refusal: Refused | None = None) -> Response:
    booking, profile = booking_of(code)
    lang = pages.language()
    if booking["has_phone"] and "phone" not in typed:  # given with the time
        with running().db.read() as look:
            typed = typed | {"phone": appointments.personal_data(look.conn, code)["phone"]}
    page = show("details", booking["letter"], 422 if wrong else 200, f"/book/details/{booking['code']}", office=profile,
                booking=booking, typed=typed, wrong=wrong, error=sentence(refusal, lang) if refusal else None,
                others=steps.time_choices(refusal.facts.get("next", []), lang) if refusal else [],
                family=steps.family_of(profile, booking["people"], lang), back=steps.way_back(booking),
                hold_minutes=places.rules_of(profile).hold_minutes, days_kept=DAYS_KEPT,
                when=steps.when_said(booking["start"], lang, words.zone_words(profile.timezone)))
    return refused(page, refusal) if refusal else page


@views.post("/book/details/<code>")
def confirm(code: str) -> Any:
    """Errors are said beside their field, and what was typed is kept."""
    pages.check_form()
    typed = {key: request.form.get(key, "").strip()[:120] for key in ("name", "phone", "email")}
    booking, _ = booking_of(code)
    if request.form.get("start"):
        return hold_instead(booking, instant_of(request.form["start"], "start"), typed)
    given, wrong = checked(typed)
    if wrong:
        return details_page(code, typed, wrong)
    try:
        done = running().db.transaction(
            appointments.book, who_asks(), booking["office"], booking["service"], instant_of(booking["start"], "start"), given["name"],
            phone=given["phone"], email=given["email"], people=booking["people"], lang=pages.language(),
            secret=running().settings.secret_key, browser=browser_mark(), hold_code=code,
        )
    except NO_PLACE as refusal:
        return details_page(code, typed, {}, refusal)
    return redirect(url_for("booking.show_booking", code=done["code"]), 303)


def hold_instead(booking: dict[str, Any], start: datetime, typed: dict[str, str]) -> Response:
    """The place was gone: another one is held, and the form keeps what was typed."""
    try:
        held = running().db.transaction(
            appointments.hold, who_asks(), booking["office"], booking["service"], start, booking["people"],
            browser_mark(), pages.language(), checked(typed)[0].get("phone"), running().settings.secret_key,
        )
    except NO_PLACE as refusal:
        return details_page(booking["code"], typed, {}, refusal)
    return details_page(held["code"], typed, {})
