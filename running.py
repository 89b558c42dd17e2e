"""What a running server has at hand. server.py makes one; views ask for it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from flask import current_app

from access import Keeper
from office.db import Database
from settings import Settings

EXTENSION = "giliran"


def call_directly(work: Callable[[], Any]) -> Any:
    return work()


class Bell(Protocol):
    """doorbell.Doorbell, by its looks only: an office without Redis does not carry its client (6 MB)."""

    def ring(self, office: str) -> None: ...
    def hear(self, rung: Callable[[], object], stopped: Callable[[], bool]) -> None: ...
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


def running() -> Running:
    found: Running = current_app.extensions[EXTENSION]
    return found
