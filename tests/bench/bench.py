"""One run of the bench: how long, how often, and where its places are made."""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from shutil import rmtree

from tests.bench.place import Place, copy_of, make_place


@dataclass(frozen=True)
class Bench:
    """`quick`: a smoke test, whose figures mean nothing. `full`: also PostgreSQL, and five million rows of history."""

    directory: Path
    quick: bool = False
    full: bool = False

    @property
    def runs(self) -> int:
        return 1 if self.quick else 3

    @property
    def seconds(self) -> float:
        return 1.0 if self.quick else 3.0

    def scaled(self, count: int) -> int:
        return max(4, count // 20) if self.quick else count

    @cached_property
    def _first(self) -> Place:
        return make_place(self.directory / "first")

    def place(self, name: str, app: str = "server:app") -> Place:
        """A fresh database with people and devices, for one load."""
        directory = self.directory / name
        rmtree(directory, ignore_errors=True)
        return replace(copy_of(self._first, directory), app=app)
