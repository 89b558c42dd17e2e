"""A closure, other hours or an outage come after the bookings: who is affected, told, moved. On both databases."""

from datetime import timedelta

import pytest
from bookings import SECRET, WEDNESDAY, at, book, rows, state_of
from sqlalchemy import select

from office import affected, appointments, arrivals, closures, messages
from office.booked import Message, Seat
from office.errors import BookingClosed, OneActiveBooking, SlotFull
from office.hours import read_span
from office.outages import end_outage, report_outage
from office.places import free_days
from office.profile import profile_of

PHONE = "+6281234567890"
MEETING = {"id": "Rapat kerja", "en": "Staff meeting"}


def close(hall, *hours, office="waru", on=WEDNESDAY):
    return hall.do(closures.set_hours, office, at("09:00", on).date(), list(hours), MEETING)


def who(hall, office="waru"):
    with hall.db.read() as look:
        found = affected.affected(look, profile_of(look, office))
    return [(row["start"][11:16], row["state"], row["why"] and row["why"]["kind"]) for row in found]


def tell(hall, office="waru"):
    return hall.do(affected.tell_affected, office=office)


def test_a_closed_day(hall):
    """Everybody of that day, nobody of another; the reason is the closure's own."""
    book(hall, "09:00")
    book(hall, "14:00", "Siti")
    book(hall, "09:00", "Budi", on="2026-11-26")
    assert who(hall) == []
    close(hall)
    assert who(hall) == [("09:00", "booked", "hours"), ("14:00", "booked", "hours")]
    with hall.db.read() as look:
        assert affected.affected(look, profile_of(look, "waru"))[0]["why"]["reason"] == MEETING


def test_other_hours(hall):
    """Only whose visit no longer fits: one that began before the new closing and would end after it is affected too."""
    for start, name in (("09:00", "Mbah Surip"), ("10:45", "Siti"), ("11:15", "Budi")):
        book(hall, start, name, people=[{"services": ["KTP_REC"]}] * 2)
    close(hall, "08:00-11:00")
    assert who(hall) == [("10:45", "booked", "hours"), ("11:15", "booked", "hours")]


def test_every_office_is_closed(hall):
    """A date of the whole regency concerns each office's bookings."""
    book(hall)
    book(hall.at("penajam"), name="Siti")
    close(hall, office=None)
    assert (len(who(hall)), len(who(hall, "penajam"))) == (1, 1)


def test_before_it_is_closed(hall):
    """The question is answered before the date is fixed."""
    book(hall, "09:00")
    book(hall, "14:00", "Siti")
    with hall.db.read() as look:
        profile, day = profile_of(look, "waru"), at("09:00").date()
        counts = [affected.count_if(look, profile, day, spans) for spans in ((), (read_span("08:00-12:00"),), (read_span("08:00-15:00"),))]
    assert counts == [2, 1, 0]


@pytest.mark.parametrize(("service", "until", "expected"), [
    (None, "13:30", ["11:00", "13:00"]), ("KTP_REC", "13:30", ["11:00"]), (None, None, ["11:00", "13:00", "14:00"]),
])  # fmt: skip
def test_an_outage_today(hall, service, until, expected):
    """What begins before the service is expected again; without a guess, the rest of today; tomorrow nothing. Ended: nothing."""
    hall.clock.at = at("10:30")
    book(hall, "11:00")
    book(hall, "13:00", "Siti", service="KK_NEW")
    book(hall, "14:00", "Budi")
    book(hall, "09:00", "Ani", on="2026-11-26")
    outage = hall.do(report_outage, "waru", service, "network", at(until) if until else None)
    assert [start for start, _, kind in who(hall) if kind == "outage"] == expected
    hall.do(end_outage, outage["id"])
    assert who(hall) == []


@pytest.mark.parametrize(("until", "first"), [("13:30", "13:30"), (None, "")])
def test_no_place_while_a_service_stands_still(hall, until, first):
    """Nobody can book into an outage: today's places begin when it is expected to end, or not today."""
    hall.clock.at = at("10:30")
    hall.do(report_outage, "waru", "KTP_REC", "network", at(until) if until else None)
    with hall.db.read() as look:
        today, tomorrow = free_days(look, "waru", "KTP_REC", at("09:00").date(), 2)
    assert next((slot["start"][11:16] for slot in today["slots"] if slot["free"]), "") == first
    assert tomorrow["state"] == "open"
    with pytest.raises(SlotFull):
        book(hall, "11:00")


def test_they_are_told(hall):
    """Each gives the place back and has a message, or is counted as one whom nobody can write to; again tells nobody twice."""
    code = book(hall, "09:00", phone=PHONE)["code"]
    book(hall, "10:00", "Siti")
    close(hall)
    assert tell(hall) == {"told": 1, "without_way": 1}
    assert tell(hall) == {"told": 0, "without_way": 0}
    assert [state for _, state, _ in who(hall)] == ["moved", "moved"]
    assert rows(hall, select(Seat.seat)) == []
    pending = rows(hall, select(Message.kind).where(Message.state == "pending"))
    assert [row.kind for row in pending] == ["closed"]
    assert hall.do(messages.take_due, channel="phone").code == code


def test_another_time_with_the_same_code(hall):
    """Chosen by code: booked again, off the list, with a new reminder instead of the message that was not sent yet."""
    code = book(hall, "09:00", phone=PHONE)["code"]
    close(hall)
    tell(hall)
    moved = hall.do(appointments.move_booking, code, at("09:00", "2026-11-27"))
    assert (moved["code"], moved["state"], moved["sequence"]) == (code, "booked", 2)
    assert who(hall) == []
    pending = rows(hall, select(Message.kind).where(Message.state == "pending").order_by(Message.kind))
    assert [row.kind for row in pending] == ["moved", "reminder"]


def test_before_being_told(hall):
    """Who sees it first on the own page moves at once; the place is given up only when the new one is had."""
    code = book(hall)["code"]
    close(hall)
    book(hall, "09:00", "Siti", on="2026-11-26")
    with pytest.raises(SlotFull):
        hall.do(appointments.move_booking, code, at("09:00", "2026-11-26"))
    assert state_of(hall, code) == "booked"
    assert hall.do(appointments.move_booking, code, at("09:15", "2026-11-26"))["state"] == "booked"


def test_a_second_booking_meanwhile(hall):
    """Told, booked anew by phone instead: the old one cannot become a second booking, and can still be cancelled."""
    code = book(hall, phone=PHONE)["code"]
    close(hall)
    tell(hall)
    book(hall, "10:00", phone=PHONE, on="2026-11-26")
    with pytest.raises(OneActiveBooking):
        hall.do(appointments.move_booking, code, at("09:00", "2026-11-27"))
    assert hall.do(appointments.cancel, code)["state"] == "cancelled"


def test_coming_all_the_same(hall):
    """Given up and open again: the code says that its time was closed; an ordinary number is there for them."""
    code = book(hall)["code"]
    closed = close(hall)
    tell(hall)
    hall.do(closures.remove, closed["id"])
    hall.clock.at = at("09:00")
    with pytest.raises(BookingClosed):
        hall.do(arrivals.check_in, "waru", code)


def test_who_was_shut_out_has_missed_nothing(hall):
    """Nobody told them in time: the booking lapses as one whose time was closed, and another can still be chosen."""
    code = book(hall)["code"]
    close(hall)
    hall.clock.at = at("09:00") + timedelta(minutes=61)
    hall.do(arrivals.lapse, "waru")
    assert state_of(hall, code) == "moved"
    assert hall.do(appointments.move_booking, code, at("09:00", "2026-11-27"))["state"] == "booked"


def test_a_list_without_names(hall):
    """The office's list holds codes, times and ways, nothing that says who."""
    book(hall, phone=PHONE, name="Surip Widodo")
    close(hall)
    with hall.db.read() as look:
        said = str(affected.affected(look, profile_of(look, "waru")))
    assert "'ways': ['phone']" in said
    assert not any(word in said for word in ("Surip", "81234567890", SECRET))
