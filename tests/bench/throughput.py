"""How many: tickets, acts at counters, questions for the board."""

import time
from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

from tests.bench.bench import Bench
from tests.bench.figures import Figure, Several, percentiles, several, shown
from tests.bench.load import Answer, Talk, ask, asking, calling, drive, elsewhere, operating, serving, taking
from tests.bench.place import OFFICE, Place, Server, service_codes
from tests.bench.rows import rows_per_second

CLIENTS = (1, 8, 32)
BOARD = f"/api/v1/offices/{OFFICE}/board"
WAITING = 500


class Ceiling(NamedTuple):
    """What this machine could do: answers of a fixed JSON and rows, a second."""

    constant: float
    rows: float

    @property
    def rate(self) -> float:
        return 1 / (1 / self.constant + 1 / self.rows)


def tickets(bench: Bench) -> list[Figure]:
    """Tickets a second at 1, 8 and 32 clients, beside the ceiling that is measured in the same run."""
    rows = several(bench.runs, lambda: rows_per_second(bench.place("rows").url, bench.seconds))
    constants = _constants(bench)
    ceilings = {clients: Ceiling(constants[clients].middle, rows.middle) for clients in CLIENTS}
    return [
        Figure("the rows of a ticket through SQLAlchemy Core, a second, one writer", str(rows)),
        *[Figure(f"a fixed JSON a second, {clients} clients", str(rate)) for clients, rate in constants.items()],
        *[line for clients in CLIENTS for line in tickets_at(bench, bench.place("tickets"), (clients,), ceilings)],
    ]


def tickets_at(bench: Bench, place: Place, at: Sequence[int], ceilings: Mapping[int, Ceiling] | None = None) -> list[Figure]:
    """The load itself, on any database."""
    figures = []
    with place.serving() as server:
        elsewhere(_take, server.port, place.kiosk, 1, 0.5)
        for clients in at:
            latencies: list[float] = []
            rate = several(bench.runs, partial(_tickets_per_second, bench, server, place, clients, latencies))
            ceiling = (ceilings or {}).get(clients)
            figures.append(Figure(
                f"tickets a second, {clients} clients", f"{rate}; ms {percentiles(latencies)}",
                f"ceiling {shown(ceiling.rate)}" if ceiling else "", f"{rate.middle / ceiling.rate:.0%}" if ceiling else "",
                "≥ 300, ≥ 50 %" if clients > 1 else "",
            ))
    return [*figures, Figure("recount after it", place.recount(), wanted="ok")]


def _constants(bench: Bench) -> dict[int, Several]:
    """A fixed JSON a second through the same server and Flask, at as many clients."""
    place = bench.place("constant", app="tests.bench.limits:app")
    with place.serving() as server:
        elsewhere(_ask, server.port, "/bench/constant", 1, 0.5)
        return {
            clients: several(bench.runs, partial(_asked_per_second, bench, server, "/bench/constant", clients))
            for clients in CLIENTS
        }


def _asked_per_second(bench: Bench, server: Server, path: str, clients: int, headers: str = "") -> float:
    return len(elsewhere(_ask, server.port, path, clients, bench.seconds, headers)) / bench.seconds


def _tickets_per_second(bench: Bench, server: Server, place: Place, clients: int, latencies: list[float]) -> float:
    answers = elsewhere(_take, server.port, place.kiosk, clients, bench.seconds)
    wrong = [status for status, _ in answers if status != 201]
    if wrong:
        raise RuntimeError(f"{len(wrong)} tickets were refused: {wrong[:3]}")
    latencies += [ms for _, ms in answers]
    return len(answers) / bench.seconds


def _take(port: int, token: str, clients: int, seconds: float) -> list[tuple[int, float]]:
    """Runs in the client's process: what was answered, and in how many milliseconds."""
    codes = service_codes()
    return _short(drive(port, [taking(OFFICE, token, codes) for _ in range(clients)], seconds))


def _ask(port: int, path: str, clients: int, seconds: float, headers: str = "") -> list[tuple[int, float]]:
    return _short(drive(port, [asking(path, headers) for _ in range(clients)], seconds))


def _short(answers: list[Answer]) -> list[tuple[int, float]]:
    return [(answer.status, answer.ms) for answer in answers]


def fill(port: int, token: str, count: int) -> list[str]:
    """Take `count` tickets on four connections; their ids."""
    talks = [taking(OFFICE, token, service_codes(), count // 4) for _ in range(4)]
    return [answer.json["id"] for answer in drive(port, talks)]


def acts(bench: Bench) -> list[Figure]:
    """Call, start and finish at eight counters until nobody waits."""
    return acts_at(bench, bench.place("acts"))


def acts_at(bench: Bench, place: Place) -> list[Figure]:
    """The load itself, on any database: filled and emptied several times."""
    rates, calls, latencies, twice, skipped = [], [], [], 0, 0
    with place.serving() as server:
        tokens = place.sign_in(server)
        elsewhere(_operate, server.port, tokens)  # whoever an earlier load left behind
        for _ in range(bench.runs):
            waiting = elsewhere(fill, server.port, place.kiosk, bench.scaled(WAITING))
            called, done, seconds = elsewhere(_operate, server.port, tokens)
            rates.append(len(done) / seconds)
            latencies += done
            twice, skipped = twice + len(called) - len(set(called)), skipped + len(set(waiting) ^ set(called))
            elsewhere(fill, server.port, place.kiosk, bench.scaled(WAITING))
            calls.append(elsewhere(_calls_per_second, server.port, tokens))
    rate, calls_rate = (several(len(found), iter(found).__next__) for found in (rates, calls))
    what = f"acts a second, 8 counters on {bench.scaled(WAITING)} waiting"
    return [
        Figure(what, f"{rate}; ms {percentiles(latencies)}", wanted="≥ 400"),
        Figure("calls alone a second, 8 counters in rounds, while people wait", str(calls_rate), wanted="≥ 300"),
        Figure("called twice / skipped", f"{twice} / {skipped}", wanted="0 / 0"),
        Figure("recount after it", place.recount(), wanted="ok"),
    ]


def _operate(port: int, tokens: list[str]) -> tuple[list[str], list[float], float]:
    """Ids called, milliseconds of each act that was done, seconds from the first to the last."""
    called: list[str] = []
    began = time.monotonic()
    answers = drive(port, [operating(OFFICE, n, token, called) for n, token in enumerate(tokens, 1)])
    seconds = time.monotonic() - began
    return called, [answer.ms for answer in answers if answer.status == 200], seconds


def _calls_per_second(port: int, tokens: list[str]) -> float:
    """Rounds: all counters call at once, timed with their connections; then all serve, untimed; until nobody waits."""
    done, spent = 0, 0.0
    while True:
        called: dict[str, str] = {}
        began = time.monotonic()
        drive(port, [_calling_into(called, n, token) for n, token in enumerate(tokens, 1)])
        if len(called) < len(tokens):
            break
        spent, done = spent + time.monotonic() - began, done + len(called)
        drive(port, [serving(ticket, token) for ticket, token in called.items()])
    drive(port, [serving(ticket, token) for ticket, token in called.items()])
    return done / spent


def _calling_into(called: dict[str, str], counter: int, token: str) -> Talk:
    ticket = yield from calling(OFFICE, counter, token)
    if ticket is not None:
        called[ticket] = token


def polls(bench: Bench) -> list[Figure]:
    """Questions for the board a second: nothing new (304), the same once more (200), and while numbers are taken."""
    place = bench.place("polls")
    figures = []
    with place.serving() as server:
        elsewhere(fill, server.port, place.kiosk, bench.scaled(200))
        tag = next(line.split(b":", 1)[1].strip().decode() for line in ask(server.port, "GET", BOARD).head.split(b"\r\n")
                   if line.lower().startswith(b"etag:"))
        for what, headers in (("unchanged, 304", f"If-None-Match: {tag}\r\n"), ("whole, 200", "")):
            rate = several(bench.runs, partial(_asked_per_second, bench, server, BOARD, 8, headers))
            figures.append(Figure(f"board polls a second, 8 clients, {what}", str(rate)))
        busy = partial(elsewhere, _ask_while_busy, server.port, place.kiosk, bench.seconds)
        rate = several(bench.runs, lambda: busy() / bench.seconds)
        figures.append(Figure("board polls a second, 8 clients, while a kiosk takes numbers without pause", str(rate)))
    return figures


def _ask_while_busy(port: int, token: str, seconds: float) -> int:
    """Polls that were answered while one connection took tickets."""
    talks = [taking(OFFICE, token, service_codes()), *[asking(BOARD) for _ in range(8)]]
    return sum(answer.status == 200 for answer in drive(port, talks, seconds))
