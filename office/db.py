"""The database: how it is read, how it is written, and that what happened is told only after the commit."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import IntegrityError, OperationalError

from office import events
from office.actors import SYSTEM, Actor
from office.clock import Now
from office.errors import Busy
from office.events import Change, Happening

P = ParamSpec("P")
T = TypeVar("T")
Runner = Callable[[Callable[[], Any]], Any]
log = logging.getLogger(__name__)

# FULL: an acknowledged ticket survives a power cut; measured dear only on SD cards (see docs/decisions.md).
PRAGMAS = (
    "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-8000", "temp_store=MEMORY",
)
POOL_SIZE = 8
# How long a writer waits for another program's write to SQLite's file, and when to come again after that.
PATIENCE_SECONDS, BUSY_SECONDS = 5, 2


@dataclass
class Look:
    """One consistent look at the rows. `memo` lives as long as the process: what rarely changes, keyed by revision."""

    conn: Connection
    now: datetime
    memo: dict[str, Any]


@dataclass
class Tx(Look):
    """One write transaction: who acts, and what happened in it."""

    by: Actor = SYSTEM
    happenings: list[Happening] = field(default_factory=list)


def call_directly(work: Callable[[], Any]) -> Any:
    return work()


def open_engine(url: str, begin: str = "DEFERRED") -> Engine:
    """SQLite with the measured recipe (WAL, explicit BEGIN of the kind `begin`), PostgreSQL with a capped pool.

    The values of a statement that fails stay out of its error: that goes into the log, and names do not.
    """
    if not url.startswith("sqlite"):
        # More writers than this only lengthen the queue for the office's row.
        return create_engine(url, pool_size=POOL_SIZE, max_overflow=0, pool_timeout=30, pool_pre_ping=True, hide_parameters=True)
    engine = create_engine(url, connect_args={"timeout": PATIENCE_SECONDS, "check_same_thread": False}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    # Not by a listener for "begin": with one, each statement looks for listeners, a tenth of what it costs.
    engine.dialect.do_begin = _begin(begin)  # type: ignore[method-assign, assignment]
    return engine


def _prepare_sqlite(dbapi_connection: Any, _record: Any) -> None:
    # sqlite3 must not send its own BEGIN; the dialect does, as DEFERRED or IMMEDIATE.
    dbapi_connection.isolation_level = None
    for pragma in PRAGMAS:
        dbapi_connection.execute("PRAGMA " + pragma)


def _begin(kind: str) -> Callable[[Any], None]:
    def begin(dbapi_connection: Any) -> None:
        dbapi_connection.execute("BEGIN " + kind)

    return begin


Job = Callable[[Connection], Any]
Writer = Callable[[Job], Any]


class Database:
    """`write` carries out a job in a write transaction and returns only after its commit. By default each has a
    transaction of its own; under gevent, SQLite's are carried out by one thread, several to a commit (grouped.py)."""

    def __init__(self, url: str, now: Now) -> None:
        self.engine = open_engine(url)
        # The writing thread has an engine of its own: locks of a pool shared with it would be crossed between
        # a real thread and the event loop.
        is_sqlite = self.engine.dialect.name == "sqlite"
        self.writing = open_engine(url, "IMMEDIATE") if is_sqlite else self.engine
        self.now = now
        self.write: Writer = self.write_alone
        self.listeners: list[Callable[[list[Change]], None]] = []
        self.memo: dict[str, Any] = {}
        # A look must not see half of a change: SQLite's snapshot does that by itself.
        self._reading = self.engine if is_sqlite else self.engine.execution_options(isolation_level="REPEATABLE READ")

    @contextmanager
    def read(self) -> Iterator[Look]:
        """Nothing is ever committed."""
        with self._reading.connect() as conn:
            yield Look(conn, self.now(), self.memo)

    def transaction(self, work: Callable[Concatenate[Tx, P], T], by: Actor = SYSTEM, /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run one use case: all of it, or nothing; then tell the listeners what happened.

        A unique key that a simultaneous writer took first (the same request_id, or the same phone's booking, at
        two offices, on PostgreSQL) is tried once more: the second time the use case sees the other's row.
        Errors: busy, when another program kept SQLite's file to itself for too long.
        """
        def job(conn: Connection) -> tuple[T, list[Change]]:
            tx = Tx(conn, self.now(), self.memo, by)
            result = work(tx, *args, **kwargs)
            return result, events.flush(tx)

        self.now()  # a demo clock's first look writes its anchor: before this transaction locks the writers out
        try:
            result, changes = self.write(job)
        except (IntegrityError, OperationalError) as error:
            if _is_held(error):
                raise Busy(retry_after_seconds=BUSY_SECONDS) from error
            if not _worth_another_try(error):
                raise
            result, changes = self.write(job)
        self._tell(changes)
        return result  # type: ignore[no-any-return]

    def write_alone(self, job: Job) -> Any:
        with self.writing.begin() as conn:
            return job(conn)

    def _tell(self, changes: list[Change]) -> None:
        if not changes:
            return
        for listener in self.listeners:
            try:
                listener(changes)
            except Exception:  # the change is committed: a screen that was not told asks again by itself
                log.exception("a listener failed")

    def close(self) -> None:
        self.engine.dispose()
        self.writing.dispose()


def _is_held(error: IntegrityError | OperationalError) -> bool:
    return "database is locked" in str(error.orig)


def _worth_another_try(error: IntegrityError | OperationalError) -> bool:
    text = str(error.orig)
    return (isinstance(error, IntegrityError) and ("requests" in text or "one_per_phone" in text)) or "deadlock" in text
