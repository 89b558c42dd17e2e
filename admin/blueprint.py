"""What every page of the back room shares: who may enter, the frame around a page, what is said after an act."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Response, flash, get_flashed_messages, redirect, request, url_for

import pages
import words
from admin.style import STYLE
from office.actors import Actor
from office.db import Look
from office.errors import Forbidden, Invalid, Refused
from office.overview import codes_for
from office.profile import profile_of
from refusals import sentence
from running import running

views = Blueprint("admin", __name__)
View = Callable[..., Any]


def for_admin(view: View) -> View:
    """Administrators only: who works at a counter is sent there."""

    @wraps(view)
    @pages.for_person()
    def page(person: Actor, **arguments: Any) -> Any:
        if person.may_administrate:
            return view(person=person, **arguments)
        if request.method == "GET":
            return redirect(url_for("counter.choose_office"))
        raise Forbidden

    return page


def show(template: str, person: Actor, refusal: Refused | None = None, **context: Any) -> Response:
    """A page in the frame. After a refusal the form keeps what was typed and each field says what is wrong."""
    lang = pages.language()
    said = [words.say(lang, message["key"], **message["values"]) for message in get_flashed_messages()]  # type: ignore[index]
    return pages.render(
        f"admin/{template}.html", refusal.status if refusal else 200, person=person, css=STYLE, said=said,
        typed=request.form if refusal else {}, problem=sentence(refusal, lang) if refusal else None,
        wrong=wrong_fields(refusal, lang), **context,
    )  # fmt: skip


def done(endpoint: str, key: str, *, to: dict[str, Any] | None = None, **values: Any) -> Any:
    """Back to a page, which says what was done."""
    flash({"key": key, "values": values})  # type: ignore[arg-type]
    return redirect(url_for(endpoint, **(to or {})), 303)


# What is wrong with a field, in words; `username` and `office` have two reasons.
WRONG = {
    "password": "admin.person_password_rule", "role": "admin.wrong_role", "device": "admin.wrong_device",
    "width_mm": "admin.wrong_width", "on_day": "admin.wrong_day", "hours": "admin.wrong_hours",
    "until_on": "admin.wrong_day", "reason_code": "admin.wrong_reason", "until": "admin.wrong_until", "printer": "admin.wrong_printer",
    **dict.fromkeys(("header_id", "header_en", "footer_id", "footer_en"), "admin.wrong_slip_words"),
}  # fmt: skip
WRONG_BY_REASON = {
    ("username", "taken"): "admin.person_taken",
    ("username", "1 to 60 characters"): "admin.wrong_username",
    ("office", "needed for this role"): "admin.wrong_office",
    ("office", "not for this role"): "admin.wrong_office_none",
    ("text_id", "too many"): "admin.notice_too_many",
    ("text_id", "1 to 200 characters"): "admin.notice_length",
    ("text_en", "1 to 200 characters"): "admin.notice_length",
}


def wrong_fields(refusal: Refused | None, lang: str) -> dict[str, str]:
    if not isinstance(refusal, Invalid):
        return {}
    keys = {
        field: WRONG_BY_REASON.get((field, why)) or WRONG.get(field, "err.required")
        for field, why in refusal.facts["fields"].items()
    }
    return {field: words.say(lang, key, n=refusal.facts.get("least", 0)) for field, key in keys.items()}


def office_choices(look: Look, person: Actor) -> list[tuple[str, str]]:
    """(code, name) of the offices that this person looks after."""
    return [(code, profile_of(look, code).name) for code in codes_for(look, person)]


def form_text(name: str) -> str:
    """What was typed, without the blanks around it."""
    return request.form.get(name, "").strip()


def act(work: Callable[..., Any], person: Actor, **values: Any) -> Any:
    """One use case by this person."""
    return running().db.transaction(work, person, **values)
