"""What an office has learned of its own days: for the forecast, for the scoreboard, for the best time to come."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from office.tables import Base


class Memory(Base):
    """One row per office: `learned` and `record` as JSON of learning.Learned and forecast.Record, up to a day, included."""

    __tablename__ = "memories"
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    through: Mapped[date]
    learned: Mapped[str]
    record: Mapped[str]
    at: Mapped[datetime]


class Told(Base):
    """The first forecast a ticket got, as it stood on its slip: what the scoreboard is measured by."""

    __tablename__ = "told"
    ticket_id: Mapped[str] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    day: Mapped[date]
    at: Mapped[datetime]
    p10_at: Mapped[datetime]
    p50_at: Mapped[datetime]
    p80_at: Mapped[datetime]
    p90_at: Mapped[datetime]
    is_first_guess: Mapped[bool]
    __table_args__ = (Index("ix_told_office_day", "office_id", "day"),)


class BusyHour(Base):
    """One hour of one past day: how many came without a booking, how many of them were called, and their minutes of
    waiting in all. A day without anybody has one row of noughts, so that it is seen as counted."""

    __tablename__ = "busy_hours"
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    hour: Mapped[int] = mapped_column(primary_key=True)
    came: Mapped[int]
    called: Mapped[int]
    waited: Mapped[float]
