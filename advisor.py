"""Works out, once a day and office, how many counters to open: beside the requests, in short stretches, at a tenth of a core."""

import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from office.advice import DAYS_MOST, advice_of, keep_advice, weekdays
from office.clock import day_of
from office.days import day_of_log
from office.db import Database
from office.expected import days_to_learn
from office.profile import Profile, profile_of
from office.staffing import DAYS_LEAST, advise
from offices import in_each_office

SHARE_OF_CORE = 0.1


class Advisor:
    """One per serving process. `pause` gives the others their turn, as for the forecaster."""

    def __init__(self, db: Database, pause: Callable[[float], None], monotonic: Callable[[], float] = time.monotonic) -> None:
        self._db = db
        self._pause = pause
        self._monotonic = monotonic

    def refresh_due(self) -> None:
        in_each_office(self._db, "the staffing advice", self._refresh_office)

    def _refresh_office(self, code: str) -> None:
        with self._db.read() as look:
            profile, kept = profile_of(look, code), advice_of(look.conn, code)
            yesterday = day_of(look.now, profile.timezone) - timedelta(days=1)
        if kept is None or kept["through"] < yesterday.isoformat():
            self._refresh(profile, yesterday)

    def _refresh(self, profile: Profile, through: date) -> None:
        with self._db.read() as look:
            known = days_to_learn(look.conn, profile, None, through + timedelta(days=1))[-DAYS_MOST:]
        made: dict[str, Any] = {"through": through.isoformat(), "days": len(known), "weekdays": {}}
        if len(known) >= DAYS_LEAST:
            made["weekdays"] = self._each_weekday(profile, known)
        self._db.transaction(keep_advice, office=profile.code, advice=made)

    def _each_weekday(self, profile: Profile, known: list[date]) -> dict[str, Any]:
        days = []
        for day in known:
            with self._db.read() as look:
                facts = day_of_log(look, profile, day, lambda: self._pause(0))
            days.append(facts)
            self._pause(0)
        return {str(number): self._slowly(advise(weekday)) for number, weekday in weekdays(profile, days).items()}

    def _slowly(self, steps: Any) -> dict[str, Any]:
        """So long at rest after each stretch that the others keep nine tenths of the core."""
        while True:
            begun = self._monotonic()
            try:
                next(steps)
            except StopIteration as end:
                found: dict[str, Any] = end.value
                return found
            self._pause((self._monotonic() - begun) * (1 / SHARE_OF_CORE - 1))
