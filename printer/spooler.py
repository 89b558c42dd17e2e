"""Takes print jobs by their rows and brings them to paper. Any number of processes may run one.

A job is claimed in a committed write before its first byte goes out, and what became of it is written after: whoever
dies in between leaves a row "sending", which becomes "unsure" and is never printed again by itself.
Each printer has a lane: one slip at a time, and a printer that hangs holds up nobody else.
"""

import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from office import boxes, trials
from office import slips as jobs
from office.db import Database
from office.states import JobState
from printer.composing import slip_bytes
from printer.health import BLOCKING, Health
from printer.outcome import Outcome, Timing
from printer.transport import BadDevice, Transport, Unusable, transport_for
from printer.trial import WENT_WELL, columns_of, keys_of, trial_slip
from printer.waiting import Pace, late_word, reason
from running import call_directly

log = logging.getLogger(__name__)
Runner = Callable[[Callable[[], Any]], Any]
BECOMES = {
    Outcome.PRINTED: JobState.PRINTED,
    Outcome.SENT: JobState.SENT,
    Outcome.REFUSED: JobState.PENDING,
    Outcome.UNSURE: JobState.UNSURE,
}
FINISH_SECONDS = 30.0


@dataclass
class Lane:
    """A printer as this process knows it. `busy`: somebody is at it; `not_before`: monotonic."""

    printer: Any
    way: Transport
    told: Health
    busy: threading.Lock = field(default_factory=threading.Lock)
    not_before: float = 0.0
    asked_at: float = -1e9


class Spooler:
    def __init__(
        self, db: Database, public_url: str, off_hub: Runner = call_directly,
        pace: Pace | None = None, timing: Timing | None = None,
    ) -> None:  # fmt: skip
        self._db, self._public_url, self._off_hub = db, public_url, off_hub
        self._pace, self._timing = pace or Pace(), timing or Timing()
        self._owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._lanes: dict[int, Lane] = {}
        self._wake, self._stopped = threading.Event(), threading.Event()
        self._lost_at = -1e9
        self._to_try: set[int] = set()

    def hear(self, _changes: list[Any]) -> None:
        """A listener of the database: something happened, perhaps a ticket."""
        self._wake.set()

    def stop(self) -> None:
        """Nothing new is begun; what is in hand is finished by its lane."""
        self._stopped.set()
        self._wake.set()

    def run(self) -> None:
        """Until stop()."""
        while not self._stopped.is_set():
            try:
                self.look()
            except Exception:  # a loop that dies would leave every slip unprinted
                log.exception("printing stumbled")
            self._stopped.wait(self._pace.rest)
            self._wake.wait(self._pace.idle)
            self._wake.clear()
        for lane in self._lanes.values():  # what is in hand gets its outcome written
            if lane.busy.acquire(timeout=FINISH_SECONDS):
                lane.busy.release()

    def look(self) -> list[threading.Thread]:
        """Begin what is to be done now, each printer in a thread of its own (a greenlet under gevent)."""
        now = time.monotonic()
        if now - self._lost_at > self._pace.lost:
            self._lost_at = now
            self._give_up_lost()
        with self._db.read() as look:
            printers = jobs.own_printers(look.conn)
            with_work = set(jobs.printers_with_work(look.conn, look.now))
            self._to_try = {printer.id for printer in printers if trials.is_open(printer.trial, look.now)}
        virtual = {printer.id for printer in printers if printer.device == jobs.VIRTUAL}
        if virtual & with_work:
            self._db.transaction(jobs.print_virtually)
            with_work -= virtual
        return [self._begin(lane) for lane in self._ready(printers, with_work, now)]

    def _ready(self, printers: list[Any], with_work: set[int], now: float) -> list[Lane]:
        """Those that are free, and have a slip to print or have not been asked for a while."""
        lanes = [self._lane(printer) for printer in printers if printer.in_use or printer.id in with_work]
        return [
            lane for lane in lanes
            if not lane.busy.locked()
            and (self._is_to_be_asked(lane, now) or (lane.printer.id in with_work and now >= lane.not_before)
                 or lane.printer.id in self._to_try)
        ]  # fmt: skip

    def _is_to_be_asked(self, lane: Lane, now: float) -> bool:
        if lane.printer.device == jobs.VIRTUAL:
            return lane.told != lane.way.health_seen()
        return now - lane.asked_at > self._pace.health

    def _lane(self, printer: Any) -> Lane:
        """Made anew when the printer's address or options were changed."""
        lane = self._lanes.get(printer.id)
        if lane is None or (lane.printer.device, lane.printer.options) != (printer.device, printer.options):
            stored = printer.health or {}
            # Another device's word is no word: a printer behind a new address begins unknown.
            seen = Health.from_json(stored) if stored.get("device") == printer.device else Health()
            lane = self._lanes[printer.id] = Lane(printer, self._way(printer, seen), seen)
        return lane

    def _way(self, printer: Any, seen: Health) -> Transport:
        try:
            return transport_for(
                printer.device, one_way=bool(printer.options.get("one_way")), seen=seen, timing=self._timing
            )
        except BadDevice as error:
            return Unusable(str(error))

    def _begin(self, lane: Lane) -> threading.Thread:
        thread = threading.Thread(target=self._work, args=(lane,), daemon=True, name=f"printer {lane.printer.name}")
        thread.start()
        return thread

    def _work(self, lane: Lane) -> None:
        if not lane.busy.acquire(blocking=False):
            return
        try:
            self._print_due(lane)
            if lane.printer.id in self._to_try:
                self._try_out(lane)
            if self._is_to_be_asked(lane, time.monotonic()):
                lane.way.health()
                self._remember(lane)
        except Exception:  # a defect must not take the printer's lane with it; the row is given up after a while
            log.exception("printer %s", lane.printer.name)
        finally:
            lane.busy.release()
            self._wake.set()  # a ticket may have come while the lane was busy

    def _print_due(self, lane: Lane) -> None:
        while lane.printer.device != jobs.VIRTUAL and not self._stopped.is_set():
            job_id = self._db.transaction(jobs.claim_next, printer_id=lane.printer.id, owner=self._owner)
            if job_id is None:
                return
            outcome = self._print(lane, job_id)
            self._remember(lane)
            if outcome is Outcome.UNSURE:
                self._wait_for_late_word(lane, job_id)
            if outcome is Outcome.REFUSED:
                lane.not_before = time.monotonic() + self._pace.after_refusal
                return

    def _print(self, lane: Lane, job_id: str) -> Outcome:
        """Whatever goes wrong before the first byte gives the job back."""
        try:
            data = slip_bytes(self._db, job_id, self._public_url, self._off_hub).data
        except Exception as error:  # a slip that cannot be set: tried again, then a person decides
            log.exception("slip %s cannot be composed", job_id)
            self._settle(job_id, Outcome.REFUSED, f"cannot be composed: {error}")
            return Outcome.REFUSED
        outcome: Outcome = self._somewhere(lane)(lambda: lane.way.send(data, self._pace.ack_wait(data)))
        self._settle(job_id, outcome, reason(outcome, lane.way.health_seen()))
        return outcome

    def _try_out(self, lane: Lane) -> None:
        """A test slip that somebody waits for at a page, in its turn."""
        wanted = self._db.transaction(trials.claim, printer_id=lane.printer.id)
        if wanted is None:
            return
        data = trial_slip(wanted["lang"], columns_of(wanted))
        outcome: Outcome = self._somewhere(lane)(lambda: lane.way.send(data, self._pace.ack_wait(data)))
        self._tell_trial(lane, outcome)
        if outcome is Outcome.UNSURE and self._hears_late_word(lane):
            self._tell_trial(lane, Outcome.PRINTED)

    def _tell_trial(self, lane: Lane, outcome: Outcome) -> None:
        seen = lane.way.health_seen()
        self._db.transaction(
            trials.settle, printer_id=lane.printer.id, keys=keys_of(outcome, seen), why=seen.why, well=outcome in WENT_WELL
        )
        self._remember(lane)

    def _somewhere(self, lane: Lane) -> Runner:
        """Sockets yield to the hub by themselves; opening a device may not."""
        return self._off_hub if lane.way.may_block else call_directly

    def _settle(self, job_id: str, outcome: Outcome, error: str | None) -> None:
        self._db.transaction(jobs.settle, job_id=job_id, outcome=BECOMES[outcome], error=error)

    def _wait_for_late_word(self, lane: Lane, job_id: str) -> None:
        if self._hears_late_word(lane):
            self._settle(job_id, Outcome.PRINTED, None)
            self._remember(lane)

    def _hears_late_word(self, lane: Lane) -> bool:
        word = late_word(lane.way, self._pace, lambda: not self._stopped.is_set(), lambda: self._remember(lane))
        return word is Outcome.PRINTED

    def _remember(self, lane: Lane) -> None:
        """Write the printer's health down when it changed, and hurry what waited for it to be well.

        A lane that waits for the late word of a device that was replaced meanwhile has no say in the new one's health."""
        lane.asked_at = time.monotonic()
        now, before = lane.way.health_seen(), lane.told
        if now == before or self._lanes.get(lane.printer.id) is not lane:
            return
        lane.told = now
        said = {**now.as_json(), "device": lane.printer.device}
        self._db.transaction(jobs.note_health, printer_id=lane.printer.id, health=said)
        if before.state in BLOCKING and now.state not in BLOCKING:
            self._db.transaction(jobs.hurry, printer_id=lane.printer.id)
            self._wake.set()

    def _give_up_lost(self) -> None:
        with self._db.read() as look:
            owners = jobs.owners_at_work(look.conn)
            unfetched = boxes.unfetched(look.conn, look.now)
        for owner in owners:
            if self._is_dead(owner):
                self._db.transaction(jobs.own_lost, owner=owner)
        if owners:
            self._db.transaction(jobs.give_up_lost, mine=self._owner)
        if unfetched:
            self._db.transaction(boxes.give_up, job_ids=unfetched)

    def _is_dead(self, owner: str) -> bool:
        """Known only of this machine's processes; of others the time tells (jobs.LOST_AFTER)."""
        host, pid, _run = [*owner.rsplit(":", 2), "", ""][:3]
        if host != socket.gethostname() or not pid.isdigit() or owner == self._owner:
            return False
        return int(pid) == os.getpid() or not _is_running(int(pid))


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
