"""Days that are not like others, through the use cases: the year's change, Friday's noon, Ramadan, joint leave, a date closed
today, an office in another zone. On both databases."""

from datetime import date, timedelta

import pytest
from bookings import SECRET, at, book, rows
from sqlalchemy import select, update

from office import appointments, arrivals, closures, messages
from office.booked import Appointment, Message
from office.errors import OfficeClosed, SlotClosed, SlotFull
from office.models import Office
from office.places import free_days

PHONE = "+6281234567890"


def days(hall, first, count, office="waru"):
    with hall.db.read() as look:
        return free_days(look, office, "KTP_REC", date.fromisoformat(first), count)


def starts(day):
    return [slot["start"][11:16] for slot in day["slots"] if slot["free"]]


def settle(hall, **settings):
    def change(tx):
        kept = tx.conn.execute(select(Office.settings).where(Office.code == "waru")).scalar_one()
        tx.conn.execute(update(Office).where(Office.code == "waru").values(settings={**kept, **settings}, revision=Office.revision + 1))

    hall.do(change)


def test_around_the_change_of_the_year(hall):
    """Thursday the 31st is open, New Year's Day and the weekend are not; Monday's booking is reminded of on Sunday of the new year."""
    hall.clock.set("2026-12-30T10:00:00+08:00")
    found = days(hall, "2026-12-31", 5)
    assert [day["state"] for day in found] == ["open", "closed", "closed", "closed", "open"]
    assert found[1]["reason"]["id"] == "Tahun Baru Masehi"
    code = book(hall, "08:00", on="2027-01-04", phone=PHONE)["code"]
    with pytest.raises(SlotClosed):
        book(hall, "08:00", "Siti", on="2027-01-01")
    row = rows(hall, select(Message.send_at).where(Message.kind == "reminder"))[0]
    assert row.send_at == at("08:00", "2027-01-03")
    hall.clock.at = at("08:05", "2027-01-04")
    assert hall.do(arrivals.check_in, "waru", code)["label"] == "A001"
    assert rows(hall, select(Appointment.day))[0].day == date(2027, 1, 4)


def test_friday_s_noon(hall):
    """No place from half past eleven to half past one; a visit of half an hour begins at eleven at the latest."""
    friday, = days(hall, "2026-11-27", 1)
    assert [start for start in starts(friday) if "11:00" <= start < "14:00"] == ["11:00", "11:15", "13:30", "13:45"]
    for start, fits in (("11:00", True), ("11:15", False), ("11:30", False)):
        family = [{"services": ["KTP_REC"]}] * 3
        if fits:
            assert book(hall, start, on="2026-11-27", people=family)["minutes"] == 30
        else:
            with pytest.raises(SlotClosed):
                book(hall, start, "Siti", on="2026-11-27", people=family)


def test_ramadan(hall):
    """From its first to its last day the season's hours, as the data file says them; the day after, the usual ones."""
    week = {day: ["08:00-12:00", "12:30-14:00"] for day in ("mon", "tue", "wed", "thu")} | {"fri": ["08:00-11:30"]}
    settle(hall, seasons=[{"from": "2027-02-08", "until": "2027-02-25", "hours": week}])
    hall.clock.set("2027-02-15T07:00:00+08:00")
    tuesday, friday = days(hall, "2027-02-16", 1)[0], days(hall, "2027-02-19", 1)[0]
    assert (starts(tuesday)[-1], starts(friday)[-1]) == ("13:45", "11:15")
    assert [starts(day)[-1] for day in days(hall, "2027-02-25", 2)] == ["13:45", "14:45"]


def test_joint_leave_and_an_office_that_opens_all_the_same(hall):
    """The day before Christmas is joint leave: closed with its name; a date that the office opens is open, with its hours."""
    hall.clock.set("2026-12-20T10:00:00+08:00")
    assert days(hall, "2026-12-24", 1)[0]["reason"]["en"] == "Christmas Joint Holiday"
    hall.do(closures.set_hours, "waru", date(2026, 12, 24), ["08:00-10:00"], {"id": "Layanan khusus", "en": "Special service"})
    assert (starts(days(hall, "2026-12-24", 1)[0])[-1], book(hall, "09:45", on="2026-12-24")["state"]) == ("09:45", "booked")


def test_closed_today(hall):
    """Closed while people are on their way: no place from that moment on; the code says that the office is closed, when it opens."""
    hall.clock.at = at("08:50")
    code = book(hall, "09:15")["code"]
    hall.do(closures.set_hours, "waru", date(2026, 11, 25), [], {"id": "Listrik padam", "en": "Power cut"})
    assert days(hall, "2026-11-25", 1)[0] | {"slots": None} == {
        "date": "2026-11-25", "state": "closed", "reason": {"id": "Listrik padam", "en": "Power cut"}, "slots": None}
    with pytest.raises(OfficeClosed) as refusal:
        hall.do(arrivals.check_in, "waru", code)
    assert refusal.value.facts["opens_at"] == at("08:00", "2026-11-26")


def test_shorter_today(hall):
    """Closing at ten from now on: what was bookable after it is gone, what is before it stays."""
    hall.clock.at = at("08:20")
    hall.do(closures.set_hours, "waru", date(2026, 11, 25), ["08:00-10:00"], {"id": "Rapat", "en": "Meeting"})
    assert starts(days(hall, "2026-11-25", 1)[0])[-1] == "09:45"
    with pytest.raises(SlotClosed):
        book(hall, "10:00")


def test_another_zone(hall):
    """Jayapura is an hour ahead: its nine o'clock is eight in Waru, in the row, on arrival, in what is written to the resident."""
    east = hall.at("timur")
    start = at("08:00")  # 09.00 WIT
    booked = east.do(appointments.book, "timur", "KTP_REC", start, "Yosef", phone=PHONE, secret=SECRET)
    assert booked["start"] == "2026-11-25T09:00:00+09:00"
    hall.clock.at = start - timedelta(minutes=31)
    assert days(hall, "2026-11-25", 1, "timur")[0]["slots"][0]["start"] == "2026-11-25T08:00:00+09:00"
    hall.clock.move(minutes=1)
    ticket = east.do(arrivals.check_in, "timur", booked["code"])
    assert (ticket["slot"], ticket["late"]) == ("2026-11-25T09:00:00+09:00", False)


def test_its_midnight_is_its_own(hall):
    """At half past eleven at night in Waru it is tomorrow in Jayapura: today's places there are gone, here they were already."""
    hall.clock.set("2026-11-24T23:30:00+08:00")
    assert days(hall, "2026-11-24", 1, "timur")[0]["reason"]["en"] == "In the past"
    assert days(hall, "2026-11-24", 1, "waru")[0]["state"] == "full"


def test_the_place_of_a_day_that_opens_slowly(hall):
    """The farthest day opens seat by seat: what is not open yet cannot be booked, whoever knows its address."""
    settle(hall, booking={"days_ahead": 14, "places": 3})
    hall.clock.set("2026-11-24T05:00:00+08:00")
    far, = days(hall, "2026-12-08", 1)
    assert starts(far) == []
    with pytest.raises(SlotFull):
        book(hall, "09:00", on="2026-12-08")
    hall.clock.set("2026-11-24T20:00:00+08:00")
    assert book(hall, "09:00", on="2026-12-08")["state"] == "booked"


def test_what_is_due_by_the_clock_of_its_office(hall):
    """A reminder is due a day before by the instant, not by the date of some zone."""
    east = hall.at("timur")
    east.do(appointments.book, "timur", "KTP_REC", at("08:00", "2026-11-27"), "Yosef", phone=PHONE, secret=SECRET)
    hall.do(messages.settle, message_id=hall.do(messages.take_due, channel="phone").id)
    hall.clock.at = at("07:59", "2026-11-26")
    assert hall.do(messages.take_due, channel="phone") is None
    hall.clock.move(minutes=1)
    assert hall.do(messages.take_due, channel="phone").kind == "reminder"
