"""Writing under gevent on SQLite: one real thread carries out what waits, several use cases to a commit.

A commit waits for the disk; whoever comes meanwhile shares the next one. Each use case stands on a savepoint of its
own, so a refusal undoes that one alone, and nobody is answered before the commit that holds their change.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import gevent
from gevent.event import AsyncResult
from gevent.threadpool import ThreadPool
from sqlalchemy import Connection, Engine

Job = Callable[[Connection], Any]
# More would let the first of a group wait for the work of the last.
AT_MOST = 16


class Outcome(NamedTuple):
    value: Any
    error: BaseException | None


class GroupedWriter:
    """`write(job)` blocks its greenlet until the commit; the event loop goes on, also while another process writes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._thread = ThreadPool(1)
        self._waiting: list[tuple[Job, AsyncResult]] = []
        self._is_busy = False

    def write(self, job: Job) -> Any:
        done = AsyncResult()
        self._waiting.append((job, done))
        if not self._is_busy:
            self._is_busy = True
            gevent.spawn(self._drain)
        outcome: Outcome = done.get()
        if outcome.error is not None:
            raise outcome.error
        return outcome.value

    def _drain(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[:AT_MOST], self._waiting[AT_MOST:]
            outcomes = self._thread.apply(self._carry_out, ([job for job, _ in group],))
            for (_, done), outcome in zip(group, outcomes, strict=True):
                done.set(outcome)
        self._is_busy = False

    def _carry_out(self, jobs: list[Job]) -> list[Outcome]:
        """In the thread. When the commit itself fails, nothing of the group was done, and all are told so."""
        try:
            with self._engine.begin() as conn:
                return [_attempt(conn, job) for job in jobs]
        except BaseException as error:  # noqa: BLE001 - handed over to those who asked, who raise it
            return [Outcome(None, error)] * len(jobs)


def _attempt(conn: Connection, job: Job) -> Outcome:
    """The savepoint is spoken to the driver: SQLAlchemy gives each a name of its own and compiles its statements anew,
    which was an eighth of a ticket's work."""
    driver: Any = conn.connection.driver_connection
    driver.execute("SAVEPOINT job")
    try:
        value = job(conn)
    except BaseException as error:  # noqa: BLE001 - handed over: a refusal is an answer, and undoes this job alone
        driver.execute("ROLLBACK TO job")
        return Outcome(None, error)
    driver.execute("RELEASE job")
    return Outcome(value, None)
