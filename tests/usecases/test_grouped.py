"""Several use cases to a commit: each stands or falls alone, and nobody is answered before it is kept."""

import gevent
import pytest
from sqlalchemy import text

from grouped import GroupedWriter
from office.db import open_engine


@pytest.fixture(name="engine")
def _engine(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path}/group.db", "IMMEDIATE")
    with engine.begin() as conn:
        conn.execute(text("CREATE TABLE kept (n INTEGER PRIMARY KEY)"))
    yield engine
    engine.dispose()


def keep(n):
    def job(conn):
        conn.execute(text("INSERT INTO kept VALUES (:n)"), {"n": n})
        if n % 3 == 0:
            raise ValueError(n)
        return n

    return job


def kept(engine):
    with engine.connect() as conn:
        return list(conn.execute(text("SELECT n FROM kept ORDER BY n")).scalars())


def test_a_refusal_undoes_itself_alone(engine):
    """Those who share a commit with a refused one are kept, and each gets its own answer."""
    writer = GroupedWriter(engine)
    asked = [gevent.spawn(writer.write, keep(n)) for n in range(1, 41)]
    gevent.joinall(asked)

    assert kept(engine) == [n for n in range(1, 41) if n % 3]
    assert [a.value for a in asked] == [None if n % 3 == 0 else n for n in range(1, 41)]
    assert {type(a.exception) for a in asked} == {type(None), ValueError}


def test_an_answer_comes_after_its_commit(engine):
    """Whoever was answered finds their row from any other connection."""
    writer = GroupedWriter(engine)
    seen = []

    def ask(n):
        writer.write(keep(n))
        seen.append(n in kept(engine))

    gevent.joinall([gevent.spawn(ask, n) for n in (1, 2, 4, 5, 7, 8)])

    assert seen == [True] * 6


def test_a_failed_commit_is_told_to_all(engine):
    """When the disk refuses, nobody of the group is told otherwise."""
    writer = GroupedWriter(engine)

    def break_it(conn):
        conn.exec_driver_sql("ROLLBACK")

    asked = [gevent.spawn(writer.write, job) for job in (keep(1), break_it, keep(2))]
    gevent.joinall(asked)

    assert all(a.exception is not None for a in asked)
    assert kept(engine) == []
