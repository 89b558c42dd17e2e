"""Counters: who sits where, what they take, whom they call."""

import pytest

from office import calling, counters, tickets
from office.errors import (
    CounterBusy,
    CounterClosed,
    CounterTaken,
    Forbidden,
    Invalid,
    NobodyWaiting,
    Refused,
    UnknownCounter,
    UnknownService,
)
from office.profile import profile_of
from office.shown import line_row

# state: {act: the refusal, or the state it leads to}
ACTS = {
    "closed": {
        "open": "open", "close": "closed", "pause": CounterClosed, "resume": CounterClosed, "call": CounterClosed,
    },
    "open": {"open": "open", "close": "closed", "pause": "paused", "resume": "open", "call": "open"},
    "paused": {"open": "open", "close": "closed", "pause": "paused", "resume": "open", "call": CounterClosed},
}  # fmt: skip


def act(hall, name, who="siti", number=1):
    work = {
        "open": counters.open_counter, "close": counters.close_counter, "resume": counters.resume_counter,
        "pause": counters.pause_counter, "call": calling.call_next,
    }[name]  # fmt: skip
    more = ("break",) if name == "pause" else ()
    return hall.do(work, hall.office, number, *more, by=hall.person(who))


def counter(hall, number=1):
    return next(c for c in hall.board()["counters"] if c["number"] == number)


def bring(hall, state):
    if state != "closed":
        act(hall, "open")
    if state == "paused":
        act(hall, "pause")


@pytest.mark.parametrize("name", ["open", "close", "pause", "resume", "call"])
@pytest.mark.parametrize("state", ACTS)
def test_every_state_and_act(hall, state, name):
    """Each act in each state: where it leads, or why not; a refusal changes nothing."""
    hall.take()
    bring(hall, state)
    expected, before = ACTS[state][name], hall.feed()
    if isinstance(expected, str):
        act(hall, name)
        assert counter(hall)["state"] == expected
        return
    with pytest.raises(expected):
        act(hall, name)
    assert (counter(hall)["state"], hall.feed()) == (state, before)


@pytest.mark.parametrize("name", ["open", "close", "pause", "resume", "call"])
def test_another_persons_counter_is_taken(hall, name):
    """Who does not sit there is refused, by the number and the name of who does."""
    hall.take()
    hall.sit()
    with pytest.raises(CounterTaken) as refused:
        act(hall, name, "budi")
    assert refused.value.facts["name"] in ("siti", "")


def test_an_administrator_may_close_it(hall):
    """Whoever forgot to close does not block the counter for tomorrow."""
    hall.sit()
    hall.person("ani", role="office_admin")
    act(hall, "close", "ani")
    assert counter(hall)["state"] == "closed"


@pytest.mark.parametrize("name", ["close", "pause", "call"])
def test_a_busy_counter_is_busy(hall, name):
    """With a resident at it: neither closed, nor paused, nor given the next one."""
    hall.take()
    hall.take()
    hall.sit()
    hall.call()
    with pytest.raises(CounterBusy) as refused:
        act(hall, name)
    assert refused.value.facts == {"number": "A001"}


def test_nobody_waiting(hall):
    """An empty line is said as such, for what this counter takes."""
    hall.take("KK_NEW")
    hall.sit(2)
    with pytest.raises(NobodyWaiting):
        hall.call(2)


def test_a_counter_takes_what_its_data_allows(hall):
    """Without a choice: everything its equipment can do, and nothing else."""
    hall.take("KK_NEW")
    hall.take("KTP_LOST")
    hall.sit(2)
    assert hall.call(2)["service"] == "KTP_LOST"


def test_an_operator_may_take_fewer(hall):
    """A choice narrows; opening one's own counter again changes the choice."""
    hall.take("KTP_REC")
    hall.take("KK_NEW")
    hall.sit(1, services=["KK_NEW"])
    assert hall.call()["service"] == "KK_NEW"
    hall.sit(1)
    with pytest.raises(CounterBusy):
        hall.call()


@pytest.mark.parametrize(("services", "refusal"), [(["KK_NEW"], Invalid), ([], Invalid), (["NONE"], UnknownService)])
def test_a_choice_that_cannot_be(hall, services, refusal):
    """More than the equipment allows, nothing at all, or what nobody knows."""
    with pytest.raises(refusal):
        hall.sit(2, services=services)
    assert counter(hall, 2)["state"] == "closed"


def test_a_service_never_taken_may_still_be_called_by_hand(hall):
    """What the counter does not take today its equipment can still serve."""
    ticket = hall.take("KK_NEW")
    hall.sit(1, services=["KTP_REC"])
    assert hall.do(calling.call_this, "waru", 1, ticket["id"], by=hall.person())["ticket"]["state"] == "called"


def test_one_person_may_keep_two(hall):
    """A small office has more counters than people."""
    hall.sit(1)
    hall.sit(2)
    assert [counter(hall, n)["state"] for n in (1, 2)] == ["open", "open"]


def test_devices_and_strangers_do_not_sit_down(hall):
    """Only a person of this office works at its counter."""
    with pytest.raises(Forbidden):
        hall.do(counters.open_counter, "waru", 1)
    with pytest.raises(Forbidden):
        hall.do(counters.open_counter, "waru", 1, by=hall.at("timur").person("yosef"))
    with pytest.raises(UnknownCounter):
        hall.sit(9)


def test_the_hall_hears_of_a_counter(hall):
    """Opening, pausing with its reason, resuming and closing: one event each, never who sits there."""
    for name in ("open", "pause", "resume", "close"):
        act(hall, name)
    told = [(c["type"], c["counter"], c["counter_state"], c["reason"]) for c in hall.feed()]
    assert told == [
        ("counter_changed", 1, "open", None), ("counter_changed", 1, "paused", "break"),
        ("counter_changed", 1, "open", None), ("counter_changed", 1, "closed", None),
    ]  # fmt: skip
    assert "siti" not in repr(hall.feed())


def test_help_is_asked_and_ended(hall):
    """The colleagues' pages see who asked for help and since when, until it came."""
    who = hall.sit()
    assert hall.do(counters.call_for_help, "waru", 1, needed=True, by=who)["help_at"] is not None
    assert hall.do(counters.call_for_help, "waru", 1, needed=False, by=who)["help_at"] is None


def test_a_ticket_put_back_keeps_its_wait(hall):
    """Called by mistake and put back, or held and resumed: the wait goes on from when it began."""
    ticket = hall.take()
    began = hall.clock()
    hall.sit()
    hall.clock.move(minutes=20)
    hall.call()
    hall.do(calling.put_back, ticket["id"], by=hall.person())
    hall.clock.move(minutes=5)
    with hall.db.read() as look:
        row = tickets.ticket_by_id(look.conn, ticket["id"])
        shown = line_row(profile_of(look, "waru"), row, look.now)
    assert (row.waiting_at, shown["waited_minutes"]) == (began, 25)


def test_a_colleagues_resident_is_named(hall):
    """Acting on a ticket at somebody else's counter says whose it is."""
    ticket = hall.take()
    hall.sit()
    hall.call()
    with pytest.raises(Refused) as refused:
        hall.do(calling.start, ticket["id"], by=hall.person("budi"))
    assert (refused.value.code, refused.value.facts["name"]) == ("counter_taken", "siti")
