"""Messages to residents: rows in the transaction of what they tell, sent later by messenger/.

A message that is taken in hand has its next try written first: whoever dies while sending leaves a row that is tried
again, and nobody else takes it meanwhile. So a message may arrive twice, but is never lost in silence.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, text, update

from office.booked import Appointment, Message
from office.db import Tx
from office.errors import NotFound, WrongState
from office.here import enter
from office.ids import new_id
from office.models import Office, Ticket
from office.states import AppointmentState, MessageState, TicketState

M = MessageState
BOOKED, REMINDER, MOVED, CANCELLED, CLOSED, NEAR = "booked", "reminder", "moved", "cancelled", "closed", "near"
EMAIL, PHONE = "email", "phone"
REMIND_BEFORE = timedelta(days=1)
# Until the next try; after the last one a person decides. The first is longer than any try takes.
RETRY_DELAYS = tuple(timedelta(minutes=n) for n in (1, 5, 15, 60, 180, 360))
# A confirmation that is so late tells nothing new.
STALE_AFTER = timedelta(days=2)
# To the letter as in the partial indexes (booked.py): SQLite takes them only so.
IS_PENDING, IS_FAILED = text("messages.state = 'pending'"), text("messages.state = 'failed'")

A = AppointmentState
#: in which states of its booking a message is still true
TRUE_IN = {
    BOOKED: (A.BOOKED, A.CHECKED_IN), REMINDER: (A.BOOKED,), MOVED: (A.BOOKED, A.CHECKED_IN), CANCELLED: (A.CANCELLED,),
    CLOSED: (A.MOVED,), NEAR: (A.CHECKED_IN,),
}  # fmt: skip


def tell(tx: Tx, appointment: Row[Any], kind: str, send_at: datetime | None = None) -> int:
    """One row per way the resident gave us: an e-mail address, a phone, both, or none. None of the kind may wait still:
    who tells anew drops it first. Returns how many rows."""
    channels = [channel for channel, address in ((EMAIL, appointment.email), (PHONE, appointment.phone)) if address]
    rows = [
        {"id": new_id(tx.now), "appointment_id": appointment.id, "office_id": appointment.office_id, "kind": kind,
         "channel": channel, "state": str(M.PENDING), "send_at": send_at or tx.now, "tries": 0, "created_at": tx.now}
        for channel in channels
    ]  # fmt: skip
    if rows:
        tx.conn.execute(insert(Message), rows)
    return len(rows)


def tell_booked(tx: Tx, appointment: Row[Any]) -> None:
    """At once, and the day before."""
    tell(tx, appointment, BOOKED)
    _remind(tx, appointment)


def tell_moved(tx: Tx, appointment: Row[Any]) -> None:
    """The new time, and a new reminder in place of the old one."""
    drop(tx, appointment.id, (BOOKED, REMINDER, MOVED, CLOSED))
    tell(tx, appointment, MOVED)
    _remind(tx, appointment)


def remind_anew(tx: Tx, appointment: Row[Any]) -> None:
    """The ways changed: by the new ones, no longer by the old."""
    drop(tx, appointment.id, (REMINDER,))
    _remind(tx, appointment)


def _remind(tx: Tx, appointment: Row[Any]) -> None:
    if is_reminder_ahead(appointment.start_at, tx.now):
        tell(tx, appointment, REMINDER, send_at=appointment.start_at - REMIND_BEFORE)


def is_reminder_ahead(start_at: datetime, now: datetime) -> bool:
    """Who books less than a day before needs none; and once it is out it is not promised any more."""
    return start_at - REMIND_BEFORE > now


def tell_cancelled(tx: Tx, appointment: Row[Any]) -> None:
    drop(tx, appointment.id, (BOOKED, REMINDER, MOVED, CLOSED))
    tell(tx, appointment, CANCELLED)


def tell_closed(tx: Tx, appointment: Row[Any]) -> int:
    """The office cannot keep this time. Returns how many ways there are to tell it."""
    drop(tx, appointment.id, (BOOKED, REMINDER, MOVED))
    return tell(tx, appointment, CLOSED)


def drop(tx: Tx, appointment_id: str, kinds: tuple[str, ...], channels: tuple[str, ...] = (EMAIL, PHONE)) -> None:
    """What waits to be sent and is no longer true."""
    of = Message.appointment_id == appointment_id, Message.kind.in_(kinds), Message.channel.in_(channels)
    tx.conn.execute(update(Message).where(*of, Message.state == str(M.PENDING)).values(state=str(M.DROPPED)))


def is_still_true(kind: str, state: str, start_at: datetime, ticket_state: str | None, created_at: datetime, now: datetime) -> bool:
    """Whether a message says what is so. `state` of its booking, `ticket_state` of who has come."""
    is_stale = kind not in (REMINDER, CLOSED) and now - created_at > STALE_AFTER
    if is_stale or state not in TRUE_IN[kind]:
        return False
    if kind == NEAR:
        return ticket_state == TicketState.WAITING
    return kind == CANCELLED or now < start_at


_DUE: Any = (
    select(Message.id, Message.kind, Message.channel, Message.tries, Message.created_at, Message.appointment_id,
           Appointment.state.label("booking_state"), Appointment.start_at, Appointment.code, Appointment.lang,
           Appointment.email, Appointment.phone, Appointment.ticket_id, Office.code.label("office_code"),
           Ticket.state.label("ticket_state"), Ticket.key)
    .join(Appointment, Appointment.id == Message.appointment_id)
    .join(Office, Office.id == Message.office_id)
    .outerjoin(Ticket, Ticket.id == Appointment.ticket_id)
    .where(IS_PENDING, Message.channel == bindparam("channel"), Message.send_at <= bindparam("now"))
    .order_by(Message.send_at, Message.id)
    .limit(1)
)  # fmt: skip
_DUE_LOCKED = _DUE.with_for_update(of=Message, skip_locked=True)


def is_due(conn: Connection, channel: str, now: datetime) -> bool:
    return conn.execute(_DUE, {"channel": channel, "now": now}).first() is not None


def take_due(tx: Tx, channel: str) -> Row[Any] | None:
    """The oldest message that is due, in hand; None when none is. What is no longer true is dropped on the way."""
    asked = {"channel": channel, "now": tx.now}
    while True:
        row: Row[Any] | None = tx.conn.execute(_DUE_LOCKED, asked).first()
        if row is None:
            return None
        if _address(row) and is_still_true(row.kind, row.booking_state, row.start_at, row.ticket_state, row.created_at, tx.now):
            _put(tx, row.id, tries=row.tries + 1, send_at=tx.now + RETRY_DELAYS[min(row.tries, len(RETRY_DELAYS) - 1)])
            return row
        _put(tx, row.id, state=str(M.DROPPED))


def _address(row: Row[Any]) -> str | None:
    """Erased meanwhile: None."""
    address: str | None = row.email if row.channel == EMAIL else row.phone
    return address


def settle(tx: Tx, message_id: str, error: str | None = None, is_final: bool = False) -> None:
    """What became of a message in hand: sent, or `error` (a short code, never an address): tried again at its
    next time, unless `is_final` or its tries are used up."""
    if error is None:
        _put(tx, message_id, state=str(M.SENT), sent_at=tx.now, error=None)
        return
    tries: int = tx.conn.execute(select(Message.tries).where(Message.id == message_id)).scalar_one()
    failed = is_final or tries > len(RETRY_DELAYS)
    _put(tx, message_id, error=error, **({"state": str(M.FAILED)} if failed else {}))


def drop_due(tx: Tx, channels: tuple[str, ...]) -> int:
    """Ways that nobody has set up: what would have to go out by them now never will. Returns how many."""
    due = update(Message).where(IS_PENDING, Message.channel.in_(channels), Message.send_at <= tx.now)
    return int(tx.conn.execute(due.values(state=str(M.DROPPED), error="no_sender")).rowcount)


def _put(tx: Tx, message_id: str, **values: Any) -> None:
    """Only while it is pending: what was dropped or sent meanwhile stays so."""
    tx.conn.execute(update(Message).where(Message.id == message_id, Message.state == str(M.PENDING)).values(**values))


def troubles(conn: Connection, office_id: int, now: datetime) -> dict[str, int]:
    """{failed, stuck}: given up, for visits to come; refused more than once and tried again."""
    coming = Appointment.start_at > now - REMIND_BEFORE
    count = select(func.count()).select_from(Message).join(Appointment).where(Message.office_id == office_id, coming)
    return {
        "failed": conn.execute(count.where(IS_FAILED)).scalar_one(),
        "stuck": conn.execute(count.where(IS_PENDING, Message.tries >= 2)).scalar_one(),
    }


def count_waiting(conn: Connection, office_id: int) -> int:
    """How many wait for their time or their next try."""
    count = select(func.count()).select_from(Message).where(IS_PENDING, Message.office_id == office_id)
    return int(conn.execute(count).scalar_one())


def open_counts(conn: Connection) -> dict[str, int]:
    """{pending, failed} of all offices."""
    count = select(func.count()).select_from(Message)
    return {"pending": conn.execute(count.where(IS_PENDING)).scalar_one(), "failed": conn.execute(count.where(IS_FAILED)).scalar_one()}


SHOWN = 50


def in_trouble(conn: Connection, office_id: int, now: datetime) -> list[Row[Any]]:
    """Failed, or refused before and tried again; the newest first. Nobody's name or number is among the columns."""
    columns = (Message.id, Message.kind, Message.channel, Message.state, Message.tries, Message.error, Message.send_at,
               Appointment.code, Appointment.start_at)  # fmt: skip
    of: Any = select(*columns).join(Appointment).where(Message.office_id == office_id, Appointment.start_at > now - REMIND_BEFORE)
    failed = conn.execute(of.where(IS_FAILED).order_by(Message.id.desc()).limit(SHOWN)).all()
    stuck = conn.execute(of.where(IS_PENDING, Message.tries >= 2).order_by(Message.id.desc()).limit(SHOWN)).all()
    return [*failed, *stuck]


def try_again(tx: Tx, message_id: str) -> None:
    """A person wants it sent now. Errors: not_found; wrong_state unless it failed or waits for its next try."""
    row = _entered(tx, message_id)
    if row.state == M.FAILED:  # an older one of its kind that waits would say the same
        drop(tx, row.appointment_id, (row.kind,), (row.channel,))
    # As if it were written now: who asks for it knows how late it is.
    anew = {"state": str(M.PENDING), "tries": 0, "send_at": tx.now, "created_at": tx.now, "error": None}
    tx.conn.execute(update(Message).where(Message.id == message_id).values(**anew))


def give_up(tx: Tx, message_id: str) -> None:
    """A person told it in another way. Errors: as try_again."""
    _entered(tx, message_id)
    tx.conn.execute(update(Message).where(Message.id == message_id).values(state=str(M.DROPPED)))


def _entered(tx: Tx, message_id: str) -> Row[Any]:
    """Errors: not_found, forbidden, wrong_state."""
    query: Any = select(Message.appointment_id, Message.kind, Message.channel, Message.state, Office.code).join(Office)
    row: Row[Any] | None = tx.conn.execute(query.where(Message.id == message_id)).one_or_none()
    if row is None:
        raise NotFound
    enter(tx, row.code)
    if row.state not in (M.FAILED, M.PENDING):
        raise WrongState(number=message_id, state=row.state)
    return row
