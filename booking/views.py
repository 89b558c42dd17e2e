"""Booking's pages: forms that work without script. A place is held while the form is filled."""

import secrets
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, redirect, request, url_for

import pages
import words
from api import PERSON_COOKIE, instant_of
from booking import steps
from booking.api import BROWSER_COOKIE, RESIDENT, browser_mark, name_of, read_booking, with_links
from booking.mail_address import normal_email
from booking.phone import normal_phone
from office import appointments, arrivals
from office.actors import Actor
from office.errors import Forbidden, Invalid, OneActiveBooking, Refused, SlotClosed, SlotFull, UnknownBooking
from office.profile import Profile, profile_of
from qr import qr_path
from refusals import sentence
from running import running
from styles import style

views = Blueprint("booking", __name__)
A_YEAR_SECONDS = 31_536_000
LETTERS = "ASULWZ"
NO_PLACE = (SlotFull, SlotClosed, OneActiveBooking)


def show(template: str, letter: str = "", status: int = 200, **context: Any) -> Response:
    """A page of booking; the browser gets the mark by which its holds are told from others'."""
    settings, who = running().settings, who_asks()
    ways = {"email": settings.has_mail, "phone": settings.has_gateway}  # promised is only what can be sent
    response = pages.render(f"booking/{template}.html", status, css=style("booking.css", letter), ways=ways,
                            officer=who if who.kind == "person" else None, **context)
    if not request.cookies.get(BROWSER_COOKIE):
        pages.set_cookie(response, BROWSER_COOKIE, secrets.token_urlsafe(18), A_YEAR_SECONDS)
    return response


def who_asks() -> Actor:
    """A signed-in person books on a resident's behalf; everybody else is a resident."""
    token = request.cookies.get(PERSON_COOKIE, "")
    who = running().keeper.actor_of(token) if token else None
    return who if who is not None and who.kind == "person" else RESIDENT


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
    return show("service", LETTERS, office=profile, groups=groups, query=query)


@views.get("/book/<office>/<service>")
def choose_time(office: str, service: str) -> Response:
    return times_page(office, service, request.args.getlist("more"))


def times_page(office: str, service: str, more: list[str], error: str | None = None) -> Response:
    lang = pages.language()
    with running().db.read() as look:
        profile = profile_of(look, office)
        wanted = steps.wanted_of(profile, service, more)
        found = steps.times(look, profile, service, wanted.minutes, _from(), lang)
    return show("time", wanted.first.letter, 409 if error else 200, office=profile, wanted=wanted, error=error, more=more,
                online=False, **found)


def start_of_form() -> datetime:
    """The button that was pressed: its day's form, and its time. Errors: invalid."""
    return instant_of(f"{request.form.get('on', '')}T{request.form.get('at', '')}", "start")


def _from() -> date | None:
    """?from= of the link to later days; nonsense is today."""
    try:
        return date.fromisoformat(request.args.get("from", ""))
    except ValueError:
        return None


@views.post("/book/<office>/<service>")
def hold_time(office: str, service: str) -> Any:
    pages.check_form()
    more = request.form.getlist("more")
    here = running()
    try:
        with here.db.read() as look:
            people = steps.wanted_of(profile_of(look, office), service, more).people
        held = here.db.transaction(
            appointments.hold, who_asks(), office, service, start_of_form(), people,
            browser_mark(), pages.language(),
        )
    except NO_PLACE as refusal:
        return times_page(office, service, more, sentence(refusal, pages.language()))
    return redirect(url_for("booking.details", code=held["code"]), 303)


@views.get("/book/details/<code>")
def details(code: str) -> Response:
    return details_page(code, {}, {})


def details_page(code: str, typed: dict[str, str], wrong: dict[str, str], error: str | None = None) -> Response:
    booking, profile = _booking(code)
    status = 422 if wrong else 409 if error else 200
    return show("details", booking["letter"], status, office=profile, booking=booking, typed=typed, wrong=wrong, error=error,
                hold_minutes=10, when=steps.when_said(booking["start"], pages.language(), words.zone_words(profile.timezone)))


@views.post("/book/details/<code>")
def confirm(code: str) -> Any:
    """Errors are said beside their field, and what was typed is kept."""
    pages.check_form()
    typed = {key: request.form.get(key, "").strip()[:120] for key in ("name", "phone", "email")}
    given, wrong = _checked(typed)
    if wrong:
        return details_page(code, typed, wrong)
    booking, _ = _booking(code)
    try:
        done = running().db.transaction(
            appointments.book, who_asks(), booking["office"], booking["service"], instant_of(booking["start"], "start"), given["name"],
            phone=given["phone"], email=given["email"], people=booking["people"], lang=pages.language(),
            secret=running().settings.secret_key, browser=browser_mark(), hold_code=code,
        )
    except NO_PLACE as refusal:
        return details_page(code, typed, {}, sentence(refusal, pages.language()))
    return redirect(url_for("booking.show_booking", code=done["code"]), 303)


CHECKS = (("name", name_of, "book.err_name"), ("phone", normal_phone, "book.err_phone"), ("email", normal_email, "book.err_email"))


def _checked(typed: dict[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """Each field as it is kept, and what is wrong with which."""
    given: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for field, check, complaint in CHECKS:
        try:
            given[field] = check(typed[field])
        except Invalid:
            wrong[field] = words.say(pages.language(), complaint)
    return given, wrong


@views.get("/b")
def find_booking() -> Any:
    """The code by hand: from a message, a slip of paper, somebody's mouth."""
    code = request.args.get("code", "")
    if not code:
        return show("find", error=None, code="")
    try:
        found = read_booking(code)
    except UnknownBooking:
        return show("find", status=404, error=words.say(pages.language(), "book.unknown_code"), code=code[:20])
    return redirect(url_for("booking.show_booking", code=found["code"]), 303)


@views.get("/b/<code>")
def show_booking(code: str) -> Response:
    return booking_page(code)


def booking_page(code: str, said: str | None = None, error: str | None = None) -> Response:
    """A booking that the office cannot keep says so and offers the next free times."""
    booking, profile = _booking(code)
    lang = pages.language()
    with running().db.read() as look:
        closed = steps.why_closed(look, profile, booking, lang)
        offer = steps.times(look, profile, booking["service"], booking["minutes"], None, lang) if closed else {"days": [], "later": None}
    when = steps.when_said(booking["start"], lang, words.zone_words(profile.timezone))
    text = words.say(lang, "book.share_text", office=profile.short, day=when, time=booking["start"][11:16].replace(":", "."),
                     code=booking["shown_code"], link=booking["manage_url"])
    return show("booked", booking["letter"], 409 if error else 200, office=profile, booking=booking, when=when,
                qr=qr_path(booking["code"]), share="https://wa.me/?text=" + quote(text, safe=""), said=said, error=error,
                may_note=who_asks().is_staff, closed=closed, **offer)


@views.post("/b/<code>/arrive")
def arrive(code: str) -> Response:
    """An officer's button: the resident stands there with the code. Errors: forbidden."""
    pages.check_form()
    officer, lang = who_asks(), pages.language()
    _, profile = _booking(code)
    if not officer.is_staff:
        raise Forbidden()
    office = officer.office_code or profile.code  # who works at every office stands where the booking is
    try:
        ticket = running().db.transaction(arrivals.check_in, officer, office, code)
    except Refused as refusal:
        return booking_page(code, error=sentence(refusal, lang))
    return booking_page(code, said=words.say(lang, "book.already_in" if ticket["again"] else "book.checked_in", number=ticket["label"]))


def _booking(code: str) -> tuple[dict[str, Any], Profile]:
    booking = with_links(read_booking(code))
    with running().db.read() as look:
        return booking, profile_of(look, booking["office"])


@views.get("/b/<code>/move")
def choose_other_time(code: str) -> Response:
    return move_page(code)


def move_page(code: str, error: str | None = None) -> Response:
    booking, profile = _booking(code)
    lang = pages.language()
    with running().db.read() as look:
        found = steps.times(look, profile, booking["service"], booking["minutes"], _from(), lang)
    return show("move", booking["letter"], 409 if error else 200, office=profile, booking=booking, error=error, **found)


@views.post("/b/<code>/move")
def move(code: str) -> Any:
    """The old time stands until the new one is had."""
    pages.check_form()
    try:
        running().db.transaction(appointments.move_booking, RESIDENT, code, start_of_form())
    except Refused as refusal:
        said = words.say(pages.language(), "book.change_fail") + " " + sentence(refusal, pages.language())
        return move_page(code, said)
    return redirect(url_for("booking.show_booking", code=code), 303)


@views.get("/b/<code>/cancel")
def ask_to_cancel(code: str) -> Response:
    booking, profile = _booking(code)
    when = steps.when_said(booking["start"], pages.language(), words.zone_words(profile.timezone))
    return show("cancel", booking["letter"], office=profile, booking=booking, when=when)


@views.post("/b/<code>/cancel")
def cancel(code: str) -> Any:
    pages.check_form()
    running().db.transaction(appointments.cancel, RESIDENT, code)
    return redirect(url_for("booking.show_booking", code=code), 303)


@views.get("/b/<code>/data")
def my_data(code: str) -> Response:
    return data_page(code, None, {})


def data_page(code: str, typed: dict[str, str] | None, wrong: dict[str, str], said: str | None = None) -> Response:
    booking, profile = _booking(code)
    with running().db.read() as look:
        kept = appointments.personal_data(look.conn, code)
    status = 422 if wrong else 200
    return show("data", booking["letter"], status, office=profile, booking=booking, kept=typed or kept, wrong=wrong, said=said)


@views.post("/b/<code>/data")
def change_data(code: str) -> Response:
    """See, correct, erase: by the code alone, for nothing else is known of the resident."""
    pages.check_form()
    lang, here = pages.language(), running()
    if request.form.get("erase"):
        here.db.transaction(appointments.erase, RESIDENT, code)
        return data_page(code, None, {}, words.say(lang, "book.data_erased"))
    typed = {key: request.form.get(key, "").strip()[:120] for key in ("name", "phone", "email")}
    given, wrong = _checked(typed)
    if wrong:
        return data_page(code, typed, wrong)
    try:
        here.db.transaction(appointments.correct, RESIDENT, code, secret=here.settings.secret_key, **given)
    except OneActiveBooking as refusal:
        return data_page(code, typed, {"phone": sentence(refusal, lang)})
    return data_page(code, None, {}, words.say(lang, "book.data_saved"))
