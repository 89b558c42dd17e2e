"""The resident's pages: the start page, an office, and the ticket in the hand."""

from typing import Any

from flask import Blueprint, Response, redirect, request, url_for

import pages
import words
from api import tag_of
from office import reports, tickets
from office.errors import WrongState
from office.profile import Profile, profile_of
from office.replays import others_first
from office.tickets import ticket_by_key
from refusals import sentence
from resident import start_page
from resident.line_page import line_facts
from resident.script import SCRIPT
from resident.style import style
from resident.ticket_page import page_of, why_others
from resident.why_pages import rule_facts
from running import running

A_YEAR_SECONDS = 31_536_000
#: without its script the ticket page loads itself again
RELOAD_SECONDS = 25

views = Blueprint("resident", __name__)


@views.get("/")
def start() -> Response:
    with running().db.read() as look:
        offices = start_page.offices(look, pages.language())
    return pages.render("resident/start.html", offices=offices, css=style("resident.css"))


@views.get("/office/<office>")
def at_office(office: str) -> Response:
    """Hours, line, services with their papers."""
    with running().db.read() as look:
        profile = profile_of(look, office)
        shown = start_page.office(look, profile, pages.language())
    return pages.render("resident/office.html", office=profile, css=style("resident.css"), **shown)


@views.get("/office/<office>/rule")
def rule(office: str) -> Response:
    """How this office calls, and how right its forecasts were."""
    with running().db.read() as look:
        profile = profile_of(look, office)
        facts = rule_facts(look, profile, pages.language())
    return pages.render("resident/rule.html", office=profile, css=style("resident.css"), **facts)


@views.get("/office/<office>/line")
def line(office: str) -> Response:
    """Who stood where at any minute of the last days, and why each call was made."""
    with running().db.read() as look:
        profile = profile_of(look, office)
        facts = line_facts(look, profile, pages.language(), request.args)
    return pages.render("resident/line.html", office=profile, css=style("resident.css"), **facts)


@views.get("/t/ticket.js")
def script() -> Response:
    answer = Response(SCRIPT.text, mimetype="text/javascript")
    answer.headers["Cache-Control"] = f"public, max-age={A_YEAR_SECONDS}, immutable"
    return answer


@views.get("/t/<key>")
def ticket(key: str) -> Response:
    return _ticket_page(key)


@views.get("/t/<key>/now")
def ticket_now(key: str) -> Response:
    """The changing part of the page, for its script."""
    return _show("resident/now.html", key)


@views.get("/t/<key>/leave")
def ask_to_leave(key: str) -> Response:
    return _show("resident/leave.html", key)


@views.post("/t/<key>/leave")
def leave(key: str) -> Any:
    """Whoever holds the key may leave; who was called meanwhile sees that instead."""
    pages.check_form()
    try:
        running().db.transaction(tickets.leave, key=key)
    except WrongState as refusal:
        return _ticket_page(key, 409, refusal)
    return redirect(url_for("resident.ticket", key=key, **_asked_language()), 303)


def _ticket_page(key: str, status: int = 200, refusal: WrongState | None = None) -> Response:
    return _show("resident/ticket.html", key, status, refusal, script=SCRIPT.digest, reload_seconds=RELOAD_SECONDS)


def _show(template: str, key: str, status: int = 200, refusal: WrongState | None = None, **more: Any) -> Response:
    lang, view, profile, why = _look_up(key)
    page = page_of(view, profile, lang, why) | {"problem": sentence(refusal, lang) if refusal else None}
    return pages.render(
        template, status, lang=lang, office=profile, key=key, tag=tag_of(view), asked=_asked_language(),
        css=style("ticket.css", view["letter"]), **page, **more,
    )  # fmt: skip


def _look_up(key: str) -> tuple[str, dict[str, Any], Profile, list[str]]:
    with running().db.read() as look:
        view, ticket = reports.ticket_view(look, key), ticket_by_key(look.conn, key)
        profile = profile_of(look, view["office"])
        others = others_first(look, profile, ticket) if view["state"] == "waiting" else []
    lang = _asked_language().get("lang") or view["lang"]
    return lang, view, profile, why_others(others, view, ticket.promised_at, profile, lang)


def _asked_language() -> dict[str, str]:
    """The language that the address names; a ticket otherwise speaks that of its kiosk."""
    asked = request.args.get("lang", "")
    return {"lang": asked} if asked in words.LANGUAGES else {}
