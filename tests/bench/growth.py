"""What one ticket and one call cost as the day and the years fill up: flat, or the office slows down by itself."""

import statistics

from tests.bench.bench import Bench
from tests.bench.figures import Figure, shown
from tests.bench.history import fill_history, finish_today
from tests.bench.load import Talk, drive, elsewhere, request, taking
from tests.bench.place import CLOCK, OFFICE, Place, service_codes
from tests.bench.throughput import fill

TODAY, YESTERDAY = CLOCK[:10], "2026-11-23"
FINISHED = (100, 1_000, 10_000)
WAITING = (50, 500, 1_000)
USUAL_WAITING = 500
HISTORY, HISTORY_FULL = 1_000_000, 5_000_000
ROUNDS = 60


def growth(bench: Bench) -> list[Figure]:
    """Milliseconds of one ticket and one call by one client, when nothing else happens."""
    first = _cost(bench, bench.place("growth"), USUAL_WAITING)
    figures = [_figure(f"nothing finished, {USUAL_WAITING} waiting", first, first)]
    for finished in FINISHED:
        place = bench.place("growth")
        finish_today(place, bench.scaled(finished), TODAY)
        figures.append(_figure(f"{finished:,} finished today, {USUAL_WAITING} waiting", _cost(bench, place, USUAL_WAITING), first))
    lines = [
        _figure(f"nothing finished, {waiting:,} waiting", _cost(bench, bench.place("growth"), waiting), first)
        for waiting in WAITING
    ]
    return [*figures, *lines, *_with_history(bench, first)]


def _with_history(bench: Bench, first: tuple[float, float]) -> list[Figure]:
    rows = HISTORY_FULL if bench.full else HISTORY
    place = bench.place("growth")
    fill_history(place, bench.scaled(rows), YESTERDAY)
    finish_today(place, bench.scaled(1_000), TODAY)
    cost = _cost(bench, place, USUAL_WAITING)
    return [
        _figure(f"{rows:,} rows of history, 1,000 finished today, {USUAL_WAITING} waiting", cost, first),
        Figure("recount after it", place.recount(), wanted="ok"),
    ]


def _figure(what: str, cost: tuple[float, float], first: tuple[float, float]) -> Figure:
    return Figure(
        f"ms of one ticket / one call: {what}", f"{shown(cost[0])} / {shown(cost[1])}",
        share=f"{cost[0] / first[0]:.2f}x / {cost[1] / first[1]:.2f}x", wanted="flat; at most linear in those waiting",
    )


def _cost(bench: Bench, place: Place, waiting: int) -> tuple[float, float]:
    """Medians of many, and the best of several runs: other work on these cores only ever adds."""
    rounds = bench.scaled(ROUNDS)
    with place.serving() as server:
        token = place.sign_in(server, 1)[0]
        elsewhere(fill, server.port, place.kiosk, bench.scaled(waiting))
        runs = [elsewhere(one_by_one, server.port, place.kiosk, token, rounds) for _ in range(bench.runs)]
    return min(tickets for tickets, _ in runs), min(calls for _, calls in runs)


def one_by_one(port: int, kiosk: str, token: str, rounds: int) -> tuple[float, float]:
    """Runs in the client's process: a ticket, a call, start and finish, again and again; median ms of the first two."""
    answers = drive(port, [_round(kiosk, token, rounds)])
    wrong = [answer for answer in answers if answer.status not in (200, 201)]
    if wrong:
        raise RuntimeError(f"{len(wrong)} refused: {wrong[0].body!r}")
    tickets, calls = [a.ms for a in answers[0::4]], [a.ms for a in answers[1::4]]
    return statistics.median(tickets), statistics.median(calls)


def _round(kiosk: str, token: str, rounds: int) -> Talk:
    kiosks = taking(OFFICE, kiosk, service_codes())
    for _ in range(rounds):
        yield next(kiosks)
        answer = yield request("POST", f"/api/v1/offices/{OFFICE}/counters/1/call-next", token, {})
        ticket = answer.json["ticket"]["id"]
        yield request("POST", f"/api/v1/tickets/{ticket}/start", token, {})
        yield request("POST", f"/api/v1/tickets/{ticket}/finish", token, {})
