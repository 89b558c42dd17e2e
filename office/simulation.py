"""The queue played forward: many replications side by side, one call per replication and step.

Rows are replications, columns are tickets: ordinary ones first, then all others; the last columns of
each part are spare and take those who are sent on or come back. All chance was drawn before, so a step
is a few dozen numpy calls on short arrays and a caller can pause between any two steps.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from office.fitting import NO_ANSWER_AT

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
INF = np.inf


@dataclass
class Tickets:
    """(rows, columns) each; times in minutes of the day. A ticket that was called has `bits` 0."""

    bits: Ints  # what a counter must take to call it: the service, or the one counter it was sent to
    service: Ints
    arrives: Floats
    ready: Floats  # from when it is called although others wait: slot - early of a booking
    promise: Floats
    came: Floats
    queued: Floats
    minutes: Floats  # at the counter, before the clerk's pace
    extra: Floats  # walking there and the clerk's turn
    chance: Floats  # uniform: below the no-answer share means nobody came
    gone: Floats  # when this person gives up
    onward: Ints  # service sent on to, -1 none
    asks: NDArray[np.bool_]  # newcomers who only ask: their call counts in no streak
    back: Floats  # minutes after a missed call until this person reports, inf never
    ordinary: int  # columns before this one are ordinary
    spare_ordinary: int  # spare columns of the ordinary part
    spare_other: int


@dataclass
class Counters:
    """(rows, counters) but `masks` and `pace`, one per counter."""

    masks: Ints
    pace: Floats
    free: Floats
    streak: Ints
    away_from: Floats  # (rows, counters, spells)
    away_until: Floats


@dataclass
class Play:
    tickets: Tickets
    counters: Counters
    watched: Ints  # columns whose call is asked for
    no_answer: Floats
    lost: float
    zip: int
    reentry_after: int
    pace: Floats  # of the day, per row
    table: Floats  # minutes by service and residual, for those sent on
    bit_of: Ints
    called: Floats = field(init=False)

    def __post_init__(self) -> None:
        rows, columns = self.tickets.bits.shape
        self.called = np.full((rows, len(self.watched)), INF)
        self._rows = np.arange(rows)
        self._left = np.full(rows, len(self.watched))
        self._place = np.full(columns, -1)
        self._place[self.watched] = np.arange(len(self.watched))
        self._idle = np.zeros(self.counters.free.shape, dtype=bool)
        self._used = np.zeros((2, rows), dtype=np.int64)
        self._budget = 6 * columns + 60
        self.counters.free = self._on_duty(self._rows[:, None], np.arange(len(self.counters.masks)), self.counters.free)

    def steps(self) -> Iterator[None]:
        """Plays to the end; each `next` takes well under a millisecond."""
        while self._budget > 0 and self._step():
            self._budget -= 1
            yield

    def _step(self) -> bool:
        free, tickets = self.counters.free, self.tickets
        counter = free.argmin(axis=1)
        time = free[self._rows, counter]
        playing = time < INF
        if not playing.any():
            return False
        may = (tickets.bits & self.counters.masks[counter][:, None]) != 0
        key = np.where(may & (tickets.ready <= time[:, None]), tickets.promise, INF)
        oldest = key[:, : tickets.ordinary].argmin(axis=1)
        other = key[:, tickets.ordinary :].argmin(axis=1) + tickets.ordinary
        oldest_key, other_key = key[self._rows, oldest], key[self._rows, other]
        waits = oldest_key < INF
        forced = waits & (self.counters.streak[self._rows, counter] >= self.zip)
        column = np.where(forced | (oldest_key <= other_key), oldest, other)
        found = playing & (waits | (other_key < INF))
        if found.all():
            self._call(self._rows, counter, column, time, oldest, waits)
            return True
        rows = found.nonzero()[0]
        if len(rows):
            self._call(rows, counter[rows], column[rows], time[rows], oldest[rows], waits[rows])
        rows = (playing & ~found).nonzero()[0]
        if len(rows):
            self._call_early_or_idle(rows, counter[rows], time[rows], may[rows])
        return True

    def _call_early_or_idle(self, rows: Ints, counter: Ints, time: Floats, may: NDArray[np.bool_]) -> None:
        arrives = np.where(may, self.tickets.arrives[rows], INF)
        here = arrives <= time[:, None]
        key = np.where(here, self.tickets.promise[rows], INF)
        column = key.argmin(axis=1)
        early = key[np.arange(len(rows)), column] < INF
        if early.any():
            nobody = np.zeros(int(early.sum()), dtype=bool)
            self._call(rows[early], counter[early], column[early], time[early], column[early], nobody)
        idle = ~early
        if idle.any():
            wake = arrives[idle].min(axis=1)
            self.counters.free[rows[idle], counter[idle]] = self._on_duty(rows[idle], counter[idle], wake)
            self._idle[rows[idle], counter[idle]] = True

    def _call(
        self, rows: Ints, counter: Ints, column: Ints, time: Floats, oldest: Ints, waits: NDArray[np.bool_]
    ) -> None:
        tickets, counters = self.tickets, self.counters
        tickets.bits[rows, column] = 0
        place = self._place[column]
        watched = place >= 0
        self.called[rows[watched], place[watched]] = time[watched]
        self._left[rows] -= watched
        overtakes = waits & (tickets.came[rows, column] > tickets.came[rows, oldest]) & (column != oldest)
        overtakes &= ~tickets.asks[rows, column]
        streak = counters.streak[rows, counter]
        kept = np.where((waits & (column >= tickets.ordinary)) | tickets.asks[rows, column], streak, 0)
        counters.streak[rows, counter] = np.where(overtakes, streak + 1, kept)

        share = np.interp(time - tickets.queued[rows, column], NO_ANSWER_AT, self.no_answer)
        missed = tickets.chance[rows, column] < share
        gone = tickets.gone[rows, column] < time
        busy = tickets.minutes[rows, column] * counters.pace[counter] + tickets.extra[rows, column]
        end = time + np.where(gone, 0.0, np.where(missed, self.lost, busy))
        counters.free[rows, counter] = self._on_duty(rows, counter, end)
        self._idle[rows, counter] = False
        self._after(rows, column, end, missed, gone)
        done = self._left[rows] == 0
        if done.any():
            counters.free[rows[done]] = INF

    def _after(
        self, rows: Ints, column: Ints, end: Floats, missed: NDArray[np.bool_], gone: NDArray[np.bool_]
    ) -> None:
        tickets = self.tickets
        onward = tickets.onward[rows, column]
        moves = ((onward >= 0) & ~missed & ~gone).nonzero()[0]
        if len(moves):
            at, of = rows[moves], column[moves]
            self._queue_again(at, of, onward[moves], end[moves], tickets.promise[at, of])
        returns = (missed & ~gone & (tickets.back[rows, column] < INF)).nonzero()[0]
        if len(returns):
            at, of = rows[returns], column[returns]
            service = tickets.service[at, of]
            promise = self._promise_after_miss(at, of, service, end[returns])
            self._queue_again(at, of, service, end[returns] + tickets.back[at, of], promise)

    def _promise_after_miss(self, rows: Ints, column: Ints, service: Ints, time: Floats) -> Floats:
        """Behind the third ticket that waits for the service at the missed call, never before its own."""
        tickets, nth = self.tickets, self.reentry_after - 1
        own = tickets.promise[rows, column]
        same = (tickets.service[rows] == service[:, None]) & (tickets.bits[rows] != 0)
        same &= tickets.arrives[rows] <= time[:, None]
        ahead = np.where(same, tickets.promise[rows], INF)
        third = np.partition(ahead, nth, axis=1)[:, nth] if ahead.shape[1] > nth else own
        last = np.where(same, tickets.promise[rows], -INF).max(axis=1)
        return np.maximum(own, np.where(third < INF, third, last))

    def _queue_again(self, rows: Ints, column: Ints, service: Ints, ready: Floats, promise: Floats) -> None:
        """Puts a person back in line in a spare column; with none left the person is forgotten."""
        tickets = self.tickets
        is_other = (column >= tickets.ordinary).astype(np.int64)
        used = self._used[is_other, rows]
        most = np.where(is_other, tickets.spare_other, tickets.spare_ordinary)
        fits = used < most
        if not fits.all():
            rows, column, service = rows[fits], column[fits], service[fits]
            ready, promise, is_other, used, most = ready[fits], promise[fits], is_other[fits], used[fits], most[fits]
        self._used[is_other, rows] += 1
        to = np.where(is_other, tickets.bits.shape[1], tickets.ordinary) - most + used
        tickets.bits[rows, to] = self.bit_of[service]
        tickets.service[rows, to] = service
        tickets.arrives[rows, to] = tickets.ready[rows, to] = ready
        tickets.promise[rows, to] = promise
        tickets.came[rows, to] = tickets.came[rows, column]
        residual = (tickets.chance[rows, to] * self.table.shape[1]).astype(np.int64)
        tickets.minutes[rows, to] = self.table[service, residual] * self.pace[rows]
        self._wake(rows, service, ready)

    def _wake(self, rows: Ints, service: Ints, ready: Floats) -> None:
        """Counters that idle until somebody comes hear of the newcomer."""
        if not self._idle[rows].any():
            return
        may = (self.bit_of[service][:, None] & self.counters.masks[None, :]) != 0
        starts = self._on_duty(rows[:, None], np.arange(may.shape[1]), np.broadcast_to(ready[:, None], may.shape))
        free = self.counters.free[rows]
        self.counters.free[rows] = np.where(may & self._idle[rows], np.minimum(free, starts), free)

    def _on_duty(self, rows: Ints, counter: Ints, time: Floats) -> Floats:
        """The first moment from `time` on at which the counter is not away (twice: spells may touch)."""
        away, until = self.counters.away_from[rows, counter], self.counters.away_until[rows, counter]
        for _ in range(2):
            inside = (away <= time[..., None]) & (time[..., None] < until)
            if not inside.any():
                break
            time = np.maximum(time, np.where(inside, until, -INF).max(axis=-1))
        return time
