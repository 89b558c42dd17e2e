"""The instant now, always in UTC; the demo clock; how instants are stored."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import DateTime, Dialect
from sqlalchemy.types import TypeDecorator

Now = Callable[[], datetime]


def real_now() -> datetime:
    """The machine's own clock, UTC."""
    return datetime.now(UTC)


def running_from(start: datetime, anchor: datetime, rate: float) -> Now:
    """A clock that stood at `start` when the real one stood at `anchor` and runs `rate` times as fast."""
    start = start.astimezone(UTC)

    def now() -> datetime:
        return start + (real_now() - anchor) * rate

    return now


def day_of(instant: datetime, zone: str) -> date:
    """The office's own calendar day at `instant`."""
    return instant.astimezone(ZoneInfo(zone)).date()


def is_in_reach(day: date) -> bool:
    """Whether it can be meant: at the very ends of the calendar no day has a next one, no instant another zone."""
    return 2000 <= day.year < 2200


class Instant(TypeDecorator[datetime]):
    """A UTC instant. Refuses naive datetimes: SQLite keeps no offset, so a naive one would silently shift."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        """On SQLite written out in one step, as SQLAlchemy would in three: a ticket leaves a dozen instants."""
        return _to_sqlite if dialect.name == "sqlite" else _aware

    def result_processor(self, dialect: Dialect, coltype: Any) -> Callable[[Any], datetime | None]:
        """A call reads the times of everybody who waits: on SQLite its text is read in one step, three times as fast."""
        return _from_sqlite if dialect.name == "sqlite" else _in_utc


def _aware(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError(f"naive datetime {value!r}")
    return value.astimezone(UTC)


def _to_sqlite(value: datetime | None) -> str | None:
    utc = _aware(value)
    return None if utc is None else utc.isoformat(" ", "microseconds")[:-len("+00:00")]


def _from_sqlite(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text + "+00:00")


def _in_utc(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)
