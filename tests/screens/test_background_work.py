"""What the server does beside the requests for who booked: counts finished days, tells who is near, erases names."""

import time

import pytest
from bookings import at, book, rows
from engineio.socket import Socket
from factories import Hall
from sqlalchemy import select

from background import Background
from display.live import PATIENCE_SECONDS
from office import arrivals, calling
from office.booked import Message
from office.remembered import BusyHour


class Loops:
    """In place of the sockets' own: keeps what is to be repeated, runs nothing by itself."""

    def __init__(self):
        self.spawned = []

    def spawn(self, work):
        self.spawned.append(work)

    def sleep(self, seconds):
        """At once."""


@pytest.fixture
def hall(app, clock):
    return Hall(app.extensions["giliran"].db, clock, "waru")


@pytest.fixture
def work(app):
    return Background(app.extensions["giliran"], Loops(), patched=False)


def test_finished_days_are_counted_in_every_office(work, hall):
    """One day at a time, until nothing is left to count."""
    hall.sit()
    ticket = hall.take()
    hall.clock.move(minutes=5)
    hall.call()
    hall.act(calling.start, ticket)
    hall.act(calling.finish, ticket)
    hall.clock.move(days=1)
    for _ in range(3):
        work._count_days()
    assert [(row.hour, row.came, row.waited) for row in rows(hall, select(BusyHour.hour, BusyHour.came, BusyHour.waited))] == [(9, 1, 5.0)]


def test_who_is_near_is_told(work, hall):
    """Whose turn comes next has a message; asked again, still one."""
    code = book(hall, phone="+6281234567890")["code"]
    hall.clock.at = at("08:50")
    hall.do(arrivals.check_in, "waru", code)
    hall.clock.move(minutes=5)
    for _ in range(2):
        work._tell_near()
    assert [row.kind for row in rows(hall, select(Message.kind).where(Message.kind == "near"))] == ["near"]


@pytest.mark.parametrize(("silent_seconds", "is_gone"), [(PATIENCE_SECONDS - 1, False), (PATIENCE_SECONDS + 1, True)])
def test_a_machine_without_power_is_let_go(app, silent_seconds, is_gone):
    """Its socket is closed when a ping stays unanswered, and forgotten at the next look."""
    live, engine = app.extensions["giliran_live"], app.extensions["socketio"].server.eio
    line = engine.sockets["sid"] = Socket(engine, "sid")
    line.last_ping = time.time() - silent_seconds
    live.drop_dead()
    assert line.closed is is_gone
    live.drop_dead()
    assert ("sid" not in engine.sockets) is is_gone
