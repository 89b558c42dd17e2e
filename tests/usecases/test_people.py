"""People: who may be added by whom, sessions that end with the day."""

import pytest

from office import people
from office.actors import SYSTEM, Actor
from office.errors import Forbidden, Invalid, NotFound, UnknownOffice


def add(hall, username, role="operator", office="waru", by=SYSTEM):
    return hall.do(people.add_person, username, username, role, office, "hash", by=by)


def sign_in(hall, username, token="t"):
    with hall.db.read() as look:
        row = people.person_by_username(look.conn, username)
    return hall.do(people.sign_in, row, token)


def who(hall, token="t"):
    with hall.db.read() as look:
        found = people.person_of_session(look.conn, token, look.now)
    return found[0] if found else None


def test_a_session_knows_its_person(hall):
    """Name, role and office come with the token."""
    added = add(hall, "siti")
    sign_in(hall, "siti")
    assert who(hall) == Actor("person", added["id"], "siti", "operator", "waru")
    assert who(hall, "another token") is None


@pytest.mark.parametrize(
    ("office", "role", "last"),
    [("waru", "operator", "2026-11-24T23:59:59+08:00"), ("timur", "operator", "2026-11-24T23:59:59+09:00"),
     (None, "regency_admin", "2026-11-24T23:59:59+08:00")],
)  # fmt: skip
def test_a_session_ends_with_the_offices_day(hall, office, role, last):
    """Signed out at the midnight of the person's own office, whenever they signed in."""
    add(hall, "siti", role, office)
    sign_in(hall, "siti")
    hall.clock.set(last)
    assert who(hall) is not None
    hall.clock.move(seconds=1)
    assert who(hall) is None


def test_signing_out(hall):
    """The token is worth nothing afterwards."""
    add(hall, "siti")
    sign_in(hall, "siti")
    hall.do(people.sign_out, "t")
    assert who(hall) is None


@pytest.mark.parametrize(
    ("username", "role", "office", "field"),
    [
        ("siti", "operator", "waru", "username"), ("", "operator", "waru", "username"),
        ("  ", "operator", "waru", "username"), ("x" * 61, "operator", "waru", "username"),
        ("budi", "king", "waru", "role"), ("budi", "operator", None, "office"),
        ("budi", "office_admin", None, "office"), ("budi", "regency_admin", "waru", "office"),
    ],
)  # fmt: skip
def test_people_that_cannot_be(hall, username, role, office, field):
    """A name that is taken or empty, an unknown role, a role without its office or with one too many."""
    add(hall, "siti")
    with pytest.raises(Invalid) as refused:
        add(hall, username, role, office)
    assert field in refused.value.facts["fields"]


def test_an_unknown_office(hall):
    """Nobody works at an office that does not exist."""
    with pytest.raises(UnknownOffice):
        add(hall, "siti", office="atlantis")


@pytest.mark.parametrize(
    ("by", "role", "office", "may"),
    [
        ("regency_admin", "regency_admin", None, True), ("regency_admin", "operator", "timur", True),
        ("office_admin", "operator", "waru", True), ("office_admin", "office_admin", "waru", True),
        ("office_admin", "operator", "timur", False), ("office_admin", "regency_admin", None, False),
        ("operator", "operator", "waru", False),
    ],
)  # fmt: skip
def test_who_may_appoint_whom(hall, by, role, office, may):
    """An office's administrator appoints in the own office, the regency's everywhere, an operator nobody."""
    boss = hall.person("ani", role=by)
    if may:
        assert add(hall, "budi", role, office, by=boss)["role"] == role
    else:
        with pytest.raises(Forbidden):
            add(hall, "budi", role, office, by=boss)


def test_a_new_password_ends_the_sessions(hall):
    """Whoever knew the old one is out."""
    added = add(hall, "siti")
    sign_in(hall, "siti")
    hall.do(people.set_password, added["id"], "another hash")
    assert who(hall) is None


def test_who_left_is_out_at_once(hall):
    """Signed out, and unknown at the next sign-in; may be called back."""
    added = add(hall, "siti")
    sign_in(hall, "siti")
    hall.do(people.set_active, added["id"], active=False)
    assert who(hall) is None
    with hall.db.read() as look:
        assert people.person_by_username(look.conn, "siti") is None
    hall.do(people.set_active, added["id"], active=True)
    sign_in(hall, "siti", "t2")
    assert who(hall, "t2") is not None


def test_nobody_locks_themselves_out(hall):
    """An administrator cannot remove the own account."""
    boss = hall.person("ani", role="office_admin")
    with pytest.raises(Forbidden):
        hall.do(people.set_active, boss.id, active=False, by=boss)
    with pytest.raises(NotFound):
        hall.do(people.set_active, 999, active=False)


def test_everybody_sees_their_own(hall):
    """An office sees its own people, the regency all."""
    add(hall, "siti")
    add(hall, "yosef", office="timur")
    with hall.db.read() as look:
        seen = {office: [p["username"] for p in people.people(look.conn, Actor("person", office_code=office))]
                for office in ("waru", None)}
    assert (seen["waru"], sorted(seen[None])) == (["siti"], ["siti", "yosef"])
