"""What an office tells everybody in its hall: one line each, in both languages, until a day."""

from datetime import date
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from office import events
from office.actors import Actor
from office.db import Look, Tx
from office.errors import Invalid, NotFound
from office.here import Here, enter
from office.models import Office
from office.posted import Notice
from office.profile import Profile, profile_of

LONGEST = 200
# More lines than people would read in one wait.
AT_MOST = 10


def add_notice(tx: Tx, office: str, text: dict[str, str], until_on: date | None) -> dict[str, Any]:
    """Shown from now on, `until_on` included (None: until somebody takes it away).

    Errors: unknown_office, forbidden; invalid for an empty or too long text, a day that is over, or one notice too many.
    """
    here = enter(tx, office)
    wrong = _wrong(text, until_on, here.day)
    if len(notices_of(here.profile, here.day)) >= AT_MOST:
        wrong["text_id"] = "too many"
    if wrong:
        raise Invalid(fields=wrong, n=len(wrong))
    notice_id = tx.conn.execute(
        insert(Notice).values(office_id=here.profile.id, text=text, until_on=until_on, created_at=tx.now).returning(Notice.id)
    ).scalar_one()
    _tell(tx, here)
    return {"id": notice_id, "text": text}


def remove_notice(tx: Tx, notice_id: int) -> dict[str, Any]:
    """Errors: not_found, forbidden."""
    row = tx.conn.execute(
        select(Notice.text, Office.code).join(Office, Office.id == Notice.office_id).where(Notice.id == notice_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    here = enter(tx, row.code)
    tx.conn.execute(delete(Notice).where(Notice.id == notice_id))
    _tell(tx, here)
    return {"id": notice_id, "text": row.text}


def notices_of(profile: Profile, today: date) -> list[dict[str, Any]]:
    """{id, text: {id, en}}, the oldest first; those of past days are not shown any more."""
    return [{"id": one.id, "text": one.text} for one in profile.notices if one.until_on is None or one.until_on >= today]


def notices(conn: Connection, by: Actor) -> list[dict[str, Any]]:
    """For the administrator: those of the own offices, with their last day, also when it is over."""
    rows = conn.execute(
        select(Notice.id, Notice.text, Notice.until_on, Office.code.label("office"), Office.name.label("office_name"))
        .join(Office, Office.id == Notice.office_id).order_by(Office.id, Notice.id)
    )
    return [row._asdict() for row in rows if by.office_code in (None, row.office)]


def _wrong(text: dict[str, str], until_on: date | None, today: date) -> dict[str, str]:
    wrong = {f"text_{lang}": "1 to 200 characters" for lang in ("id", "en") if not 0 < len(text.get(lang, "")) <= LONGEST}
    if until_on is not None and until_on < today:
        wrong["until_on"] = "is over"
    return wrong


def _tell(tx: Tx, here: Here) -> None:
    """A new revision of the profile, and every current notice in one event: a screen needs no memory of them."""
    tx.conn.execute(update(Office).where(Office.id == here.profile.id).values(revision=Office.revision + 1))
    # A memo of its own: if this transaction is undone, the revision will be given to something else.
    profile = profile_of(Look(tx.conn, tx.now, {}), here.profile.code)
    here.record(tx, events.NOTICE_CHANGED, notices=notices_of(profile, here.day))
