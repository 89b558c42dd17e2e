"""What the database itself refuses, and that the migrations make the tables of the models."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from office.models import Ticket
from office.tables import Base


def test_the_database_refuses_an_unknown_state(hall):
    """A state that is not in the list cannot be written, whoever writes."""
    taken = hall.take()
    with pytest.raises(IntegrityError):
        hall.do(lambda tx: tx.conn.execute(Ticket.__table__.update().values(state="lost")))
    assert hall.ticket(taken["key"])["state"] == "waiting"


def test_the_database_refuses_two_at_one_counter(hall):
    """One open ticket per counter is an index, not only a rule."""
    hall.take()
    hall.take()
    hall.sit()
    hall.call()
    with pytest.raises(IntegrityError):
        hall.do(lambda tx: tx.conn.execute(Ticket.__table__.update().values(state="called", counter_id=1)))


def test_the_database_refuses_a_number_twice(hall):
    """Office, day, letter and number are unique."""
    hall.take()

    def again(tx):
        row = tx.conn.execute(Ticket.__table__.select()).one()._asdict()
        tx.conn.execute(insert(Ticket).values({**row, "id": "other", "key": "other"}))

    with pytest.raises(IntegrityError):
        hall.do(again)


def test_migrations_make_the_models(db):
    """The migrated tables are those of models.py: Alembic finds nothing to change."""
    with db.engine.connect() as conn:
        assert compare_metadata(MigrationContext.configure(conn), Base.metadata) == []
