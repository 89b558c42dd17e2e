"""The server by itself: how soon it answers, what it holds, what it costs while nothing happens."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context

from tests.bench.bench import Bench
from tests.bench.figures import Figure, several, shown
from tests.bench.load import asking, drive, elsewhere
from tests.bench.place import OFFICE, Server
from tests.bench.throughput import BOARD, fill
from tests.bench.watching import watch_quietly

REQUESTS = 1_000
SCREENS = 1_000
AT_REST = ((4, 1), (200, 2))
SETTLE_SECONDS = 3.0
REST_SECONDS = 20.0


def start(bench: Bench) -> list[Figure]:
    """From the command to the first good page."""
    place = bench.place("start")

    def once() -> float:
        with place.serving(first_page=f"/display/{OFFICE}") as server:
            return server.first_page_seconds

    return [Figure("seconds from the start to the first page", str(several(bench.runs, once)), wanted="≤ 2")]


def memory(bench: Bench) -> list[Figure]:
    """PSS of master and worker, in MB."""
    place = bench.place("memory")
    with place.serving() as server:
        fresh = server.pss_mb()
        elsewhere(fill, server.port, place.kiosk, bench.scaled(REQUESTS // 2))
        elsewhere(_ask, server.port, bench.scaled(REQUESTS // 2))
        used = server.pss_mb()
        with watched(server, bench.scaled(SCREENS)):
            many = server.pss_mb()
    return [
        Figure("MB (PSS, master and worker) at the start", shown(fresh)),
        Figure(f"MB after {bench.scaled(REQUESTS):,} requests", shown(used), wanted="≤ 150"),
        Figure(f"MB with {bench.scaled(SCREENS):,} screens watching", shown(many)),
    ]


def _ask(port: int, count: int) -> int:
    return len(drive(port, [asking(BOARD, count=count)]))


def rest(bench: Bench) -> list[Figure]:
    """Share of one core while nothing happens but pings and the server's own looking around."""
    place = bench.place("rest")
    figures = []
    with place.serving() as server:
        for screens, wanted in AT_REST:
            with watched(server, screens):
                share = several(bench.runs, lambda: _busy(server, 1.0 if bench.quick else REST_SECONDS))
            figures.append(Figure(f"% of a core at rest, {screens} screens watching", str(share), wanted=f"< {wanted}"))
    return figures


def _busy(server: Server, seconds: float) -> float:
    before = server.cpu_seconds()
    time.sleep(seconds)
    return (server.cpu_seconds() - before) / seconds * 100


@contextmanager
def watched(server: Server, screens: int) -> Iterator[None]:
    """So many screens watch the office, in a process of their own, and have settled."""
    context = get_context("spawn")
    ready, done = context.Event(), context.Event()
    process = context.Process(target=watch_quietly, args=(server.port, screens, "/live", {"office": OFFICE}, ready, done))
    process.start()
    try:
        if not ready.wait(60):
            raise TimeoutError(f"{screens} screens did not connect")
        time.sleep(SETTLE_SECONDS)
        yield
    finally:
        done.set()
        process.join(10)
        process.kill()
