"""Open or closed: the week, its breaks, the last number, holidays, Ramadan, exceptions, zones."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from office.hours import Schedule, Season, Special, day_of_schedule, is_open_for, opening_at, read_span

MAKASSAR = ZoneInfo("Asia/Makassar")
ORDINARY = ("08:00-12:00", "13:00-15:00")
FRIDAY = ("08:00-11:30", "13:30-15:00")
SHORTER = {"id": "Rapat", "en": "Meeting"}


def spans(*texts):
    return tuple(read_span(text) for text in texts)


def schedule(**changes):
    """Monday to Friday as in Waru: numbers from 07.30, the last one half an hour before closing."""
    week = {day: spans(*ORDINARY) for day in ("mon", "tue", "wed", "thu")} | {"fri": spans(*FRIDAY)}
    made = {"zone": "Asia/Makassar", "week": week, "first_ticket": time(7, 30), "last_ticket": timedelta(minutes=30)}
    return Schedule(**{**made, **changes})


def at(text, **changes):
    """The opening at a local instant, as in "2026-11-24 09:00" (a Tuesday)."""
    return opening_at(schedule(**changes), datetime.fromisoformat(text).replace(tzinfo=MAKASSAR))


def local(instant):
    return None if instant is None else instant.astimezone(MAKASSAR).strftime("%m-%d %H:%M")


@pytest.mark.parametrize(
    ("moment", "open_now", "code"),
    [
        ("2026-11-24 00:00", False, "office_closed"),
        ("2026-11-24 07:29", False, "office_closed"),
        ("2026-11-24 07:30", False, None),
        ("2026-11-24 07:59", False, None),
        ("2026-11-24 08:00", True, None),
        ("2026-11-24 11:59", True, None),
        ("2026-11-24 12:00", False, None),
        ("2026-11-24 12:59", False, None),
        ("2026-11-24 13:00", True, None),
        ("2026-11-24 14:29", True, None),
        ("2026-11-24 14:30", True, "past_last_ticket"),
        ("2026-11-24 14:59", True, "past_last_ticket"),
        ("2026-11-24 15:00", False, "office_closed"),
        ("2026-11-24 23:59", False, "office_closed"),
    ],
)
def test_an_ordinary_day(moment, open_now, code):
    """Numbers from the first ticket to the last, over the break too; a span ends before its last minute."""
    opening = at(moment)
    assert (opening.open_now, opening.code) == (open_now, code)


@pytest.mark.parametrize(
    ("moment", "until"),
    [("2026-11-24 12:10", "11-24 13:00"), ("2026-11-27 11:30", "11-27 13:30"), ("2026-11-27 13:00", "11-27 13:30")],
)
def test_a_break_says_until_when(moment, until):
    """In the break the office says when it goes on; on Friday the break is longer."""
    opening = at(moment)
    assert not opening.open_now
    assert local(opening.break_until_at) == until


@pytest.mark.parametrize("moment", ["2026-11-24 07:45", "2026-11-24 09:00", "2026-11-24 13:30"])
def test_no_break_before_and_between(moment):
    """Before opening and while open there is no break to wait for."""
    assert at(moment).break_until_at is None


@pytest.mark.parametrize(
    ("moment", "tickets", "opens"),
    [
        ("2026-11-24 06:00", "11-24 07:30", "11-24 08:00"),
        ("2026-11-24 14:45", "11-25 07:30", "11-25 08:00"),
        ("2026-11-24 18:00", "11-25 07:30", "11-25 08:00"),
        ("2026-11-27 15:00", "11-30 07:30", "11-30 08:00"),
        ("2026-11-28 10:00", "11-30 07:30", "11-30 08:00"),
    ],
)
def test_closed_says_when_it_opens(moment, tickets, opens):
    """From when there are numbers and when counters begin: the same morning, the next day, over the weekend."""
    opening = at(moment)
    assert (local(opening.tickets_from_at), local(opening.opens_at)) == (tickets, opens)


def test_the_day_says_its_last_number_and_its_end():
    """While open: until when numbers are given, and when the counters end."""
    opening = at("2026-11-24 09:00")
    assert (local(opening.last_ticket_at), local(opening.closes_at)) == ("11-24 14:30", "11-24 15:00")


def test_numbers_are_never_given_later_than_counters_open():
    """A first ticket later than the opening would leave counters without a line: then numbers come with the opening."""
    assert at("2026-11-24 08:00", first_ticket=time(9)).code is None


@pytest.mark.parametrize(
    ("day", "part"),
    [("2026-12-25", "Natal"), ("2026-08-17", "Kemerdekaan"), ("2027-01-01", "Tahun Baru"), ("2026-03-20", "Cuti")],
)
def test_holidays_and_joint_leave_are_closed(day, part):
    """National holidays and the government's joint leave, named in both languages."""
    opening = at(f"{day} 09:00")
    assert opening.code == "office_closed"
    assert opening.reason is not None
    assert {"id", "en"} == set(opening.reason)
    assert part in opening.reason["id"]


def test_an_office_may_work_on_holidays():
    """keeps_holidays = false: the week alone decides."""
    assert at("2026-12-25 09:00", keeps_holidays=False).open_now


def test_before_a_holiday_the_next_day_is_looked_for():
    """Thursday 24 December is joint leave, Friday Christmas, then the weekend: closed until Monday."""
    assert local(at("2026-12-23 16:00").opens_at) == "12-28 08:00"


def test_over_the_change_of_the_year():
    """New Year's Day is a holiday of the next year's calendar; 2027 begins on a Friday."""
    assert local(at("2026-12-31 16:00").opens_at) == "01-04 08:00"


RAMADAN = Season(date(2027, 2, 8), date(2027, 3, 9), {"tue": spans("08:00-12:00", "12:30-14:00")})


@pytest.mark.parametrize(("day", "end"), [("02-02", 15), ("02-09", 14), ("03-09", 14), ("03-16", 15)])
def test_ramadan_has_hours_of_its_own(day, end):
    """Between the season's two dates, both included, its week counts."""
    opening = at(f"2027-{day} 09:00", seasons=(RAMADAN,), keeps_holidays=False)
    assert local(opening.closes_at) == f"{day} {end}:00"


def test_the_feast_after_ramadan_is_closed():
    """A holiday wins over the season that it lies in."""
    assert at("2027-03-09 09:00", seasons=(RAMADAN,)).code == "office_closed"


def test_a_season_without_a_weekday_is_closed_on_it():
    """The season's week replaces the whole week."""
    assert at("2027-02-10 09:00", seasons=(RAMADAN,)).code == "office_closed"


def exception(day, *texts):
    return {"exceptions": {date.fromisoformat(day): Special(spans(*texts), SHORTER)}}


def test_an_exception_closes_a_working_day():
    """The administrator's table wins, with its reason."""
    opening = at("2026-11-24 09:00", **exception("2026-11-24"))
    assert (opening.code, opening.reason) == ("office_closed", SHORTER)
    assert local(opening.opens_at) == "11-25 08:00"


def test_an_exception_shortens_a_day():
    """Shorter hours move the last number as well, and say why."""
    opening = at("2026-11-24 09:00", **exception("2026-11-24", "08:00-10:00"))
    assert (local(opening.last_ticket_at), opening.reason) == ("11-24 09:30", SHORTER)


def test_an_exception_opens_a_holiday():
    """It wins over a holiday and over the weekend."""
    assert at("2026-12-25 09:00", **exception("2026-12-25", "08:00-12:00")).open_now
    assert at("2026-11-28 09:00", **exception("2026-11-28", "08:00-12:00")).open_now


def test_an_exception_wins_over_ramadan():
    """Exceptions, then holidays, then seasons, then the week."""
    rules = schedule(seasons=(RAMADAN,), **exception("2027-02-09", "09:00-10:00"))
    assert day_of_schedule(rules, date(2027, 2, 9)).spans == spans("09:00-10:00")


@pytest.mark.parametrize(
    ("zone", "instant", "open_now"),
    [
        ("Asia/Jayapura", "2026-11-24T08:30:00+09:00", True),
        ("Asia/Jayapura", "2026-11-24T08:30:00+08:00", True),
        ("Asia/Jakarta", "2026-11-24T08:30:00+08:00", False),
        ("Asia/Makassar", "2026-11-24T00:30:00+00:00", True),
    ],
)
def test_hours_are_the_offices_own(zone, instant, open_now):
    """The same instant is another time of day in another zone."""
    assert opening_at(schedule(zone=zone), datetime.fromisoformat(instant)).open_now is open_now


def test_over_midnight_the_day_is_the_offices_own():
    """A minute before and after its midnight belong to two days, whatever UTC says."""
    whole = schedule(week={"tue": spans("00:00-23:59")}, last_ticket=timedelta(0))
    before, after = (datetime.fromisoformat(f"2026-11-2{text}+08:00") for text in ("3T23:59:59", "4T00:00:00"))
    assert not opening_at(whole, before).open_now
    assert opening_at(whole, after).open_now


def test_no_hours_at_all_is_said_as_unknown():
    """An office without any day in sight does not invent one."""
    opening = at("2026-11-24 09:00", week={})
    assert (opening.code, opening.opens_at, opening.tickets_from_at) == ("office_closed", None, None)


@pytest.mark.parametrize("text", ["12:00-08:00", "08:00-08:00", "08:00", "8-12", "08.00-12.00", "", "25:00-26:00"])
def test_spans_that_cannot_be(text):
    """Two times, the second later; anything else is an error."""
    with pytest.raises(ValueError, match=r".+"):
        read_span(text)


@pytest.mark.parametrize(("moment", "minutes", "kept"), [
    ("2026-11-24 08:00", 240, True), ("2026-11-24 08:00", 241, False), ("2026-11-24 11:45", 15, True),
    ("2026-11-24 12:00", 10, False), ("2026-11-24 07:55", 10, False), ("2026-11-27 11:30", 15, False),
    ("2026-12-25 09:00", 10, False), ("2026-11-28 09:00", 10, False),
])  # fmt: skip
def test_a_visit_fits_one_span(moment, minutes, kept):
    """From its first to its last minute within the hours: not over a break, not on a closed day."""
    start = datetime.fromisoformat(moment).replace(tzinfo=MAKASSAR)
    assert is_open_for(schedule(), start, minutes) is kept
