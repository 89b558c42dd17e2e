"""Who books for residents, in an office or in a village: where to begin, and what was booked today."""

from flask import Response

import pages
import words
from booking import steps
from booking.blueprint import show, views
from office import assisted
from office.actors import Actor
from office.profile import profile_of
from office.shown import shown_code
from office.states import Role
from running import running


@views.get("/assist")
@pages.for_person(*Role)
def assist(person: Actor) -> Response:
    lang = pages.language()
    with running().db.read() as look:
        rows = [
            {**row, "shown_code": shown_code(row["code"]),
             "when": steps.when_said(row["start"], lang, words.zone_words(profile_of(look, row["office"]).timezone))}
            for row in assisted.booked_today(look, person)
        ]
        office = profile_of(look, person.office_code) if person.office_code else None
    return show("assist", bookings=rows, office=office)
