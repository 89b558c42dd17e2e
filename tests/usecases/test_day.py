"""The office's own day: what the night leaves behind, and that numbers begin again."""

import pytest

from office import calling
from office.check import recount
from office.here import enter
from office.models import Ticket

NIGHT = {"waiting": "left", "held": "left", "called": "no_show", "serving": "finished"}


def state_of(hall, ticket):
    with hall.db.read() as look:
        return look.conn.execute(Ticket.__table__.select().where(Ticket.id == ticket["id"])).one().state


@pytest.fixture
def evening(hall):
    """One ticket in each state that a day can leave behind; {state: ticket}."""
    left = {}
    for number, state in enumerate(("held", "called", "serving"), 1):
        name = f"operator{number}"
        left[state] = hall.take("KK_NEW" if number == 3 else "KTP_REC")
        hall.sit(number, name)
        hall.call(number, name)
        if state == "held":
            hall.act(calling.hold, left[state], name)
        if state == "serving":
            hall.act(calling.start, left[state], name)
    left["waiting"] = hall.take("KTP_LOST")
    return left


def test_the_night_closes_what_the_day_left(hall, evening):
    """Waiting and held people have left, called ones did not come, served ones are done; counters are closed."""
    hall.clock.move(days=1)
    hall.take()
    assert {state: state_of(hall, ticket) for state, ticket in evening.items()} == NIGHT
    assert {counter["state"] for counter in hall.board()["counters"]} == {"closed"}


def test_the_night_is_told(hall, evening):
    """Each closing is an event of the feed that says it was the night, before the first event of the new day."""
    v = hall.board()["v"]
    hall.clock.move(days=1)
    hall.take()
    told = hall.feed(v)
    assert [change["type"] for change in told[-1:]] == ["ticket_taken"]
    assert {c["ticket"] for c in told if c.get("day_over")} == {"A001", "A002", "S001", "A003"}
    assert sum(c["type"] == "counter_changed" for c in told) == 3
    assert [c["v"] for c in told] == list(range(v + 1, v + 9))


def test_numbers_begin_again(hall):
    """A new day counts from 001; yesterday's ticket keeps its label and is not valid today."""
    old = hall.take()
    hall.clock.move(days=1)
    new = hall.take()
    assert (old["label"], new["label"]) == ("A001", "A001")
    assert new["ahead"] == 0
    assert not hall.ticket(old["key"])["valid_today"]


def test_any_act_of_the_new_day_closes_the_old(hall, evening):
    """Whoever comes first, a kiosk or the night's own round: the same end, and only once."""
    hall.clock.move(days=1)
    for _ in range(2):
        hall.do(enter, "waru")
    assert state_of(hall, evening["waiting"]) == "left"
    assert sum(c["type"] == "ticket_left" for c in hall.feed()) == 2


def test_two_days_later_is_closed_as_well(hall, evening):
    """A weekend between does not matter."""
    hall.clock.move(days=6)
    hall.take()
    assert {state_of(hall, ticket) for ticket in evening.values()} == set(NIGHT.values())


def test_missed_calls_of_yesterday_stay_missed(hall):
    """No-shows and finished tickets are left as they are."""
    ticket = hall.take()
    hall.sit()
    hall.call()
    hall.act(calling.mark_no_show, ticket)
    hall.clock.move(days=1)
    hall.take()
    assert state_of(hall, ticket) == "no_show"


def test_the_day_changes_at_the_offices_midnight(hall):
    """23.58 and 00.00 in Makassar are two days, though both are the same day in UTC."""
    penajam = hall.at("penajam")
    hall.clock.set("2026-11-24T23:58:30+08:00")
    late = penajam.take()["label"]
    hall.clock.set("2026-11-25T00:00:00+08:00")
    assert (late, penajam.take()["label"]) == ("A001", "A001")


def test_utc_midnight_changes_nothing(hall):
    """At 08.00 in Makassar the UTC day changes; the row of numbers goes on."""
    hall.clock.set("2026-11-24T07:59:00+08:00")
    first = hall.take()["label"]
    hall.clock.set("2026-11-24T08:01:00+08:00")
    assert (first, hall.take()["label"]) == ("A001", "A002")


def test_an_office_in_another_zone_has_its_own_day(hall):
    """Midnight in Jayapura is an hour before midnight in Makassar: one office's night does not touch the other's."""
    timur, penajam = hall.at("timur"), hall.at("penajam")
    hall.clock.set("2026-11-24T14:00:00+09:00")
    east, west = timur.take(), penajam.take()
    hall.clock.set("2026-11-24T23:30:00+08:00")
    timur.do(enter, "timur")
    penajam.do(enter, "penajam")
    assert (state_of(hall, east), state_of(hall, west)) == ("left", "waiting")


def test_the_board_of_a_new_day_is_empty(hall, evening):
    """Calls and waiting people of yesterday are not shown, even before anybody did anything today."""
    hall.clock.move(days=1)
    board = hall.board()
    assert (board["calls"], board["waiting"], board["waiting_count"]) == ([], [], 0)


def test_all_invariants_hold_over_the_night(hall, evening):
    """The recount finds nothing wrong before and after."""
    hall.clock.move(days=1)
    hall.take()
    with hall.db.read() as look:
        assert recount(look) == []
