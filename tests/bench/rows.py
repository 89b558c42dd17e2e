"""The same rows that one ticket leaves, through SQLAlchemy Core, one transaction each: what the database layer can do."""

import time
import uuid
from datetime import date
from typing import Any

from sqlalchemy import Connection, insert, update
from sqlalchemy.dialects import postgresql, sqlite

from office.clock import real_now
from office.db import open_engine
from office.ids import new_id, new_key
from office.models import Event, Office, PrintJob, Request, Series, Ticket
from tests.bench.load import FIXED

# Far from every day that a load uses.
DAY = date(2020, 1, 6)
OFFICE_ID = 1
_NEXT_V = update(Office).where(Office.id == OFFICE_ID).values(v=Office.v + 1).returning(Office.v)
_TICKET, _JOB, _EVENT, _REQUEST = insert(Ticket), insert(PrintJob), insert(Event), insert(Request)


def rows_per_second(url: str, seconds: float) -> float:
    """Tickets a second when nothing but their rows is written, by one writer, each committed."""
    engine = open_engine(url, "IMMEDIATE")
    upsert, n = _upsert(engine.dialect.name), 0
    until = time.monotonic() + seconds
    began = time.monotonic()
    while time.monotonic() < until:
        with engine.begin() as conn:
            _write(conn, upsert)
        n += 1
    took = time.monotonic() - began
    engine.dispose()
    return n / took


def _upsert(dialect: str) -> Any:
    new = (postgresql if dialect == "postgresql" else sqlite).insert(Series)
    return new.values(office_id=OFFICE_ID, day=DAY, letter="A", last=1).on_conflict_do_update(
        index_elements=[Series.office_id, Series.day, Series.letter], set_={"last": Series.last + 1}
    ).returning(Series.last)


def _write(conn: Connection, upsert: Any) -> None:
    now = real_now()
    number = conn.execute(upsert).scalar_one()
    ticket, job = new_id(now), new_id(now)
    conn.execute(_TICKET, {
        "id": ticket, "office_id": OFFICE_ID, "day": DAY, "service_id": 1, "letter": "A", "number": number,
        "label": f"A{number:03d}", "key": new_key(), "lane": "regular", "lang": "id", "state": "waiting",
        "issued_at": now, "promised_at": now, "waiting_at": now, "counter_id": None, "times_called": 0,
    })
    conn.execute(_JOB, {
        "id": job, "office_id": OFFICE_ID, "printer_id": 1, "ticket_id": ticket, "state": "pending", "ahead": 1,
        "copies": 0, "is_copy": False, "tries": 0, "next_try_at": now, "created_at": now, "state_at": now,
    })
    v = conn.execute(_NEXT_V).scalar_one()
    conn.execute(_EVENT, {
        "office_id": OFFICE_ID, "v": v, "day": DAY, "type": "ticket_taken", "at": now, "ticket_id": ticket,
        "counter_id": None, "person_id": None, "device_id": None, "data": FIXED,
    })
    conn.execute(_REQUEST, {"id": str(uuid.uuid4()), "fingerprint": "0" * 32, "answer": FIXED, "at": now})
