"""The bench itself works: its clients speak the protocols, its rows hold every invariant, its limits answer."""

import time
from pathlib import Path

import pytest

from tests.bench.bench import Bench
from tests.bench.booking_storm import bookings
from tests.bench.figures import Figure, document, percentiles, several, table
from tests.bench.growth import TODAY, YESTERDAY
from tests.bench.history import ROWS_A_TICKET, fill_history, finish_today
from tests.bench.load import ask, asking, drive, taking
from tests.bench.place import OFFICE, Place, make_place, service_codes
from tests.bench.rows import rows_per_second
from tests.bench.screens import Operator
from tests.bench.watching import Hall


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return make_place(tmp_path / "place")


def test_old_rows_hold_every_invariant(place: Place) -> None:
    """What growth is measured against is counted like real rows, and is as much as was asked for."""
    fill_history(place, 600 * ROWS_A_TICKET, YESTERDAY)
    finish_today(place, 50, TODAY)
    assert place.recount() == "ok"


def test_core_writes_the_rows_of_a_ticket(place: Place) -> None:
    """The limit is measured with statements that the tables accept."""
    assert rows_per_second(place.url, 0.2) > 0


def test_a_table_shows_limit_share_and_wish() -> None:
    """A reader sees the figure, its spread, the limit beside it and what is wanted."""
    rate = several(3, iter([3.0, 1.0, 2.0]).__next__)
    text = table("Tickets", [Figure("tickets a second", str(rate), "4.00", "50%", "≥ 300")])
    assert "| tickets a second | 2.00 (1.00–3.00) | 4.00 | 50% | ≥ 300 |" in text
    assert text in document("make bench", ["2 cores"], [text])
    assert percentiles([1.0] * 98 + [5.0, 9.0]) == "1.00 / 1.00 / 9.00"


@pytest.mark.slow
@pytest.mark.xdist_group("server")
def test_its_clients_speak_to_a_real_server(place: Place) -> None:
    """Tickets, polls and a screen by raw sockets: a call reaches the screen, and the recount agrees."""
    with place.serving() as server:
        taken = drive(server.port, [taking(OFFICE, place.kiosk, service_codes(), 5) for _ in range(2)])
        assert [answer.status for answer in taken] == [201] * 10
        polls = drive(server.port, [asking(f"/api/v1/offices/{OFFICE}/board", count=3)])
        assert [answer.json["waiting_count"] for answer in polls] == [10] * 3
        operator = Operator(server.port, place.sign_in(server, 1)[0])
        hall = Hall(server.port, 3, "/live", {"office": OFFICE})
        sent = operator.call()
        arrivals = hall.arrivals(b'"ticket_called"')
        operator.serve()
        hall.close()
        assert len(arrivals) == 3
        assert all(sent < arrival < time.monotonic_ns() for arrival in arrivals)
    assert place.recount() == "ok"


@pytest.mark.slow
@pytest.mark.xdist_group("server")
def test_its_limits_answer(tmp_path: Path) -> None:
    """The fixed JSON and the echo come from the same server and sockets as the product."""
    with Bench(tmp_path, quick=True).place("limits", app="tests.bench.limits:app").serving() as server:
        assert ask(server.port, "GET", "/bench/constant").status == 201
        hall = Hall(server.port, 2, "/echo", {})
        hall.first.emit("say", {"mark": "here"})
        assert len(hall.arrivals(b"here")) == 2
        hall.close()


@pytest.mark.slow
@pytest.mark.xdist_group("server")
def test_a_storm_is_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten are booked, or there is no figure; old bookings are made as real ones would have been left."""
    monkeypatch.setattr("tests.bench.booking_storm.elsewhere", lambda work, *args: work(*args))
    figures = bookings(Bench(tmp_path, quick=True))
    assert figures[-1].measured == "ok"
    assert len(figures) == 5
