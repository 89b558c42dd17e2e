"""Booking as JSON: places, a booking, its change, its end, its calendar entry."""

import hashlib
from datetime import date
from typing import Any

from flask import Response, g, jsonify, request
from pydantic import BaseModel, Field

from api import (
    PREFIX,
    Answer,
    Blueprint,
    Both,
    OfficePath,
    RequestIdShape,
    Shape,
    fingerprint,
    instant_of,
    problems,
    with_body,
)
from booking.ics import calendar
from booking.mail_address import normal_email
from booking.phone import normal_phone
from office import appointments, places
from office.actors import Actor
from office.clock import day_of, is_in_reach
from office.db import Look
from office.errors import Invalid, UnknownBooking
from office.keeping import why_not
from office.once import is_known, once
from office.profile import Profile, profile_of
from office.shown import shown_code
from office.states import AppointmentState
from running import running

api = Blueprint("booking_api", __name__, url_prefix=PREFIX)
RESIDENT = Actor("resident")
DAYS_AT_MOST = 366
BROWSER_COOKIE = "giliran_browser"


class SlotsQuery(BaseModel):
    service: str = Field(max_length=40)
    from_: date | None = Field(None, alias="from", description="today when not given")
    days: int = Field(14, ge=1, le=DAYS_AT_MOST)


class Slot(Answer):
    start: str
    free: int


class SlotDay(Answer):
    date: str
    state: str
    reason: Both | None
    slots: list[Slot]


class Slots(Answer):
    days: list[SlotDay]


class PersonShape(Shape):
    services: list[str] = Field(min_length=1, max_length=5)


class BookShape(RequestIdShape):
    service: str = Field(max_length=40)
    start: str = Field(max_length=40, description="an instant with offset, one of the free starts")
    name: str = Field(min_length=1, max_length=60)
    phone: str | None = Field(None, max_length=30)
    email: str | None = Field(None, max_length=120)
    people: int | list[PersonShape] | None = None
    lang: str = Field("id", pattern="^(id|en)$")


class MoveShape(Shape):
    start: str = Field(max_length=40)


class BookingAnswer(Answer):
    code: str
    office: str
    service: str
    start: str
    state: str
    manage_url: str
    ics_url: str
    closed: dict[str, Any] | None = Field(None, description="why the office cannot keep this time, once it closed or a service stopped")
    requirements: list[Both]


class CodePath(BaseModel):
    code: str


@api.get("/offices/<string:office>/slots", responses={200: Slots, **problems()})
def get_slots(path: OfficePath, query: SlotsQuery) -> Response:
    """Places that can be booked online now, day by day."""
    with running().db.read() as look:
        profile = profile_of(look, path.office)
        first = query.from_ or day_of(look.now, profile.timezone)
        if not is_in_reach(first):
            raise Invalid(fields={"from": "a date of these years"}, n=1)
        return jsonify({"days": places.free_days(look, path.office, query.service, first, query.days)})


@api.post("/offices/<string:office>/appointments", responses={200: BookingAnswer, 201: BookingAnswer, **with_body(409)})
def book(path: OfficePath, body: BookShape) -> tuple[Response, int]:
    """Book a place. The same request_id again answers 200 with the same booking."""
    here = running()
    wanted = {
        "office": path.office, "service": body.service, "start": instant_of(body.start, "start"), "name": name_of(body.name),
        "phone": normal_phone(body.phone), "email": normal_email(body.email), "people": people_of(body),
        "lang": body.lang, "secret": here.settings.secret_key, "browser": browser_mark(),
    }
    who = g.actor if g.actor is not None and g.actor.kind == "person" else RESIDENT
    check_room(wanted, body.request_id)
    with here.turn(f"{path.office} {wanted['start']}") as others_were_before:
        if others_were_before:
            check_room(wanted, body.request_id)
        done = here.db.transaction(once, who, body.request_id, fingerprint(body), appointments.book, **wanted)
    return jsonify(with_links(done.answer)), 201 if done.created else 200


def check_room(wanted: dict[str, Any], request_id: str) -> None:
    """Most of a storm finds a full slot: said without taking the writers' turn. Errors: slot_full, slot_closed."""
    with running().db.read() as look:
        if is_known(look.conn, request_id):  # booked by this very request: its answer stands, full or not
            return
        profile = profile_of(look, wanted["office"])
        service = profile.service(wanted["service"])
        minutes, _ = appointments.length_of(profile, service, wanted["people"])
        places.find_seats(look, profile, service, minutes, wanted["start"])


@api.get("/appointments/<string:code>", responses={200: BookingAnswer, **problems()})
def get_booking(path: CodePath) -> Response:
    """The booking, for who holds its code."""
    return jsonify(with_links(read_booking(path.code)))


def read_booking(code: str) -> dict[str, Any]:
    """Errors: as booking_and_office."""
    return booking_and_office(code)[0]


def booking_and_office(code: str) -> tuple[dict[str, Any], Profile]:
    """Errors: unknown_code; slow_down after many wrong codes from one browser."""
    here = running()
    here.keeper.check_codes(browser_mark(), request.remote_addr or "?")
    with here.db.read() as look:
        try:
            row = appointments.find(look.conn, code)
        except UnknownBooking:
            here.keeper.count_wrong_code(browser_mark(), request.remote_addr or "?")
            raise
        profile = profile_of(look, row.office_code)
        return {**appointments.booking_view(profile, row), "closed": _closed(look, profile, row)}, profile


def _closed(look: Look, profile: Profile, row: Any) -> dict[str, Any] | None:
    """Why the office cannot keep this time, as keeping.why_not says it; None while it can, or when nobody is expected."""
    if row.state not in (AppointmentState.BOOKED, AppointmentState.MOVED):
        return None
    return why_not(profile, row.service_id, row.start_at, row.minutes, look.now)


@api.patch("/appointments/<string:code>", responses={200: BookingAnswer, **with_body(409)})
def move(path: CodePath, body: MoveShape) -> Response:
    """Another time; the old place is given up only when the new one is had."""
    read_booking(path.code)
    answer = running().db.transaction(appointments.move_booking, RESIDENT, path.code, instant_of(body.start, "start"))
    return jsonify(with_links(answer))


@api.delete("/appointments/<string:code>", responses={200: BookingAnswer, **problems(409)})
def cancel(path: CodePath) -> Response:
    """Give the place back."""
    read_booking(path.code)
    return jsonify(with_links(running().db.transaction(appointments.cancel, RESIDENT, path.code)))


@api.get("/appointments/<string:code>/calendar.ics", responses={200: {"content": {"text/calendar": {}}}, **problems()})
def get_calendar(path: CodePath) -> Response:
    """RFC 5545."""
    booking = with_links(read_booking(path.code))
    text = calendar(booking, booking["lang"], running().db.now(), booking["manage_url"])
    response = Response(text, content_type="text/calendar; charset=utf-8; method=" + ("CANCEL" if "METHOD:CANCEL" in text else "PUBLISH"))
    response.headers["Content-Disposition"] = f'attachment; filename="giliran-{booking["code"].lower()}.ics"'
    return response


def with_links(booking: dict[str, Any]) -> dict[str, Any]:
    base = running().settings.public_url
    code = booking["code"]
    return {
        **booking, "shown_code": shown_code(code), "manage_url": f"{base}/b/{code}",
        "ics_url": f"{base}{PREFIX}/appointments/{code}/calendar.ics",
    }


def name_of(text: str) -> str:
    """Any name of 1 to 60 printable characters: one word is fine. Errors: invalid."""
    name = " ".join(text.split())
    if not name or not name.isprintable():
        raise Invalid(fields={"name": "1 to 60 printable characters"}, n=1)
    return name


def people_of(body: BookShape) -> list[dict[str, Any]] | None:
    """A number means so many people for the same service. Errors: invalid."""
    if body.people is None:
        return None
    if isinstance(body.people, int):
        if not 1 <= body.people <= appointments.PEOPLE_AT_MOST:
            raise Invalid(fields={"people": f"1 to {appointments.PEOPLE_AT_MOST}"}, n=1)
        return [{"services": [body.service]}] * body.people
    return [person.model_dump() for person in body.people]


def browser_mark() -> str | None:
    """Which browser, as a mark that names nobody; None for programs without our cookie."""
    cookie = request.cookies.get(BROWSER_COOKIE)
    return hashlib.sha256(cookie.encode()).hexdigest()[:24] if cookie else None
