"""The page of the machine in the hall, and its script in one file."""

from flask import Blueprint, Response, make_response, request
from jinja2.utils import htmlsafe_json_dumps

import pages
from kiosk import page
from office import kiosks
from office.actors import Actor
from office.profile import Profile
from running import running
from words import zone_words

SCRIPT = page.script()
STYLE = page.style()
A_YEAR = 365 * 24 * 3600

views = Blueprint("kiosk", __name__)


@views.get("/kiosk/kiosk.js")
def kiosk_script() -> Response:
    """Kept for good under the address that carries its digest, not at all under another."""
    response = make_response(SCRIPT.text)
    response.mimetype = "text/javascript"
    is_current = request.args.get("v") == SCRIPT.digest
    response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable" if is_current else "no-cache"
    return response


@views.get("/kiosk/<office>")
@pages.for_device("kiosk")
def kiosk(office: Profile, device: Actor) -> Response:
    with running().db.read() as look:
        now = kiosks.kiosk_view(look, office.code)
    lang = pages.language()
    return pages.render(
        "kiosk/kiosk.html", office=office, zone=zone_words(office.timezone), style=STYLE, script=SCRIPT.digest,
        letters=[group["letter"] for group in page.groups_of(office)], booking=page.BOOKING,
        boot=htmlsafe_json_dumps(page.boot(office, now, lang), separators=(",", ":"), ensure_ascii=False),
    )
