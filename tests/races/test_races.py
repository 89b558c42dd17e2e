"""Many at once on a real file and on a real PostgreSQL: one winner, one clear error, no gap, nothing twice."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

import pytest
from factories import new_request_id
from sqlalchemy import text

from office import calling, counters, tickets
from office.check import recount
from office.errors import ChangedMeanwhile, CounterTaken, NobodyWaiting, Refused, WrongState
from office.once import once
from office.outages import report_outage

ORDER = ("KTP_REC", "regular", "id")


def at_once(*works):
    """Run all of them from the same moment on; their answers, or their refusals, in their order."""
    gate = threading.Barrier(len(works))

    def run(work):
        gate.wait(10)
        try:
            return work()
        except Refused as refusal:
            return refusal

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


@pytest.fixture(autouse=True)
def invariants(hall):
    """Whatever happened: afterwards the recount finds nothing wrong."""
    yield
    with hall.db.read() as look:
        assert recount(look) == []


def test_many_kiosks_take_numbers(hall):
    """12 at once, 10 each: 1..n without gap or repeat in every row, and the feed counts along."""

    def kiosk(service):
        return lambda: [hall.take(service)["label"] for _ in range(10)]

    labels = list(chain(*at_once(*(kiosk(service) for service in ("KTP_REC", "KTP_LOST", "KK_NEW") * 4))))
    assert sorted(labels) == [f"A{n:03d}" for n in range(1, 81)] + [f"S{n:03d}" for n in range(1, 41)]
    assert [change["v"] for change in hall.feed()] == list(range(1, 121))


def test_one_request_many_times(hall):
    """The same request_id from 10 at once: exactly one is created, all get the same ticket."""
    request_id = new_request_id()
    answers = at_once(*[
        lambda: hall.do(once, request_id, "body", tickets.take_ticket, "waru", *ORDER) for _ in range(10)
    ])
    assert sum(done.created for done in answers) == 1
    assert {done.answer["label"] for done in answers} == {"A001"}
    assert len(hall.feed()) == 1


def test_one_request_id_at_two_offices(hall):
    """The same id where no lock is shared: one ticket in all; the other is answered, or told that it was reused."""
    request_id = new_request_id()
    answers = at_once(*[
        lambda office=office: hall.do(once, request_id, office, tickets.take_ticket, office, *ORDER)
        for office in ("waru", "penajam") * 3
    ])
    assert sum(not isinstance(answer, Refused) and answer.created for answer in answers) == 1
    assert {answer.code for answer in answers if isinstance(answer, Refused)} == {"request_id_reused"}
    assert len(hall.feed()) + len(hall.at("penajam").feed()) == 1


def test_eight_counters_empty_one_line(hall):
    """Nobody is called twice and nobody is skipped: the calls come in the order of the line."""
    penajam = hall.at("penajam")
    waiting = [penajam.take()["label"] for _ in range(40)]
    people = [penajam.sit(number, f"operator{number}") for number in range(1, 9)]

    def work(number, who):
        called = []
        while True:
            try:
                ticket = penajam.do(calling.call_next, "penajam", number, by=who)["ticket"]
            except NobodyWaiting:
                return called
            called.append(ticket["label"])
            penajam.do(calling.start, ticket["id"], by=who)
            penajam.do(calling.finish, ticket["id"], by=who)

    shares = at_once(*(lambda n=n, who=who: work(n, who) for n, who in enumerate(people, 1)))
    assert Counter(chain(*shares)) == Counter(waiting)
    assert [change["ticket"] for change in penajam.feed() if change["type"] == "ticket_called"] == waiting


def test_two_operators_one_counter(hall):
    """Eight sit down at counter 1 at once: one sits, the others are told that it is taken."""
    people = [hall.person(f"operator{n}") for n in range(8)]
    answers = at_once(*(
        lambda who=who: hall.do(counters.open_counter, "waru", 1, by=who) for who in people
    ))
    assert [type(answer) for answer in answers if isinstance(answer, Refused)] == [CounterTaken] * 7
    seated = next(answer for answer in answers if not isinstance(answer, Refused))
    assert hall.person(seated["operator"]).id == seated_id(hall)


def seated_id(hall):
    with hall.db.read() as look:
        return look.conn.execute(text("SELECT operator_id FROM counters WHERE state = 'open'")).scalar_one()


@pytest.mark.parametrize(
    ("one", "other"),
    [(calling.start, calling.mark_no_show), (calling.start, calling.start), (calling.put_back, calling.hold)],
)
def test_two_acts_on_one_ticket(hall, one, other):
    """Two pages act on the same call: one wins, the other is told that it changed meanwhile."""
    hall.take()
    siti = hall.sit()
    ticket = hall.call()
    answers = at_once(*(
        lambda work=work: hall.do(work, ticket["id"], seen_state="called", by=siti) for work in (one, other) * 3
    ))
    assert Counter(type(answer) for answer in answers) == {dict: 1, ChangedMeanwhile: 5}
    assert len(hall.feed()) == 4


def test_leaving_while_being_called(hall):
    """Who leaves at the moment of the call either left or is called, never both."""
    mine = hall.take()
    siti = hall.sit()
    left, called = at_once(
        lambda: hall.do(tickets.leave, mine["key"]), lambda: hall.do(calling.call_next, "waru", 1, by=siti)
    )
    assert isinstance(left, WrongState) ^ isinstance(called, NobodyWaiting)
    assert hall.ticket(mine["key"])["state"] == ("called" if isinstance(left, WrongState) else "left")


def test_one_ticket_wanted_by_two_counters(hall):
    """Two counters call the same person by hand: one gets them."""
    ticket = hall.take()
    people = [hall.sit(1, "siti"), hall.sit(2, "budi")]
    answers = at_once(*(
        lambda n=n, who=who: hall.do(calling.call_this, "waru", n, ticket["id"], by=who)
        for n, who in enumerate(people, 1)
    ))
    assert sorted(type(answer).__name__ for answer in answers) == ["WrongState", "dict"]


def test_the_first_act_of_a_day_comes_from_many(hall):
    """Everybody is first in the morning: the night is closed once, the numbers begin at 001."""
    old = [hall.take() for _ in range(5)]
    hall.clock.move(days=1)
    labels = at_once(*(lambda: hall.take()["label"] for _ in range(8)))
    assert sorted(labels) == [f"A{n:03d}" for n in range(1, 9)]
    assert sum(change["type"] == "ticket_left" for change in hall.feed()) == len(old)


def test_reading_never_sees_half(hall):
    """Boards asked for while others write are whole: the waiting count is the number of rows, `v` never goes back."""
    done = threading.Event()

    def read():
        seen = []
        while not done.is_set():
            board = hall.board()
            assert board["waiting_count"] == len(board["waiting"])
            seen.append(board["v"])
        return seen

    def write():
        try:
            for _ in range(40):
                hall.take()
        finally:
            done.set()

    seen, _ = at_once(read, write)
    assert seen == sorted(seen)


def test_a_pause_and_a_ticket(hall):
    """A number is either given before the pause or refused after it, never given under it."""
    at_once(
        lambda: hall.do(report_outage, "waru", None, "network", None), *(hall.take for _ in range(6))
    )
    types = [change["type"] for change in hall.feed()]
    assert types == sorted(types, key=lambda name: name == "outage_changed")
