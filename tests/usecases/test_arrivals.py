"""Arriving with a booking, and what is kept of the one who came: by use case, on both databases."""

from datetime import timedelta

import pytest
from bookings import SECRET, at, book, rows, state_of
from sqlalchemy import select

from office import appointments, arrivals, desk, overview, retention
from office.errors import (
    NotToday,
    OneActiveBooking,
    TooEarly,
    TooLate,
    WrongOffice,
    WrongState,
)
from office.models import Event
from office.once import once
from office.profile import profile_of
from office.tables import Base


@pytest.mark.parametrize(("minutes", "late"), [(-30, False), (0, False), (10, False), (11, True), (60, True)])
def test_arriving(hall, minutes, late):
    """From 30 minutes before to 10 after: on time; to an hour after: accepted as late."""
    code = book(hall)["code"]
    hall.clock.at = at("09:00") + timedelta(minutes=minutes)
    ticket = hall.do(arrivals.check_in, "waru", code)
    assert (ticket["label"], ticket["state"], ticket["late"], ticket["again"]) == ("A001", "waiting", late, False)
    assert ticket["slip"]["id"]
    assert state_of(hall, code) == "checked_in"


@pytest.mark.parametrize(("minutes", "error"), [(-31, TooEarly), (-24 * 60, NotToday), (61, TooLate)])
def test_arriving_at_the_wrong_time(hall, minutes, error):
    """Too early says when to come back; too late says so; neither makes a ticket."""
    code = book(hall)["code"]
    hall.clock.at = at("09:00") + timedelta(minutes=minutes)
    with pytest.raises(error) as refusal:
        hall.do(arrivals.check_in, "waru", code)
    assert hall.board()["waiting_count"] == 0
    assert type(refusal.value) is error
    if minutes < 0:
        assert refusal.value.facts["opens"] == at("08:30")


def test_arriving_twice(hall):
    """The same ticket again, by scanner, by operator, by a second press."""
    code = book(hall)["code"]
    hall.clock.at = at("09:00")
    first, again = (hall.do(arrivals.check_in, "waru", code) for _ in range(2))
    assert (again["id"], again["again"], hall.board()["waiting_count"]) == (first["id"], True, 1)
    with pytest.raises(WrongState):
        hall.do(appointments.cancel, code)


def test_the_operator_sees_the_booked_time(hall):
    """Among those who wait: why this one stands where it does."""
    code = book(hall)["code"]
    hall.clock.at = at("09:00")
    hall.do(arrivals.check_in, "waru", code)
    hall.take()
    hall.sit(1)
    with hall.db.read() as look:
        waiting = desk.desk(look, "waru", 1, None)["waiting"]
    assert [row["slot_at"] for row in waiting] == ["2026-11-25T09:00:00+08:00", None]


def test_arriving_elsewhere(hall):
    """Another office says where the booking is."""
    code = book(hall)["code"]
    hall.clock.at = at("09:00")
    with pytest.raises(WrongOffice) as refusal:
        hall.do(arrivals.check_in, "penajam", code)
    assert refusal.value.facts["office"] == "waru"


def test_who_booked_is_called_at_the_time(hall):
    """A booking of 09.00 is called before a walk-in who came long before it."""
    code = book(hall)["code"]
    hall.clock.at = at("08:50")
    for _ in range(3):
        hall.take()
    hall.sit()
    ticket = hall.do(arrivals.check_in, "waru", code)
    hall.clock.at = at("09:02")
    assert hall.call()["label"] == ticket["label"]


def test_who_does_not_come(hall):
    """An hour after the time the booking has lapsed; arriving then is too late."""
    code = book(hall)["code"]
    hall.clock.at = at("10:00")
    assert hall.do(arrivals.lapse, "waru") == 0
    hall.clock.move(minutes=1)
    assert hall.do(arrivals.lapse, "waru") == 1
    assert state_of(hall, code) == "missed"
    with pytest.raises(TooLate):
        hall.do(arrivals.check_in, "waru", code)


def personal(hall, code):
    with hall.db.read() as look:
        return appointments.personal_data(look.conn, code)


def test_data_saya(hall):
    """Seen, corrected and erased by the code; the erased booking stands and arrives."""
    code = book(hall, phone="+6281234567890", email="surip@example.id")["code"]
    hall.do(appointments.correct, code, "Surip", None, None, SECRET)
    assert personal(hall, code) == {"name": "Surip", "phone": "", "email": ""}
    hall.do(appointments.erase, code)
    assert personal(hall, code) == {"name": "", "phone": "", "email": ""}
    hall.clock.at = at("09:00")
    assert hall.do(arrivals.check_in, "waru", code)["label"] == "A001"


def test_a_corrected_phone_keeps_the_rule(hall):
    """A number that has its own booking in the group cannot be written into a second one."""
    book(hall, phone="+6281234567890")
    code = book(hall, "10:00", "Siti")["code"]
    with pytest.raises(OneActiveBooking):
        hall.do(appointments.correct, code, "Siti", "+6281234567890", None, SECRET)


def test_names_are_erased_a_week_later(hall):
    """Seven days after the visit nothing says who came; an event of the back room says how many were emptied."""
    code = book(hall, phone="+6281234567890")["code"]
    hall.clock.at = at("09:00") + timedelta(days=7)
    assert hall.do(retention.erase_old, "waru") == 0
    hall.clock.move(minutes=1)
    assert [hall.do(retention.erase_old, "waru") for _ in range(2)] == [1, 0]
    assert set(personal(hall, code).values()) == {""}
    traces = rows(hall, select(Event.data, Event.v).where(Event.type == "personal_data_erased"))
    assert [(trace.data["count"], trace.v) for trace in traces] == [(1, None)]


@pytest.mark.parametrize("is_held", [True, False])
def test_a_name_given_after_erasing_is_erased_too(hall, is_held):
    """Erased by its holder and typed anew, in the page of data or in the form: a week after the visit it is gone again."""
    held = hall.do(appointments.hold, "waru", "KTP_REC", at("09:00"), browser="b")["code"]
    code = held if is_held else book(hall, hold_code=held, browser="b")["code"]
    hall.do(appointments.erase, code)
    if is_held:
        book(hall, hold_code=held, browser="b")
    else:
        hall.do(appointments.correct, code, "Mbah Surip", "+6281234567890", None, SECRET)
    assert personal(hall, code)["name"] == "Mbah Surip"
    hall.clock.at = at("09:01") + timedelta(days=7)
    assert hall.do(retention.erase_old, "waru") == 1
    assert set(personal(hall, code).values()) == {""}


def test_the_run_that_erases_is_seen(hall):
    """When it last ran and how many it emptied in all; while names are overdue, the administrator's start page says so."""
    book(hall)
    book(hall, "10:00", "Siti")
    hall.clock.at = at("09:00") + timedelta(days=10)
    assert troubles(hall) == ["names_overdue"]
    hall.do(retention.erase_old, "waru")
    hall.clock.move(hours=1)
    hall.do(retention.erase_old, "waru")
    with hall.db.read() as look:
        assert retention.last_run(look.conn, "waru") == {"at": hall.clock.at, "erased": 2}
        assert retention.last_run(look.conn, "penajam") is None
    assert troubles(hall) == []


def troubles(hall):
    with hall.db.read() as look:
        found = overview.office_now(look, profile_of(look, "waru"))["troubles"]
    return [trouble["code"] for trouble in found if trouble["code"] == "names_overdue"]


def test_an_erased_name_is_nowhere(hall):
    """Erased by its holder: in no row of any table, the kept answer of the request that made it included."""
    wanted = {"office": "waru", "service": "KTP_REC", "start": at("09:00"), "name": "Surip Widodo",
              "phone": "+6281234567890", "secret": SECRET}  # fmt: skip
    made = hall.do(once, "00000000-0000-4000-8000-000000000001", "print", appointments.book, **wanted)
    hall.do(appointments.erase, made.answer["code"])
    with hall.db.read() as look:
        said = "".join(str(look.conn.execute(select(table)).all()) for table in Base.metadata.sorted_tables)
    assert not any(word in said for word in ("Surip", "81234567890"))


def test_the_hall_learns_nothing(hall):
    """Booking is no event of the waiting room, and no row of events holds a name or a number."""
    book(hall, name="Surip Widodo", phone="+6281234567890")
    assert hall.feed() == []
    said = str(rows(hall, select(Event.data)))
    assert not any(word in said for word in ("Surip", "6281234567890"))


@pytest.mark.parametrize(("people", "names", "papers"), [
    ([{"services": ["KTP_REC", "KTP_LOST"]}, {"services": ["KTP_REC"]}],
     [["Perekaman KTP-el", "KTP-el hilang"], ["Perekaman KTP-el"]], ["Fotokopi KK", "Surat kehilangan"]),
    (None, None, ["Fotokopi KK"]),
])  # fmt: skip
def test_the_operator_sees_the_whole_family(hall, people, names, papers):
    """One ticket for one booking: at the counter everybody's documents and the papers of all, once; one document as ever."""
    code = book(hall, people=people)["code"]
    hall.clock.at = at("09:00")
    hall.do(arrivals.check_in, "waru", code)
    hall.sit()
    hall.call()
    with hall.db.read() as look:
        ticket = desk.desk(look, "waru", 1, None)["ticket"]
    assert (ticket.get("people") and [[name["id"] for name in person] for person in ticket["people"]]) == names
    assert [paper["id"] for paper in ticket["requirements"]] == papers


def test_the_booking_leads_to_its_number(hall):
    """None before the arrival; then the label, and the key that follows it."""
    code = book(hall)["code"]
    hall.clock.at = at("09:00")
    for arrive in (False, True):
        ticket = hall.do(arrivals.check_in, "waru", code) if arrive else None
        with hall.db.read() as look:
            number = arrivals.number_of(look.conn, code.lower())
        assert number == (ticket and {"label": ticket["label"], "key": ticket["key"]})
