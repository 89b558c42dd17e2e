"""People who may sign in: adding one, a new password, stopping and allowing."""

from typing import Any

from flask import request

from admin.blueprint import act, done, for_admin, form_text, office_choices, show, views
from office import people
from office.actors import Actor
from office.errors import NotFound, Refused
from office.states import Role
from running import running
from signing_in import PASSWORD_AT_LEAST, hash_new_password


@views.get("/admin/people")
@for_admin
def people_page(person: Actor) -> Any:
    return _list(person)


def _list(person: Actor, refusal: Refused | None = None) -> Any:
    with running().db.read() as look:
        rows, offices = people.people(look.conn, person), office_choices(look, person)
    roles = [role for role in Role if person.office_code is None or role != Role.REGENCY_ADMIN]
    return show("people", person, refusal, place="people", people=rows, offices=offices, roles=roles,
                names=dict(offices), least=PASSWORD_AT_LEAST)  # fmt: skip


def _one(person: Actor, person_id: int) -> dict[str, Any]:
    """Errors: not_found, also for somebody whom this person may not see."""
    with running().db.read() as look:
        found = [row for row in people.people(look.conn, person) if row["id"] == person_id]
    if not found:
        raise NotFound
    return found[0]


@views.post("/admin/people")
@for_admin
def add_person(person: Actor) -> Any:
    name, username = form_text("name"), form_text("username")
    try:
        act(
            people.add_person,
            person,
            username=username,
            name=name or username,
            role=form_text("role"),
            office=form_text("office") or None,
            password_hash=hash_new_password(request.form.get("password", "")),
        )
    except Refused as refusal:
        return _list(person, refusal)
    return done("admin.people_page", "admin.person_added", name=name or username)


@views.get("/admin/people/<int:person_id>/password")
@for_admin
def ask_password(person: Actor, person_id: int) -> Any:
    return _password_form(person, person_id)


def _password_form(person: Actor, person_id: int, refusal: Refused | None = None) -> Any:
    return show("password", person, refusal, place="people", of=_one(person, person_id), least=PASSWORD_AT_LEAST)


@views.post("/admin/people/<int:person_id>/password")
@for_admin
def set_password(person: Actor, person_id: int) -> Any:
    of = _one(person, person_id)
    try:
        hashed = hash_new_password(request.form.get("password", ""))
        act(people.set_password, person, person_id=person_id, password_hash=hashed)
    except Refused as refusal:
        return _password_form(person, person_id, refusal)
    running().keeper.forget()
    return done("admin.people_page", "admin.password_set", name=of["name"])


@views.get("/admin/people/<int:person_id>/stop")
@for_admin
def ask_to_stop(person: Actor, person_id: int) -> Any:
    return show("stop", person, place="people", of=_one(person, person_id))


@views.post("/admin/people/<int:person_id>/stop")
@for_admin
def stop(person: Actor, person_id: int) -> Any:
    of = _one(person, person_id)
    act(people.set_active, person, person_id=person_id, active=False)
    running().keeper.forget()
    return done("admin.people_page", "admin.person_stopped", name=of["name"])


@views.post("/admin/people/<int:person_id>/allow")
@for_admin
def allow(person: Actor, person_id: int) -> Any:
    of = _one(person, person_id)
    act(people.set_active, person, person_id=person_id, active=True)
    return done("admin.people_page", "admin.person_allowed", name=of["name"])
