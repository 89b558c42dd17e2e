"""A queue of the print system: it takes everything and tells nothing of the paper."""

import os
import subprocess

from printer.health import Health, State
from printer.outcome import Outcome, Timing


class CupsPrinter:
    """By the system's own `lp`, raw: no driver stands between the slip and the paper. One way."""

    may_block = False

    def __init__(self, name: str, timing: Timing) -> None:
        self.name, self.timing = name, timing
        self._seen = Health()

    def send(self, data: bytes, _ack_wait: float) -> Outcome:
        """Whoever gives `lp` up cannot know whether the job was already taken."""
        try:
            ran = self._run("lp", "-d", self.name, "-o", "raw", "-s", data=data)
        except FileNotFoundError:
            self._seen = Health(State.OFF, why="the print system (lp) is not installed")
            return Outcome.REFUSED
        except subprocess.TimeoutExpired:
            self._seen = Health(State.ERROR, why="the print system does not answer")
            return Outcome.UNSURE
        if ran.returncode:
            self._seen = Health(State.OFF, why=_said(ran))
            return Outcome.REFUSED
        self._seen = Health()
        return Outcome.SENT

    def settle(self, _wait: float) -> Outcome | None:
        return Outcome.UNSURE

    def health_seen(self) -> Health:
        return self._seen

    def health(self) -> Health:
        """Whether the queue is there and goes; of the paper nothing is known."""
        try:
            ran = self._run("lpstat", "-p", self.name)
        except (FileNotFoundError, subprocess.TimeoutExpired) as error:
            self._seen = Health(State.OFF, why=f"lpstat: {error}")
            return self._seen
        if ran.returncode:
            self._seen = Health(State.OFF, why=_said(ran))
        else:
            stopped = b"disabled" in ran.stdout
            self._seen = Health(State.ERROR, why=_said(ran)) if stopped else Health()
        return self._seen

    def _run(self, *command: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        plain = {**os.environ, "LC_ALL": "C"}
        return subprocess.run(command, input=data, capture_output=True, timeout=self.timing.stall, check=False, env=plain)


def _said(ran: subprocess.CompletedProcess[bytes]) -> str:
    return (ran.stderr or ran.stdout).decode("utf-8", "replace").strip()[:200]
