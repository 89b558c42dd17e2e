"""From the hall as it stands to a play ready to run: every chance drawn at once, from one seeded source."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from office.duty import Draw, frees, normal_quantiles, spells_away
from office.fitting import UNHEARD, Model, rate_before
from office.hall import Hall, InLine
from office.recorded import Minute
from office.simulation import INF, Counters, Floats, Ints, Play, Tickets

PACE_PSEUDO = 28.0  # finished services that move today's pace half way
PACE_HALF_LIFE = 60.0  # minutes
BUSY_PSEUDO = 15.0  # walk-ins an ordinary day weighs against today's count
COMERS_MOST = 40  # columns for walk-ins still to come
FIELDS: dict[str, Any] = {
    "service": np.int64,
    "present": np.bool_,
    "arrives": np.float64,
    "ready": np.float64,
    "promise": np.float64,
    "came": np.float64,
    "queued": np.float64,
    "bound": np.int64,
    "is_first": np.bool_,
    "asks": np.bool_,
}
SPARE_LEAST, SPARE_SHARE = 3, 0.15  # spare columns for those sent on or back after a miss


@dataclass
class Part:
    """Some columns of the tickets, (rows, columns) each. `bound`: bits of tickets sent to one counter, else 0."""

    service: Ints
    present: NDArray[np.bool_]
    arrives: Floats
    ready: Floats
    promise: Floats
    came: Floats
    queued: Floats
    bound: Ints
    is_first: NDArray[np.bool_]  # may not answer, and may be sent on
    asks: NDArray[np.bool_]  # a newcomer who only asks


def build(hall: Hall, model: Model, seed: int, rows: int, only: str | None = None) -> Play:
    """A play that ends when everybody now waiting (or `only` this ticket) has been called."""
    random = np.random.Generator(np.random.SFC64(seed))
    pace = np.exp(_pace(hall, model, random, rows))
    draw = Draw(model, rows, random, pace)
    ordinary = [ticket for ticket in hall.waiting if ticket.kind == "ordinary"]
    others = [ticket for ticket in hall.waiting if ticket.kind != "ordinary"]
    done, free = frees(hall, draw)
    sent = [_sent_on(hall, done, draw, is_ordinary=flag) for flag in (True, False)]
    first = [_known(ordinary, hall, draw), *sent[0], *_walk_ins(hall, draw)]
    rest = [_known(others, hall, draw), *sent[1], *_booked(hall, draw), *_priority(hall, draw)]
    bits = np.int64(1) << np.arange(len(model.services), dtype=np.int64)
    tickets = _tickets(first, rest, bits, hall, draw)
    away, until = spells_away(hall, draw)
    counters = Counters(
        masks=_masks(hall, bits, model), pace=np.exp([model.clerks.get(one.clerk, 0.0) for one in hall.counters]),
        free=free, streak=np.tile(np.array([one.streak for one in hall.counters], dtype=np.int64), (rows, 1)),
        away_from=away, away_until=until,
    )
    columns = dict(zip((one.id for one in ordinary), range(len(ordinary)), strict=True))
    columns |= {one.id: tickets.ordinary + at for at, one in enumerate(others)}
    watched = np.array([columns[one.id] for one in watched_order(hall, only)], dtype=np.int64)
    rules = hall.rules
    return Play(
        tickets=tickets, counters=counters, watched=watched, no_answer=model.no_answer, lost=model.lost,
        zip=1 << 30 if rules.zip is None else rules.zip, reentry_after=rules.reentry_after, pace=pace,
        table=np.exp(model.mean_ln[:, None] + model.table), bit_of=bits,
    )


def watched_order(hall: Hall, only: str | None = None) -> list[InLine]:
    """The tickets in the order of the play's `called` columns."""
    return [ticket for ticket in hall.waiting if only in (None, ticket.id)]


def _pace(hall: Hall, model: Model, random: np.random.Generator, rows: int) -> Floats:
    """ln of today's pace: how far today's services run from what is expected, the latest counting most."""
    weight = total = 0.0
    usual = dict(zip(model.services, model.mean_ln.tolist(), strict=True))
    for one in hall.finished:
        own = 0.5 ** ((hall.now - one.ended) / PACE_HALF_LIFE)
        expected = usual.get(one.service, usual[UNHEARD]) + model.clerks.get(one.clerk, 0.0)
        weight += own
        total += own * (math.log(max(one.minutes, 0.05)) - expected)
    certainty = PACE_PSEUDO + weight
    return np.asarray(total / certainty + model.spread / np.sqrt(certainty) * random.permutation(normal_quantiles(rows)))


def _masks(hall: Hall, bits: Ints, model: Model) -> Ints:
    masks = [sum({int(bits[model.place(name)]) for name in one.services}) for one in hall.counters]
    return np.array([mask | int(_bound_bit(at, bits)) for at, mask in enumerate(masks)], dtype=np.int64)


def _bound_bit(counter: int, bits: Ints) -> int:
    """A bit of its own for what was sent to this counter; beyond 62 bits the counter shares the last."""
    return 1 << min(len(bits) + counter, 62)


def _part(rows: int, columns: int, **given: Any) -> Part:
    """Scalars and rows are spread over the whole part; what is not given is zero, absent, false."""
    values = {name: np.empty((rows, columns), dtype=kind) for name, kind in FIELDS.items()}
    for name, value in values.items():
        value[...] = given.get(name, 0)
    return Part(**values)


def _known(tickets: Sequence[InLine], hall: Hall, draw: Draw) -> Part:
    place = {one.id: at for at, one in enumerate(hall.counters)}
    services = draw.model.services

    def bound(ticket: InLine) -> int:
        return 0 if ticket.counter not in place else 1 << min(len(services) + place[ticket.counter], 62)

    def ready(ticket: InLine) -> Minute:
        return ticket.queued if ticket.slot is None or ticket.kind == "late" else ticket.slot - hall.rules.early

    return _part(
        draw.rows, len(tickets), present=True,
        service=np.array([draw.model.place(one.service) for one in tickets], dtype=np.int64),
        arrives=np.array([one.queued for one in tickets]), ready=np.array([ready(one) for one in tickets]),
        promise=np.array([one.promise + 1e-6 * one.number for one in tickets]),
        came=np.array([one.came for one in tickets]), queued=np.array([one.queued for one in tickets]),
        bound=np.array([bound(one) for one in tickets], dtype=np.int64),
        is_first=np.array([one.leg == "first" for one in tickets], dtype=bool),
        asks=np.array([one.is_newcomer for one in tickets], dtype=bool),
    )


def _sent_on(hall: Hall, done: Floats, draw: Draw, *, is_ordinary: bool) -> list[Part]:
    """Who is served now may be sent on, and keeps the first promise."""
    parts = []
    for at, counter in enumerate(hall.counters):
        serving = counter.serving
        if serving is None or serving.ticket.leg == "transfer" or (serving.ticket.kind == "ordinary") != is_ordinary:
            continue
        onward = _onward(np.full((draw.rows, 1), draw.model.place(serving.ticket.service)), draw)
        arrives = done[:, at : at + 1]
        parts.append(_part(
            draw.rows, 1, service=np.maximum(onward, 0), present=onward >= 0, arrives=arrives, ready=arrives,
            promise=serving.ticket.promise, came=serving.ticket.came, queued=arrives,
        ))
    return parts


def _onward(service: Ints, draw: Draw) -> Ints:
    chance = draw.random.random(service.shape)
    to = (chance[..., None] >= draw.model.onward[service]).sum(axis=-1)
    return np.where(to < len(draw.model.services), to, -1)


def _booked(hall: Hall, draw: Draw) -> list[Part]:
    """Bookings that can still come before somebody who waits now: whether and when, given they have not yet."""
    last = max((ticket.promise for ticket in hall.waiting), default=0.0)
    bookings = [one for one in hall.bookings if one.slot < last]
    if not bookings:
        return []
    offsets, shows, rules = draw.model.offsets, draw.model.shows, hall.rules
    slot = np.array([one.slot for one in bookings])
    passed = np.searchsorted(offsets, hall.now - slot, side="right")
    still = shows * (len(offsets) - passed) / len(offsets)
    chance, place = draw.random.random((2, draw.rows, len(bookings)))
    at = np.minimum(passed + place * (len(offsets) - passed), len(offsets) - 1).astype(np.int64)
    arrives = slot + offsets[at]
    late = arrives > slot + rules.grace
    return [_part(
        draw.rows, len(bookings), service=np.array([draw.model.place(one.service) for one in bookings], dtype=np.int64),
        present=chance < still / (still + 1 - shows + 1e-9), arrives=arrives, queued=arrives, is_first=True,
        ready=np.where(late, arrives, np.maximum(arrives, slot - rules.early)),
        promise=np.where(late, arrives + rules.promise_late, slot), came=np.where(late, arrives, slot),
    )]


def _priority(hall: Hall, draw: Draw) -> list[Part]:
    last = max((ticket.promise for ticket in hall.waiting), default=0.0) - hall.rules.promise_prio
    return _comers(hall, draw, draw.model.priority_rate, last, hall.rules.promise_prio)


def _walk_ins(hall: Hall, draw: Draw) -> list[Part]:
    """Ordinary walk-ins come after all who wait, but are called while a booking is not yet due."""
    last = max((one.slot for one in hall.waiting if one.slot is not None and one.kind == "booked"), default=0.0)
    return _comers(hall, draw, draw.model.walk_in_rate, last - hall.rules.early, hall.rules.promise_walk)


def _comers(hall: Hall, draw: Draw, rate: Floats, last: Minute, promise: float) -> list[Part]:
    """Arrivals from now to `last`, at this office's half-hour rates times how busy today is."""
    if hall.last_ticket is not None:
        last = min(last, hall.last_ticket)
    before, until = rate_before(rate, hall.now), rate_before(rate, last)
    if last <= hall.now or until <= before:
        return []
    usual = rate_before(draw.model.walk_in_rate + draw.model.priority_rate, hall.now)
    busy = draw.random.gamma(BUSY_PSEUDO + hall.walk_ins, 1 / (BUSY_PSEUDO + usual), (draw.rows, 1))
    columns = min(COMERS_MOST, int(2 + 1.3 * (until - before) + 3 * np.sqrt(until - before)))
    amount = np.cumsum(draw.random.exponential(1.0, (draw.rows, columns)) / busy, axis=1) + before
    edges = np.arange(len(rate) + 1) * 30.0
    arrives = np.interp(amount, np.concatenate([[0.0], np.cumsum(rate * 30)]), edges)
    service = np.searchsorted(draw.model.mix, draw.random.random((draw.rows, columns)))
    return [_part(
        draw.rows, columns, service=np.minimum(service, len(draw.model.mix) - 1), present=amount < until,
        arrives=arrives, ready=arrives, promise=arrives + promise, came=arrives, queued=arrives, is_first=True,
    )]


def _tickets(first: list[Part], rest: list[Part], bits: Ints, hall: Hall, draw: Draw) -> Tickets:
    spare = [SPARE_LEAST + int(SPARE_SHARE * sum(part.service.shape[1] for part in parts)) for parts in (first, rest)]
    empty = [_part(draw.rows, size, queued=INF, arrives=INF, ready=INF, promise=INF) for size in spare]
    parts = [*first, empty[0], *rest, empty[1]]
    joined = {name: np.hstack([getattr(part, name) for part in parts]) for name in FIELDS}
    service, model, shape = joined["service"], draw.model, joined["service"].shape
    residual = (draw.spread(shape) * model.table.shape[1]).astype(np.int64)
    chance = draw.random.random(shape)
    is_spare = joined["queued"] == INF
    may_miss = joined["is_first"] | is_spare  # a spare's chance also picks its residual
    onward = np.where(joined["is_first"], _onward(service, draw), -1)
    returns = draw.random.random(shape) < model.returns
    gone = np.full(shape, INF) if model.gives_up <= 0 else hall.now + draw.random.exponential(1 / model.gives_up, shape)
    own = np.where(joined["bound"] != 0, joined["bound"], bits[service])
    return Tickets(
        bits=np.where(joined["present"], own, 0), service=service, arrives=joined["arrives"], ready=joined["ready"],
        promise=joined["promise"], came=joined["came"], queued=joined["queued"],
        minutes=np.where(joined["asks"], 0.0, np.exp(model.mean_ln[service] + model.table[service, residual]) * draw.pace[:, None]),
        extra=np.where(joined["asks"], 0.0, model.walk + model.turns[draw.random.integers(0, len(model.turns), shape)]),
        asks=joined["asks"],
        chance=np.where(may_miss, chance, 2.0), gone=gone, onward=onward,
        back=np.where(returns, model.return_after, INF),
        ordinary=sum(part.service.shape[1] for part in first) + spare[0], spare_ordinary=spare[0], spare_other=spare[1],
    )
