"""The forecast beside the requests: put up for who waits, told once, judged by each call, kept over a restart."""

import pytest
from factories import HALLS

from forecaster import Desk, Forecaster
from office import calling, catalog
from office.errors import ServiceFull
from office.expected import recall
from office.kiosks import kiosk_view
from office.outlook import Expectations, Newcomer, expectations, put_up
from office.profile import profile_of


@pytest.fixture
def pauses():
    return []


@pytest.fixture
def forecaster(hall, pauses):
    """Hears the hall; looks when told to."""
    made = Forecaster(hall.db, pauses.append)
    hall.db.listeners.append(made.hear)
    return made


def kept(hall):
    """(learned, record, through) as a start would find them."""
    with hall.db.read() as look:
        return recall(look.conn, profile_of(look, hall.office))


def serve(hall, clock, minutes=8):
    ticket = hall.call()
    hall.act(calling.start, ticket)
    clock.move(minutes=minutes)
    hall.act(calling.finish, ticket)


def test_who_waits_is_told(hall, forecaster, clock):
    """A range for each who waits at an open counter, on the board and in the ticket's own view; a first guess at first."""
    hall.sit()
    first, second = hall.take(), hall.take()
    forecaster.refresh_due()
    shown = expectations(hall.db.memo, "waru").by_ticket
    assert set(shown) == {first["id"], second["id"]}
    assert shown[first["id"]]["first_guess"]
    assert hall.ticket(second["key"])["expect"] == shown[second["id"]]
    assert [w["expect"] for w in hall.board()["waiting"]] == list(shown.values())


def test_nobody_for_this_service_is_unknown(hall, forecaster):
    """Where no counter may take the service, nothing is told: neither nought nor a guess."""
    hall.sit(1, services=["KK_NEW"])
    hall.sit(2, "budi", services=["KTP_LOST"])
    ticket = hall.take("KTP_REC")
    forecaster.refresh_due()
    assert hall.ticket(ticket["key"])["expect"] is None


def test_nobody_has_come_to_work_is_unknown(hall, forecaster):
    """Before a counter has opened today nothing is told; the first range is then the one that is judged."""
    ticket = hall.take()
    forecaster.refresh_due()
    assert hall.ticket(ticket["key"])["expect"] is None
    assert hall.take()["expect"] is None
    hall.sit()
    forecaster._desks["waru"].next_at = 0
    forecaster.refresh_due()
    assert hall.ticket(ticket["key"])["expect"] is not None
    assert len(forecaster._desks["waru"].at_issue) == 2


def test_a_call_is_judged_without_a_look(hall, forecaster, clock, monkeypatch):
    """How right the forecast was is noted within the call, so it must not ask the database."""
    hall.sit()
    hall.take()
    forecaster.refresh_due()
    clock.move(minutes=1)
    desk = forecaster._desks["waru"]
    told = len(desk.at_issue)
    changes = []
    hall.db.listeners[:] = [changes.extend]
    hall.call()
    monkeypatch.setattr(hall.db, "read", lambda: pytest.fail("a call asked the database for the forecast's sake"))
    forecaster.hear(changes)
    assert (told, len(desk.at_issue), len(desk.record.slip)) == (1, 0, 1)


def test_days_are_learned_once_and_kept(hall, forecaster, clock):
    """A day that ended is learned at the first look of the next; another process starts where this one stood."""
    hall.sit()
    hall.take()
    serve(hall, clock)
    for _ in range(2):
        clock.move(days=1)
        forecaster.refresh("waru", Desk())  # as after a restart
        learned, _, through = kept(hall)
        assert (learned.days, learned.visits_seen, through.isoformat()) == (1, {"KTP_REC": 1}, "2026-11-24")


def test_others_get_their_turn(hall, forecaster, pauses):
    """A refresh pauses between reading, learning, playing and telling."""
    hall.sit()
    hall.take()
    forecaster.refresh_due()
    assert len(pauses) >= 4


def test_before_a_number_is_taken(hall, forecaster):
    """The kiosk is told what who takes a number now may expect; the number itself is told the same at once."""
    hall.sit()
    hall.take()
    assert hall.take()["expect"] is None
    forecaster.refresh_due()
    with hall.db.read() as look:
        services = {one["code"]: one for one in kiosk_view(look, hall.office)["services"]}
    told = services["KTP_REC"]["expect"]
    assert hall.take()["expect"].items() >= told.items()
    assert set(told) == {"from", "to", "unlikely"}


def test_nobody_is_asked_after_the_last_number(hall, forecaster, clock):
    """While no numbers are given there is nothing to expect from one."""
    clock.set("2026-11-24T14:50:00+08:00")
    forecaster.refresh_due()
    assert expectations(hall.db.memo, "waru").newcomers == {}


@pytest.fixture
def hopeless(hall):
    """A forecast of this minute, from 25 days of history, after which most newcomers would be too late."""

    def make(days=25):
        newcomers = {("KTP_REC", False): Newcomer({"unlikely": True}, 3, 0.2)}
        put_up(hall.db.memo, hall.office, Expectations(newcomers=newcomers, day=hall.clock.at.date(), at=hall.clock.at, days=days))

    return make


@pytest.fixture
def stops(hall, tmp_path):
    """The office has chosen `when_hopeless = "stop"`."""
    path, key = tmp_path / "stops.toml", "last_ticket_minutes = 30"
    path.write_text(HALLS.read_text(encoding="utf-8").replace(key, f'{key}\nwhen_hopeless = "stop"'), encoding="utf-8")
    hall.do(catalog.load, catalog.read_file(path))


def test_hopeless_stops_where_the_office_chose_it(hall, hopeless, stops):
    """No number for who would not be called; the priority lane and other services go on."""
    hopeless()
    with pytest.raises(ServiceFull):
        hall.take()
    assert hall.take(lane="priority")["label"] == "A001"
    assert hall.take("KK_NEW")["label"] == "S001"


def test_hopeless_stops_nobody_without_history(hall, hopeless, stops):
    """On fewer than twenty days nothing is stopped, whatever the forecast says."""
    hopeless(days=19)
    assert hall.take()["label"] == "A001"


def test_hopeless_only_warns_elsewhere(hall, hopeless):
    """An office that did not choose to stop goes on giving numbers."""
    hopeless()
    assert hall.take()["label"] == "A001"


def test_one_office_that_fails(hall, forecaster, monkeypatch, caplog):
    """The others have theirs at once; the one that failed is tried again, but not all the time."""
    real, tried = forecaster.refresh, []

    def refresh(code, desk):
        tried.append(code)
        if code == tried[0]:
            raise ValueError("an odd day")
        real(code, desk)

    monkeypatch.setattr(forecaster, "refresh", refresh)
    forecaster.refresh_due()
    forecaster.refresh_due()
    assert len(tried) == len(set(tried)) > 1
    assert f"the forecast of {tried[0]} failed" in caplog.text
    forecaster._desks[tried[0]].next_at, forecaster._desks[tried[0]].is_stale = 0, True
    forecaster.refresh_due()
    assert tried[-1] == tried[0]
