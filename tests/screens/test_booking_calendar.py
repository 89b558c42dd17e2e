"""The calendar file of a booking, read by an independent library: the same instant, one entry through all changes."""

from datetime import UTC, datetime, timedelta

import pytest
from factories import new_request_id
from icalendar import Calendar

START, LATER = "2026-11-25T09:00:00+08:00", "2026-11-26T10:15:00+08:00"


def book(office, start=START, **changes):
    order = {"request_id": new_request_id(), "service": "KTP_REC", "start": start, "name": "Surip", **changes}
    return office.anybody.post(f"{office.path}/appointments", **order).ok()["code"]


def entry(office, code):
    answer = office.anybody.get(f"/appointments/{code}/calendar.ics")
    calendar = Calendar.from_ical(answer.ok())
    event, = calendar.walk("VEVENT")
    assert answer.headers["Content-Type"] == f"text/calendar; charset=utf-8; method={calendar['METHOD']}"
    return calendar, event


def test_the_same_instant(office):
    """Start and end in UTC; as long as the visit; a reminder rings two hours before; address, code and papers are there."""
    code = book(office)
    calendar, event = entry(office, code)
    assert event.decoded("dtstart") == datetime.fromisoformat(START)
    assert event["DTSTART"].to_ical() == b"20261125T010000Z"
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(minutes=15)
    assert event.walk("VALARM")[0].decoded("trigger") == timedelta(hours=-2)
    assert (calendar["METHOD"], event["STATUS"], event["SEQUENCE"]) == ("PUBLISH", "CONFIRMED", 0)
    assert f"{code[:3]} {code[3:6]} {code[6:]}" in event["DESCRIPTION"]
    assert "Fotokopi KK" in event["DESCRIPTION"]
    assert "Surip" not in answer_text(office, code)


def answer_text(office, code):
    return office.anybody.get(f"/appointments/{code}/calendar.ics").ok().decode()


def test_a_moved_booking_is_the_same_entry(office):
    """The same UID with a higher sequence and the new time: a calendar changes the entry it has."""
    code = book(office)
    _, first = entry(office, code)
    office.anybody.ask("PATCH", f"/appointments/{code}", {"start": LATER}).ok()
    _, moved = entry(office, code)
    assert (moved["UID"], moved["SEQUENCE"]) == (first["UID"], first["SEQUENCE"] + 1)
    assert moved.decoded("dtstart") == datetime.fromisoformat(LATER)


def test_a_cancelled_booking_leaves_the_calendar(office):
    """Cancelled with the same UID and a higher sequence; nothing rings any more."""
    code = book(office)
    _, first = entry(office, code)
    office.anybody.delete(f"/appointments/{code}").ok()
    calendar, gone = entry(office, code)
    assert (calendar["METHOD"], gone["STATUS"], gone["UID"]) == ("CANCEL", "CANCELLED", first["UID"])
    assert gone["SEQUENCE"] > first["SEQUENCE"]
    assert gone.walk("VALARM") == []


@pytest.mark.parametrize("start", ["2026-12-31T08:00:00+08:00", "2026-11-27T13:30:00+08:00"])
def test_other_days(office, clock, start):
    """The last day of the year, the quarter after Friday's noon: the instant is that of the booking."""
    clock.set("2026-12-20T09:00:00+08:00" if "12-31" in start else "2026-11-24T09:00:00+08:00")
    _, event = entry(office, book(office, start))
    assert event.decoded("dtstart") == datetime.fromisoformat(start)


def test_another_zone(office):
    """Nine in Jayapura is midnight UTC, whatever the reader's own zone."""
    _, event = entry(office, book(office.at("timur"), "2026-11-25T09:00:00+09:00"))
    assert event.decoded("dtstart") == datetime(2026, 11, 25, tzinfo=UTC)


def test_lines_are_as_the_standard_says(office):
    """CRLF, at most 75 octets, commas and semicolons of addresses escaped: read back, they are what was written."""
    code = book(office)
    raw = office.anybody.get(f"/appointments/{code}/calendar.ics").ok()
    assert raw.endswith(b"END:VCALENDAR\r\n")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75
    _, event = entry(office, code)
    assert event["LOCATION"] == "Kantor Kecamatan Waru"
