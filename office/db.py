"""The database: how it is read, how it is written, and that what happened is told only after the commit."""

import logging
import time
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
# Writes that take so long on average come from a slow disk (an SD card): for a while the thread takes them.
SLOW_WRITE_SECONDS = 0.01
SLOW_FOR_SECONDS = 30.0


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


def open_engine(url: str, wait_seconds: int = 5) -> Engine:
    """SQLite with the measured recipe (WAL, explicit BEGIN), PostgreSQL with a capped pool.

    `wait_seconds`: how long a write waits for another process's before "database is locked" (SQLite).
    """
    if not url.startswith("sqlite"):
        # More writers than this only lengthen the queue for the office's row.
        return create_engine(url, pool_size=POOL_SIZE, max_overflow=0, pool_timeout=30, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": wait_seconds, "check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(dbapi_connection: Any, _record: Any) -> None:
    # sqlite3 must not send its own BEGIN; the "begin" listener does, as DEFERRED or IMMEDIATE.
    dbapi_connection.isolation_level = None
    for pragma in PRAGMAS:
        dbapi_connection.execute("PRAGMA " + pragma)


def _begin_sqlite(conn: Connection) -> None:
    conn.exec_driver_sql("BEGIN " + conn.get_execution_options().get("sqlite_begin", "DEFERRED"))


class Database:
    """`run` carries out a write: a one-thread pool under gevent on SQLite (it is the queue, too), else a plain call.

    `write_here`: try first in the caller's own thread, without waiting. A write never yields, so on the event loop
    there is no other in this process unless the thread has one; handing over to the thread and back costs a fifth
    of a ticket. Whoever finds another writer, or a slow disk, goes to `run`.
    """

    def __init__(self, url: str, now: Now, run: Runner = call_directly) -> None:
        self.engine = open_engine(url)
        # The writing thread has an engine of its own: locks of a pool shared with it would be crossed between
        # a real thread and the event loop.
        is_sqlite = self.engine.dialect.name == "sqlite"
        self._writer = open_engine(url) if is_sqlite else self.engine
        self.now = now
        self.run = run
        self.listeners: list[Callable[[list[Change]], None]] = []
        self.memo: dict[str, Any] = {}
        self.write_here = False
        self._pace_seconds, self._slow_until = 0.0, 0.0
        self._impatient = open_engine(url, wait_seconds=0) if is_sqlite else self.engine
        self._here = self._impatient.execution_options(sqlite_begin="IMMEDIATE")
        self._writing = self._writer.execution_options(sqlite_begin="IMMEDIATE")
        # A look must not see half of a change: SQLite's snapshot does that by itself.
        self._reading = self.engine if is_sqlite else self.engine.execution_options(isolation_level="REPEATABLE READ")

    @contextmanager
    def read(self) -> Iterator[Look]:
        """Nothing is ever committed."""
        with self._reading.connect() as conn:
            yield Look(conn, self.now(), self.memo)

    def transaction(self, work: Callable[Concatenate[Tx, P], T], by: Actor = SYSTEM, /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run one use case: all of it, or nothing; then tell the listeners what happened.

        A unique key that a simultaneous writer took first (the same request_id at two offices, on
        PostgreSQL) is tried once more: the second time the use case sees the other's row.
        """
        def attempt(engine: Engine) -> tuple[T, list[Change]]:
            self.now()  # a demo clock's first look writes its anchor: before this transaction locks the writers out
            with engine.begin() as conn:
                tx = Tx(conn, self.now(), self.memo, by)
                result = work(tx, *args, **kwargs)
                return result, events.flush(tx)

        try:
            result, changes = self._carry_out(attempt)
        except (IntegrityError, OperationalError) as error:
            if not _worth_another_try(error):
                raise
            result, changes = self._carry_out(attempt)
        self._tell(changes)
        return result

    def _carry_out(self, attempt: Callable[[Engine], T]) -> T:
        if self.write_here and time.monotonic() >= self._slow_until:
            try:
                return self._at_once(attempt)
            except OperationalError as error:
                if "locked" not in str(error.orig):
                    raise
        return self.run(lambda: attempt(self._writing))  # type: ignore[no-any-return]

    def _at_once(self, attempt: Callable[[Engine], T]) -> T:
        """Errors: OperationalError "database is locked" at once when somebody else is writing; nothing was done then."""
        began = time.monotonic()
        result = attempt(self._here)
        now = time.monotonic()
        self._pace_seconds += (now - began - self._pace_seconds) / 10
        if self._pace_seconds > SLOW_WRITE_SECONDS:
            self._pace_seconds, self._slow_until = 0.0, now + SLOW_FOR_SECONDS
        return result

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
        self._writer.dispose()
        self._impatient.dispose()


def _worth_another_try(error: IntegrityError | OperationalError) -> bool:
    text = str(error.orig)
    return (isinstance(error, IntegrityError) and "requests" in text) or "deadlock" in text
