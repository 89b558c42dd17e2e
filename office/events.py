"""What happened, written down in the transaction in which it happened."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import Connection, bindparam, func, insert, select, text, update

from office.models import Event, Office, Ticket

TICKET_TAKEN = "ticket_taken"
TICKET_CALLED = "ticket_called"
TICKET_RECALLED = "ticket_recalled"
TICKET_SERVING = "ticket_serving"
TICKET_FINISHED = "ticket_finished"
TICKET_NO_SHOW = "ticket_no_show"
TICKET_RETURNED = "ticket_returned"
TICKET_HELD = "ticket_held"
TICKET_TRANSFERRED = "ticket_transferred"
TICKET_LEFT = "ticket_left"
COUNTER_CHANGED = "counter_changed"
OUTAGE_CHANGED = "outage_changed"
NOTICE_CHANGED = "notice_changed"
OFFICE_CHANGED = "office_changed"
SLIP_TROUBLE = "slip_trouble"


@dataclass
class Happening:
    """An event that waits for its version. `hall`: the waiting room sees it; `data` goes out as it stands.
    Whoever has counted the waiting says so in `waiting_count`; else it is counted once for all."""

    office_id: int
    office_code: str
    day: date
    type: str
    data: dict[str, Any]
    hall: bool = True
    ticket_id: str | None = None
    counter_id: int | None = None
    person_id: int | None = None
    device_id: int | None = None
    private: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """One hall event as watchers receive it: `body` is the JSON object of the socket's `change`."""

    office_code: str
    v: int
    body: dict[str, Any]


class Recording(Protocol):
    conn: Connection
    now: datetime
    happenings: list[Happening]


# To the letter as in the partial index (models.py): with a bound parameter SQLite would not use it.
IS_WAITING = text("tickets.state = 'waiting'")
IS_AWAY = text("tickets.state IN ('called', 'serving', 'held', 'no_show')")
_COUNT_WAITING = (
    select(func.count())
    .select_from(Ticket)
    .where(Ticket.office_id == bindparam("office"), Ticket.day == bindparam("day"), IS_WAITING)
)
_NEXT_V = (
    update(Office)
    .where(Office.id == bindparam("office"))
    .values(v=Office.v + bindparam("n"))
    .returning(Office.v)
)
_INSERT = insert(Event)


def count_waiting(conn: Connection, office_id: int, day: date) -> int:
    """Every WAITING ticket of the day."""
    return int(conn.execute(_COUNT_WAITING, {"office": office_id, "day": day}).scalar_one())


def flush(tx: Recording) -> list[Change]:
    """Give the recorded happenings their versions and write them: one UPDATE per office, one INSERT in all.

    Versions are gap-free because the office's row stays locked until the commit.
    """
    changes: list[Change] = []
    rows: list[dict[str, Any]] = []
    for office_id in dict.fromkeys(h.office_id for h in tx.happenings):
        mine = [h for h in tx.happenings if h.office_id == office_id]
        hall = [h for h in mine if h.hall]
        v, waiting = _versions(tx, hall)
        for happening in mine:
            if happening.hall:
                v += 1
                happening.data.setdefault("waiting_count", waiting)
                changes.append(Change(happening.office_code, v, change_body(happening, v, tx.now)))
            rows.append(_row(happening, v if happening.hall else None, tx.now))
    if rows:
        tx.conn.execute(_INSERT, rows)
    return changes


def _versions(tx: Recording, hall: list[Happening]) -> tuple[int, int | None]:
    """The version before the first of `hall`, and how many wait now when one of them has not counted."""
    if not hall:
        return 0, None
    office_id = hall[0].office_id
    last = int(tx.conn.execute(_NEXT_V, {"office": office_id, "n": len(hall)}).scalar_one())
    is_counted = all("waiting_count" in happening.data for happening in hall)
    return last - len(hall), None if is_counted else count_waiting(tx.conn, office_id, hall[0].day)


def change_body(happening: Happening, v: int, at: datetime) -> dict[str, Any]:
    return {"office": happening.office_code, "v": v, "type": happening.type, "at": at.isoformat(), **happening.data}


def _row(happening: Happening, v: int | None, at: datetime) -> dict[str, Any]:
    return {
        "office_id": happening.office_id, "v": v, "day": happening.day, "type": happening.type, "at": at,
        "ticket_id": happening.ticket_id, "counter_id": happening.counter_id,
        "person_id": happening.person_id, "device_id": happening.device_id,
        "data": {**happening.data, **happening.private},
    }
