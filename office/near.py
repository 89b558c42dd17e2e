""""Your turn is near": who booked, has come and walked off again is told when to be back."""

from datetime import datetime, timedelta

from sqlalchemy import Row, bindparam, exists, or_, select

from office import messages
from office.booked import Appointment, Message
from office.clock import day_of
from office.db import Look, Tx
from office.events import IS_WAITING
from office.here import enter
from office.models import Ticket
from office.outlook import expectations
from office.profile import Profile, profile_of
from office.states import AppointmentState
from office.tickets import count_ahead

AHEAD = 3
SOON = timedelta(minutes=10)
# Who noted the arrival a moment ago stands in the hall.
STILL_HERE = timedelta(minutes=3)

_TOLD = exists().where(Message.appointment_id == Appointment.id, Message.kind == messages.NEAR)
_CANDIDATES = (
    select(Ticket.__table__, Appointment.id.label("appointment_id"))
    .join(Appointment, Appointment.ticket_id == Ticket.id)
    .where(
        Ticket.office_id == bindparam("office"), Ticket.day == bindparam("day"), IS_WAITING,
        Appointment.office_id == bindparam("office"), Appointment.day == bindparam("day"),
        Appointment.state == str(AppointmentState.CHECKED_IN), Appointment.checked_in_at <= bindparam("before"),
        or_(Appointment.email.is_not(None), Appointment.phone.is_not(None)), ~_TOLD,
    )
)  # fmt: skip
_APPOINTMENT = select(Appointment.__table__).where(Appointment.id == bindparam("id"))


def is_near(ahead: int, back_at: datetime | None, now: datetime) -> bool:
    """`ahead`: people before this one; `back_at`: when the forecast says to be back, None while it is unknown."""
    return ahead <= AHEAD or (back_at is not None and back_at <= now + SOON)


def who_is_near(look: Look, profile: Profile) -> list[str]:
    """The bookings whose turn is near and who were not told yet, by their ids."""
    asked = {"office": profile.id, "day": day_of(look.now, profile.timezone), "before": look.now - STILL_HERE}
    return [row.appointment_id for row in look.conn.execute(_CANDIDATES, asked).all() if _is_near(look, profile, row)]


def _is_near(look: Look, profile: Profile, ticket: Row[tuple[object, ...]]) -> bool:
    told = expectations(look.memo, profile.code).by_ticket.get(ticket.id)
    back_at = datetime.fromisoformat(told["back_by"]) if told else None
    return is_near(count_ahead(look.conn, profile, ticket.day, ticket._asdict()), back_at, look.now)


def tell_near(tx: Tx, office: str) -> int:
    """A message for each of them, once. Returns how many people."""
    here = enter(tx, office)
    near = who_is_near(tx, here.profile)
    for appointment_id in near:
        messages.tell(tx, tx.conn.execute(_APPOINTMENT, {"id": appointment_id}).one(), messages.NEAR)
    return len(near)


def is_anybody_near(look: Look, office: str) -> bool:
    """Asked often: without the office's lock."""
    return bool(who_is_near(look, profile_of(look, office)))
