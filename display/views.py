"""The screen of the waiting hall: the page, its scripts, and the office's own files."""

from typing import Any

from flask import Blueprint, Response, jsonify, request, send_file
from jinja2.utils import htmlsafe_json_dumps

import pages
from api import NotFoundHere
from display import files, script
from display.boot import boot
from display.more import more
from display.said import said_of
from office import devices, reports
from office.actors import Actor
from office.profile import Profile, profile_of
from office.screens import Screen, screen_of
from running import running
from words import LANGUAGES, zone_words

views = Blueprint("display", __name__)


@views.get("/display/screen.js")
def screen_script() -> Response:
    return pages.script(script.SCRIPT)


@views.get("/display/later.js")
def later_script() -> Response:
    return pages.script(script.LATER)


@views.get("/display/<office>")
@pages.for_device("display")
def screen(office: Profile, device: Actor) -> Response:
    here = running()
    with here.db.read() as look:
        _, board = reports.board(look, office.code)
        now, settings = look.now, screen_of(look.conn, device.id)
    lang = language_of(settings)
    rate = here.settings.clock_rate if here.settings.clock is not None else 1.0
    made = boot(lang, board, now, office, settings, rate)
    return pages.render(
        "display/display.html", office=office, zone=zone_words(office.timezone), style=script.STYLE, lang=lang,
        script=script.SCRIPT.digest, boot=htmlsafe_json_dumps(made, separators=(",", ":")),
    )


def language_of(settings: Screen) -> str:
    """Of the first picture: as it was set, as the page was opened, or Indonesian before English."""
    return settings.lang if settings.lang in LANGUAGES else "id" if settings.lang == "both" else pages.language()


@views.get("/display/<office>/more")
@pages.for_device("display")
def more_of_screen(office: Profile, device: Actor) -> Response:
    with running().db.read() as look:
        settings = screen_of(look.conn, device.id)
    answer = jsonify(more(office, settings, language_of(settings), running().settings.office_files))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@views.post("/display/<office>/say")
@pages.for_device("display")
def heard(office: Profile, device: Actor) -> Any:
    """What a screen without a socket says of itself, as on_say of the socket. -> {version} it should have."""
    with running().db.read() as look:
        said, wanted = said_of(look, int(device.id or 0), request.get_json(silent=True))
    running().db.transaction(devices.note_seen, device_ids=[device.id], facts={device.id: said})
    return {"version": wanted}


@views.get("/display/<office>/voice/<lang>/<name>")
def recording(office: str, lang: str, name: str) -> Response:
    return _own_file(office, "voice", name, lang)


@views.get("/display/<office>/screen/<name>")
def picture(office: str, name: str) -> Response:
    return _own_file(office, "screen", name)


def _own_file(office: str, part: str, name: str, lang: str | None = None) -> Response:
    """Seen and heard by everybody in the hall, so anybody may fetch it. Errors: unknown_office, not_found."""
    with running().db.read() as look:
        code = profile_of(look, office).code
    found = files.find(running().settings.office_files / code, part, name, lang)
    if found is None:
        raise NotFoundHere
    answer = send_file(found, conditional=True, max_age=pages.A_YEAR)
    answer.headers["Content-Security-Policy"] = "default-src 'none'"
    return answer
