"""Counting people ahead in the database equals the pure rule, whoever waits."""

import pytest
from factories import Hall
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update

from office import line, tickets
from office.models import Event, PrintJob, Ticket
from office.profile import profile_of

SERVICES = ("KTP_REC", "KTP_LOST", "KK_NEW")
LANES = ("regular", "priority")
one = st.tuples(st.sampled_from(SERVICES), st.sampled_from(LANES), st.integers(0, 3), st.sampled_from([None, 1, 3]))


def fill(hall: Hall, people: list) -> None:
    """Exactly these people wait; some came at the same instant, some were sent to one counter."""

    def empty(tx):
        for table in (PrintJob, Event, Ticket):
            tx.conn.execute(delete(table))

    hall.do(empty)
    start = hall.clock()
    for service, lane, minute, only in people:
        hall.clock.set(start.isoformat())
        hall.clock.move(minutes=minute)
        ticket = hall.take(service, lane)
        hall.do(lambda tx, t=ticket["id"], o=only: tx.conn.execute(
            update(Ticket).where(Ticket.id == t).values(only_counter_id=o)
        ))
    hall.clock.set(start.isoformat())


@pytest.mark.parametrize("office", ["waru", "penajam"])
@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=st.lists(one, min_size=1, max_size=8))
def test_sql_counts_like_the_rule(hall, office, people):
    """For each waiting ticket: the SQL count, the pure count and the board's position are the same number."""
    here = hall.at(office)
    fill(here, people)
    with hall.db.read() as look:
        profile, day = profile_of(look, office), hall.clock().date()
        everybody = tickets.waiting_list(look.conn, profile, day)
        expected = {mine.label: line.count_ahead(everybody, mine, rivals(profile, mine)) for mine in everybody}
        for mine in everybody:
            row = tickets.ticket_by_id(look.conn, mine.id)
            assert tickets.count_ahead(look.conn, profile, day, row._asdict()) == expected[mine.label]
        positions = {row["ticket"]: row["position"] for row in here.board()["waiting"]}
        assert positions == {label: ahead + 1 for label, ahead in expected.items()}


def rivals(profile, ticket) -> frozenset[str]:
    return frozenset(profile.by_id[i].code for i in profile.rivals[profile.service(ticket.service).id])
