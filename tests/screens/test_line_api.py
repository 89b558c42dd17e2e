"""Any moment's line over HTTP: for those who must answer a complaint."""

from datetime import timedelta

import pytest
from factories import new_request_id


def test_the_line_of_a_moment(office, clock):
    """Who waited, in the order of turns, and why the last call was made; now, when no moment is asked for."""
    kiosk, siti = office.device(), office.person()
    for lane in ("regular", "priority"):
        office.take(kiosk, lane=lane)
    before = clock.at.isoformat()
    clock.move(minutes=1)
    siti.post(f"{office.path}/counters/1/open", request_id=new_request_id()).ok()
    siti.post(f"{office.path}/counters/1/call-next", request_id=new_request_id()).ok()
    line = siti.get(f"{office.path}/line?at={before.replace('+', '%2B')}").ok()
    assert [t["ticket"] for t in line["waiting"]] == ["A002", "A001"]
    now = siti.get(f"{office.path}/line").ok()
    assert [t["ticket"] for t in now["waiting"]] == ["A001"]
    assert (now["calls"][0]["ticket"], now["calls"][0]["counter"]) == ("A002", 1)
    assert now["calls"][0]["why"]


@pytest.mark.parametrize("at", ["besok", "2026-11-24T09:00", "0001-01-01T00:00:00%2B14:00", "2999-01-01T00:00:00%2B08:00"])
def test_a_moment_that_cannot_be(office, at):
    """Not an instant, without offset, out of reach: the field is named."""
    refused = office.person().get(f"{office.path}/line?at={at}")
    assert (refused.status, refused.code, list(refused.body["fields"])) == (422, "invalid", ["at"])


def test_the_last_days_are_for_everybody(office):
    """Labels only: whoever waited may look; a stranger as well as a colleague of another office."""
    office.take(office.device())
    for who in (office.anybody, office.at("penajam").person("budi")):
        assert [t["ticket"] for t in who.get(f"{office.path}/line").ok()["waiting"]] == ["A001"]


def test_older_days_are_for_the_office_s_people(office, clock):
    """Further back than two weeks: not for a stranger, nor for a colleague of another office."""
    siti, budi = office.person(), office.at("penajam").person("budi")
    at = (clock.at - timedelta(days=15)).isoformat().replace("+", "%2B")
    assert siti.get(f"{office.path}/line?at={at}").ok()["waiting"] == []
    assert office.anybody.get(f"{office.path}/line?at={at}").code == "unauthenticated"
    assert budi.get(f"{office.path}/line?at={at}").code == "forbidden"
