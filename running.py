"""What a running server has at hand. server.py makes one; views ask for it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import current_app

from access import Keeper
from office.db import Database
from settings import Settings

EXTENSION = "giliran"


def call_directly(work: Callable[[], Any]) -> Any:
    return work()


@dataclass
class Running:
    """`off_hub` carries out what would block the event loop (argon2, files): a real thread under gevent."""

    settings: Settings
    db: Database
    keeper: Keeper
    off_hub: Callable[[Callable[[], Any]], Any] = call_directly
    started_at: float = 0.0
    facts: dict[str, Any] = field(default_factory=dict)


def running() -> Running:
    found: Running = current_app.extensions[EXTENSION]
    return found
