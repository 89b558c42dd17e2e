"""The screen of the waiting hall: the page, and its script in one file."""

from flask import Blueprint, Response, make_response, request
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
A_YEAR = 365 * 24 * 3600

views = Blueprint("display", __name__)


@views.get("/display/screen.js")
def screen_script() -> Response:
    """Kept for good under the address that carries its digest, not at all under another."""
    response = make_response(SCRIPT.text)
    response.mimetype = "text/javascript"
    is_current = request.args.get("v") == SCRIPT.digest
    response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable" if is_current else "no-cache"
    return response


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
