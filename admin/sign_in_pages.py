"""Signing in and out."""

from typing import Any

from flask import Response, redirect, request, url_for

import pages
from access import hash_token
from admin.blueprint import form_text, views
from admin.style import SCRIPT_DIGEST, STYLE
from api import PERSON_COOKIE
from office import people
from office.errors import Forbidden, Refused
from office.states import Role
from refusals import sentence
from running import running
from signing_in import SignedIn, check_password

ROOMS = {Role.OPERATOR: "counter.choose_office", Role.VILLAGE_OFFICER: "booking.assist"}


@views.get("/login")
def sign_in_page() -> Any:
    who = running().keeper.actor_of(request.cookies.get(PERSON_COOKIE, ""))
    if who is not None and who.kind == "person":
        return redirect(_way_on(str(who.role)))
    return _form(None, 200)


@views.post("/login")
def sign_in() -> Any:
    try:
        pages.check_form()
        signed_in = check_password(form_text("username"), request.form.get("password", ""))
    except Forbidden:  # the browser lost its cookie, or the page lay open for days
        return _form("err.stale_form", 403)
    except Refused as refusal:
        return _form(sentence(refusal, pages.language()), refusal.status)
    return let_in(signed_in)


@views.post("/logout")
def sign_out() -> Any:
    pages.check_form()
    token = request.cookies.get(PERSON_COOKIE, "")
    running().db.transaction(people.sign_out, token_hash=hash_token(token))
    running().keeper.forget(hash_token(token))
    response = redirect(url_for("admin.sign_in_page"), 303)
    response.delete_cookie(PERSON_COOKIE)
    return response


def _form(problem: str | None, status: int) -> Response:
    return door("login", problem, status)


def door(template: str, problem: str | None, status: int, **more: Any) -> Response:
    """`problem`: a key of the words, or the sentence itself. What was typed stays, but the passwords."""
    return pages.render(
        f"admin/{template}.html", status, css=STYLE, script=SCRIPT_DIGEST, problem=problem, typed=request.form,
        next=_asked(), other="en" if pages.language() == "id" else "id", **more,
    )  # fmt: skip


def let_in(signed_in: SignedIn) -> Response:
    here = running()
    response = redirect(_way_on(signed_in.person.role), 303)
    lasts = (signed_in.expires_at - here.db.now()).total_seconds() / here.settings.clock_rate
    pages.set_cookie(response, PERSON_COOKIE, signed_in.token, max(1, int(lasts)))
    return response  # type: ignore[return-value]


def _asked() -> str:
    """Where the person wanted to go, if that is a page of ours."""
    return pages.safe_next(request.values.get("next"), "")


def _way_on(role: str) -> str:
    return _asked() or url_for(ROOMS.get(Role(role), "admin.now"))
