"""The tables of the forecast: what an office has learned, and what its residents were told."""

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
