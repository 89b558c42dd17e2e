"""The table of what an office tells everybody in its hall."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from office.tables import Base


class Notice(Base):
    """A line on the office's screens, `text` in both languages; no last day: until somebody takes it away."""

    __tablename__ = "notices"
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), index=True)
    text: Mapped[dict[str, Any]]
    until_on: Mapped[date | None]
    created_at: Mapped[datetime]
