"""What a printer box began and how it ended, on its own disk: written before the first byte goes to the printer."""

import fcntl
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from printer.outcome import Outcome

KEPT = 500
STOPPED = "the printer box stopped while printing"


class Taken(Exception):
    """Another box writes this journal."""


@dataclass
class Entry:
    """One claim. `outcome` None: begun. `told`: the server knows the outcome."""

    claim: str
    slip: str
    outcome: Outcome | None = None
    error: str | None = None
    told: bool = False

    def line(self) -> str:
        shown = {"claim": self.claim, "slip": self.slip, "outcome": self.outcome, "error": self.error, "told": self.told}
        return json.dumps(shown) + "\n"


class Journal:
    """One line a change, the last one of a claim counts. `id` names this memory: whoever lost it must not go on under
    its name, so a journal that is damaged anywhere but in its last line (a power cut) begins anew."""

    def __init__(self, path: Path) -> None:
        """Errors: Taken; OSError when it cannot be written."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._file = self._open()
        self.id, self._entries = _read(path)
        for entry in self._entries.values():
            if entry.outcome is None:
                entry.outcome, entry.error = Outcome.UNSURE, STOPPED
        self._write_anew()

    def knows(self, claim: str) -> bool:
        return claim in self._entries

    def start(self, claim: str, slip: str) -> None:
        """On disk when it returns."""
        self._put(Entry(claim, slip))

    def end(self, claim: str, outcome: Outcome, error: str | None = None) -> None:
        self._put(Entry(claim, self._entries[claim].slip, outcome, error))

    def tell_again(self, claim: str) -> None:
        """The server asks once more."""
        self._entries[claim].told = False

    def told(self, claim: str) -> None:
        entry = self._entries[claim]
        entry.told = True
        self._append(entry)  # lost in a power cut, it is told once more

    def untold(self) -> list[Entry]:
        return [entry for entry in self._entries.values() if entry.outcome is not None and not entry.told]

    def close(self) -> None:
        os.close(self._file)

    def _put(self, entry: Entry) -> None:
        self._entries[entry.claim] = entry
        self._append(entry)
        os.fsync(self._file)

    def _append(self, entry: Entry) -> None:
        os.write(self._file, entry.line().encode())

    def _open(self) -> int:
        file = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(file)
            raise Taken(f"{self._path}: another printer box is running with it") from error
        return file

    def _write_anew(self) -> None:
        """Without what is long over; whole or not at all."""
        kept = list(self._entries.values())
        kept = [entry for entry in kept[:-KEPT] if not entry.told] + kept[-KEPT:]
        self._entries = {entry.claim: entry for entry in kept}
        fresh = self._path.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as file:
            file.write(json.dumps({"journal": self.id}) + "\n" + "".join(entry.line() for entry in kept))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
        _sync_folder(self._path.parent)
        old, self._file = self._file, self._open()
        os.close(old)


def _read(path: Path) -> tuple[str, dict[str, Entry]]:
    # A last line without its end is what a power cut leaves: it was never relied on.
    *whole, _torn = path.read_text(encoding="utf-8", errors="replace").split("\n")
    entries: dict[str, Entry] = {}
    try:
        name = str(json.loads(whole[0])["journal"]) if whole else ""
        for line in whole[1:]:
            entry = _entry(json.loads(line))
            entries[entry.claim] = entry
    except (ValueError, KeyError, TypeError):
        return secrets.token_hex(8), entries
    return name or secrets.token_hex(8), entries


def _entry(row: Any) -> Entry:
    outcome = Outcome(row["outcome"]) if row["outcome"] else None
    return Entry(str(row["claim"]), str(row["slip"]), outcome, row["error"], bool(row["told"]))


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
