"""The screen of the waiting hall: the page, and its script in one file."""

from flask import Blueprint, Response
from jinja2.utils import htmlsafe_json_dumps

import pages
from display import script
from display.boot import boot
from office import reports
from office.actors import Actor
from office.profile import Profile
from running import running
from words import zone_words

SCRIPT = script.script()
STYLE = script.style()

views = Blueprint("display", __name__)


@views.get("/display/screen.js")
def screen_script() -> Response:
    return pages.script(SCRIPT)


@views.get("/display/<office>")
@pages.for_device("display")
def screen(office: Profile, device: Actor) -> Response:
    here = running()
    lang = pages.language()
    with here.db.read() as look:
        _, board = reports.board(look, office.code)
        now = look.now
    rate = here.settings.clock_rate if here.settings.clock is not None else 1.0
    return pages.render(
        "display/display.html", office=office, zone=zone_words(office.timezone), style=STYLE, script=SCRIPT.digest,
        boot=htmlsafe_json_dumps(boot(lang, board, now, rate), separators=(",", ":")),
    )
