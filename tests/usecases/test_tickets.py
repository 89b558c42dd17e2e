"""Taking a number: gap-free, per office, letter and day."""

import pytest
from sqlalchemy import insert, text

from office import tickets
from office.errors import (
    OfficeClosed,
    PastLastTicket,
    ServiceUnavailable,
    UnknownOffice,
    UnknownService,
    UnknownTicket,
    WrongState,
)
from office.models import Series


def labels(hall, *services):
    return [hall.take(service)["label"] for service in services]


def test_numbers_count_up_by_letter(hall):
    """Services that share a letter share one row of numbers; another letter has its own."""
    assert labels(hall, "KTP_REC", "KTP_LOST", "KK_NEW", "KTP_REC") == ["A001", "A002", "S001", "A003"]


def test_each_office_counts_for_itself(hall):
    """The same letter begins at 001 in every office."""
    assert [hall.take()["label"], hall.at("penajam").take()["label"], hall.take()["label"]] == ["A001", "A001", "A002"]


@pytest.mark.parametrize(("number", "label"), [(1, "A001"), (12, "A012"), (999, "A999"), (1000, "A1000")])
def test_labels_have_three_digits_at_least(number, label):
    """A letter and at least three digits, no hyphen, no wrap."""
    assert tickets.label_of("A", number) == label


def test_after_999_comes_1000(hall):
    """No wrap and no reuse: the thousandth number of a letter has four digits."""
    hall.take("KK_NEW")
    almost = insert(Series).values(office_id=1, day=hall.clock().date(), letter="A", last=998)
    hall.do(lambda tx: tx.conn.execute(almost))
    assert labels(hall, "KTP_REC", "KTP_REC", "KTP_REC") == ["A999", "A1000", "A1001"]


def test_a_refusal_leaves_no_gap(hall):
    """A number that was refused is not used up: the next one that is given continues the row."""
    hall.take()
    for service, refusal in (("INFO", ServiceUnavailable), ("NONE", UnknownService)):
        with pytest.raises(refusal):
            hall.take(service)
    assert hall.take()["label"] == "A002"


def test_a_failed_write_leaves_no_gap(hall):
    """When the transaction is undone half-way, its number and its events are undone as well."""
    hall.take()

    def breaks(tx):
        tickets.take_ticket(tx, "waru", "KTP_REC", "regular", "id")
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        hall.do(breaks)
    assert hall.take()["label"] == "A002"
    assert [change["v"] for change in hall.feed()] == [1, 2]


def test_unknown_office(hall):
    """An office nobody knows is refused by name."""
    with pytest.raises(UnknownOffice):
        hall.at("atlantis").take()


@pytest.mark.parametrize(
    ("at", "refusal"),
    [
        ("2026-11-24T07:29:59+08:00", OfficeClosed), ("2026-11-24T14:30:00+08:00", PastLastTicket),
        ("2026-11-24T15:00:00+08:00", OfficeClosed), ("2026-11-28T09:00:00+08:00", OfficeClosed),
        ("2026-12-25T09:00:00+08:00", OfficeClosed),
    ],
)  # fmt: skip
def test_outside_the_hours_no_number(hall, at, refusal):
    """Too early, past the last number, closed, Saturday, holiday: no number, and when it opens again."""
    hall.clock.set(at)
    with pytest.raises(refusal) as refused:
        hall.take()
    assert refused.value.facts["opens_at"] > hall.clock()


@pytest.mark.parametrize("at", ["2026-11-24T07:30:00+08:00", "2026-11-24T12:30:00+08:00", "2026-11-24T14:29:59+08:00"])
def test_numbers_before_counters_open_and_over_the_break(hall, at):
    """Numbers are given from the first ticket on, also in the break and while no counter is open."""
    hall.clock.set(at)
    assert hall.take()["label"] == "A001"


def test_position_counts_those_who_come_before(hall):
    """`ahead` counts waiting tickets that share a counter with mine and are called before me; position is one more."""
    hall.take("KTP_REC")
    hall.take("KK_NEW")
    mine = hall.take("KTP_LOST")
    assert (mine["ahead"], mine["position"]) == (2, 3)
    first = hall.take("KTP_LOST", lane="priority")
    assert (first["ahead"], first["position"]) == (0, 1)
    assert hall.ticket(mine["key"])["ahead"] == 3


def test_keys_cannot_be_guessed_and_may_be_typed(hall):
    """Every ticket has a key of its own of at least 16 characters; capital letters are as good."""
    keys = [hall.take()["key"] for _ in range(20)]
    assert len(set(keys)) == 20
    assert min(map(len, keys)) >= 16
    assert hall.ticket(keys[0].upper())["label"] == "A001"
    with pytest.raises(UnknownTicket):
        hall.ticket("x" * 16)


def test_leaving_frees_the_place(hall):
    """Whoever leaves is no longer counted; leaving twice is refused."""
    first, second = hall.take(), hall.take()
    hall.do(tickets.leave, first["key"])
    assert hall.ticket(first["key"])["state"] == "left"
    assert hall.ticket(second["key"])["ahead"] == 0
    with pytest.raises(WrongState):
        hall.do(tickets.leave, first["key"])


def test_a_called_ticket_cannot_leave(hall):
    """Once called, leaving is refused: the operator sees the person come or not."""
    mine = hall.take()
    hall.sit()
    hall.call()
    with pytest.raises(WrongState):
        hall.do(tickets.leave, mine["key"])


def test_every_ticket_has_its_slip(hall):
    """The print job is a row of the same transaction: no ticket without one, whatever the printer does."""
    taken = hall.take()
    with hall.db.read() as look:
        rows = look.conn.execute(text("SELECT id, ticket_id, state FROM print_jobs")).all()
    assert [tuple(row) for row in rows] == [(taken["slip"]["id"], taken["id"], "pending")]
