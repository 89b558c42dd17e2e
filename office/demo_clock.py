"""The demo clock: its anchor is a row, so restarts, commands and all processes agree on the time."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select

from office.clock import Now, real_now, running_from
from office.db import open_engine
from office.models import Meta

_GET = select(Meta.value).where(Meta.key == bindparam("key"))


def demo_clock(url: str, start: datetime, rate: float) -> Now:
    """A clock that stood at `start` when this database first saw these two values; other values replace it.

    The rows are read at the first look at the clock, not before: the tables may have to be made first.
    """
    anchored: list[Now] = []

    def now() -> datetime:
        if not anchored:
            anchored.append(running_from(start, _anchor(url, f"{start.isoformat()} x{rate:g}"), rate))
        return anchored[0]()

    return now


def _anchor(url: str, wanted: str) -> datetime:
    """The real instant at which the database first saw `wanted`. Two processes that ask at once get the same."""
    engine = open_engine(url, "IMMEDIATE")
    try:
        with engine.begin() as conn:
            return _seen_at(conn, wanted)
    finally:
        engine.dispose()


def _seen_at(conn: Connection, wanted: str) -> datetime:
    seen = conn.execute(_GET, {"key": "clock"}).scalar_one_or_none()
    anchor = conn.execute(_GET, {"key": "clock_anchor"}).scalar_one_or_none()
    if seen == wanted and anchor is not None:
        return datetime.fromisoformat(anchor)
    fresh = real_now()
    conn.execute(delete(Meta).where(Meta.key.in_(("clock", "clock_anchor"))))
    conn.execute(insert(Meta), [{"key": "clock", "value": wanted}, {"key": "clock_anchor", "value": fresh.isoformat()}])
    return fresh
