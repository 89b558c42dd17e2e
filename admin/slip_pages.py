"""The office's own words on its slips, with a picture of the very bytes before they are saved."""

from typing import Any

from flask import request

import pages
from admin.blueprint import act, done, for_admin, form_text, show, views
from office import printers
from office.actors import Actor
from office.errors import Refused
from office.profile import profile_of
from running import running
from words import LANGUAGES

PARTS = ("header", "footer")


@views.get("/admin/slips/<office>")
@for_admin
def slip_words(person: Actor, office: str) -> Any:
    return _form(person, office)


def _form(person: Actor, office: str, own: dict[str, dict[str, str]] | None = None, refusal: Refused | None = None) -> Any:
    """`own`: what was typed; else what is saved."""
    person.must_work_at(office)
    with running().db.read() as look:
        profile = profile_of(look, office)
    own = own if own is not None else profile.slip
    filled = {part: {lang: own.get(part, {}).get(lang, "") for lang in LANGUAGES} for part in PARTS}
    first = pages.language()
    return show("slip", person, refusal, place="printers", office=profile, own=filled, most=printers.MOST_LETTERS,
                languages=sorted(LANGUAGES, key=lambda lang: lang != first), parts=PARTS)  # fmt: skip


@views.post("/admin/slips/<office>")
@for_admin
def set_slip_words(person: Actor, office: str) -> Any:
    """First how it would look; with `save` it is so from the next slip on."""
    own = {part: {lang: form_text(f"{part}_{lang}") for lang in LANGUAGES} for part in PARTS}
    if "save" not in request.form:
        return _form(person, office, own)
    try:
        made = act(printers.set_slip_words, person, office=office, slip=own)
    except Refused as refusal:
        return _form(person, office, own, refusal)
    return done("admin.slip_words", "admin.slip_words_set", to={"office": office}, name=made["name"])
