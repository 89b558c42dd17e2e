"""The same request twice is one request."""

from datetime import timedelta

import pytest
from factories import new_request_id

from office import counters, tickets
from office.errors import PastLastTicket, RequestIdReused
from office.once import forget_old, once

ORDER = ("waru", "KTP_REC", "regular", "id")


def take(hall, request_id, fingerprint="body"):
    return hall.do(once, request_id, fingerprint, tickets.take_ticket, *ORDER)


def test_the_same_id_answers_the_same_ticket(hall):
    """A retry creates nothing and gets the first answer, to the letter."""
    request_id = new_request_id()
    first, second = take(hall, request_id), take(hall, request_id)
    assert (first.created, second.created) == (True, False)
    assert second.answer == first.answer
    assert len(hall.feed()) == 1


def test_another_body_is_refused(hall):
    """The id was used for something else: request_id_reused, and nothing is created."""
    request_id = new_request_id()
    take(hall, request_id)
    with pytest.raises(RequestIdReused):
        take(hall, request_id, fingerprint="another body")
    assert len(hall.feed()) == 1


def test_a_refused_request_may_come_again(hall):
    """A refusal is not remembered: the same id succeeds once the reason is gone."""
    request_id = new_request_id()
    hall.clock.set("2026-11-24T14:45:00+08:00")
    with pytest.raises(PastLastTicket):
        take(hall, request_id)
    hall.clock.set("2026-11-25T08:00:00+08:00")
    assert take(hall, request_id).created


def test_an_undone_request_is_not_remembered(hall):
    """Ticket and request id are one transaction: undone together."""
    request_id = new_request_id()

    def breaks(tx):
        once(tx, request_id, "body", tickets.take_ticket, *ORDER)
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        hall.do(breaks)
    assert take(hall, request_id).answer["label"] == "A001"


def test_without_an_id_every_request_counts(hall):
    """Where the id is optional, none means that it is carried out each time."""
    assert [take(hall, None).answer["label"] for _ in range(2)] == ["A001", "A002"]


def test_acts_at_a_counter_may_have_one_too(hall):
    """Opening a counter twice with one id is one event."""
    request_id, who = new_request_id(), hall.person()
    for _ in range(2):
        hall.do(once, request_id, "open 1", counters.open_counter, "waru", 1, by=who)
    assert len(hall.feed()) == 1


def test_old_ids_are_forgotten(hall):
    """After two days a retry is a new request; younger ones stay."""
    old, young = new_request_id(), new_request_id()
    take(hall, old)
    hall.clock.move(days=1)
    take(hall, young)
    hall.clock.move(days=1, hours=1)
    assert hall.do(forget_old, older_than=timedelta(days=2)) == 1
    assert not take(hall, young).created
    assert take(hall, old).created
