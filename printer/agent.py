"""The printer box: fetches slips from the server, prints them, says what became of each. Standard library alone.

Nothing is lost and nothing is doubled, whoever restarts: the server hands out a slip under a claim and repeats it until
it is told the outcome; the box writes the claim down before the first byte goes out, and never begins one twice.
"""

import base64
import json
import logging
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from typing import Any

from printer.health import Health
from printer.journal import Journal
from printer.outcome import Outcome
from printer.transport import Transport
from printer.waiting import Pace, late_word, reason

log = logging.getLogger("giliran.box")
ANSWER_SECONDS = 15.0
VERSION = "1"
STRANGER = (401, 403)


class NoAnswer(Exception):
    """The server cannot be reached, or stumbled: asked again later."""


class Stranger(NoAnswer):
    """The server does not know this token, or not as a printer box."""


class Server:
    """The server as a box speaks to it."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """An empty answer when the server refuses this very request for good. Errors: NoAnswer, Stranger."""
        address = f"{self.url}/api/v1{path}"
        ask = urllib.request.Request(address, json.dumps(body).encode(), self._headers)  # noqa: S310  # http(s), seen to
        try:
            with urllib.request.urlopen(ask, timeout=ANSWER_SECONDS) as answer:  # noqa: S310  # the same
                return dict(json.loads(answer.read()))
        except urllib.error.HTTPError as error:
            error.close()
            if error.code in STRANGER:
                raise Stranger(f"{self.url}: {error.code}") from error
            if error.code < 500 and error.code != 429:
                return {}
            raise NoAnswer(f"{self.url}: {error.code}") from error
        except (OSError, HTTPException, ValueError) as error:
            raise NoAnswer(f"{self.url}: {error}") from error


class Box:
    """One printer. `note` is told in a word how it goes, whenever that changes: `ready`, `away`, `stranger`, `no_printer`."""

    def __init__(
        self, server: Server, way: Transport, journal: Journal, pace: Pace, note: Callable[[str], None] = log.info
    ) -> None:
        self._server, self._way, self._journal, self._pace = server, way, journal, pace
        self._note = note
        self._noted = ""
        self._stopped = threading.Event()
        self._asked_at = -1e9

    def stop(self) -> None:
        """What is in hand is finished first."""
        self._stopped.set()

    def run(self) -> None:
        """Until stop()."""
        while not self._stopped.is_set():
            try:
                had_work = self.turn()
            except Stranger:
                self._say("stranger")
                self._stopped.wait(self._pace.lost)
            except NoAnswer as error:
                log.debug("%s", error)
                self._say("away")
                self._stopped.wait(self._pace.idle)
            else:
                self._stopped.wait(0 if had_work else self._pace.rest)

    def turn(self) -> bool:
        """Tell what is not told yet, ask for a slip, print it. False: there was nothing to do. Errors: NoAnswer."""
        self._tell_all()
        if time.monotonic() - self._asked_at > self._pace.health:
            self._way.health()
            self._asked_at = time.monotonic()
        answer = self._ask(ready=True)
        self._say("ready" if answer.get("printer") else "no_printer")
        slip = answer.get("slip")
        if slip:
            self._print(slip["claim"], slip["id"], base64.b64decode(slip["data"]))
        return bool(slip)

    def _print(self, claim: str, slip: str, data: bytes) -> None:
        if self._journal.knows(claim):  # its outcome was told, but the answer to that got lost
            self._journal.tell_again(claim)
            return
        self._journal.start(claim, slip)
        outcome = self._way.send(data, self._pace.ack_wait(data))
        self._asked_at = time.monotonic()
        self._journal.end(claim, outcome, reason(outcome, self._way.health_seen()))
        if outcome is Outcome.UNSURE:
            self._tell_meanwhile()
            if late_word(self._way, self._pace, self._goes_on, self._tell_meanwhile):
                self._journal.end(claim, Outcome.PRINTED)

    def _goes_on(self) -> bool:
        return not self._stopped.is_set()

    def _tell_meanwhile(self) -> None:
        """While a printer is waited for, the server still learns how it is."""
        try:
            self._tell_all()
            self._ask(ready=False)
        except NoAnswer as error:
            log.debug("%s", error)

    def _tell_all(self) -> None:
        for entry in self._journal.untold():
            body = {"claim": entry.claim, "outcome": entry.outcome, "error": entry.error and entry.error[:300]}
            self._server.post(f"/boxes/slips/{entry.slip}", {**body, "health": _health(self._way.health_seen())})
            self._journal.told(entry.claim)

    def _ask(self, *, ready: bool) -> dict[str, Any]:
        health = _health(self._way.health_seen())
        body = {"journal": self._journal.id, "ready": ready, "version": VERSION, "health": health}
        return self._server.post("/boxes/next", body)

    def _say(self, word: str) -> None:
        if word != self._noted:
            self._noted = word
            self._note(word)


def _health(seen: Health) -> dict[str, Any]:
    return {**seen.as_json(), "why": seen.why[:300]}
