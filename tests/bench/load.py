"""A cheap HTTP client: many keep-alive connections in one process, raw sockets, one epoll loop.

Each connection is a generator that yields a request and is sent its answer, so an operator's
call, start and finish read like what an operator does.
"""

import json
import select
import socket
import time
import uuid
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import Any, NamedTuple

Talk = Generator[bytes, "Answer", None]
# As large as the answer of a kiosk: for the limits that the product is compared with.
FIXED = {
    "id": "06fdvbks1g3yq2n8qe", "key": "h7k3m9q2v8x4c6d5", "label": "A123", "office": "bandingan", "service": "KTP_REC",
    "lane": "regular", "state": "waiting", "position": 12, "ahead": 11, "expect": None,
    "track_url": "http://127.0.0.1:8000/t/h7k3m9q2v8x4c6d5", "slip": {"id": "06fdvbks1g3yq2n8qf", "state": "pending"},
}


class Answer(NamedTuple):
    """`sent_ns`, `done_ns`: monotonic_ns before the request's first byte, after the answer's last."""

    status: int
    head: bytes
    body: bytes
    sent_ns: int
    done_ns: int

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def ms(self) -> float:
        return (self.done_ns - self.sent_ns) / 1e6


@dataclass
class Line:
    """One connection and its talk."""

    socket: socket.socket
    talk: Talk
    sent_ns: int = 0
    got: bytearray = field(default_factory=bytearray)

    def say(self, request: bytes) -> None:
        self.sent_ns = time.monotonic_ns()
        self.socket.sendall(request)

    def hear(self) -> Answer | None:
        """The whole answer, once it is here. Errors: ConnectionError when the server hangs up."""
        data = self.socket.recv(262_144)
        if not data:
            raise ConnectionError("the server hung up")
        self.got += data
        end = self.got.find(b"\r\n\r\n")
        if end < 0 or len(self.got) < end + 4 + (length := _length(bytes(self.got[:end]))):
            return None
        head, body = bytes(self.got[:end]), bytes(self.got[end + 4 : end + 4 + length])
        self.got.clear()
        return Answer(int(head[9:12]), head, body, self.sent_ns, time.monotonic_ns())


def _length(head: bytes) -> int:
    """Of the body, in bytes; 0 without a Content-Length (a 304)."""
    at = head.lower().find(b"content-length:")
    return int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0


def drive(port: int, talks: Iterable[Talk], seconds: float = 3600.0) -> list[Answer]:
    """Carry on all talks until each has ended or the time is up; an answer that comes later is awaited, not counted."""
    poll, lines, answers = select.epoll(), {}, []
    for talk in talks:
        line = Line(socket.create_connection(("127.0.0.1", port)), talk)
        line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        lines[line.socket.fileno()] = line
        poll.register(line.socket, select.EPOLLIN)
    until = time.monotonic_ns() + int(seconds * 1e9)
    for line in lines.values():
        line.say(next(line.talk))
    while lines:
        for fd, _ in poll.poll():
            answer = lines[fd].hear()
            if answer is None:
                continue
            if answer.done_ns <= until:
                answers.append(answer)
            if not _go_on(lines[fd], answer, until):
                poll.unregister(fd)
                lines.pop(fd).socket.close()
    poll.close()
    return answers


def _go_on(line: Line, answer: Answer, until: int) -> bool:
    if answer.done_ns > until:
        return False
    try:
        line.say(line.talk.send(answer))
    except StopIteration:
        return False
    return True


def elsewhere(work: Callable[..., Any], *args: Any) -> Any:
    """Run `work` in a process of its own, as a client is one."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *args).result()


def request(method: str, path: str, token: str | None = None, body: Any = None, headers: str = "") -> bytes:
    content = b"" if body is None else json.dumps(body).encode()
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}"
    if token:
        head += f"Authorization: Bearer {token}\r\n"
    if body is not None:
        head += f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
    return head.encode() + b"\r\n" + content


def ask(port: int, method: str, path: str, token: str | None = None, body: Any = None, headers: str = "") -> Answer:
    """One question on a connection of its own."""

    def talk() -> Talk:
        yield request(method, path, token, body, headers)

    return drive(port, [talk()])[0]


def taking(office: str, token: str, services: Sequence[str], count: int | None = None) -> Talk:
    """A kiosk that gives numbers without pause. Every fifth person is of the priority lane."""
    n = 0
    while count is None or n < count:
        lane = "priority" if n % 5 == 4 else "regular"
        body = {"service": services[n % len(services)], "lane": lane, "request_id": str(uuid.uuid4())}
        yield request("POST", f"/api/v1/offices/{office}/tickets", token, body)
        n += 1


def asking(path: str, headers: str = "", count: int | None = None) -> Talk:
    """The same question without pause."""
    wanted, n = request("GET", path, headers=headers), 0
    while count is None or n < count:
        yield wanted
        n += 1


def operating(office: str, counter: int, token: str, called: list[str]) -> Talk:
    """An operator who calls, starts and finishes until nobody waits; `called` collects the ids."""
    while ticket := (yield from calling(office, counter, token)):
        called.append(ticket)
        yield from serving(ticket, token)


def calling(office: str, counter: int, token: str) -> Generator[bytes, Answer, str | None]:
    """Whoever is next; None: nobody waits."""
    answer = yield request("POST", f"/api/v1/offices/{office}/counters/{counter}/call-next", token, {})
    return answer.json["ticket"]["id"] if answer.status == 200 else None


def serving(ticket: str, token: str) -> Talk:
    """What follows a call."""
    yield request("POST", f"/api/v1/tickets/{ticket}/start", token, {})
    yield request("POST", f"/api/v1/tickets/{ticket}/finish", token, {})
