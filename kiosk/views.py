"""The page of the machine in the hall, and its script in one file."""

from flask import Blueprint, Response
from jinja2.utils import htmlsafe_json_dumps

import pages
from kiosk import page
from office import kiosks
from office.actors import Actor
from office.profile import Profile
from running import running
from words import zone_words

SCRIPT = page.script()
LATER = page.later_script()
STYLE = page.style()

views = Blueprint("kiosk", __name__)


@views.get("/kiosk/kiosk.js")
def kiosk_script() -> Response:
    return pages.script(SCRIPT)


@views.get("/kiosk/booking.js")
def booking_script() -> Response:
    return pages.script(LATER)


@views.get("/kiosk/<office>/search.js")
@pages.for_device("kiosk")
def search_script(office: Profile, device: Actor) -> Response:
    return pages.script(page.search_script(office))


@views.get("/kiosk/<office>")
@pages.for_device("kiosk")
def kiosk(office: Profile, device: Actor) -> Response:
    with running().db.read() as look:
        now = kiosks.kiosk_view(look, office.code)
    carried = page.boot(office, now, pages.language(), f"/kiosk/booking.js?v={LATER.digest}", SCRIPT.digest[:8])
    return pages.render(
        "kiosk/kiosk.html", office=office, zone=zone_words(office.timezone), style=STYLE, script=SCRIPT.digest,
        letters=[group["letter"] for group in page.groups_of(office)],
        boot=htmlsafe_json_dumps(carried, separators=(",", ":"), ensure_ascii=False),
    )
