"""Years of bookings make nothing slower: no question of booking walks through a whole table. SQLite says how it looks."""

import re
from datetime import timedelta

import pytest
from bookings import SECRET, at, book
from factories import Hall
from sqlalchemy import event

from office import affected, appointments, arrivals, messages, near, overview, retention
from office.booked import Appointment
from office.db import Database
from office.places import free_days
from office.profile import profile_of

GROWING = "appointments|seats|messages|tickets|events|print_jobs|requests"


@pytest.fixture
def hall(sqlite_url, clock):
    db = Database(sqlite_url, clock)
    yield Hall(db, clock, "waru")
    db.close()


@pytest.fixture
def plans(hall):
    """How each statement of the test looked for its rows, as (statement, plan)."""
    found = []

    def explain(conn, cursor, statement, parameters, context, many):
        if re.match(r"\s*(SELECT|UPDATE|DELETE)", statement):
            asked = cursor.connection.cursor().execute("EXPLAIN QUERY PLAN " + statement, parameters)
            found.append((statement, [row[3] for row in asked.fetchall()]))

    for engine in (hall.db.engine, hall.db.writing):
        event.listen(engine, "before_cursor_execute", explain)
    return found


def walks(plans):
    """Whoever reads all of a table that grows, or all of an office's rows in it."""
    return [
        (step, statement[:200]) for statement, plan in plans for step in plan
        if re.match(rf"SCAN ({GROWING})\b|SEARCH ({GROWING})\b.*\(office_id=\?\)$", step)
        and not re.search(r"ix_messages_(to_do|failed)", step)  # they hold what is open alone
    ]  # fmt: skip


def test_no_walk_through_the_years(hall, plans):
    """Hold, book, move, cancel, arrive, lapse, erase, look, tell: each finds its rows by an index of their own."""
    held = hall.do(appointments.hold, "waru", "KTP_REC", at("09:00"), browser="b1")
    code = book(hall, phone="+6281234567890", browser="b1", hold_code=held["code"])["code"]
    hall.do(appointments.move_booking, code, at("10:00"))
    hall.do(appointments.cancel, book(hall, "11:00", "Siti")["code"])
    hall.do(appointments.correct, code, "Surip", "+6281234567891", None, SECRET)
    hall.do(messages.take_due, channel="phone")
    hall.clock.at = at("10:00")
    hall.do(arrivals.check_in, "waru", code)
    for job in (arrivals.lapse, retention.erase_old, near.tell_near, affected.tell_affected):
        hall.do(job, office="waru")
    with hall.db.read() as look:
        free_days(look, "waru", "KTP_REC", at("09:00").date(), 366)
        overview.office_now(look, profile_of(look, "waru"))
        messages.is_due(look.conn, "phone", look.now)
    assert walks(plans) == []


def test_a_year_of_slots_takes_few_questions(hall, plans):
    """366 days in one question for the seats, whatever was booked."""
    for minutes in range(0, 120, 15):
        book(hall, f"{9 + minutes // 60:02d}:{minutes % 60:02d}", "Siti")
    plans.clear()
    with hall.db.read() as look:
        days = free_days(look, "waru", "KTP_REC", at("09:00").date(), 366)
    assert (len(days), sum("seats" in statement for statement, _ in plans), len(plans) <= 5) == (366, 1, True)


def test_erasing_finds_only_what_has_a_name(hall, plans):
    """What was erased is not looked at again: its index holds the others alone."""
    book(hall)
    hall.clock.at = at("09:00") + timedelta(days=8)
    plans.clear()
    assert hall.do(retention.erase_old, office="waru") == 1
    steps = [step for statement, plan in plans for step in plan if statement.startswith(f"UPDATE {Appointment.__tablename__}")]
    assert any("ix_appointments_named" in step for step in steps)
