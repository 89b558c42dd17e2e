"""Bookings that cannot be kept: whom it concerns, by code, and one button that tells them."""

from datetime import datetime
from itertools import groupby
from typing import Any

from flask import request

import pages
import words
from admin.blueprint import act, done, for_admin, show, views
from office import affected
from office.actors import Actor
from office.db import Look
from office.keeping import OUTAGE
from office.overview import codes_for
from office.profile import Profile, profile_of
from office.shown import shown_code
from office.states import AppointmentState
from running import running


@views.get("/admin/affected")
@for_admin
def affected_page(person: Actor) -> Any:
    lang = pages.language()
    with running().db.read() as look:
        found = [_office(look, profile_of(look, code), lang) for code in codes_for(look, person)]
    return show("affected", person, place="outages", offices=[office for office in found if office["days"]])


def _office(look: Look, profile: Profile, lang: str) -> dict[str, Any]:
    rows = [_row(row, lang) for row in affected.affected(look, profile)]
    return {
        "code": profile.code, "name": profile.name, "untold": sum(1 for row in rows if row["is_untold"]),
        "days": [(words.date_words(lang, day), list(mine)) for day, mine in groupby(rows, key=lambda row: row["day"])],
    }  # fmt: skip


def _row(row: dict[str, Any], lang: str) -> dict[str, Any]:
    settings = running().settings
    reached = {"phone": settings.has_gateway, "email": settings.has_mail}
    return {
        **row, "shown_code": shown_code(row["code"]), "time": words.clock_words(datetime.fromisoformat(row["start"])),
        "is_untold": row["state"] == AppointmentState.BOOKED, "why": _why(row["why"], lang),
        "ways": [way for way in row["ways"] if reached[way]],
    }  # fmt: skip


def _why(why: dict[str, Any] | None, lang: str) -> str | None:
    if why is None:  # given up, and open again since
        return None
    if why["kind"] == OUTAGE:
        return words.say(lang, "out." + why["reason"])
    return why["reason"][lang] if why["reason"] else words.say(lang, "admin.affected_hours")


@views.post("/admin/affected/<office>")
@for_admin
def tell_affected(person: Actor, office: str) -> Any:
    """First how many; with `sure` they are told."""
    person.must_work_at(office)
    if "sure" not in request.form:
        with running().db.read() as look:
            profile = profile_of(look, office)
            count = affected.count_untold(look, profile)
        return show("affected_tell", person, place="outages", code=office, name=profile.name, n=count)
    counts = act(affected.tell_affected, person, office=office)
    return done("admin.affected_page", "admin.affected_told", n=counts["told"], m=counts["without_way"])
