"""A real server for tests: gunicorn in a process of its own, on a free port, on a demo clock."""

import os
import re
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import psutil
import requests
import socketio
from factories import Answer, Caller, Office, read_body

from office.clock import real_now
from office.db import Database
from office.demo_clock import demo_clock
from settings import ROOT


class Live:
    """`url` is its address. `office(code)` has people and devices; `watch()` a socket."""

    def __init__(self, database_url: str, folder: Path, clock: str, rate: float = 1, **settings: str) -> None:
        self.folder = folder
        self.port = 0
        self.db = Database(database_url, real_now)
        self.db.now = demo_clock(database_url, datetime.fromisoformat(clock), rate)
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("KIOSK_")},
            "KIOSK_DATABASE_URL": database_url, "KIOSK_CLOCK": clock, "KIOSK_CLOCK_RATE": f"{rate:g}",
            "KIOSK_OFFICE_FILES": str(folder / "offices"), "KIOSK_SECRET_KEY": "a secret of the tests", "KIOSK_PUBLIC_URL": "http://antre.test",
            "PYTHONWARNINGS": "error", "PYTHONDONTWRITEBYTECODE": "1", **settings,
        }  # fmt: skip
        self._session = requests.Session()
        self._session.trust_env = False
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return (self.folder / "gunicorn.log").read_text()

    def start(self) -> None:
        """Returns when it answers. The port is the machine's choice, read from the server's own log."""
        address = f"127.0.0.1:{self.port}"
        command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "-b", address, "server:app"]
        with (self.folder / "gunicorn.log").open("wb") as log:
            self._process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        self._wait_for(self._is_listening, 20)
        self._wait_for(self.answers, 20)

    def _wait_for(self, true: Any, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not true():
            assert self._process is not None
            assert self._process.poll() is None, f"the server stopped:\n{self.log}"
            assert time.monotonic() < until, f"the server does not answer:\n{self.log}"
            time.sleep(0.02)

    def _is_listening(self) -> bool:
        said = re.search(r"Listening at: http://127\.0\.0\.1:(\d+)", self.log)
        if said:
            self.port = int(said[1])
        return said is not None

    def answers(self) -> bool:
        try:
            return requests.get(self.url + "/healthz", timeout=2).status_code == 200
        except requests.RequestException:
            return False

    def processes(self) -> list[psutil.Process]:
        """The master, and its worker after it."""
        assert self._process is not None
        master = psutil.Process(self._process.pid)
        return [master, *master.children()]

    def kill_worker(self) -> None:
        """kill -9: no good-bye. The master starts another worker."""
        for worker in self.processes()[1:]:
            worker.send_signal(signal.SIGKILL)

    def stop(self) -> None:
        self._session.close()
        self.db.close()
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            for process in self.processes():
                process.kill()
            self._process.wait(5)

    def command(self, *words: str, say: str = "", check: bool = True) -> subprocess.CompletedProcess[str]:
        """`flask --app server WORDS`, in the server's environment."""
        return subprocess.run(
            [sys.executable, "-m", "flask", "--app", "server", *words], cwd=ROOT, env=self.environment, input=say,
            capture_output=True, text=True, timeout=60, check=check,
        )  # fmt: skip

    def send(self, method: str, path: str, headers: dict[str, str], body: Any) -> Answer:
        answer = self._session.request(method, self.url + path, headers=headers, json=body, timeout=20)
        return Answer(answer.status_code, read_body(answer.content), answer.headers)

    def office(self, code: str = "waru") -> Office:
        return Office(self.db, self.db.now, Caller(self.send), code)

    def pair(self, kind: str, office: str = "waru", name: str = "Anjungan") -> str:
        """The token of a new device."""
        return self.office(office).device(kind, name).token or ""

    def watch(self, **options: Any) -> "Watcher":
        return Watcher(self.url, **options)


class Watcher:
    """A Socket.IO client on /live that keeps what it was sent."""

    def __init__(self, url: str, **options: Any) -> None:
        self.changes: list[dict[str, Any]] = []
        self.tickets: list[dict[str, Any]] = []
        self.client = socketio.Client(reconnection_delay=0.2, reconnection_delay_max=1.0, **options)
        self.client.on("change", self.changes.append, namespace="/live")
        self.client.on("ticket", self.tickets.append, namespace="/live")
        self.client.connect(url, namespaces=["/live"], transports=["websocket"], wait_timeout=10)

    def ask(self, **message: Any) -> dict[str, Any]:
        """emit("watch") and its acknowledgement."""
        answer: dict[str, Any] = self.client.call("watch", message, namespace="/live", timeout=10)
        return answer

    def until(self, true: Any, seconds: float = 3.0) -> None:
        """Waits for what must come. Errors: AssertionError with what came instead."""
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, f"never came; got {self.changes} {self.tickets}"
            time.sleep(0.01)

    def close(self) -> None:
        self.client.disconnect()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
