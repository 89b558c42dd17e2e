"""Yesterday and the years before, written straight into the rows: what a load must not get slower by.

Every old ticket has its slip and its events (taken, called, serving, finished), numbered like real ones, so that the
recount holds for them, too.
"""

import sqlite3
from contextlib import closing

from tests.bench.place import OFFICE, Place

TICKETS_A_DAY = 250
EVENTS = ("ticket_taken", "ticket_called", "ticket_serving", "ticket_finished")
# What one old ticket leaves: itself, its slip, its events.
ROWS_A_TICKET = 2 + len(EVENTS)

_NUMBERED = "WITH RECURSIVE n(i) AS (SELECT 0 WHERE :count > 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :count)"
_TICKETS = f"""
INSERT INTO tickets (id, office_id, day, service_id, letter, number, label, key, lane, lang, state, issued_at, promised_at,
                     waiting_at, called_at, serving_at, finished_at, counter_id, times_called {{more}})
{_NUMBERED}
SELECT :mark || printf('%08d', i), o.id, date(:day, '-' || (i / :a_day) || ' days'), s.id, s.letter, :first + i % :a_day,
       s.letter || printf('%03d', :first + i % :a_day), :mark || printf('k%08d', i), 'regular', 'id', 'finished',
       date(:day, '-' || (i / :a_day) || ' days') || ' 00:30:00.000000', date(:day, '-' || (i / :a_day) || ' days') || ' 00:30:00.000000',
       date(:day, '-' || (i / :a_day) || ' days') || ' 00:30:00.000000', date(:day, '-' || (i / :a_day) || ' days') || ' 01:00:00.000000',
       date(:day, '-' || (i / :a_day) || ' days') || ' 01:01:00.000000', date(:day, '-' || (i / :a_day) || ' days') || ' 01:10:00.000000',
       (SELECT min(id) FROM counters WHERE office_id = o.id), 1 {{values}}
FROM n, offices o, services s WHERE o.code = :office AND s.code = 'KTP_REC'
"""
_SERIES = """
INSERT INTO series (office_id, day, letter, last)
SELECT office_id, day, letter, max(number) FROM tickets WHERE id LIKE :mark || '%' GROUP BY office_id, day, letter
ON CONFLICT (office_id, day, letter) DO UPDATE SET last = excluded.last
"""
_JOBS = """
INSERT INTO print_jobs (id, office_id, printer_id, ticket_id, state, ahead, copies, is_copy, tries, next_try_at, created_at, state_at)
SELECT id, office_id, (SELECT min(id) FROM printers WHERE office_id = tickets.office_id), id, 'printed', 3, 1, 0, 0,
       issued_at, issued_at, issued_at
FROM tickets WHERE id LIKE :mark || '%'
"""
_EVENTS = """
INSERT INTO events (office_id, v, day, type, at, ticket_id, counter_id, data)
SELECT t.office_id, o.v + row_number() OVER (), t.day, :type, t.issued_at, t.id, t.counter_id,
       json_object('ticket', t.label, 'ticket_id', t.id, 'service', 'KTP_REC', 'lane', 'regular', 'state', 'finished',
                   'counter', 1, 'called_at', t.called_at, 'recall', json('false'), 'times', 1, 'waiting_count', 0)
FROM tickets t JOIN offices o ON o.id = t.office_id WHERE t.id LIKE :mark || '%'
"""
_NEW_V = "UPDATE offices SET v = (SELECT max(v) FROM events WHERE office_id = offices.id) WHERE code = :office"
# Columns without a default that other work may have added to a ticket.
_PLAIN = {"BOOLEAN": "0", "INTEGER": "0", "TEXT": "''"}


def finish_today(place: Place, count: int, day: str) -> None:
    """`count` finished tickets of this very day."""
    if count:
        _fill(place, "t", count, day, count)


def fill_history(place: Place, rows: int, day: str) -> None:
    """About so many old rows, 250 tickets a day, back from the day before `day`."""
    _fill(place, "h", rows // ROWS_A_TICKET, day, TICKETS_A_DAY)


def _fill(place: Place, mark: str, count: int, day: str, a_day: int) -> None:
    with closing(sqlite3.connect(place.url.removeprefix("sqlite:///"))) as conn, conn:
        conn.execute("PRAGMA synchronous=OFF")
        facts = {"mark": mark, "count": count, "day": day, "a_day": a_day, "first": 1, "office": OFFICE}
        names, values = _other_columns(conn)
        conn.execute(_TICKETS.format(more=names, values=values), facts)
        conn.execute(_SERIES, facts)
        conn.execute(_JOBS, facts)
        for kind in EVENTS:
            conn.execute(_EVENTS, {**facts, "type": kind})
            conn.execute(_NEW_V, facts)
        conn.execute("ANALYZE")


def _other_columns(conn: sqlite3.Connection) -> tuple[str, str]:
    """Required columns of a ticket that the statement above does not name, and plain values for them."""
    known = _TICKETS.split("(", 1)[1].split("{more}", 1)[0]
    named = {name.strip() for name in known.split(",")}
    others = [(row[1], row[2]) for row in conn.execute("PRAGMA table_info(tickets)") if row[3] and row[1] not in named and not row[5]]
    return "".join(f", {name}" for name, _ in others), "".join(f", {_PLAIN[kind]}" for _, kind in others)
