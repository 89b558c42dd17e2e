"""Every state x action: what moves, what is refused, and that a stale page moves nothing."""

import pytest
from sqlalchemy import select, update

from office import calling, tickets
from office.errors import ChangedMeanwhile, CounterTaken, Forbidden, Invalid, Refused, ServiceUnavailable, WrongState
from office.models import Ticket
from office.states import TICKET_MOVES, TicketState

S = TicketState
# action: (use case, where it leads, from which of the states that may move there)
ACTIONS = {
    "call": (calling.call_this, S.CALLED, {S.WAITING}),
    "start": (calling.start, S.SERVING, {S.CALLED}),
    "finish": (calling.finish, S.FINISHED, {S.SERVING}),
    "no_show": (calling.mark_no_show, S.NO_SHOW, {S.CALLED}),
    "hold": (calling.hold, S.HELD, {S.CALLED, S.SERVING}),
    "put_back": (calling.put_back, S.WAITING, {S.CALLED}),
    "transfer": (calling.transfer, S.WAITING, {S.CALLED, S.SERVING}),
    "return": (calling.return_ticket, S.WAITING, {S.NO_SHOW}),
    "resume": (calling.resume, S.WAITING, {S.HELD}),
    "recall": (calling.recall, S.CALLED, {S.CALLED}),
    "leave": (tickets.leave, S.LEFT, {S.WAITING, S.HELD}),
}
# The acts that lead to each state.
WAYS = {
    S.WAITING: (), S.CALLED: (calling.call_this,), S.SERVING: (calling.call_this, calling.start),
    S.FINISHED: (calling.call_this, calling.start, calling.finish),
    S.NO_SHOW: (calling.call_this, calling.mark_no_show),
    S.HELD: (calling.call_this, calling.hold), S.LEFT: (tickets.leave,),
}  # fmt: skip
EVENTS = {
    "call": "ticket_called", "start": "ticket_serving", "finish": "ticket_finished", "no_show": "ticket_no_show",
    "hold": "ticket_held", "put_back": "ticket_returned", "transfer": "ticket_transferred", "return": "ticket_returned",
    "resume": "ticket_returned", "recall": "ticket_recalled", "leave": "ticket_left",
}  # fmt: skip


def run(hall, work, ticket, **seen):
    """One act by Siti at counter 1."""
    siti = hall.person()
    if work is tickets.leave:
        return hall.do(work, ticket["key"])
    if work is calling.call_this:
        return hall.do(work, hall.office, 1, ticket["id"], by=siti, **seen)
    where = {"service": "KTP_LOST"} if work is calling.transfer else {}
    return hall.do(work, ticket["id"], by=siti, **where, **seen)


def ticket_in(hall, state):
    """A ticket that came to this state by the acts that lead there."""
    ticket = hall.take()
    hall.sit()
    if state == S.CARRIED_OVER:  # no act leads there yet
        hall.do(lambda tx: tx.conn.execute(update(Ticket).values(state=str(state))))
        return ticket
    for work in WAYS[state]:
        run(hall, work, ticket)
    return ticket


def state_of(hall, ticket):
    with hall.db.read() as look:
        return look.conn.execute(select(Ticket.state).where(Ticket.id == ticket["id"])).scalar_one()


def test_the_actions_walk_the_whole_table():
    """Every move of the table has an act (or the night, or a later issue), and no act leaves the table."""
    walked = {(start, to) for _, to, starts in ACTIONS.values() for start in starts if start != to}
    table = {(start, to) for start, targets in TICKET_MOVES.items() for to in targets}
    assert walked <= table
    assert table - walked == {(S.WAITING, S.CARRIED_OVER), (S.HELD, S.CARRIED_OVER)}


MOVES = [(state, action) for state in S for action, (_, _, starts) in ACTIONS.items() if state in starts]


@pytest.mark.parametrize(("state", "action"), MOVES)
def test_every_allowed_action(hall, state, action):
    """The state is the target's and one event says so."""
    work, to, _ = ACTIONS[action]
    ticket = ticket_in(hall, state)
    before = hall.feed()
    run(hall, work, ticket)
    assert state_of(hall, ticket) == to
    assert [change["type"] for change in hall.feed()[len(before):]] == [EVENTS[action]]


@pytest.mark.parametrize("state", S)
def test_every_other_action(hall, state):
    """wrong_state, and nothing at all has changed; so one ticket stands for all of them."""
    ticket = ticket_in(hall, state)
    before = hall.feed()
    for action in (name for name in ACTIONS if (state, name) not in MOVES):
        with pytest.raises(WrongState) as refused:
            run(hall, ACTIONS[action][0], ticket)
        assert refused.value.facts == {"number": "A001", "state": state}, action
        assert (state_of(hall, ticket), hall.feed()) == (state, before), action


@pytest.mark.parametrize("state", S)
def test_a_stale_page_changes_nothing(hall, state):
    """A page that shows another state than the true one is told so before anything else, and nothing moves."""
    ticket = ticket_in(hall, state)
    before = hall.feed()
    other = next(s for s in S if s != state)
    for action in (name for name in ACTIONS if name != "leave"):
        with pytest.raises(ChangedMeanwhile) as refused:
            run(hall, ACTIONS[action][0], ticket, seen_state=str(other))
        assert refused.value.facts["state"] == state, action
        assert (state_of(hall, ticket), hall.feed()) == (state, before), action


def test_the_seen_state_lets_a_fresh_page_act(hall):
    """The true state as seen_state is as good as none."""
    ticket = ticket_in(hall, S.CALLED)
    assert run(hall, calling.start, ticket, seen_state="called")["state"] == "serving"


@pytest.mark.parametrize(("state", "stamp"), [(S.CALLED, "called_at"), (S.SERVING, "serving_at")])
def test_states_are_stamped(hall, state, stamp):
    """Each state carries the instant at which it began."""
    hall.clock.move(minutes=5)
    ticket = ticket_in(hall, state)
    with hall.db.read() as look:
        row = look.conn.execute(select(Ticket)).one()._asdict()
    assert row[stamp] == hall.clock()
    assert ticket["label"] == "A001"


def test_recall_counts(hall):
    """Recalling is no move: the count grows and the hall hears it as the second time."""
    ticket = ticket_in(hall, S.CALLED)
    assert run(hall, calling.recall, ticket)["times_called"] == 2
    last = hall.feed()[-1]
    assert (last["type"], last["recall"], last["times"], last["counter"]) == ("ticket_recalled", True, 2, 1)


def test_put_back_returns_to_the_old_place(hall):
    """A call that is undone costs nobody their place, and the counter is free again."""
    first, second = hall.take(), hall.take()
    hall.sit()
    assert hall.call()["id"] == first["id"]
    run(hall, calling.put_back, first)
    assert [row["ticket"] for row in hall.board()["waiting"]] == ["A001", "A002"]
    assert hall.call()["id"] == first["id"]
    assert hall.ticket(second["key"])["ahead"] == 0


def test_return_takes_the_thirds_time(hall):
    """Who missed the call and reports back stands where the third of the service stands (the lower number first)."""
    missed = ticket_in(hall, S.NO_SHOW)
    for _ in range(5):
        hall.clock.move(minutes=1)
        hall.take()
    run(hall, calling.return_ticket, missed)
    assert [row["ticket"] for row in hall.board()["waiting"]] == ["A002", "A003", "A001", "A004", "A005", "A006"]


def test_resume_keeps_the_place(hall):
    """Held for a missing paper: back at the old place, in front of those who came later."""
    held = ticket_in(hall, S.HELD)
    hall.take()
    run(hall, calling.resume, held)
    assert [row["ticket"] for row in hall.board()["waiting"]] == ["A001", "A002"]


def test_transfer_to_a_service(hall):
    """The label and the time of issue stay, the service changes, and the hall hears from where to where."""
    ticket = ticket_in(hall, S.SERVING)
    moved = hall.act(calling.transfer, ticket, service="KK_NEW")
    assert (moved["label"], moved["service"], moved["counter"]) == ("A001", "KK_NEW", None)
    last = hall.feed()[-1]
    assert (last["from_service"], last["to_service"], last["to_counter"]) == ("KTP_REC", "KK_NEW", None)


def test_transfer_to_a_counter(hall):
    """Sent to counter 2: only counter 2 calls it, even before its own line."""
    ticket = ticket_in(hall, S.CALLED)
    hall.act(calling.transfer, ticket, counter=2)
    hall.take()
    assert hall.call(1)["label"] == "A002"
    hall.sit(2, "budi")
    assert hall.call(2, "budi")["id"] == ticket["id"]


@pytest.mark.parametrize(
    ("where", "refusal"),
    [
        ({}, Invalid),
        ({"counter": 3}, Invalid),
        ({"service": "KK_NEW", "counter": 2}, Invalid),
        ({"service": "INFO"}, ServiceUnavailable),
    ],
)
def test_transfers_that_cannot_be(hall, where, refusal):
    """Nowhere, to a counter without the equipment, to a service this office does not offer."""
    ticket = ticket_in(hall, S.CALLED)
    with pytest.raises(refusal):
        hall.act(calling.transfer, ticket, **where)
    assert state_of(hall, ticket) == "called"


@pytest.mark.parametrize("action", ["start", "recall", "hold", "put_back", "transfer", "no_show"])
def test_a_colleagues_resident_is_the_colleagues(hall, action):
    """Another operator of the office is refused; the office's administrator may."""
    ticket = ticket_in(hall, S.CALLED)
    where = {"service": "KTP_LOST"} if action == "transfer" else {}
    hall.person("budi")
    with pytest.raises(CounterTaken):
        hall.act(ACTIONS[action][0], ticket, "budi", **where)
    hall.person("ani", role="office_admin")
    hall.act(ACTIONS[action][0], ticket, "ani", **where)


@pytest.mark.parametrize("action", [name for name in ACTIONS if name not in ("leave", "call")])
def test_another_offices_people_are_refused(hall, action):
    """A person of Timur acts on nothing in Waru."""
    work, _, starts = ACTIONS[action]
    ticket = ticket_in(hall, min(starts))
    stranger = hall.at("timur").person("yosef")
    with pytest.raises(Forbidden):
        hall.do(work, ticket["id"], by=stranger)


def test_yesterdays_ticket_is_over(hall):
    """What the night closed cannot be acted on today."""
    ticket = ticket_in(hall, S.NO_SHOW)
    hall.clock.move(days=1)
    with pytest.raises(WrongState):
        run(hall, calling.return_ticket, ticket)


def test_a_given_ticket_must_be_servable(hall):
    """A counter without the equipment cannot call it by hand, however urgent."""
    ticket = hall.take("KK_NEW")
    hall.sit(2)
    with pytest.raises(Refused) as refused:
        hall.do(calling.call_this, "waru", 2, ticket["id"], by=hall.person())
    assert refused.value.code == "invalid"


def test_the_reason_of_a_call_by_hand_is_kept_and_not_told(hall):
    """Recorded with the event, never sent to the hall."""
    ticket = hall.take()
    hall.sit()
    answer = hall.do(calling.call_this, "waru", 1, ticket["id"], "urgent", by=hall.person())
    assert (answer["reason"]["code"], answer["reason"]["why"]) == ("picked", "urgent")
    assert "urgent" not in repr(hall.feed())
