"""Past days counted for the best time to come: each once, by the office's own clock, on both databases."""

from datetime import date, timedelta

from bookings import at, book, rows
from sqlalchemy import event, select

from office import arrivals, busy, calling
from office.profile import profile_of
from office.remembered import BusyHour


def a_day(hall, waits):
    """People who come at these minutes past nine and are called so many minutes later, one after the other."""
    hall.sit()
    began = hall.clock.at
    for minute, wait in waits:
        hall.clock.at = began + timedelta(minutes=minute)
        ticket = hall.take()
        hall.clock.move(minutes=wait)
        hall.call()
        hall.act(calling.start, ticket)
        hall.act(calling.finish, ticket)


def count_all(hall):
    """As the server's background does, one day at a time. Returns the days."""
    days = []
    while True:
        with hall.db.read() as look:
            profile = profile_of(look, hall.office)
            day = busy.next_to_count(look, profile)
            if day is None:
                return days
            hours = busy.count_of(look, profile, day)
        hall.do(busy.keep_count, office=hall.office, day=day, hours=hours)
        days.append(day)


def kept(hall):
    return [tuple(row) for row in rows(hall, select(BusyHour.day, BusyHour.hour, BusyHour.came, BusyHour.waited).order_by(BusyHour.hour))]


def test_a_finished_day_is_counted_once(hall):
    """Not today, which goes on; tomorrow yesterday is counted, and not again."""
    a_day(hall, [(0, 5), (10, 7), (65, 3)])
    assert count_all(hall) == []
    hall.clock.move(days=1)
    tuesday = date(2026, 11, 24)
    assert [count_all(hall), count_all(hall)] == [[tuesday], []]
    assert kept(hall) == [(tuesday, 9, 2, 12.0), (tuesday, 10, 1, 3.0)]


def test_two_processes_count_the_same(hall):
    """Whoever comes second replaces the same with the same."""
    a_day(hall, [(0, 5)])
    hall.clock.move(days=1)
    with hall.db.read() as look:
        profile = profile_of(look, "waru")
        hours = busy.count_of(look, profile, date(2026, 11, 24))
    for _ in range(2):
        hall.do(busy.keep_count, office="waru", day=date(2026, 11, 24), hours=hours)
    assert len(kept(hall)) == 1


def test_only_the_last_weeks(hall):
    """What is older than twelve weeks is neither counted nor read."""
    a_day(hall, [(0, 5)])
    hall.clock.move(days=busy.DAYS_READ + 1)
    assert count_all(hall) == []
    hall.do(busy.keep_count, office="waru", day=date(2026, 11, 24), hours=[])
    with hall.db.read() as look:
        assert busy.busy_weekdays(look, profile_of(look, "waru")) == {}


def test_a_day_of_bookings_alone(hall):
    """Nobody came without a booking: kept as a day without anybody, and not counted again and again."""
    code = book(hall)["code"]
    hall.clock.at = at("09:00")
    hall.do(arrivals.check_in, "waru", code)
    hall.clock.move(days=1)
    assert [count_all(hall), count_all(hall)] == [[date(2026, 11, 25)], []]


def test_reading_costs_one_query_in_ten_minutes(hall):
    """However many ask: the rows are read once and kept in the process."""
    asked = []
    event.listen(hall.db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    with hall.db.read() as look:
        profile = profile_of(look, "waru")
    for _ in range(3):
        with hall.db.read() as look:
            busy.busy_weekdays(look, profile)
    assert sum("busy_hours" in statement for statement in asked) == 1
