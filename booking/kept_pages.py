"""The booking in the hand: see, move, cancel; the arrival that an officer notes; what is kept of a person."""

from datetime import datetime
from typing import Any

from flask import Response, redirect, request, url_for

import pages
import words
from booking import steps
from booking.api import RESIDENT, read_booking
from booking.blueprint import booking_of, checked, from_date, share_link, show, start_of_form, views, who_asks
from office import appointments, arrivals, messages
from office.errors import Forbidden, OneActiveBooking, Refused, UnknownBooking
from office.line import rules_of
from qr import qr_path
from refusals import sentence
from running import running


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
    booking, profile = booking_of(code)
    lang = pages.language()
    with running().db.read() as look:
        closed = steps.why_closed(booking, lang)
        number = arrivals.number_of(look.conn, code)
        reminds = messages.is_reminder_ahead(datetime.fromisoformat(booking["start"]), look.now)
        offer = {"days": [], "later": None, "punctual": steps.punctual(look, profile, lang)}
        if closed:
            offer = steps.times(look, profile, booking["service"], booking["minutes"], None, lang)
    when = steps.when_said(booking["start"], lang, words.zone_words(profile.timezone))
    text = words.say(lang, "book.share_text", office=profile.short, day=when, time=booking["start"][11:16].replace(":", "."),
                     code=booking["shown_code"], link=booking["manage_url"])
    return show("booked", booking["letter"], 409 if error else 200, office=profile, booking=booking, when=when,
                qr=qr_path(booking["code"]), share=share_link(text), said=said, error=error, may_note=who_asks().is_staff,
                family=steps.family_of(profile, booking["people"], lang), rules=rules_of(profile), closed=closed, number=number,
                reminds=reminds, address=f"/b/{booking['code']}", **offer)


@views.post("/b/<code>/arrive")
def arrive(code: str) -> Response:
    """An officer's button: the resident stands there with the code. Errors: forbidden."""
    pages.check_form()
    officer, lang = who_asks(), pages.language()
    _, profile = booking_of(code)
    if not officer.is_staff:
        raise Forbidden()
    office = officer.office_code or profile.code  # who works at every office stands where the booking is
    try:
        ticket = running().db.transaction(arrivals.check_in, officer, office, code)
    except Refused as refusal:
        return booking_page(code, error=sentence(refusal, lang))
    return booking_page(code, said=words.say(lang, "book.already_in" if ticket["again"] else "book.checked_in", number=ticket["label"]))


@views.get("/b/<code>/move")
def choose_other_time(code: str) -> Response:
    return move_page(code)


def move_page(code: str, error: str | None = None) -> Response:
    booking, profile = booking_of(code)
    lang = pages.language()
    with running().db.read() as look:
        found = steps.times(look, profile, booking["service"], booking["minutes"], from_date(), lang)
    return show("move", booking["letter"], 409 if error else 200, office=profile, booking=booking, error=error, **found)


@views.post("/b/<code>/move")
def move(code: str) -> Any:
    """The old time stands until the new one is had."""
    pages.check_form()
    _, profile = booking_of(code)
    try:
        running().db.transaction(appointments.move_booking, RESIDENT, code, start_of_form(profile))
    except Refused as refusal:
        said = words.say(pages.language(), "book.change_fail") + " " + sentence(refusal, pages.language())
        return move_page(code, said)
    return redirect(url_for("booking.show_booking", code=code), 303)


@views.get("/b/<code>/cancel")
def ask_to_cancel(code: str) -> Response:
    booking, profile = booking_of(code)
    when = steps.when_said(booking["start"], pages.language(), words.zone_words(profile.timezone))
    return show("cancel", booking["letter"], office=profile, booking=booking, when=when)


@views.post("/b/<code>/cancel")
def cancel(code: str) -> Any:
    pages.check_form()
    booking_of(code)
    running().db.transaction(appointments.cancel, RESIDENT, code)
    return redirect(url_for("booking.show_booking", code=code), 303)


@views.get("/b/<code>/data")
def my_data(code: str) -> Response:
    return data_page(code, None, {})


def data_page(code: str, typed: dict[str, str] | None, wrong: dict[str, str], said: str | None = None) -> Response:
    booking, profile = booking_of(code)
    with running().db.read() as look:
        kept = appointments.personal_data(look.conn, code)
    status = 422 if wrong else 200
    return show("data", booking["letter"], status, office=profile, booking=booking, kept=typed or kept, wrong=wrong, said=said)


@views.post("/b/<code>/data")
def change_data(code: str) -> Response:
    """See, correct, erase: by the code alone, for nothing else is known of the resident."""
    pages.check_form()
    booking_of(code)
    lang, here = pages.language(), running()
    if request.form.get("erase"):
        here.db.transaction(appointments.erase, RESIDENT, code)
        return data_page(code, None, {}, words.say(lang, "book.data_erased"))
    typed = {key: request.form.get(key, "").strip()[:120] for key in ("name", "phone", "email")}
    given, wrong = checked(typed)
    if wrong:
        return data_page(code, typed, wrong)
    try:
        here.db.transaction(appointments.correct, RESIDENT, code, secret=here.settings.secret_key, **given)
    except OneActiveBooking as refusal:
        return data_page(code, typed, {"phone": sentence(refusal, lang)})
    return data_page(code, None, {}, words.say(lang, "book.data_saved"))
