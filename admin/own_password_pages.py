"""A password of one's own: the first one is known to the administrator who typed it."""

from flask import Response, request

import pages
import words
from admin.blueprint import form_text, views
from admin.sign_in_pages import door, let_in
from office import people
from office.errors import Forbidden, Invalid, Refused
from refusals import sentence
from running import running
from signing_in import PASSWORD_AT_LEAST, check_password, hash_new_password


@views.get("/login/password")
def own_password_page() -> Response:
    return _form(None, 200)


@views.post("/login/password")
def change_own_password() -> Response:
    """Whoever knows the name and the password now; every machine signed in with the old one is signed out."""
    try:
        pages.check_form()
        new = request.form.get("new", "")
        who = check_password(form_text("username"), request.form.get("password", ""))
        hashed = hash_new_password(new)  # not before: hashing is dear, and only failed sign-ins are limited
        here = running()
        here.db.transaction(people.change_own_password, here.keeper.actor_of(who.token), password_hash=hashed)
        here.keeper.forget()
        return let_in(check_password(who.person.username, new))
    except Forbidden:
        return _form("err.stale_form", 403)
    except Invalid as refusal:
        return _form(words.say(pages.language(), "admin.person_password_rule", n=PASSWORD_AT_LEAST), refusal.status)
    except Refused as refusal:
        return _form(sentence(refusal, pages.language()), refusal.status)


def _form(problem: str | None, status: int) -> Response:
    return door("own_password", problem, status, least=PASSWORD_AT_LEAST)
