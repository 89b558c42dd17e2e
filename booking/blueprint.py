"""What every page of booking shares: who asks, the page around it, what its forms say."""

import secrets
from datetime import date, datetime
from typing import Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request

import pages
import words
from api import PERSON_COOKIE
from assets import asset, squeeze_js
from booking.api import BROWSER_COOKIE, RESIDENT, booking_and_office, name_of, with_links
from booking.mail_address import normal_email
from booking.phone import normal_phone
from office.actors import Actor
from office.clock import is_in_reach
from office.errors import Invalid, OneActiveBooking, PhoneWanted, Refused, SlotClosed, SlotFull
from office.profile import Profile
from running import running
from settings import ROOT
from styles import style

views = Blueprint("booking", __name__)
SCRIPT = asset(squeeze_js((ROOT / "static" / "booking.js").read_text(encoding="utf-8")))
A_YEAR_SECONDS = 31_536_000
# The parts of the style that a page needs besides the common one: the resident pays for every kilobyte.
SHEETS = {
    "place": ("choose",), "service": ("choose", "fold", "form"), "time": ("papers", "times", "fold", "form"), "details": ("times", "form"),
    "booked": ("card", "papers", "times", "fold"), "move": ("times", "fold"), "cancel": (), "data": ("form",), "find": ("form",),
    "assist": ("choose",), "expected": ("choose",),
}  # fmt: skip
NO_PLACE = (SlotFull, SlotClosed, OneActiveBooking, PhoneWanted)


def refused(page: Response, refusal: Refused) -> Response:
    """The page again, with the status of the refusal."""
    page.status_code = refusal.status
    if "retry_after_seconds" in refusal.facts:
        page.headers["Retry-After"] = str(refusal.facts["retry_after_seconds"])
    return page


def show(template: str, letter: str = "", status: int = 200, address: str = "", **context: Any) -> Response:
    """A page of booking; the browser gets the mark by which its holds are told from others'. `address`: of the page, where a
    form that was sent elsewhere is answered with it."""
    settings, who = running().settings, who_asks()
    ways = {"email": settings.has_mail, "phone": settings.has_gateway}  # promised is only what can be sent
    css = style(" ".join(["booking.css", *(f"booking-{part}.css" for part in SHEETS[template])]), letter)
    response = pages.render(f"booking/{template}.html", status, css=css, ways=ways, script=SCRIPT.digest,
                            other=address + in_other_language(), officer=who if who.kind == "person" else None, **context)
    if not request.cookies.get(BROWSER_COOKIE):
        pages.set_cookie(response, BROWSER_COOKIE, secrets.token_urlsafe(18), A_YEAR_SECONDS)
    return response


def in_other_language() -> str:
    """The address of this page in the other language, with all that it carries."""
    kept = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
    return "?" + urlencode([*kept, ("lang", "en" if pages.language() == "id" else "id")])


@views.get("/book/booking.js")
def small_script() -> Response:
    """Ticks, printing, distances: everything works without it."""
    return pages.script(SCRIPT)


def who_asks() -> Actor:
    """A signed-in person books on a resident's behalf; everybody else is a resident."""
    token = request.cookies.get(PERSON_COOKIE, "")
    who = running().keeper.actor_of(token) if token else None
    return who if who is not None and who.kind == "person" else RESIDENT


def share_link(text: str) -> str:
    """Opens WhatsApp with this text; who gets it the resident chooses there."""
    return "https://wa.me/?text=" + quote(text, safe="")


def start_of_form(profile: Profile) -> datetime:
    """The button that was pressed, at2=10:15 of the second day, on2=2026-11-25; on the office's clock. Errors: invalid."""
    pressed = next((key for key in request.form if key.startswith("at")), "at")
    try:
        local = datetime.fromisoformat(f"{request.form.get('on' + pressed[2:], '')}T{request.form.get(pressed, '')}")
    except ValueError:
        local = None
    if local is None or not is_in_reach(local):
        raise Invalid(fields={"start": "a date and a time"}, n=1)
    return local.replace(tzinfo=ZoneInfo(profile.timezone))


def from_date() -> date | None:
    """?from= of the link to later days; nonsense is today."""
    try:
        day = date.fromisoformat(request.args.get("from", ""))
    except ValueError:
        return None
    return day if is_in_reach(day) else None


CHECKS = (("name", name_of, "book.err_name"), ("phone", normal_phone, "book.err_phone"), ("email", normal_email, "book.err_email"))


def checked(typed: dict[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """Each field as it is kept, and what is wrong with which."""
    given: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for field, check, complaint in CHECKS:
        try:
            given[field] = check(typed[field])
        except Invalid:
            wrong[field] = words.say(pages.language(), complaint)
    return given, wrong


def booking_of(code: str) -> tuple[dict[str, Any], Profile]:
    booking, profile = booking_and_office(code)
    return with_links(booking), profile
