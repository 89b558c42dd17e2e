"""Everybody for the last places of one slot, and a year of slots: now, and after years of bookings."""

import sqlite3
import time
import uuid
from collections import Counter
from contextlib import closing

from sqlalchemy import select, update

from office.clock import real_now
from office.db import Database, Tx
from office.models import Office
from tests.bench.bench import Bench
from tests.bench.figures import Figure, percentiles, shown
from tests.bench.load import Talk, asking, drive, elsewhere, request
from tests.bench.place import OFFICE, Place

STORMS = ((200, "2026-11-25"), (2_000, "2026-11-26"))
PLACES = 10
PAST = 100_000
# The main office: its hours are an office's hours.
YEAR_OFFICE = "penajam"
YEAR = f"/api/v1/offices/{YEAR_OFFICE}/slots?service=KTP_REC&days=366"
# Each old booking with its seat: ten a quarter of an hour, back from yesterday.
_OLD = """
INSERT INTO appointments (id, office_id, service_id, letter, start_at, day, minutes, people, code, state, lang, sequence, created_at,
                          erased_at)
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :count)
SELECT printf('old%08d', i), o.id, s.id, s.letter, datetime('2026-11-23 00:00', '-' || (i / 10 * 15) || ' minutes') || '.000000',
       date('2026-11-23 00:00', '-' || (i / 10 * 15) || ' minutes'), 10, '[]', printf('OLD%08d', i), 'checked_in', 'id', 0,
       '2025-01-01 00:00:00.000000', '2026-11-01 00:00:00.000000'
FROM n, offices o, services s WHERE o.code = :office AND s.code = 'KTP_REC'
"""
_OLD_SEATS = """
INSERT INTO seats (office_id, start_at, seat, letter, group_seat, appointment_id)
SELECT office_id, start_at, CAST(substr(id, 11, 1) AS INTEGER), letter, CAST(substr(id, 11, 1) AS INTEGER), id FROM appointments
WHERE id LIKE 'old%'
"""


def bookings(bench: Bench) -> list[Figure]:
    """Attempts a second with the default start; exactly ten are booked, or the run fails. Then a year of slots."""
    place = bench.place("bookings")
    _give_places(place)
    with place.serving() as server:
        _want(server.port, PLACES, "2026-11-27T09:00:00+08:00")  # a server that has just started has its first times to go
        figures = [_storm(server.port, bench.scaled(people), day) for people, day in STORMS]
        figures.append(_year(bench, server.port, "a year of slots, ms"))
    _fill_past(place, bench.scaled(PAST))
    with place.serving() as server:
        figures.append(_year(bench, server.port, f"the same after {bench.scaled(PAST):,} past bookings, ms"))
    return [*figures, Figure("recount after it", place.recount(), wanted="ok")]


def _give_places(place: Place) -> None:
    """Twenty places a slot, half of them online, a year ahead."""

    def give(tx: Tx) -> None:
        for office in tx.conn.execute(select(Office.id, Office.settings).where(Office.code.in_((OFFICE, YEAR_OFFICE)))).all():
            changed = {**office.settings, "booking": {"places": 2 * PLACES, "walk_in_share": 0.5, "days_ahead": 366}}
            tx.conn.execute(update(Office).where(Office.id == office.id).values(settings=changed, revision=Office.revision + 1))

    db = Database(place.url, real_now)
    db.transaction(give)
    db.close()


def _storm(port: int, people: int, day: str) -> Figure:
    rate, counts, latencies = elsewhere(_want, port, people, f"{day}T09:00:00+08:00")
    if Counter(counts) != Counter({201: PLACES, 409: people - PLACES}):
        raise RuntimeError(f"{people} people for {PLACES} places: {counts}")
    measured = f"{shown(rate)}; ms {percentiles(latencies)}"
    return Figure(f"attempts a second, {people:,} people at once for the last {PLACES} places", measured, wanted="≥ 300, 10 booked")


def _want(port: int, people: int, start: str) -> tuple[float, dict[int, int], list[float]]:
    """A connection each, all of them asking at once; the time runs until the last is answered."""
    began = time.monotonic()
    answers = drive(port, [_booking(start) for _ in range(people)])
    rate = people / (time.monotonic() - began)
    return rate, dict(Counter(answer.status for answer in answers)), [answer.ms for answer in answers]


def _booking(start: str) -> Talk:
    body = {"request_id": str(uuid.uuid4()), "service": "KTP_REC", "start": start, "name": "Siti"}
    yield request("POST", f"/api/v1/offices/{OFFICE}/appointments", None, body)


def _year(bench: Bench, port: int, what: str) -> Figure:
    """On the server: one who asks alone hardly waits for the line."""
    answers = drive(port, [asking(YEAR, count=bench.scaled(60))])
    return Figure(what, percentiles([answer.ms for answer in answers[1:]]), wanted="p50 ≤ 20")


def _fill_past(place: Place, count: int) -> None:
    with closing(sqlite3.connect(place.url.removeprefix("sqlite:///"))) as conn:
        conn.execute(_OLD, {"count": count, "office": YEAR_OFFICE})
        conn.execute(_OLD_SEATS)
        conn.commit()
