"""The server of the demo: the product itself, in a process of its own that does not outlive this one."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection

from demo.stage import Stage
from settings import ROOT

STARTS_WITHIN_SECONDS = 30.0
STOPS_WITHIN_SECONDS = 8.0


@contextmanager
def serving(stage: Stage, host: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Answers when this yields; gone when it ends. Errors: RuntimeError when it does not start."""
    environment = {
        **os.environ, "KIOSK_DATABASE_URL": stage.url, "KIOSK_CLOCK": stage.starts.isoformat(),
        "KIOSK_CLOCK_RATE": f"{stage.rate:g}", "KIOSK_HOST": host, "KIOSK_PORT": str(port),
    }
    command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "--log-level", "warning", "server:app"]
    # A session of its own: Ctrl-C reaches this process alone, which then ends the server after the halls.
    process = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
    try:
        _wait_until_it_answers(process, port)
        yield process
    finally:
        _end(process)


def _wait_until_it_answers(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < until and process.poll() is None:
        line = HTTPConnection("127.0.0.1", port, timeout=STARTS_WITHIN_SECONDS)
        try:
            line.request("GET", "/healthz")
            line.getresponse()
        except OSError:
            time.sleep(0.05)
        else:
            return
        finally:
            line.close()
    raise RuntimeError(f"the server did not start on port {port}; is it taken? KIOSK_PORT chooses another")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Politely, then not: no process of the demo stays."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(STOPS_WITHIN_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
