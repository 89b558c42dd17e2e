"""What is told to who booked: when a row is written, when it is taken, tried again, given up. On both databases."""

from datetime import timedelta

import pytest
from bookings import SECRET, at, book, rows
from sqlalchemy import select

from office import appointments, arrivals, calling, messages, near, overview, tickets
from office.actors import Actor
from office.booked import Message
from office.errors import Forbidden, NotFound, WrongState
from office.outlook import Expectations
from office.profile import profile_of

PHONE, EMAIL = "+6281234567890", "surip@example.id"
FRIDAY = "2026-11-27"


def pending(hall):
    query = select(Message.kind, Message.send_at).where(Message.state == "pending")
    return sorted(tuple(row) for row in rows(hall, query))


def states(hall):
    return sorted(tuple(row) for row in rows(hall, select(Message.kind, Message.channel, Message.state)))


def take(hall, channel="phone"):
    return hall.do(messages.take_due, channel=channel)


def settle(hall, row, **outcome):
    hall.do(messages.settle, message_id=row.id, **outcome)


def test_what_is_told(hall):
    """Booked at once and a reminder the day before; a move says the new time once; after the end only that it ended."""
    code = book(hall, on=FRIDAY, phone=PHONE)["code"]
    assert pending(hall) == [("booked", hall.clock.at), ("reminder", at("09:00", "2026-11-26"))]
    hall.do(appointments.move_booking, code, at("10:00", FRIDAY))
    assert pending(hall) == [("moved", hall.clock.at), ("reminder", at("10:00", "2026-11-26"))]
    hall.do(appointments.cancel, code)
    assert [kind for kind, _ in pending(hall)] == ["cancelled"]


def test_moved_there_and_back(hall):
    """Back to the first time on the same day: one reminder, of that time."""
    code = book(hall, on=FRIDAY, phone=PHONE)["code"]
    for start in ("10:00", "09:00"):
        hall.do(appointments.move_booking, code, at(start, FRIDAY))
    assert pending(hall) == [("moved", hall.clock.at), ("reminder", at("09:00", "2026-11-26"))]


def test_one_row_a_way(hall):
    """An e-mail address and a phone are two messages; neither is none."""
    book(hall, phone=PHONE, email=EMAIL)
    book(hall, "10:00", "Siti")
    assert states(hall) == [("booked", "email", "pending"), ("booked", "phone", "pending")]


def test_a_way_that_is_given_later(hall):
    """Booked without a phone: none is told; with one, or another one, a single reminder goes to it; without one again, none."""
    code = book(hall, on=FRIDAY)["code"]
    reminder = ("reminder", at("09:00", "2026-11-26"))
    for phone, told in ((None, []), (PHONE, [reminder]), ("+6281234567891", [reminder]), (None, [])):
        hall.do(appointments.correct, code, "Surip", phone, None, SECRET)
        assert pending(hall) == told


def test_no_reminder_for_the_same_day(hall):
    """Who books less than a day ahead needs none."""
    book(hall, "08:45", phone=PHONE)
    assert [kind for kind, _ in pending(hall)] == ["booked"]


def test_what_is_due_is_taken_once(hall):
    """In hand of one, nobody else takes it; sent, it stays sent; the reminder waits for its time."""
    book(hall, on=FRIDAY, phone=PHONE)
    row = take(hall)
    assert (row.kind, row.phone, take(hall), take(hall, "email")) == ("booked", PHONE, None, None)
    settle(hall, row)
    hall.clock.at = at("09:00", "2026-11-26")
    assert take(hall).kind == "reminder"


def test_who_dies_while_sending_leaves_it_to_the_next(hall):
    """Nothing was settled: a minute later it is taken again, with the same id."""
    book(hall, phone=PHONE)
    first = take(hall)
    hall.clock.move(seconds=61)
    assert take(hall).id == first.id


def test_the_tries_grow_rare_and_end(hall):
    """Refused each time: 1, 5, 15, 60, 180 and 360 minutes apart, then a person sees it; then it is not tried again."""
    book(hall, on=FRIDAY, phone=PHONE)
    gaps = []
    for _ in range(len(messages.RETRY_DELAYS) + 1):
        row, began = take(hall), hall.clock.at
        settle(hall, row, error="http_503")
        while messages_left(hall) and take_would_be_empty(hall):
            hall.clock.move(minutes=1)
        gaps.append((hall.clock.at - began) // timedelta(minutes=1))
    assert gaps == [1, 5, 15, 60, 180, 360, 0]
    assert ("booked", "phone", "failed") in states(hall)
    assert trouble_codes(hall) == ["messages_failed"]


def messages_left(hall):
    return rows(hall, select(Message.id).where(Message.kind == "booked", Message.state == "pending"))


def take_would_be_empty(hall):
    with hall.db.read() as look:
        return not messages.is_due(look.conn, "phone", look.now)


def trouble_codes(hall):
    with hall.db.read() as look:
        found = overview.office_now(look, profile_of(look, hall.office))["troubles"]
    return [trouble["code"] for trouble in found if trouble["code"].startswith("messages")]


def test_a_final_no_is_not_tried_again(hall):
    """A number that does not exist fails at the first try."""
    book(hall, phone=PHONE)
    settle(hall, take(hall), error="http_422", is_final=True)
    assert states(hall) == [("booked", "phone", "failed")]


def test_a_slow_way_is_a_trouble(hall):
    """Refused twice: the administrator sees it while it is still tried."""
    book(hall, on=FRIDAY, phone=PHONE)
    for _ in range(2):
        settle(hall, take(hall), error="timeout")
        hall.clock.move(minutes=6)
    assert trouble_codes(hall) == ["messages_stuck"]


@pytest.mark.parametrize("end", ["cancelled", "erased", "over"])
def test_what_is_no_longer_true_is_not_sent(hall, end):
    """Cancelled, erased, or long over before the message could go out: dropped, not sent."""
    code = book(hall, "09:00", on=FRIDAY, phone=PHONE)["code"]
    if end == "erased":
        hall.do(appointments.erase, code)
    hall.clock.at = at("09:00", "2026-11-26") if end != "over" else at("11:00", FRIDAY)
    if end == "cancelled":
        hall.do(appointments.cancel, code)
    taken = take(hall)
    assert (taken.kind if taken else None) == ("cancelled" if end == "cancelled" else None)
    assert {state for kind, _, state in states(hall) if kind != "cancelled"} == {"dropped"}


def test_a_way_that_nobody_set_up(hall):
    """What is due by it is dropped with its reason, what is due later may still go out."""
    book(hall, on=FRIDAY, phone=PHONE)
    assert hall.do(messages.drop_due, channels=("phone",)) == 1
    assert states(hall) == [("booked", "phone", "dropped"), ("reminder", "phone", "pending")]


def failed(hall):
    book(hall, phone=PHONE)
    row = take(hall)
    settle(hall, row, error="http_422", is_final=True)
    return row.id


def test_a_person_sends_again(hall):
    """Tried anew from the beginning."""
    message = failed(hall)
    hall.do(messages.try_again, message, by=hall.person("hendra", "office_admin"))
    assert take(hall).id == message


def test_a_person_sends_again_after_days(hall):
    """Failed on Friday, seen on Monday: what a person asks for goes out, however late."""
    code = book(hall, on="2026-12-04", phone=PHONE)["code"]
    settle(hall, take(hall), error="http_422", is_final=True)
    message = rows(hall, select(Message.id).where(Message.state == "failed"))[0].id
    hall.clock.move(days=3)
    hall.do(messages.try_again, message)
    assert (taken := take(hall)).id == message
    assert taken.code == code


def test_a_person_gives_it_up(hall):
    """Told by other means: no trouble any more, and not sent."""
    message = failed(hall)
    hall.do(messages.give_up, message)
    assert (trouble_codes(hall), take(hall)) == ([], None)


def test_who_may_not(hall):
    """Another office's, an unknown one, one that was sent."""
    message = failed(hall)
    with pytest.raises(Forbidden):
        hall.do(messages.try_again, message, by=Actor("person", None, "x", "office_admin", "penajam"))
    with pytest.raises(NotFound):
        hall.do(messages.give_up, "no-such")
    hall.do(messages.try_again, message)
    settle(hall, take(hall))
    with pytest.raises(WrongState):
        hall.do(messages.try_again, message)


@pytest.mark.parametrize(("ahead", "back_in", "near_"), [
    (3, None, True), (4, None, False), (9, 10, True), (9, 11, False), (0, 60, True), (9, -5, True),
])  # fmt: skip
def test_when_a_turn_is_near(hall, ahead, back_in, near_):
    """At most three people before, or by the forecast back within ten minutes; unknown counts the people."""
    back_at = hall.clock.at + timedelta(minutes=back_in) if back_in is not None else None
    assert near.is_near(ahead, back_at, hall.clock.at) is near_


def arrive(hall, ahead):
    """Somebody with a phone at 09.15, after so many with earlier promises; all of them wait."""
    code = book(hall, "09:15", phone=PHONE)["code"]
    hall.clock.at = at("08:50")
    others = [hall.take("KTP_REC", "priority") for _ in range(ahead)]
    ticket = hall.do(arrivals.check_in, "waru", code)
    while (row := take(hall)) is not None:
        settle(hall, row)
    return ticket, others


def is_told(hall):
    hall.do(near.tell_near, office="waru")
    return [row for row in states(hall) if row[0] == "near"]


def test_told_when_near_and_once(hall):
    """Five before: not yet. Two of them gone: told once, not again; who was called meanwhile is not told any more."""
    _, others = arrive(hall, 5)
    hall.clock.move(minutes=4)
    assert is_told(hall) == []
    for other in others[:2]:
        hall.do(tickets.leave, other["key"])
    assert is_told(hall) == is_told(hall) == [("near", "phone", "pending")]
    row = take(hall)
    assert row.kind == "near"
    settle(hall, row, error="timeout")
    hall.sit()
    for other in others[2:]:
        hall.do(tickets.leave, other["key"])
    hall.clock.at = at("09:16")
    hall.do(calling.call_next, "waru", 1, by=hall.person())
    assert take(hall) is None


def test_told_by_the_forecast(hall):
    """Many before but fast counters: the forecast says to be back in five minutes."""
    ticket, _ = arrive(hall, 6)
    hall.clock.move(minutes=4)
    assert is_told(hall) == []
    back_by = (hall.clock.at + timedelta(minutes=5)).isoformat()
    hall.db.memo["expect:waru"] = Expectations(1, {ticket["id"]: {"back_by": back_by}})
    assert is_told(hall) == [("near", "phone", "pending")]


def test_who_has_just_come_is_not_told(hall):
    """In the first minutes they stand in the hall."""
    arrive(hall, 0)
    assert is_told(hall) == []
    hall.clock.move(minutes=3)
    assert is_told(hall) == [("near", "phone", "pending")]
