"""What runs beside the requests: the feed's second look, paper, the night, the other processes' doorbell."""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from gevent.threadpool import ThreadPool

from advisor import Advisor
from display.live import PATIENCE_SECONDS, Live
from forecaster import Forecaster
from grouped import GroupedWriter
from messenger.rounds import Messenger
from messenger.ways import senders_of
from office import arrivals, busy, near, retention
from office.here import enter
from office.once import REQUESTS_KEPT, forget_old
from office.profile import profile_of
from offices import in_each_office
from printer.spooler import Spooler
from running import Running

log = logging.getLogger(__name__)
LOOK_SECONDS = 1.0
TICKETS_SECONDS = 0.5
FORECAST_SECONDS = 0.5
DEVICES_SECONDS = 20.0
NIGHT_SECONDS = 60.0
LAPSE_SECONDS = 60.0
MESSAGE_SECONDS = 3.0
NEAR_SECONDS = 20.0
COUNT_SECONDS = 30.0
ADVICE_SECONDS = 60.0
# Hourly, not daily: a server that is restarted every day would never come to it.
ERASE_SECONDS = 3600.0


class Background:
    """Started once per serving process, by gunicorn's worker or by a test; never by importing."""

    def __init__(self, running: Running, live: Live, patched: bool) -> None:
        self._running = running
        self._live = live
        self._patched = patched

    def start(self) -> None:
        running, live = self._running, self._live
        if self._patched:
            running.off_hub = in_threads(4)
            if running.settings.is_sqlite:
                running.db.write = GroupedWriter(running.db.writing).write
        live.feed.start()
        running.db.listeners.append(live.feed.hear)
        self._repeat(live.feed.look, LOOK_SECONDS)
        self._repeat(live.tell_tickets, TICKETS_SECONDS)
        self._repeat(live.note_devices, DEVICES_SECONDS)
        self._repeat(live.drop_dead, PATIENCE_SECONDS)
        self._repeat(self._night, NIGHT_SECONDS)
        self._repeat(lambda: self._write_in_each_office("the lapse of bookings", arrivals.lapse), LAPSE_SECONDS)
        self._repeat(lambda: self._write_in_each_office("erasing", retention.erase_old), ERASE_SECONDS, first=NIGHT_SECONDS)
        spooler = Spooler(running.db, running.settings.public_url, running.off_hub)
        running.db.listeners.append(spooler.hear)
        live.spawn(spooler.run)
        forecaster = Forecaster(running.db, live.sleep)
        running.db.listeners.append(forecaster.hear)
        self._repeat(forecaster.refresh_due, FORECAST_SECONDS)
        self._repeat(Advisor(running.db, live.sleep).refresh_due, ADVICE_SECONDS)
        self._repeat(self._count_days, COUNT_SECONDS)
        self._send_messages()
        bell = running.doorbell
        if bell is not None:
            running.db.listeners.append(lambda changes: bell.ring(changes[0].office_code))
            live.spawn(lambda: bell.hear(live.feed.look))

    def _count_days(self) -> None:
        """For the best time to come: one finished day of each office at a time, so that years are no burst of work."""
        in_each_office(self._running.db, "the count of a day", self._count_day)

    def _count_day(self, office: str) -> None:
        db = self._running.db
        with db.read() as look:
            profile = profile_of(look, office)
            day = busy.next_to_count(look, profile)
            hours = busy.count_of(look, profile, day) if day else []
        if day:
            db.transaction(busy.keep_count, office=office, day=day, hours=hours)

    def _send_messages(self) -> None:
        """Each way on its own: a gateway that hangs holds up no e-mail."""
        running = self._running
        senders = senders_of(running.settings)
        messenger = Messenger(running.db, senders, running.settings.public_url)
        for channel in senders:
            self._repeat(partial(messenger.send_due, channel), MESSAGE_SECONDS)
        self._repeat(messenger.drop_unsendable, LAPSE_SECONDS)
        if senders:
            self._repeat(self._tell_near, NEAR_SECONDS)

    def _tell_near(self) -> None:
        """Asked without a lock; written only where somebody is near."""
        in_each_office(self._running.db, "telling who is near", self._tell_near_in)

    def _tell_near_in(self, office: str) -> None:
        db = self._running.db
        with db.read() as look:
            is_near = near.is_anybody_near(look, office)
        if is_near:
            db.transaction(near.tell_near, office=office)

    def _repeat(self, work: Callable[[], Any], seconds: float, first: float | None = None) -> None:
        """Every so many seconds; for the first time after `first`, where that is sooner."""

        def loop() -> None:
            self._live.sleep(seconds if first is None else first)
            while True:
                try:
                    work()
                except Exception:  # a loop that dies would leave screens old for ever
                    log.exception("background work failed")
                self._live.sleep(seconds)

        self._live.spawn(loop)

    def _night(self) -> None:
        """Each office's first minute of a new day closes the day before; old request ids are forgotten."""
        self._write_in_each_office("the new day", _step_in)
        self._running.db.transaction(forget_old, older_than=REQUESTS_KEPT)

    def _write_in_each_office(self, what: str, work: Callable[..., Any]) -> None:
        """A transaction of its own for each: no office waits for another."""
        db = self._running.db
        in_each_office(db, what, lambda office: db.transaction(work, office=office))


def in_threads(count: int) -> Callable[[Callable[[], Any]], Any]:
    """Run work in real threads, in order of asking. A refusal is an answer: gevent would print it as a failure."""
    pool = ThreadPool(count)

    def careful(work: Callable[[], Any]) -> tuple[Any, BaseException | None]:
        try:
            return work(), None
        except BaseException as error:  # noqa: BLE001  # handed over to the caller, who raises it
            return None, error

    def run(work: Callable[[], Any]) -> Any:
        result, error = pool.apply(careful, (work,))
        if error is not None:
            raise error
        return result

    return run


def _step_in(tx: Any, office: str) -> None:
    enter(tx, office)
