"""From committed changes to the watchers: in order, each version once, none lost for longer than a look.

Listeners of the database hand over what this process committed. What another process committed (a
command, a second worker) is found by looking at the offices' versions; the rows are the truth.
"""

import logging
from collections.abc import Callable
from typing import Any

from office import reports
from office.db import Database
from office.events import Change

log = logging.getLogger(__name__)
Emit = Callable[[str, list[dict[str, Any]]], None]


class Feed:
    """`emit(office, changes)` sends to those who watch an office. `told`: the last version each office's watchers got."""

    def __init__(self, db: Database, emit: Emit) -> None:
        self._db = db
        self._emit = emit
        self._told: dict[str, int] = {}
        self._early: dict[str, dict[int, dict[str, Any]]] = {}

    def start(self) -> None:
        """From now on: watchers take what was before from the board."""
        with self._db.read() as look:
            self._told = reports.versions(look)

    def hear(self, changes: list[Change]) -> None:
        """What this process just committed. Greenlets may hand over out of order: what came early waits its turn."""
        for change in changes:
            self._early.setdefault(change.office_code, {})[change.v] = change.body
        for office in {change.office_code for change in changes}:
            self._tell(office)

    def look(self) -> None:
        """Find what other processes committed, and what got lost on the way here."""
        with self._db.read() as look:
            for office, v in reports.versions(look).items():
                if v > self._told.setdefault(office, v):
                    _, missed, complete = reports.feed_since(look, office, self._told[office])
                    self._catch_up(office, v, missed, complete)

    def _catch_up(self, office: str, v: int, missed: list[dict[str, Any]], complete: bool) -> None:
        if not complete:  # too much to replay: the watchers see the gap and ask for the board
            self._told[office] = v
            self._early.pop(office, None)
            return
        early = self._early.setdefault(office, {})
        early.update({change["v"]: change for change in missed})
        self._tell(office)

    def _tell(self, office: str) -> None:
        early = self._early[office]
        told = self._told.setdefault(office, min(early) - 1)
        ready = []
        while told + 1 in early:
            told += 1
            ready.append(early.pop(told))
        for old in [v for v in early if v <= told]:
            del early[old]
        if ready:
            self._told[office] = told
            self._emit(office, ready)
