"""The tables of moves themselves: complete, closed, and the same as the database's own."""

import pytest
from sqlalchemy import CheckConstraint

from office.models import Counter, PrintJob, Ticket
from office.states import JOB_MOVES, OPEN_STATES, TICKET_MOVES, CounterState, JobState, TicketState

ENDS = {TicketState.FINISHED, TicketState.LEFT, TicketState.CARRIED_OVER}


@pytest.mark.parametrize(("moves", "states"), [(TICKET_MOVES, TicketState), (JOB_MOVES, JobState)])
def test_every_state_has_its_row(moves, states):
    """A state without a row would be a question without an answer."""
    assert set(moves) == set(states)
    assert all(targets <= set(states) for targets in moves.values())


@pytest.mark.parametrize(("moves", "first"), [(TICKET_MOVES, TicketState.WAITING), (JOB_MOVES, JobState.PENDING)])
def test_every_state_can_be_reached(moves, first):
    """From the first state each other one can be come to; none moves to itself."""
    reached, todo = {first}, [first]
    while todo:
        fresh = moves[todo.pop()] - reached
        reached |= fresh
        todo += fresh
    assert reached == set(moves)
    assert not [state for state, targets in moves.items() if state in targets]


def test_the_ends_of_a_ticket():
    """Finished, left and carried over are final; nothing else is."""
    assert {state for state, targets in TICKET_MOVES.items() if not targets} == ENDS


def test_nothing_ends_a_day_called_or_serving():
    """A ticket at a counter can be closed at night: it has a way out of its open state."""
    assert all(TICKET_MOVES[state] for state in OPEN_STATES)


@pytest.mark.parametrize(
    ("table", "column", "states"),
    [(Ticket, "state", TicketState), (PrintJob, "state", JobState), (Counter, "state", CounterState)],
)
def test_the_database_knows_the_same_states(table, column, states):
    """The CHECK lists exactly the members of the enum."""
    checks = [str(c.sqltext) for c in table.__table__.constraints if isinstance(c, CheckConstraint)]
    listed = next(text for text in checks if text.startswith(f"{column} IN"))
    assert {part for part in listed.split("'") if part.isidentifier() and part != column} == {str(s) for s in states}
