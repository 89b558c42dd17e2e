"""People who work here: adding one, signing in, signing out. Passwords are hashed outside (access.py)."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, delete, insert, select, update

from office.actors import Actor
from office.db import Tx
from office.errors import Forbidden, Invalid, NotFound
from office.models import Office, Person, Session
from office.profile import read_head
from office.states import Role

# Roles that belong to one office; the others see every office.
OFFICE_ROLES = (Role.OPERATOR, Role.OFFICE_ADMIN, Role.VILLAGE_OFFICER)
# A person of no office works by the regency's own zone.
REGENCY_ZONE = "Asia/Makassar"


def add_person(tx: Tx, username: str, name: str, role: str, office: str | None, password_hash: str) -> dict[str, Any]:
    """Errors: invalid (a name that is taken, a role without its office), unknown_office, forbidden."""
    fields = _check_person(tx, username, role, office)
    if fields:
        raise Invalid(fields=fields, n=len(fields))
    _check_may_appoint(tx.by, role, office)
    office_id = read_head(tx.conn, office).id if office else None
    person_id = tx.conn.execute(
        insert(Person).values(username=username, name=name, role=role, office_id=office_id,
                              password_hash=password_hash, created_at=tx.now, active=True).returning(Person.id)
    ).scalar_one()
    return {"id": person_id, "username": username, "name": name, "role": role, "office": office}


def _check_person(tx: Tx, username: str, role: str, office: str | None) -> dict[str, str]:
    fields: dict[str, str] = {}
    if not username.strip() or len(username) > 60:
        fields["username"] = "1 to 60 characters"
    elif tx.conn.execute(select(Person.id).where(Person.username == username)).first():
        fields["username"] = "taken"
    if role not in list(Role):
        fields["role"] = "one of " + ", ".join(Role)
    elif (role in OFFICE_ROLES) != (office is not None):
        fields["office"] = "needed for this role" if role in OFFICE_ROLES else "not for this role"
    return fields


def _check_may_appoint(by: Actor, role: str, office: str | None) -> None:
    """An office's administrator appoints people of that office only."""
    if by.kind == "system" or by.role == Role.REGENCY_ADMIN:
        return
    if by.role != Role.OFFICE_ADMIN or office is None or office != by.office_code or role == Role.REGENCY_ADMIN:
        raise Forbidden()


def person_by_username(conn: Connection, username: str) -> Row[Any] | None:
    return conn.execute(
        select(Person.__table__, Office.code.label("office_code"), Office.timezone)
        .outerjoin(Office, Office.id == Person.office_id)
        .where(Person.username == username, Person.active.is_(True))
    ).one_or_none()


def sign_in(tx: Tx, person: Row[Any], token_hash: str) -> datetime:
    """Keep the session until the office's day ends. Returns that instant."""
    expires_at = end_of_day(tx.now, person.timezone or REGENCY_ZONE)
    tx.conn.execute(delete(Session).where(Session.expires_at < tx.now))
    tx.conn.execute(insert(Session).values(token_hash=token_hash, person_id=person.id, created_at=tx.now, expires_at=expires_at))
    return expires_at


def end_of_day(now: datetime, zone: str) -> datetime:
    """The next midnight in `zone`."""
    tomorrow = (now.astimezone(ZoneInfo(zone)) + timedelta(days=1)).date()
    return datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=ZoneInfo(zone))


def sign_out(tx: Tx, token_hash: str) -> None:
    tx.conn.execute(delete(Session).where(Session.token_hash == token_hash))


def person_of_session(conn: Connection, token_hash: str, now: datetime) -> tuple[Actor, datetime] | None:
    """Who holds this token, and until when; None when nobody does any more."""
    row = conn.execute(
        select(Person.id, Person.name, Person.role, Office.code, Session.expires_at)
        .join(Session, Session.person_id == Person.id)
        .outerjoin(Office, Office.id == Person.office_id)
        .where(Session.token_hash == token_hash, Session.expires_at > now, Person.active.is_(True))
    ).one_or_none()
    if row is None:
        return None
    return Actor("person", row.id, row.name, row.role, row.code), row.expires_at


def people(conn: Connection, by: Actor) -> list[dict[str, Any]]:
    """Those whom `by` may see: the own office's, or everybody."""
    rows = conn.execute(
        select(Person.id, Person.username, Person.name, Person.role, Person.active, Person.created_at, Office.code.label("office"))
        .outerjoin(Office, Office.id == Person.office_id).order_by(Person.active.desc(), Office.id, Person.name)
    )
    return [row._asdict() for row in rows if by.office_code in (None, row.office)]


def set_password(tx: Tx, person_id: int, password_hash: str) -> None:
    """A new password ends the person's sessions. Errors: not_found, forbidden."""
    _mine(tx, person_id)
    _put_password(tx, person_id, password_hash)


def _put_password(tx: Tx, person_id: int, password_hash: str) -> None:
    tx.conn.execute(update(Person).where(Person.id == person_id).values(password_hash=password_hash))
    tx.conn.execute(delete(Session).where(Session.person_id == person_id))


def change_own_password(tx: Tx, password_hash: str) -> None:
    """By the person; it ends all sessions, this one too. Errors: forbidden to a machine."""
    if tx.by.person_id is None:
        raise Forbidden()
    _put_password(tx, tx.by.person_id, password_hash)


def set_active(tx: Tx, person_id: int, active: bool) -> None:
    """Who leaves is signed out at once and keeps the record of what was done. Errors: not_found, forbidden."""
    if not active and person_id == tx.by.person_id:
        raise Forbidden()
    _mine(tx, person_id)
    tx.conn.execute(update(Person).where(Person.id == person_id).values(active=active))
    if not active:
        tx.conn.execute(delete(Session).where(Session.person_id == person_id))


def _mine(tx: Tx, person_id: int) -> None:
    row = tx.conn.execute(
        select(Person.role, Office.code).outerjoin(Office, Office.id == Person.office_id).where(Person.id == person_id)
    ).one_or_none()
    if row is None:
        raise NotFound()
    _check_may_appoint(tx.by, row.role, row.code)


def anybody_here(conn: Connection) -> bool:
    return conn.execute(select(Person.id).limit(1)).first() is not None
