"""The tables of booking. A seat is a place at one step: its primary key is the rule against overbooking."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from office.states import AppointmentState, MessageState
from office.tables import Base, one_of


class Appointment(Base):
    """A booking. `letter` is its service group; `code` is what the resident holds; `sequence` counts its changes for
    calendars. `name`, `phone` and `email` are erased a week after the visit; `phone_mark` is a keyed hash."""

    __tablename__ = "appointments"
    id: Mapped[str] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"))
    letter: Mapped[str]
    start_at: Mapped[datetime]
    day: Mapped[date]
    minutes: Mapped[int]
    people: Mapped[list[Any]]
    code: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]
    lang: Mapped[str]
    name: Mapped[str | None]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    phone_mark: Mapped[str | None]
    browser_mark: Mapped[str | None]
    booked_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    ticket_id: Mapped[str | None] = mapped_column(ForeignKey("tickets.id"))
    sequence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    held_until_at: Mapped[datetime | None]
    held_at: Mapped[datetime | None]
    booked_at: Mapped[datetime | None]
    checked_in_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    missed_at: Mapped[datetime | None]
    moved_at: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    __table_args__ = (
        one_of("state", AppointmentState),
        # One live booking per phone and service group, in every office: the database says no to the second.
        Index("uq_appointments_one_per_phone", "phone_mark", "letter", unique=True,
              sqlite_where=text("state = 'booked' AND phone_mark IS NOT NULL"),
              postgresql_where=text("state = 'booked' AND phone_mark IS NOT NULL")),
        Index("ix_appointments_office_day", "office_id", "day"),
        Index("ix_appointments_browser", "browser_mark",
              sqlite_where=text("state IN ('held', 'booked')"), postgresql_where=text("state IN ('held', 'booked')")),
        Index("ix_appointments_booked_by", "booked_by", "booked_at",
              sqlite_where=text("booked_by IS NOT NULL"), postgresql_where=text("booked_by IS NOT NULL")),
        Index("ix_appointments_expected", "office_id", "start_at",
              sqlite_where=text("state = 'booked'"), postgresql_where=text("state = 'booked'")),
        Index("ix_appointments_named", "office_id", "day",
              sqlite_where=text("erased_at IS NULL"), postgresql_where=text("erased_at IS NULL")),
        Index("ix_appointments_lapsing", "office_id", "held_until_at",
              sqlite_where=text("state = 'held'"), postgresql_where=text("state = 'held'")),
    )


# To the letter as in the partial indexes: with bound parameters SQLite would walk through years of bookings instead.
IS_HELD, IS_BOOKED = text("appointments.state = 'held'"), text("appointments.state = 'booked'")
IS_LIVE = text("appointments.state IN ('held', 'booked')")


class Seat(Base):
    """One step of one live booking; the row goes when the booking is cancelled, moved, missed or lapses."""

    __tablename__ = "seats"
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    start_at: Mapped[datetime] = mapped_column(primary_key=True)
    seat: Mapped[int] = mapped_column(primary_key=True)
    letter: Mapped[str]
    group_seat: Mapped[int]
    appointment_id: Mapped[str] = mapped_column(ForeignKey("appointments.id"), index=True)
    __table_args__ = (UniqueConstraint("office_id", "start_at", "letter", "group_seat"),)


class Message(Base):
    """Something to be told to a resident: a row first, sent later, tried again, given up where a person sees it."""

    __tablename__ = "messages"
    id: Mapped[str] = mapped_column(primary_key=True)
    appointment_id: Mapped[str] = mapped_column(ForeignKey("appointments.id"), index=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    kind: Mapped[str]
    channel: Mapped[str]
    state: Mapped[str]
    send_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    __table_args__ = (
        one_of("state", MessageState),
        Index("ix_messages_to_do", "send_at",
              sqlite_where=text("state = 'pending'"), postgresql_where=text("state = 'pending'")),
        Index("ix_messages_failed", "office_id",
              sqlite_where=text("state = 'failed'"), postgresql_where=text("state = 'failed'")),
        # Nobody is told the same twice at a time.
        Index("uq_messages_one_pending", "appointment_id", "kind", "channel", unique=True,
              sqlite_where=text("state = 'pending'"), postgresql_where=text("state = 'pending'")),
    )
