"""Who books for residents, in an office or in a village: where to begin, and what was booked today."""

from typing import Any

from flask import Response

import pages
import words
from booking import steps
from booking.blueprint import show, views
from office import assisted
from office.actors import Actor
from office.db import Look
from office.profile import profile_of
from office.shown import shown_code
from office.states import Role
from running import running


@views.get("/assist")
@pages.for_person(*Role)
def assist(person: Actor) -> Response:
    with running().db.read() as look:
        rows = _rows(look, assisted.booked_today(look, person))
        office = profile_of(look, person.office_code) if person.office_code else None
    return show("assist", bookings=rows, office=office)


@views.get("/assist/<office>")
@pages.for_person()
def expected(person: Actor, office: str) -> Response:
    """Who is expected today: for a resident who comes without the code."""
    person.must_work_at(office)
    with running().db.read() as look:
        profile = profile_of(look, office)
        rows = _rows(look, assisted.expected_today(look, office))
    return show("expected", bookings=rows, office=profile)


def _rows(look: Look, bookings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    lang = pages.language()
    zones = {code: words.zone_words(profile_of(look, code).timezone) for code in {booking["office"] for booking in bookings}}
    return [
        {**booking, "shown_code": shown_code(booking["code"]), "when": steps.when_said(booking["start"], lang, zones[booking["office"]])}
        for booking in bookings
    ]  # fmt: skip
