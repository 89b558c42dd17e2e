"""Messages to residents: rows in the transaction of what they tell.

Nothing sends them yet: no page may promise a message until a sender exists.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, insert, update

from office.booked import Message
from office.db import Tx
from office.ids import new_id
from office.states import MessageState

M = MessageState
BOOKED, REMINDER, MOVED, CANCELLED = "booked", "reminder", "moved", "cancelled"
EMAIL, PHONE = "email", "phone"
REMIND_BEFORE = timedelta(days=1)


def tell(tx: Tx, appointment: Row[Any], kind: str, send_at: datetime | None = None, **facts: Any) -> None:
    """One row per way the resident gave us: an e-mail address, a phone, both, or none (then nothing)."""
    channels = [channel for channel, address in ((EMAIL, appointment.email), (PHONE, appointment.phone)) if address]
    rows = [
        {"id": new_id(tx.now), "appointment_id": appointment.id, "office_id": appointment.office_id, "kind": kind,
         "channel": channel, "state": str(M.PENDING), "send_at": send_at or tx.now, "tries": 0, "facts": facts,
         "created_at": tx.now}
        for channel in channels
    ]
    if rows:
        tx.conn.execute(insert(Message), rows)


def tell_booked(tx: Tx, appointment: Row[Any]) -> None:
    """At once, and the day before."""
    tell(tx, appointment, BOOKED)
    remind_at = appointment.start_at - REMIND_BEFORE
    if remind_at > tx.now:
        tell(tx, appointment, REMINDER, send_at=remind_at)


def tell_moved(tx: Tx, appointment: Row[Any]) -> None:
    """The new time, and a new reminder in place of the old one."""
    drop(tx, appointment.id, (REMINDER, MOVED))
    tell(tx, appointment, MOVED)
    remind_at = appointment.start_at - REMIND_BEFORE
    if remind_at > tx.now:
        tell(tx, appointment, REMINDER, send_at=remind_at)


def tell_cancelled(tx: Tx, appointment: Row[Any]) -> None:
    drop(tx, appointment.id, (BOOKED, REMINDER, MOVED))
    tell(tx, appointment, CANCELLED)


def drop(tx: Tx, appointment_id: str, kinds: tuple[str, ...]) -> None:
    """What waits to be sent and is no longer true."""
    tx.conn.execute(
        update(Message)
        .where(Message.appointment_id == appointment_id, Message.kind.in_(kinds), Message.state == str(M.PENDING))
        .values(state=str(M.DROPPED))
    )
