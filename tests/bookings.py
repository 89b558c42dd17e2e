"""A booking through the use cases, for the tests of booking and of arriving."""

from datetime import datetime

from office import appointments

WEDNESDAY = "2026-11-25"
SECRET = "a secret of the tests"


def at(text, on=WEDNESDAY):
    return datetime.fromisoformat(f"{on}T{text}:00+08:00")


def book(hall, start="09:00", name="Mbah Surip", service="KTP_REC", on=WEDNESDAY, **more):
    return hall.do(appointments.book, hall.office, service, at(start, on), name, secret=SECRET, **more)


def rows(hall, query):
    with hall.db.read() as look:
        return look.conn.execute(query).all()


def state_of(hall, code):
    with hall.db.read() as look:
        return appointments.find(look.conn, code).state
