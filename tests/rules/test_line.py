"""Who is next, how many are ahead, where a missed call comes back."""

from factories import waiting
from hypothesis import given
from hypothesis import strategies as st

from office.line import choose_next, count_ahead, may_serve, order, reentry_time

ALL = (1, 2, 3)


def test_first_come_first_served():
    """In one lane the earliest promise is next, and the reason says so."""
    first, second = waiting(), waiting()
    choice = choose_next([second, first], 1, ALL)
    assert (choice.ticket, choice.reason.code) == (first, "longest_waiting")


def test_the_priority_lane_goes_first():
    """Whoever came later in the priority lane is called before the regular lane."""
    waiting()
    late = waiting(lane="priority")
    choice = choose_next([waiting(), late], 1, ALL)
    assert (choice.ticket, choice.reason.code) == (late, "priority")


def test_at_the_same_instant_the_number_decides():
    """Two kiosks in the same millisecond: the lower number."""
    one = waiting(number=1)
    assert choose_next([one._replace(id="b", number=2), one], 1, ALL).ticket is one


def test_a_counter_calls_only_what_it_takes():
    """Services a counter does not take wait for another counter."""
    other, mine = waiting(service_id=2), waiting(service_id=3)
    assert choose_next([other, mine], 1, (3,)).ticket is mine


def test_nobody_waits_for_this_counter():
    """No choice is no choice, not somebody else's resident."""
    assert choose_next([], 1, ALL) is None
    assert choose_next([waiting(service_id=2)], 1, (1,)) is None


def test_a_ticket_sent_to_a_counter_is_that_counters():
    """Sent to counter 7: whatever that counter takes today, and no other calls it."""
    sent = waiting(only_counter_id=7, service_id=3)
    assert may_serve(sent, 7, ())
    assert not may_serve(sent, 1, ALL)
    assert choose_next([sent], 1, ALL) is None


def test_a_missed_call_comes_back_with_the_third():
    """At the time of the third of its service and lane; others are not counted."""
    missed = waiting()
    line = [waiting(service_id=2), waiting(lane="priority"), *(waiting() for _ in range(5))]
    back = missed._replace(promised_at=reentry_time(line, missed))
    assert back.promised_at == line[4].promised_at
    assert sorted([*line[2:], back], key=order).index(back) == 2


def test_a_missed_call_never_gains():
    """Coming back late does not move anybody before the place they had."""
    early = [waiting() for _ in range(2)]
    missed = waiting()
    assert reentry_time(early, missed) == missed.promised_at
    assert reentry_time([], missed) == missed.promised_at


tickets = st.lists(
    st.builds(
        lambda lane, service, minute: waiting(lane=lane, service_id=service)._replace(promised_at=waiting().promised_at)
        if minute else waiting(lane=lane, service_id=service),
        st.sampled_from(["regular", "priority"]), st.sampled_from(ALL), st.booleans(),
    ),
    min_size=1, max_size=12,
)  # fmt: skip


@given(tickets)
def test_ahead_is_how_many_are_called_before(line):
    """Calling until it is my turn takes exactly as many calls as were counted ahead of me."""
    mine = line[0]
    left, calls = list(line), 0
    while (called := choose_next(left, 1, ALL).ticket) is not mine:
        left.remove(called)
        calls += 1
    assert count_ahead(line, mine, ALL) == calls


@given(tickets)
def test_everybody_is_called_once(line):
    """Whatever the lanes and times, the rule empties the line and calls nobody twice."""
    left, called = list(line), []
    while (choice := choose_next(left, 1, ALL)) is not None:
        left.remove(choice.ticket)
        called.append(choice.ticket.id)
    assert sorted(called) == sorted(ticket.id for ticket in line)
