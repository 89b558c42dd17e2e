"""Staffing advice for the head of an office."""

from typing import Any

import pages
from admin.blueprint import for_admin, show, views
from admin.staffing_view import shown
from office.actors import Actor
from office.advice import advice_of
from office.overview import codes_for
from office.profile import profile_of
from running import running


@views.get("/admin/staffing")
@for_admin
def staffing_page(person: Actor) -> Any:
    """Each office that this person looks after, weekday by weekday."""
    lang = pages.language()
    with running().db.read() as look:
        profiles = [profile_of(look, code) for code in codes_for(look, person)]
        offices = [{"name": one.name, "code": one.code, **shown(one, advice_of(look.conn, one.code), lang)} for one in profiles]
    return show("staffing", person, place="now", offices=offices)
