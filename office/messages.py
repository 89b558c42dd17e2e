"""Messages to residents: rows in the transaction of what they tell, sent later, tried again, given up where a person sees it."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from office.booked import Appointment, Message
from office.db import Tx
from office.ids import new_id
from office.models import Office, Service
from office.states import AppointmentState, MessageState

M = MessageState
BOOKED, REMINDER, MOVED, CANCELLED, NEAR, OUTAGE = "booked", "reminder", "moved", "cancelled", "near", "outage"
EMAIL, PHONE = "email", "phone"
# Minutes until the next try; then a person decides.
RETRY_DELAYS = (1, 5, 15, 60, 240)
REMIND_BEFORE = timedelta(days=1)
# What is told only while the booking still stands.
ONLY_WHILE_BOOKED = (BOOKED, REMINDER, MOVED)


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


def due(conn: Connection, now: datetime, limit: int = 50) -> list[Row[Any]]:
    """What is to be sent now, with all that its text needs."""
    return list(conn.execute(
        select(Message.__table__, Appointment.code, Appointment.lang, Appointment.start_at, Appointment.email,
               Appointment.phone, Appointment.state.label("booking_state"), Office.name.label("office_name"),
               Office.settings.label("office_settings"), Office.timezone, Service.content.label("service_content"))
        .join(Appointment, Appointment.id == Message.appointment_id)
        .join(Office, Office.id == Message.office_id)
        .join(Service, Service.id == Appointment.service_id)
        .where(Message.state == str(M.PENDING), Message.send_at <= now)
        .order_by(Message.send_at).limit(limit)
    ))


def claim(tx: Tx, message_id: str, lease: timedelta = timedelta(minutes=2)) -> bool:
    """Take a message in hand: nobody else tries it before the lease is over, and a sender that dies loses nothing."""
    done = tx.conn.execute(
        update(Message)
        .where(Message.id == message_id, Message.state == str(M.PENDING), Message.send_at <= tx.now)
        .values(send_at=tx.now + lease)
    )
    return done.rowcount == 1


def is_still_true(message: Row[Any]) -> bool:
    return message.kind not in ONLY_WHILE_BOOKED or message.booking_state == AppointmentState.BOOKED


def settle(tx: Tx, message_id: str, error: str | None) -> None:
    """Sent; or tried again later, and given up at last."""
    row = tx.conn.execute(select(Message.tries).where(Message.id == message_id)).one()
    if error is None:
        values: dict[str, Any] = {"state": str(M.SENT), "sent_at": tx.now, "error": None}
    elif row.tries >= len(RETRY_DELAYS):
        values = {"state": str(M.FAILED), "error": error}
    else:
        values = {"tries": row.tries + 1, "error": error, "send_at": tx.now + timedelta(minutes=RETRY_DELAYS[row.tries])}
    tx.conn.execute(update(Message).where(Message.id == message_id, Message.state == str(M.PENDING)).values(**values))


def give_up(tx: Tx, message_id: str, error: str) -> None:
    """An address that nobody answers to: trying again would change nothing."""
    tx.conn.execute(
        update(Message).where(Message.id == message_id, Message.state == str(M.PENDING)).values(state=str(M.FAILED), error=error)
    )


def drop_one(tx: Tx, message_id: str) -> None:
    tx.conn.execute(
        update(Message).where(Message.id == message_id, Message.state == str(M.PENDING)).values(state=str(M.DROPPED))
    )


def failed(conn: Connection, office_id: int | None = None) -> list[Row[Any]]:
    """What a person must look at; no names, no numbers."""
    where = [Message.state == str(M.FAILED)]
    if office_id is not None:
        where.append(Message.office_id == office_id)
    return list(conn.execute(
        select(Message.id, Message.kind, Message.channel, Message.error, Message.created_at, Appointment.code, Office.code.label("office"))
        .join(Appointment, Appointment.id == Message.appointment_id).join(Office, Office.id == Message.office_id)
        .where(*where).order_by(Message.created_at.desc()).limit(100)
    ))
