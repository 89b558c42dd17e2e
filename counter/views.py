"""The counter's pages: choose the office, then the desk."""

from typing import Any

from flask import Blueprint, Response, redirect, url_for

import pages
import words
from api import reason_view
from counter import page, script
from office import desk
from office.actors import Actor
from office.profile import office_codes, profile_of, read_head
from running import running

A_YEAR_SECONDS = 31_536_000

views = Blueprint("counter", __name__)


@views.get("/counter")
@pages.for_person()
def choose_office(person: Actor) -> Any:
    """Whoever belongs to one office goes straight to it."""
    if person.office_code:
        return redirect(url_for("counter.at_office", office=person.office_code))
    with running().db.read() as look:
        offices = [profile_of(look, code) for code in office_codes(look.conn)]
    return pages.render("counter/offices.html", offices=offices, person=person, css=script.stylesheet())


@views.get("/counter/<office>")
@pages.for_person()
def at_office(person: Actor, office: str) -> Any:
    """The desk: a counter of one's own that is open, else the choice of one."""
    person.must_work_at(office)
    lang, rate = pages.language(), running().settings.clock_rate
    with running().db.read() as look:
        head = read_head(look.conn, office)
        profile = profile_of(look, office, head)
        seats = desk.counters(look, office)
        number = page.own_counter(seats, person)
        own = desk.desk(look, office, number, person.person_id) if number is not None else None
        at, v = look.now, head.v
    if own and own["next"]:
        own["next"]["reason"] = reason_view(own["next"]["reason"])
    return pages.render(
        "counter/desk.html", office=profile, person=person, zone=words.zone_words(profile.timezone),
        boot=page.boot_of(profile, person, lang, at, rate, v, seats, own), letter_names=page.letter_names(profile, lang),
        css=script.stylesheet(), script_url=url_for("counter.desk_script", v=script.script().digest),
    )


@views.get("/counter/desk.js")
def desk_script() -> Response:
    """Its address carries its digest, so a browser keeps it until it changes."""
    answer = Response(script.script().text, mimetype="text/javascript")
    answer.cache_control.max_age = A_YEAR_SECONDS
    answer.cache_control.immutable = True
    return answer
