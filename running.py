"""What a running server has at hand. server.py makes one; views ask for it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Protocol
from zlib import crc32

from flask import current_app

from access import Keeper
from office.db import Database
from settings import Settings

EXTENSION = "giliran"
TURNS = 64


def call_directly(work: Callable[[], Any]) -> Any:
    return work()


class Bell(Protocol):
    """doorbell.Doorbell, as the others know it: only that file knows Redis."""

    def ring(self, office: str) -> None: ...
    def hear(self, rung: Callable[[], object]) -> None: ...
    def trouble(self) -> str | None: ...


@dataclass
class Running:
    """`off_hub` carries out what would block the event loop (argon2, files): a real thread under gevent.
    `doorbell`: where there are several processes."""

    settings: Settings
    db: Database
    keeper: Keeper
    doorbell: Bell | None = None
    off_hub: Callable[[Callable[[], Any]], Any] = call_directly
    started_at: float = 0.0
    facts: dict[str, Any] = field(default_factory=dict)
    turns: tuple[Lock, ...] = field(default_factory=lambda: tuple(Lock() for _ in range(TURNS)))

    @contextmanager
    def turn(self, key: str) -> Iterator[bool]:
        """One at a time in this process for the same key (a slot that everybody wants); whether others were before, so that
        things may have changed. No rule rests on it: it keeps a storm from queuing for the database only to come too late."""
        lock = self.turns[crc32(key.encode()) % TURNS]
        waited = not lock.acquire(blocking=False)
        if waited:
            lock.acquire()
        try:
            yield waited
        finally:
            lock.release()


def running() -> Running:
    found: Running = current_app.extensions[EXTENSION]
    return found
