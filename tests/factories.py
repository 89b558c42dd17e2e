"""Makers with keyword overrides: a clock that is moved, a hall through its use cases, an office over HTTP."""

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from access import hash_password, hash_token, new_token
from office import calling, counters, devices, people, reports, tickets
from office.actors import SYSTEM, Actor
from office.db import Database

HALLS = Path(__file__).with_name("data") / "halls.toml"
NINE = "2026-11-24T09:00:00+08:00"
PASSWORD = "tepat guna 17"
# Hashing takes 50 ms each; whoever needs a password in tests has this one.
_HASH: dict[str, str] = {}


class Clock:
    """Stands still until it is moved."""

    def __init__(self, at: str = NINE) -> None:
        self.set(at)

    def __call__(self) -> datetime:
        return self.at

    def set(self, at: str) -> None:
        """An instant with its offset."""
        self.at = datetime.fromisoformat(at).astimezone(UTC)

    def move(self, **delta: float) -> None:
        self.at += timedelta(**delta)


def new_request_id() -> str:
    return str(uuid.uuid4())


def order(**changes: Any) -> dict[str, Any]:
    """The body of a request for an ordinary number."""
    return {"service": "KTP_REC", "lane": "regular", "request_id": new_request_id(), **changes}


def password_hash() -> str:
    if PASSWORD not in _HASH:
        _HASH[PASSWORD] = hash_password(PASSWORD)
    return _HASH[PASSWORD]


class Hall:
    """One office through its use cases. What is not said is ordinary: KTP_REC, the regular lane, counter 1, Siti."""

    def __init__(self, db: Database, clock: Clock, office: str) -> None:
        self.db, self.clock, self.office = db, clock, office
        self._people: dict[str, Actor] = {}

    def at(self, office: str) -> "Hall":
        return Hall(self.db, self.clock, office)

    def do(self, work: Callable[..., Any], *args: Any, by: Actor = SYSTEM, **kwargs: Any) -> Any:
        return self.db.transaction(work, by, *args, **kwargs)

    def person(self, name: str = "siti", role: str = "operator", **changes: Any) -> Actor:
        """Made at the first mention."""
        if name not in self._people:
            office = changes.get("office", None if role == "regency_admin" else self.office)
            row = self.do(people.add_person, username=f"{name}.{self.office}", name=name, role=role, office=office,
                          password_hash="none")
            self._people[name] = Actor("person", row["id"], name, role, office)
        return self._people[name]

    def take(self, service: str = "KTP_REC", lane: str = "regular", **changes: Any) -> dict[str, Any]:
        return self.do(tickets.take_ticket, self.office, service, lane, changes.pop("lang", "id"), **changes)

    def sit(self, number: int = 1, name: str = "siti", services: list[str] | None = None) -> Actor:
        who = self.person(name)
        self.do(counters.open_counter, self.office, number, services, by=who)
        return who

    def call(self, number: int = 1, name: str = "siti") -> dict[str, Any]:
        """The ticket that was called."""
        return self.do(calling.call_next, self.office, number, by=self.person(name))["ticket"]

    def act(self, work: Callable[..., Any], ticket: dict[str, Any], name: str = "siti", **kwargs: Any) -> Any:
        return self.do(work, ticket["id"], by=self.person(name), **kwargs)

    def board(self) -> dict[str, Any]:
        with self.db.read() as look:
            return reports.board(look, self.office)[1]

    def feed(self, since: int = 0) -> list[dict[str, Any]]:
        with self.db.read() as look:
            return reports.feed_since(look, self.office, since)[1]

    def ticket(self, key: str) -> dict[str, Any]:
        with self.db.read() as look:
            return reports.ticket_view(look, key)


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    headers: Any

    def ok(self) -> Any:
        """The body of an answer that is no refusal."""
        assert self.status < 300, f"{self.status}: {self.body}"
        return self.body

    @property
    def code(self) -> str:
        """The stable code of a refusal."""
        assert self.status >= 400, f"{self.status}: {self.body}"
        assert self.headers["Content-Type"] == "application/problem+json"
        return self.body["code"]


Send = Callable[[str, str, dict[str, str], Any], Answer]


class Caller:
    """Who asks over HTTP: a token, or nobody. Paths are below /api/v1."""

    def __init__(self, send: Send, token: str | None = None) -> None:
        self._send, self.token = send, token

    def holding(self, token: str) -> "Caller":
        return Caller(self._send, token)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._send(method, "/api/v1" + path, headers, body)

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def post(self, path: str, **body: Any) -> Answer:
        return self.ask("POST", path, body)

    def delete(self, path: str) -> Answer:
        return self.ask("DELETE", path)


def by_client(client: Any) -> Send:
    """Through Flask's own client, without a server."""

    def send(method: str, path: str, headers: dict[str, str], body: Any) -> Answer:
        answer = client.open(path, method=method, headers=headers, json=body)
        data = answer.get_data()
        return Answer(answer.status_code, read_body(data), answer.headers)

    return send


def read_body(data: bytes) -> Any:
    """JSON where it is, else the bytes."""
    try:
        return json.loads(data)
    except ValueError:
        return data


class Office:
    """One office over HTTP. People and devices are written straight into its database; signing in is real."""

    def __init__(self, db: Database, clock: Callable[[], datetime], anybody: Caller, code: str) -> None:
        self.db, self.clock, self.anybody, self.code = db, clock, anybody, code
        self.path = f"/offices/{code}"

    def at(self, code: str) -> "Office":
        return Office(self.db, self.clock, self.anybody, code)

    def device(self, kind: str = "kiosk", name: str = "Anjungan") -> Caller:
        token = new_token()
        self.db.transaction(devices.add_device, office=self.code, kind=kind, name=name, token_hash=hash_token(token))
        return self.anybody.holding(token)

    def add_person(self, name: str = "siti", role: str = "operator") -> str:
        """The user name; the password is PASSWORD."""
        username = f"{name}.{self.code}"
        self.db.transaction(people.add_person, username=username, name=name, role=role, password_hash=password_hash(),
                            office=None if role == "regency_admin" else self.code)
        return username

    def person(self, name: str = "siti", role: str = "operator") -> Caller:
        """Signed in."""
        username = self.add_person(name, role)
        return self.anybody.holding(self.anybody.post("/session", username=username, password=PASSWORD).ok()["token"])

    def take(self, kiosk: Caller, service: str = "KTP_REC", **changes: Any) -> dict[str, Any]:
        return kiosk.post(f"{self.path}/tickets", **order(service=service, **changes)).ok()

    def board(self) -> dict[str, Any]:
        return self.anybody.get(f"{self.path}/board").ok()
