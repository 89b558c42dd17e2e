"""Places to book: which starts a day has, how many places each has, which seats a booking takes. No database."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from office.hours import Schedule, Season, Special, read_span
from office.slots import Ask, Rules, Taken, capacity_at, choose_seats, day_free, instant_of, is_open_yet, seats_left

TUESDAY, FRIDAY = date(2026, 11, 24), date(2026, 11, 27)
ORDINARY = ("08:00-12:00", "13:00-15:00")


def spans(*texts):
    return tuple(read_span(text) for text in texts)


def schedule(**changes):
    """Monday to Friday as in Waru."""
    week = {day: spans(*ORDINARY) for day in ("mon", "tue", "wed", "thu")} | {"fri": spans("08:00-11:30", "13:30-15:00")}
    made = {"zone": "Asia/Makassar", "week": week, "first_ticket": time(7, 30), "last_ticket": timedelta(minutes=30)}
    return Schedule(**{**made, **changes})


def at(text, zone="Asia/Makassar"):
    """The instant of a local time, as in "2026-11-24 09:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def ask(now="2026-11-20 09:00", zone="Asia/Makassar", minutes=10, share=1.0, waiting=0, hours=None, **rules):
    """One who looks on the Friday before; four places in each quarter of an hour, half of them online."""
    made = Rules(**{"places": 4, "walk_in_share": 0.5, **rules})
    return Ask("waru", hours or schedule(zone=zone), made, minutes, share, at(now, zone), waiting)


def starts(day):
    return [slot["start"][11:16] for slot in day["slots"]]


def test_the_break_has_no_starts():
    """A day's starts are the quarters of its hours; none in the break, none at the end of a span."""
    day = day_free(ask(), TUESDAY, {})
    assert day["state"] == "open"
    assert (starts(day)[0], starts(day)[15], starts(day)[16], starts(day)[-1]) == ("08:00", "11:45", "13:00", "14:45")
    assert {slot["free"] for slot in day["slots"]} == {2}


def test_friday_has_its_own_break():
    """Friday's noon prayer takes two hours: the last start before it is 11.15, the next 13.30."""
    found = starts(day_free(ask(), FRIDAY, {}))
    assert [start for start in found if "11:00" <= start < "14:00"] == ["11:00", "11:15", "13:30", "13:45"]


@pytest.mark.parametrize(("on", "said"), [("2026-12-25", "Christmas Day"), ("2026-12-24", "Christmas Joint Holiday")])
def test_holidays_and_joint_leave_are_closed_with_their_name(on, said):
    """A national holiday and joint leave (24 December 2026 by decree) say why, in both languages."""
    day = day_free(ask(days_ahead=60), date.fromisoformat(on), {})
    assert (day["state"], day["slots"]) == ("closed", [])
    assert day["reason"]["en"] == said
    assert day["reason"]["id"] != said


def test_a_closure_says_its_reason():
    """A date the administrator closed, or gave other hours, is as they said."""
    said = {"id": "Rapat", "en": "Meeting"}
    closed = schedule(exceptions={TUESDAY: Special((), said), FRIDAY: Special(spans("09:00-10:00"), said)})
    assert day_free(ask(hours=closed), TUESDAY, {})["reason"] == said
    assert starts(day_free(ask(hours=closed), FRIDAY, {})) == ["09:00", "09:15", "09:30", "09:45"]


def test_ramadan_has_other_hours():
    """Between the season's dates its week holds; the day after, the ordinary one again."""
    first, last = date(2027, 2, 8), date(2027, 3, 9)
    week = {day: spans("08:00-12:00") for day in ("mon", "tue", "wed", "thu", "fri")}
    hours = schedule(seasons=(Season(first, last, week),), keeps_holidays=False)
    asked = ask("2027-02-01 09:00", hours=hours, days_ahead=60)
    assert starts(day_free(asked, last, {}))[-1] == "11:45"
    assert starts(day_free(asked, last + timedelta(days=1), {}))[-1] == "14:45"


def test_a_year_changes():
    """From December one books in January; New Year's Day is closed."""
    asked = ask("2026-12-28 09:00", days_ahead=30)
    days = [day_free(asked, date(2026, 12, 31) + timedelta(days=n), {}) for n in range(5)]
    assert [day["date"] for day in days] == ["2026-12-31", "2027-01-01", "2027-01-02", "2027-01-03", "2027-01-04"]
    assert [day["state"] for day in days] == ["open", "closed", "closed", "closed", "open"]
    assert days[1]["reason"]["en"] == "New Year's Day"


def test_another_zone_has_its_own_day():
    """23.30 in Waru is already tomorrow in Jayapura; a start carries the office's own offset."""
    assert day_free(ask("2026-11-23 23:30"), date(2026, 11, 23), {})["reason"] is not None
    east = ask("2026-11-24 00:30", zone="Asia/Jayapura")
    assert day_free(east, date(2026, 11, 23), {})["reason"]["en"] == "In the past"
    assert day_free(east, TUESDAY, {})["slots"][0]["start"] == "2026-11-24T08:00:00+09:00"
    assert instant_of(east.schedule, TUESDAY, 480) == at("2026-11-24 07:00")


def test_the_past_and_the_far_future():
    """Yesterday is over, and beyond the farthest day nothing is open yet; a start of an hour ago has no place."""
    asked = ask("2026-11-24 09:00", days_ahead=7)
    assert day_free(asked, date(2026, 11, 23), {})["reason"]["en"] == "In the past"
    assert day_free(asked, date(2026, 12, 2), {})["reason"]["en"] == "Not open for booking yet"
    today = {slot["start"][11:16]: slot["free"] for slot in day_free(asked, TUESDAY, {})["slots"]}
    assert (today["08:45"], today["09:00"] > 0) == (0, True)


@pytest.mark.parametrize(("places", "share", "online"), [(4, 0.5, 2), (3, 0.5, 1), (1, 0.5, 1), (4, 0.0, 4), (4, 1.0, 0), (0, 0.5, 0)])
def test_a_share_is_kept_for_who_just_comes(places, share, online):
    """The walk-ins' part is rounded up, but one place online remains unless all is theirs."""
    assert Rules(places=places, walk_in_share=share).online == online


@pytest.mark.parametrize(("now", "waiting", "free"), [
    ("2026-11-24 06:59", 0, 2), ("2026-11-24 07:00", 0, 4), ("2026-11-24 08:50", 1, 3), ("2026-11-24 08:50", 2, 2),
    ("2026-11-24 08:50", 9, 2),
])
def test_the_kept_share_is_given_out_when_unused(now, waiting, free):
    """Two hours before 09.00 the walk-ins' places open online, less those for the people who wait already."""
    assert capacity_at(ask(now, waiting=waiting), at("2026-11-24 09:00")) == free


def test_the_far_edge_opens_through_the_day():
    """The farthest day opens place by place between 06.00 and 20.00: never all at one moment."""
    edge = date(2026, 12, 8)
    by_hour = []
    for hour in range(24):
        day = day_free(ask(f"2026-11-24 {hour:02d}:00", days_ahead=14), edge, {})
        by_hour.append(sum(slot["free"] for slot in day["slots"]))
    everything = 2 * len(day["slots"])
    steps = [later - earlier for earlier, later in pairwise(by_hour)]
    assert (by_hour[5], by_hour[20], min(steps)) == (0, everything, 0)
    assert max(steps) <= everything / 4


def test_an_opened_place_stays_open():
    """What opened at ten is still open at eleven, and on the next day all of it."""
    edge = date(2026, 12, 4)
    opened = [[is_open_yet(ask(f"2026-11-20 {hour:02d}:00", days_ahead=14), edge, 480, seat) for seat in range(4)] for hour in (10, 11)]
    assert all(later or not earlier for earlier, later in zip(*opened, strict=True))
    assert all(is_open_yet(ask("2026-11-21 00:00", days_ahead=14), edge, 480, seat) for seat in range(4))


def test_a_long_visit_does_not_cross_the_break():
    """40 minutes are three quarters in a row: the last start before noon is 11.15."""
    long = ask(minutes=40)
    assert [start for start in starts(day_free(long, TUESDAY, {})) if start < "14:00"][11:15] == ["10:45", "11:00", "11:15", "13:00"]
    assert [seat.start_at for seat in choose_seats(long, at("2026-11-24 11:15"), {})] == [
        at("2026-11-24 11:15"), at("2026-11-24 11:30"), at("2026-11-24 11:45")]
    with pytest.raises(ValueError, match="bookable"):
        choose_seats(long, at("2026-11-24 11:30"), {})


def test_a_long_visit_needs_every_quarter():
    """One full quarter in the middle leaves no place for the whole; the shorter visit beside it has one."""
    taken = {at("2026-11-24 09:15"): Taken(frozenset({0, 1}), frozenset({0, 1}))}
    day = {slot["start"][11:16]: slot["free"] for slot in day_free(ask(minutes=40), TUESDAY, taken)["slots"]}
    assert [day[start] for start in ("08:30", "08:45", "09:00", "09:15", "09:30")] == [2, 0, 0, 0, 2]
    assert choose_seats(ask(minutes=40), at("2026-11-24 09:00"), taken) is None
    assert choose_seats(ask(), at("2026-11-24 09:00"), taken) is not None


def test_a_group_has_its_own_capacity():
    """A group that half of the counters serve has half of the places; another group's bookings do not use that up."""
    asked = ask(share=0.5, walk_in_share=0.0)
    start = at("2026-11-24 09:00")
    assert len(seats_left(asked, TUESDAY, 540, {start: Taken(frozenset({0, 1}), frozenset())})) == 2
    assert len(seats_left(asked, TUESDAY, 540, {start: Taken(frozenset({0, 1}), frozenset({0}))})) == 1
    assert seats_left(asked, TUESDAY, 540, {start: Taken(frozenset({0, 1}), frozenset({0, 1}))}) == []


def test_the_lowest_free_seats_are_taken():
    """A seat that was given back is the next one taken, overall and in the group."""
    taken = {at("2026-11-24 09:00"): Taken(frozenset({1}), frozenset({0}))}
    seat = choose_seats(ask(), at("2026-11-24 09:00"), taken)[0]
    assert (seat.seat, seat.group_seat) == (0, 1)


@pytest.mark.parametrize("start", ["2026-11-24 09:07", "2026-11-24 12:00", "2026-11-24 15:00", "2026-11-22 09:00", "2026-11-19 09:00"])
def test_no_start(start):
    """Off the grid, in the break, at the end, on a Sunday, in the past: there is no such start."""
    with pytest.raises(ValueError, match="bookable"):
        choose_seats(ask(), at(start), {})


@pytest.mark.parametrize("taken", [{}, {at("2026-11-24 09:00"): Taken(frozenset({0}), frozenset({0}))}])
def test_what_is_shown_is_what_can_be_had(taken):
    """The number beside a start and the seats that a booking finds are never at odds."""
    for asked in (ask(), ask("2026-11-24 08:50", waiting=1), ask(minutes=40), ask(share=0.25)):
        for slot in day_free(asked, TUESDAY, taken)["slots"]:
            start = datetime.fromisoformat(slot["start"])
            if start >= asked.now:
                assert (choose_seats(asked, start, taken) is not None) == (slot["free"] > 0)
