"""Keeps each office's forecast fresh beside the requests: on what happens, together with what happens next,
never more than a tenth of a core, and never so long at a stretch that a call would have to wait."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from office import events
from office.clock import day_of
from office.days import day_of_log, midnight_of, minute_of
from office.db import Database
from office.events import Change
from office.expected import days_to_learn, keep_told, punctuality, recall, remember, shown, tell_newcomers, told_row
from office.fitting import Floats, Model, fit
from office.forecast import Record, Samples, expect, paced, place_in, simulate
from office.hall import Hall, Newcomers, with_newcomers
from office.hours import opening_at
from office.learning import Learned
from office.outlook import Expectations, Shown, expectations, put_up
from office.profile import Profile, profile_of
from office.waits import hall_now, standard_minutes
from offices import in_each_office

# After an event at most so often; without one, so that the ranges move with the clock.
AT_MOST_EVERY, AT_LEAST_EVERY = 1.0, 60.0
SHARE_OF_CORE = 0.1
# A call passes through the event loop and the writing thread several times, and waits for a stretch each time: so
# stretches are short, and what lies between them is a real pause.
STRETCH_SECONDS, REST_SECONDS = 0.001, 0.002
TOLD_AT_A_STRETCH = 10
ROWS = 60


@dataclass
class Desk:
    """What the forecaster keeps of one office."""

    learned: Learned = field(default_factory=Learned)
    record: Record = field(default_factory=Record)
    model: Model | None = None
    today: date | None = None
    zone: str = "UTC"  # until the first refresh; before it nothing was told that could be judged
    is_stale: bool = True
    next_at: float = 0.0
    at_issue: dict[str, Floats] = field(default_factory=dict)
    at_page: dict[str, Floats] = field(default_factory=dict)


class Forecaster:
    """One per serving process. `pause` gives the others their turn: the sleep of the event loop."""

    def __init__(self, db: Database, pause: Callable[[float], None], monotonic: Callable[[], float] = time.monotonic) -> None:
        self._db = db
        self._pause = pause
        self._monotonic = monotonic
        self._desks: dict[str, Desk] = {}
        self._rested = 0.0

    def hear(self, changes: list[Change]) -> None:
        """Something happened; whoever was called tells how good the forecast was."""
        for change in changes:
            desk = self._desks.setdefault(change.office_code, Desk())
            desk.is_stale = True
            if change.body["type"] == events.TICKET_CALLED:
                self._judge(desk, change)

    def _judge(self, desk: Desk, change: Change) -> None:
        """Without a look at the database: this runs within every call."""
        called = minute_of(datetime.fromisoformat(change.body["at"]), desk.zone)
        for kind, samples in (("slip", desk.at_issue), ("page", desk.at_page)):
            sample = samples.pop(change.body["ticket_id"], None)
            if sample is not None:
                desk.record.add(kind, place_in(sample, called))  # type: ignore[arg-type]

    def refresh_due(self) -> None:
        in_each_office(self._db, "the forecast", self._refresh_if_due)

    def _refresh_if_due(self, code: str) -> None:
        desk = self._desks.setdefault(code, Desk())
        now = self._monotonic()
        if now >= desk.next_at and (desk.is_stale or now >= desk.next_at + AT_LEAST_EVERY):
            desk.next_at = now + AT_MOST_EVERY  # also of one that fails
            self.refresh(code, desk)

    def refresh(self, code: str, desk: Desk) -> None:
        """Play the office forward and put up what everybody waiting may expect."""
        desk.is_stale = False
        began = self._monotonic() - self._rested
        with self._db.read() as look:
            profile = profile_of(look, code)
            day = day_of(look.now, profile.timezone)
        desk.zone = profile.timezone
        self._learn(profile, desk, day)
        with self._db.read() as look:
            hall, now = hall_now(look, profile), look.now
        asked, newcomers = _with_newcomers(profile, hall, now)
        model = self._model(desk, profile)
        self._rest()
        steps = simulate(asked, model, random.randrange(2**31), ROWS)
        samples = paced(steps, rest=self._rest, stretch_seconds=STRETCH_SECONDS)
        self._rest()
        self._put_up(profile, desk, _Played(hall, asked, newcomers, samples), day, now)
        spent = self._monotonic() - self._rested - began
        desk.next_at = self._monotonic() + max(AT_MOST_EVERY, spent / SHARE_OF_CORE)

    def _model(self, desk: Desk, profile: Profile) -> Model:
        if desk.model is None:
            self._rest()
            desk.model = fit(desk.learned, standard_minutes(profile))
        return desk.model

    def _learn(self, profile: Profile, desk: Desk, day: date) -> None:
        """At the first look of a day: whatever days have ended since, once, and kept for the next start."""
        if desk.today == day:
            return
        with self._db.read() as look:
            if desk.today is None:
                desk.learned, desk.record, through = recall(look.conn, profile)
            else:
                through = desk.today - timedelta(days=1)
            todo = days_to_learn(look.conn, profile, through, day)
        for past in todo:
            with self._db.read() as look:
                facts = day_of_log(look, profile, past, self._rest)
            self._rest()
            desk.learned.add(facts)
        desk.today, desk.model = day, None
        desk.at_issue.clear()
        desk.at_page.clear()
        if todo:
            learned, record = desk.learned.to_json(), desk.record.to_json()
            self._rest()
            self._db.transaction(remember, office_id=profile.id, learned=learned, record=record, through=todo[-1])
            self._rest()

    def _rest(self) -> None:
        begun = self._monotonic()
        self._pause(REST_SECONDS)
        self._rested += self._monotonic() - begun

    def _put_up(self, profile: Profile, desk: Desk, played: "_Played", day: date, now: datetime) -> None:
        before = expectations(self._db.memo, profile.code)
        model, midnight, samples = self._model(desk, profile), midnight_of(day, profile.timezone), played.samples
        slips = expect(played.asked, model, desk.record, samples, "slip")
        self._rest()
        pages = expect(played.hall, model, desk.record, samples, "page")
        told: list[dict[str, Any] | None] = []
        by_ticket: dict[str, Shown] = {}
        for nth, ticket in enumerate(played.hall.waiting, 1):
            if nth % TOLD_AT_A_STRETCH == 0:
                self._rest()
            is_new = not before.by_ticket.get(ticket.id)  # also who was told "not known" so far
            by_ticket[ticket.id] = {}
            if not played.hall.has_begun(ticket.service):
                continue
            expected = (slips if is_new else pages)[ticket.id]
            by_ticket[ticket.id] = shown(profile, expected, midnight, before.by_ticket.get(ticket.id)) or {}
            if is_new:
                told.append(told_row(profile, ticket.id, day, now, expected))
                desk.at_issue[ticket.id] = samples[ticket.id]
            elif random.random() < 1 / 3:
                desk.at_page[ticket.id] = samples[ticket.id]
        version = before.version + (by_ticket != before.by_ticket)  # a board that says the same stays the same
        newcomers = tell_newcomers(profile, played.hall, played.newcomers, slips, midnight)
        put_up(self._db.memo, profile.code, Expectations(
            version, by_ticket, newcomers, day, now, desk.learned.days, punctuality(desk.learned)
        ))
        rows = [row for row in told if row is not None]
        if rows:
            self._db.transaction(keep_told, rows=rows)


@dataclass(frozen=True)
class _Played:
    """`asked`: the hall with those who only ask, by `newcomers`; `samples`: of everybody in it."""

    hall: Hall
    asked: Hall
    newcomers: Newcomers
    samples: Samples


def _with_newcomers(profile: Profile, hall: Hall, now: datetime) -> tuple[Hall, Newcomers]:
    """Nobody asks while no numbers are given."""
    if opening_at(profile.schedule, now).code is not None:
        return hall, {}
    return with_newcomers(hall, [service.code for service in profile.services.values() if service.available])
