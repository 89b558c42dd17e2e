"""Booking a place, moving it, giving it back: by use case, on both databases."""


import pytest
from bookings import WEDNESDAY, at, book, rows, state_of
from sqlalchemy import func, select

from office import appointments, arrivals
from office.booked import Appointment, Seat
from office.errors import (
    Cancelled,
    ChangedMeanwhile,
    Invalid,
    OneActiveBooking,
    ServiceUnavailable,
    SlotClosed,
    SlotFull,
    UnknownBooking,
)
from office.places import free_days

# Three places a quarter of an hour, one and a half kept for walk-ins: one online.
ONLINE = 1


def hold(hall, start="09:00", browser="b1"):
    return hall.do(appointments.hold, "waru", "KTP_REC", at(start), browser=browser)


def free_at(hall, start="09:00", service="KTP_REC", on=WEDNESDAY):
    with hall.db.read() as look:
        day = free_days(look, "waru", service, at(start, on).date(), 1)[0]
    return next(slot["free"] for slot in day["slots"] if slot["start"] == at(start, on).isoformat())


@pytest.fixture(autouse=True)
def seats_fit(hall):
    """Whatever happened: no start has more seats than places, and every seat belongs to a live booking."""
    yield
    over = rows(hall, select(Seat.start_at).group_by(Seat.office_id, Seat.start_at).having(func.count() > 3))
    assert over == []
    dead = select(Seat.seat).join(Appointment).where(Appointment.state.not_in(("held", "booked", "checked_in")))
    assert rows(hall, dead) == []


def test_a_place_is_booked(hall):
    """One word is a name; the code can be read aloud; the place is gone for the next."""
    booked = book(hall)
    assert (booked["state"], booked["start"]) == ("booked", "2026-11-25T09:00:00+08:00")
    with hall.db.read() as look:
        assert appointments.personal_data(look.conn, booked["code"])["name"] == "Mbah Surip"
    assert len(booked["code"]) >= 8
    assert not set(booked["code"]) & set("0O1I")
    assert free_at(hall) == ONLINE - 1


def test_a_full_start_names_the_next_ones(hall):
    """Refused with the next free starts, the nearest first, none of them this one."""
    book(hall)
    with pytest.raises(SlotFull) as refusal:
        book(hall, name="Siti")
    assert refusal.value.facts["next"][:2] == ["2026-11-25T09:15:00+08:00", "2026-11-25T09:30:00+08:00"]


@pytest.mark.parametrize(("start", "on"), [
    ("12:00", WEDNESDAY), ("09:05", WEDNESDAY), ("09:00", "2026-11-28"), ("08:00", "2026-11-24"), ("09:00", "2027-06-01"),
])
def test_no_start_is_closed(hall, start, on):
    """In the break, off the grid, on a Saturday, an hour ago, half a year ahead: closed, and where there is room."""
    with pytest.raises(SlotClosed) as refusal:
        book(hall, start, on=on)
    assert refusal.value.facts["next"]


def test_a_service_that_is_not_here(hall):
    """What an office does not do cannot be booked there."""
    with pytest.raises(ServiceUnavailable):
        book(hall, service="INFO")


def test_one_booking_a_phone_and_group(hall):
    """A second live booking of one phone in one group is refused, at any office; another group is free to it."""
    phone = "+6281234567890"
    first = book(hall, phone=phone)
    with pytest.raises(OneActiveBooking) as refusal:
        book(hall, "10:00", service="KTP_LOST", phone=phone)
    assert refusal.value.facts["start"] == at("09:00")
    with pytest.raises(OneActiveBooking):
        book(hall.at("penajam"), "10:00", phone=phone)
    book(hall, "10:15", service="KK_NEW", phone=phone)
    hall.do(appointments.cancel, first["code"])
    book(hall, "10:30", phone=phone)


def test_a_browser_has_its_limit(hall):
    """Four live bookings a browser; a program without a cookie meets no such limit (its token is known)."""
    for start in ("09:00", "09:15", "09:30", "09:45"):
        book(hall, start, browser="b1")
    with pytest.raises(OneActiveBooking):
        book(hall, "10:00", browser="b1")
    book(hall, "10:00", browser="b2")


def test_a_hold_keeps_the_place(hall):
    """Held: nobody else has it; confirmed by its code, it is the same booking."""
    held = hold(hall)
    with pytest.raises(SlotFull):
        book(hall, browser="b2")
    booked = book(hall, browser="b1", hold_code=held["code"])
    assert (booked["code"], booked["state"]) == (held["code"], "booked")


def test_a_hold_runs_out(hall):
    """Ten minutes later the place is another's; the first one is told that it is full, not booked twice."""
    held = hold(hall)
    hall.clock.move(minutes=11)
    book(hall, name="Siti", browser="b2")
    with pytest.raises(SlotFull):
        book(hall, browser="b1", hold_code=held["code"])


def test_a_late_form_still_books_a_free_place(hall):
    """The hold ran out, nobody came: the form is accepted as it was typed."""
    held = hold(hall)
    hall.clock.move(minutes=30)
    assert book(hall, browser="b1", hold_code=held["code"])["state"] == "booked"


def test_one_hold_a_browser(hall):
    """Choosing another time gives the first one back."""
    hold(hall, "09:00")
    hold(hall, "09:15")
    assert (free_at(hall, "09:00"), free_at(hall, "09:15")) == (ONLINE, 0)


def test_a_hold_lapses_by_itself(hall):
    """Without anybody booking: the job gives the place back."""
    hold(hall)
    hall.clock.move(minutes=11)
    hall.do(arrivals.lapse, "waru")
    assert free_at(hall) == ONLINE


def test_moving(hall):
    """The old place is free, the new one had; the calendar's count grows; code and name stay."""
    booked = book(hall)
    moved = hall.do(appointments.move_booking, booked["code"], at("10:00"))
    assert (moved["code"], moved["start"], moved["sequence"]) == (booked["code"], at("10:00").isoformat(), 1)
    assert (free_at(hall, "09:00"), free_at(hall, "10:00")) == (ONLINE, 0)


@pytest.mark.parametrize(("to", "error"), [("10:00", SlotFull), ("12:00", SlotClosed)])
def test_a_failed_move_keeps_the_old_place(hall, to, error):
    """Nothing is given up for a place that cannot be had."""
    booked = book(hall)
    book(hall, "10:00", "Siti")
    with pytest.raises(error):
        hall.do(appointments.move_booking, booked["code"], at(to))
    with hall.db.read() as look:
        row = appointments.find(look.conn, booked["code"])
    assert (row.start_at, row.sequence, free_at(hall)) == (at("09:00"), 0, 0)


def test_moving_what_moved(hall):
    """Who saw another time than the booking now has is told so; the same time twice is no move."""
    booked = book(hall)
    hall.do(appointments.move_booking, booked["code"], at("10:00"))
    with pytest.raises(ChangedMeanwhile):
        hall.do(appointments.move_booking, booked["code"], at("11:00"), at("09:00"))
    assert hall.do(appointments.move_booking, booked["code"], at("10:00"))["sequence"] == 1


def test_a_long_visit_moves_onto_its_own_place(hall):
    """A family's half hour may move by a quarter, over the seats it has itself."""
    people = [{"services": ["KTP_REC"]}] * 3
    booked = book(hall, people=people)
    assert booked["minutes"] == 30
    hall.do(appointments.move_booking, booked["code"], at("09:15"))
    assert [free_at(hall, start) for start in ("09:00", "09:15", "09:30", "09:45")] == [ONLINE, 0, 0, ONLINE]


def test_too_many_people(hall):
    """Nine people are two bookings."""
    with pytest.raises(Invalid):
        book(hall, people=[{"services": ["KTP_REC"]}] * 9)


def test_cancelling(hall):
    """The place is free; again is no error; then it can neither move nor arrive."""
    booked = book(hall)
    assert hall.do(appointments.cancel, booked["code"])["state"] == "cancelled"
    assert hall.do(appointments.cancel, booked["code"])["sequence"] == 1
    assert free_at(hall) == ONLINE
    with pytest.raises(Cancelled):
        hall.do(appointments.move_booking, booked["code"], at("10:00"))
    hall.clock.set("2026-11-25T09:00:00+08:00")
    with pytest.raises(Cancelled):
        hall.do(arrivals.check_in, "waru", booked["code"])


def test_the_code_as_people_type_it(hall):
    """Spaces, hyphens and small letters do not matter; a wrong code is unknown."""
    code = book(hall)["code"]
    hall.do(appointments.cancel, f" {code[:3].lower()}-{code[3:6]} {code[6:]}")
    assert state_of(hall, code) == "cancelled"
    with pytest.raises(UnknownBooking):
        hall.do(appointments.cancel, "ABC")
