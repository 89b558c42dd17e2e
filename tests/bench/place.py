"""Where one measurement happens: a database of its own, people and devices in it, a server started as in production."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psutil

import migrate
from access import hash_password, hash_token, new_token
from office import catalog, devices, people
from office.clock import real_now
from office.db import Database
from settings import ROOT
from tests.bench.load import ask

# A Tuesday at ten: the bench must not depend on the day it is run.
CLOCK = "2026-11-24T10:00:00+08:00"
OFFICE, COUNTERS = "bandingan", 8
PASSWORD = "bench-only"
STARTS_WITHIN_SECONDS = 30.0


@dataclass
class Server:
    """A running gunicorn, its master and its workers."""

    port: int
    process: subprocess.Popen[bytes]
    first_page_seconds: float = 0.0

    @property
    def family(self) -> list[psutil.Process]:
        master = psutil.Process(self.process.pid)
        return [master, *master.children(recursive=True)]

    def pss_mb(self) -> float:
        """Proportional set size of master and workers: shared pages count once."""
        return sum(member.memory_full_info().pss for member in self.family) / 2**20

    def cpu_seconds(self) -> float:
        times = [member.cpu_times() for member in self.family]
        return sum(t.user + t.system for t in times)


@dataclass
class Place:
    """`kiosk`, `display`: the tokens of its devices."""

    directory: Path
    url: str
    kiosk: str = ""
    display: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    app: str = "server:app"

    @contextmanager
    def serving(self, first_page: str = "/healthz") -> Iterator[Server]:
        """The product as it is started in production, on a free port; killed at the end, whatever happens."""
        port = free_port()
        environment = {
            **os.environ, "KIOSK_DATABASE_URL": self.url, "KIOSK_PORT": str(port), "KIOSK_HOST": "127.0.0.1",
            "KIOSK_CLOCK": CLOCK, "KIOSK_SECRET_KEY": "bench", **self.environment,
        }
        command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "--log-level", "warning", self.app]
        began = time.monotonic()
        process = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
        try:
            server = Server(port, process)
            server.first_page_seconds = _until_first_page(server, first_page) - began
            yield server
        finally:
            _end(process)

    def recount(self) -> str:
        """What `flask --app server check` says: "ok", or its findings."""
        environment = {**os.environ, "KIOSK_DATABASE_URL": self.url, "KIOSK_SECRET_KEY": "bench"}
        done = subprocess.run([sys.executable, "-m", "flask", "--app", "server", "check"],
                              cwd=ROOT, env=environment, capture_output=True, text=True)
        return "ok" if done.returncode == 0 else f"{len(done.stdout.splitlines())} FINDINGS: {done.stdout[:300]}"

    def sign_in(self, server: Server, count: int = COUNTERS) -> list[str]:
        """The tokens of the first `count` operators, each at an open counter that takes everything."""
        tokens = []
        for number in range(1, count + 1):
            answer = ask(server.port, "POST", "/api/v1/session", body={"username": f"op{number}", "password": PASSWORD})
            tokens.append(answer.json["token"])
            opened = ask(server.port, "POST", f"/api/v1/offices/{OFFICE}/counters/{number}/open", tokens[-1], {})
            if opened.status != 200:
                raise RuntimeError(f"counter {number} did not open: {opened.body!r}")
        return tokens


def _until_first_page(server: Server, path: str) -> float:
    """The moment of the first good answer, monotonic seconds. Errors: RuntimeError when none comes."""
    until = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < until and server.process.poll() is None:
        try:
            if ask(server.port, "GET", path).status < 500:
                return time.monotonic()
        except OSError:
            time.sleep(0.01)
    raise RuntimeError("the server did not start")


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, subprocess.TimeoutExpired):
        process.terminate()
        process.wait(8)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def make_place(directory: Path, url: str | None = None) -> Place:
    """An empty database with the shipped offices and one more: eight counters that take everything."""
    directory.mkdir(parents=True, exist_ok=True)
    place = Place(directory, url or f"sqlite:///{directory / 'bench.db'}", kiosk=new_token(), display=new_token())
    migrate.upgrade(place.url)
    db = Database(place.url, real_now)
    db.transaction(catalog.load, data=_data(directory))
    for kind, token in (("kiosk", place.kiosk), ("display", place.display)):
        db.transaction(devices.add_device, office=OFFICE, kind=kind, name="bench", token_hash=hash_token(token))
    hashed = hash_password(PASSWORD)
    for number in range(1, COUNTERS + 1):
        db.transaction(people.add_person, username=f"op{number}", name=f"Operator {number}", role="operator",
                       office=OFFICE, password_hash=hashed)
    db.close()
    return place


def copy_of(place: Place, directory: Path) -> Place:
    """The same SQLite place once more, so that each load begins with the same rows."""
    directory.mkdir(parents=True, exist_ok=True)
    for file in place.directory.glob("bench.db*"):
        shutil.copy(file, directory / file.name)
    return replace(place, directory=directory, url=f"sqlite:///{directory / 'bench.db'}")


def _data(directory: Path) -> dict[str, Any]:
    """The shipped data and the bench's own office, read by the product's own reader."""
    shipped = (ROOT / "data" / "ppu.toml").read_text(encoding="utf-8")
    codes = ", ".join(f'"{code}"' for code in service_codes())
    counters = ", ".join(f"{{ number = {n} }}" for n in range(1, COUNTERS + 1))
    hours = ", ".join(f'{day} = ["06:00-22:00"]' for day in ("mon", "tue", "wed", "thu", "fri"))
    own = f"""
[[offices]]
code = "{OFFICE}"
name = "Bandingan"
timezone = "Asia/Makassar"
address = "-"
hours = {{ {hours} }}
first_ticket = "06:00"
last_ticket_minutes = 30
services = [{codes}]
counters = [{counters}]
"""
    file = directory / f"offices-{secrets.token_hex(4)}.toml"
    file.write_text(shipped + own, encoding="utf-8")
    data: dict[str, Any] = catalog.read_file(file)
    file.unlink()
    return data


def service_codes() -> list[str]:
    """Those of the regency's main office: all that there are."""
    data = tomllib.loads((ROOT / "data" / "ppu.toml").read_text(encoding="utf-8"))
    return [service["code"] for service in data["services"]]
