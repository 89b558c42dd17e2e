"""From the operator's request to the change on the screens, beside a bare echo through the same socket server."""

import socket
import time

from tests.bench.bench import Bench
from tests.bench.figures import Figure, percentiles, quantile
from tests.bench.load import FIXED, Line, ask, elsewhere, request
from tests.bench.place import OFFICE
from tests.bench.throughput import fill
from tests.bench.watching import Hall

WATCHING = ((1, 30), (200, 60), (1_000, 150))
PAUSE_SECONDS = 0.05


def screens(bench: Bench) -> list[Figure]:
    """The p99 of every (call, screen) pair at 1, 200 and 1,000 screens."""
    rounds = bench.scaled(100)
    echoes = _echoes(bench, rounds)
    place = bench.place("screens")
    figures = []
    with place.serving() as server:
        token = place.sign_in(server, 1)[0]
        elsewhere(fill, server.port, place.kiosk, 4 * rounds)
        for watching, wanted in WATCHING:
            times = elsewhere(calls, server.port, bench.scaled(watching), token, rounds)
            echo = echoes[watching]
            figures.append(Figure(
                f"ms from the call's request to the change, {bench.scaled(watching)} screens, {rounds} calls", percentiles(times),
                f"echo {percentiles(echo)}", f"{quantile(times, 0.99) / quantile(echo, 0.99):.1f}x", f"p99 ≤ {wanted}",
            ))
    return [*figures, Figure("recount after it", place.recount(), wanted="ok")]


def _echoes(bench: Bench, rounds: int) -> dict[int, list[float]]:
    with bench.place("echo", app="tests.bench.limits:app").serving() as server:
        return {n: elsewhere(echo, server.port, bench.scaled(n), rounds) for n, _ in WATCHING}


def echo(port: int, count: int, rounds: int) -> list[float]:
    """Runs in the client's process: one screen speaks, all hear it; milliseconds of each."""
    hall, times = Hall(port, count, "/echo", {}), []
    for n in range(rounds):
        mark = f"round-{n}-"
        sent = time.monotonic_ns()
        hall.first.emit("say", {**FIXED, "mark": mark})
        times += [(at - sent) / 1e6 for at in hall.arrivals(mark.encode())]
        hall.stay(PAUSE_SECONDS)
    hall.close()
    return times


def calls(port: int, count: int, token: str, rounds: int) -> list[float]:
    """Runs in the client's process, which is operator and screens at once, so there is one clock."""
    hall, times = Hall(port, count, "/live", {"office": OFFICE}), []
    operator = Operator(port, token)
    for _ in range(rounds):
        sent = operator.call()
        times += [(at - sent) / 1e6 for at in hall.arrivals(b'"ticket_called"')]
        operator.serve()
        hall.arrivals(b'"ticket_finished"')
        hall.stay(PAUSE_SECONDS)
    hall.close()
    return times


class Operator:
    """Counter 1, whose call is sent without waiting for its answer: the screens are listened to meanwhile."""

    def __init__(self, port: int, token: str) -> None:
        self._port, self._token = port, token
        self._line = socket.create_connection(("127.0.0.1", port))
        self._line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._call = request("POST", f"/api/v1/offices/{OFFICE}/counters/1/call-next", token, {})

    def call(self) -> int:
        """monotonic_ns before the request's first byte."""
        sent = time.monotonic_ns()
        self._line.sendall(self._call)
        return sent

    def serve(self) -> None:
        """Take the call's answer, start and finish. Errors: RuntimeError when nobody was called."""
        line = Line(self._line, iter(()))
        while (answer := line.hear()) is None:
            pass
        if answer.status != 200:
            raise RuntimeError(answer.body.decode())
        ticket = answer.json["ticket"]["id"]
        for act in ("start", "finish"):
            ask(self._port, "POST", f"/api/v1/tickets/{ticket}/{act}", self._token, {})
