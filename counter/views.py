"""The counter's pages: choose the office, then the desk."""

from typing import Any

from flask import Blueprint, Response, url_for

import pages
import words
from counter import page, script
from office.actors import Actor
from office.profile import office_codes, profile_of
from running import running

A_YEAR_SECONDS = 31_536_000

views = Blueprint("counter", __name__)


@views.get("/counter")
@pages.for_person()
def choose_office(person: Actor) -> Any:
    """Whoever belongs to one office gets its desk at once, without a second trip."""
    if person.office_code:
        return desk_page(person, person.office_code)
    with running().db.read() as look:
        offices = [profile_of(look, code) for code in office_codes(look.conn)]
    return pages.render("counter/offices.html", offices=offices, person=person, css=script.stylesheet())


@views.get("/counter/<office>")
@pages.for_person()
def at_office(person: Actor, office: str) -> Any:
    person.must_work_at(office)
    return desk_page(person, office)


def desk_page(person: Actor, office: str) -> Response:
    """The desk: a counter of one's own that is open, else the choice of one."""
    lang = pages.language()
    with running().db.read() as look:
        profile = profile_of(look, office)
        boot = page.boot_of(look, profile, person, lang, running().settings.clock_rate)
    return pages.render(
        "counter/desk.html",
        office=profile,
        person=person,
        boot=boot,
        zone=words.zone_words(profile.timezone),
        letter_names=page.letter_names(profile, lang),
        css=script.stylesheet(),
        script_url=url_for("counter.desk_script", v=script.script().digest),
    )


@views.get("/counter/desk.js")
def desk_script() -> Response:
    """Its address carries its digest, so a browser keeps it until it changes."""
    answer = Response(script.script().text, mimetype="text/javascript")
    answer.cache_control.max_age = A_YEAR_SECONDS
    answer.cache_control.immutable = True
    return answer
