"""The hall's feed: gap-free versions, only after the commit, labels only; and the remembered profile beside it."""

import pytest
from factories import new_request_id
from sqlalchemy import select, update

from office import calling, closing, events, outages, reports, tickets
from office.actors import SYSTEM
from office.db import Database
from office.here import enter
from office.models import Event, Office
from office.profile import profile_of


@pytest.fixture
def heard(db):
    """What the listeners of the database were told."""
    changes = []
    db.listeners.append(changes.extend)
    return changes


def a_busy_hour(hall):
    for service in ("KTP_REC", "KK_NEW", "KTP_LOST"):
        hall.take(service, lane="priority" if service == "KK_NEW" else "regular")
    hall.sit()
    first = hall.call()
    hall.act(calling.start, first)
    hall.act(calling.finish, first)
    second = hall.call()
    hall.act(calling.transfer, second, counter=2)
    third = hall.call()
    hall.act(calling.mark_no_show, third)


def test_versions_have_no_gap(hall, heard):
    """`v` counts 1, 2, 3 … and is the office's own; what is told is what stands in the rows."""
    a_busy_hour(hall)
    hall.at("timur").take()
    here = [change for change in heard if change.office_code == "waru"]
    assert [change.v for change in here] == list(range(1, len(here) + 1))
    assert [change.body for change in here] == hall.feed()
    assert [change.v for change in heard if change.office_code == "timur"] == [1]


def test_nothing_is_told_of_what_was_undone(hall, heard):
    """No commit, no change, and no version used up."""

    def breaks(tx):
        tickets.take_ticket(tx, "waru", "KTP_REC", "regular", "id")
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        hall.do(breaks)
    assert heard == []
    hall.take()
    assert [change.v for change in heard] == [1]


def test_a_failing_listener_harms_nobody(hall, heard, caplog):
    """A screen's trouble is logged; the act has happened and the other listeners hear of it."""

    def deaf(_changes):
        raise RuntimeError("no screen")

    hall.db.listeners.insert(0, deaf)
    assert hall.take()["label"] == "A001"
    assert len(heard) == 1
    assert "a listener failed" in caplog.text


def test_the_waiting_are_counted_in_each_change(hall):
    """Every change says how many wait after it, so that a screen need not count."""
    a_busy_hour(hall)
    board = hall.board()
    assert hall.feed()[-1]["waiting_count"] == board["waiting_count"] == 1
    assert [change["waiting_count"] for change in hall.feed()[:3]] == [1, 2, 3]


def test_labels_only(hall):
    """No key, no name, no reason of a call by hand in any change, nor on the board."""
    ticket = hall.take()
    hall.sit()
    hall.do(calling.call_this, "waru", 1, ticket["id"], "pregnant", by=hall.person())
    told = repr(hall.feed()) + repr(hall.board())
    assert not [word for word in (ticket["key"], "siti", "pregnant", "'key'") if word in told]


def test_events_that_are_not_the_halls_take_no_version(hall):
    """A row without `v`: kept for the record, never told."""
    hall.take()

    def quiet(tx):
        enter(tx, "waru").record(tx, "signed_in", hall=False)

    hall.do(quiet)
    assert (hall.board()["v"], len(hall.feed())) == (1, 1)
    with hall.db.read() as look:
        assert look.conn.execute(select(Event.type).where(Event.v.is_(None))).scalars().all() == ["signed_in"]


def test_changes_of_one_act_come_in_order(hall, heard):
    """An act that causes several changes numbers them in the order in which they happened."""
    hall.take()
    hall.sit()
    hall.clock.move(days=1)
    hall.take()
    assert [change.body["type"] for change in heard[-3:]] == ["counter_changed", "ticket_left", "ticket_taken"]


def test_a_long_feed_is_not_replayed(hall):
    """More than the limit: not complete, take the board; exactly the limit is replayed."""
    for _ in range(reports.FEED_LIMIT + 1):
        hall.take()
    with hall.db.read() as look:
        assert reports.feed_since(look, "waru", 0) == (reports.FEED_LIMIT + 1, [], False)
        assert len(reports.feed_since(look, "waru", 1)[1]) == reports.FEED_LIMIT


def test_a_watcher_from_another_life_takes_the_board(hall):
    """`since` beyond the office's version: the database was restored, only the board helps."""
    with hall.db.read() as look:
        assert reports.feed_since(look, "waru", 7) == (0, [], False)


def test_the_tag_of_a_board_changes_when_it_does(hall):
    """The same tag means the same board; a ticket, an outage, the break and the night each change it."""

    def tag():
        with hall.db.read() as look:
            return reports.board(look, "waru")[0]

    tags = [tag()]
    assert tag() == tags[0]
    hall.take()
    tags.append(tag())
    hall.do(outages.report_outage, "waru", None, "network", None)
    tags.append(tag())
    for moment in ("12:30", "14:45", "16:00"):
        hall.clock.set(f"2026-11-24T{moment}:00+08:00")
        tags.append(tag())
    hall.clock.set("2026-11-25T06:00:00+08:00")
    tags.append(tag())
    assert len(set(tags)) == len(tags)


@pytest.mark.parametrize(("first", "second"), [("07:45", "12:15"), ("06:00", "16:00")])
def test_a_board_asked_for_twice_a_day_is_not_stale(hall, first, second):
    """Closed before opening and closed in the break say another time, so they have another tag."""
    seen = []
    for moment in (first, second):
        hall.clock.set(f"2026-11-24T{moment}:00+08:00")
        with hall.db.read() as look:
            seen.append(reports.board(look, "waru"))
    assert seen[0][0] != seen[1][0]
    assert seen[0][1] != {**seen[1][1], "at": seen[0][1]["at"]}


def test_an_undone_change_of_the_profile_is_forgotten(hall):
    """The remembered profile never holds what was rolled back, even when its revision is given again."""

    def breaks(tx):
        outages.report_outage(tx, "waru", "KTP_REC", "network", None)
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        hall.do(breaks)
    hall.do(outages.report_outage, "waru", "KK_NEW", "card_stock", None)
    with hall.db.read() as look:
        assert [o.reason for o in profile_of(look, "waru").outages] == ["card_stock"]
    assert hall.take("KTP_REC")["label"] == "A001"


def test_an_undone_night_is_done_again(hall):
    """When the first act of a day is undone, the night's closing is undone too, and comes with the next act."""
    old = hall.take()
    hall.clock.move(days=1)

    def breaks(tx):
        tickets.take_ticket(tx, "waru", "KTP_REC", "regular", "id")
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        hall.do(breaks)
    assert hall.ticket(old["key"])["state"] == "waiting"
    assert hall.take()["label"] == "A001"
    assert hall.ticket(old["key"])["state"] == "left"


def test_another_process_sees_a_new_revision(hall):
    """A second process with a memo of its own reloads the profile when the revision has grown."""
    other = Database(hall.db.engine.url.render_as_string(hide_password=False), hall.clock)
    try:
        with other.read() as look:
            assert profile_of(look, "waru").name == "Kecamatan Waru"
        rename = update(Office).where(Office.code == "waru").values(name="Waru Baru", revision=Office.revision + 1)
        hall.do(lambda tx: tx.conn.execute(rename))
        with other.read() as look:
            assert profile_of(look, "waru").name == "Waru Baru"
    finally:
        other.close()


def test_every_event_name_is_a_constant():
    """What the hall hears is one of the contract's types."""
    contract = {
        "ticket_taken", "ticket_called", "ticket_recalled", "ticket_serving", "ticket_finished", "ticket_no_show",
        "ticket_returned", "ticket_held", "ticket_transferred", "ticket_left", "counter_changed", "outage_changed",
        "notice_changed", "slip_trouble",
    }  # fmt: skip
    names = {value for name, value in vars(events).items() if name.isupper() and isinstance(value, str)}
    assert contract <= names
    assert {event for _, event in closing.AT_NIGHT.values()} <= names


def test_the_system_acts_under_its_own_name(hall):
    """An event without a person and without a device is the office's own doing."""
    hall.take()
    with hall.db.read() as look:
        row = look.conn.execute(select(Event.person_id, Event.device_id)).one()
    assert (tuple(row), SYSTEM.kind, len(new_request_id())) == ((None, None), "system", 36)
