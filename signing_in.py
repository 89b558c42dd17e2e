"""Name and password: what the counter's API and the sign-in page share."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request
from sqlalchemy import Row

from access import hash_password, hash_token, new_token, password_fits
from office import people
from office.errors import BadCredentials, Invalid
from running import running

#: characters; a first password is typed by an administrator and said face to face
PASSWORD_AT_LEAST = 10
PASSWORD_AT_MOST = 200


@dataclass(frozen=True)
class SignedIn:
    """A new session: its token, whose it is (a row of people with office_code), when the office's day ends."""

    token: str
    person: Row[Any]
    expires_at: datetime


def check_password(username: str, password: str) -> SignedIn:
    """Errors: bad_credentials; slow_down after many failures for this name or from this address."""
    here = running()
    address = request.remote_addr or "?"
    with here.keeper.trying(username, address):
        with here.db.read() as look:
            person = people.person_by_username(look.conn, username)
        password_hash = person.password_hash if person is not None else None
        if not here.off_hub(lambda: password_fits(password_hash, password)) or person is None:
            here.keeper.count_failure(username, address)
            raise BadCredentials
    token = new_token()
    expires_at = here.db.transaction(people.sign_in, person=person, token_hash=hash_token(token))
    return SignedIn(token, person, expires_at)


def hash_new_password(password: str) -> str:
    """Errors: invalid when it is too short or too long."""
    if not PASSWORD_AT_LEAST <= len(password) <= PASSWORD_AT_MOST:
        raise Invalid(fields={"password": f"at least {PASSWORD_AT_LEAST} characters"}, n=1, least=PASSWORD_AT_LEAST)
    hashed: str = running().off_hub(lambda: hash_password(password))
    return hashed
