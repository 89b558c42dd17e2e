"""Outages, closed dates and other hours on a page."""

import pytest
from back_room import entrance, rows, send

from words import say


@pytest.fixture
def signed_in(app, office):
    return entrance(app, office)


OUTAGE = {"office": "waru", "service": "KTP_REC", "reason_code": "power", "until": "13.30"}


def test_an_outage_is_shown_before_it_begins(app, office, signed_in):
    """First what would stop and how many keep their place; then it stops, and can be ended."""
    office.take(office.device())
    admin = signed_in()
    asked = send(admin, "/admin/outages", **OUTAGE)
    assert say("id", "admin.outage_keep", n=1) in asked.text
    assert office.board()["outages"] == []
    started = send(admin, "/admin/outages", **OUTAGE, sure="1")
    assert say("id", "admin.outage_started", service="Perekaman KTP-el") in started.text
    assert office.board()["outages"][0]["until"].startswith("2026-11-24T13:30")
    ended = send(admin, "/admin/outages/1/end")
    assert say("id", "admin.outage_ended", service="Perekaman KTP-el") in ended.text
    assert office.board()["outages"] == []


@pytest.mark.parametrize(("change", "status", "word"), [
    ({"until": "08:00"}, 422, "admin.wrong_until"), ({"until": "besok"}, 422, "admin.wrong_until"),
    ({"reason_code": "malas"}, 422, "admin.wrong_reason"), ({"office": "penajam"}, 403, "err.forbidden"),
    ({"service": "NIRWANA"}, 404, "err.unknown_service"),
])  # fmt: skip
def test_an_outage_that_cannot_be(app, office, signed_in, change, status, word):
    """Every refusal is said in words and changes nothing."""
    page = send(signed_in(), "/admin/outages", **{**OUTAGE, **change}, sure="1")
    assert page.status_code == status
    assert say("id", word) in page.text
    assert office.board()["outages"] == []


CLOSED = {"office": "waru", "on_day": "2026-11-25", "hours": "", "reason": "Rapat kerja", "reason_en": "Staff meeting"}


def test_a_closed_date(app, office, signed_in, clock):
    """Shown first, then fixed: that day the office is closed, and says why; removed, it is open again."""
    admin = signed_in()
    asked = send(admin, "/admin/closures", **CLOSED)
    said = say(
        "id", "admin.closure_will_close", office="Kecamatan Waru", date="Rabu, 25 November 2026", reason="Rapat kerja"
    )
    assert said in asked.text
    send(admin, "/admin/closures", **CLOSED, sure="1")
    clock.move(days=1)
    assert not office.board()["open_now"]
    assert office.board()["closed"]["reason"] == {"id": "Rapat kerja", "en": "Staff meeting"}
    clock.move(days=-1)
    removed = send(admin, "/admin/closures/1/remove")
    assert say("id", "admin.closure_removed", date="Rabu, 25 November 2026") in removed.text
    clock.move(days=1)
    assert office.board()["open_now"]


def test_other_hours_on_a_holiday(app, office, signed_in, clock):
    """An office may open on a public holiday: hours of a date win."""
    send(
        signed_in(),
        "/admin/closures",
        office="waru",
        on_day="2026-12-25",
        hours="08.00-10.00",
        reason="Layanan khusus",
        sure="1",
    )
    clock.set("2026-12-25T09:00:00+08:00")
    assert office.board()["open_now"]
    clock.set("2026-12-25T10:30:00+08:00")
    assert not office.board()["open_now"]


@pytest.mark.parametrize(("change", "status", "word"), [
    ({"on_day": "2026-11-23"}, 422, "admin.wrong_day"), ({"on_day": ""}, 422, "admin.wrong_day"),
    ({"hours": "pagi"}, 422, "admin.wrong_hours"), ({"hours": "10:00-08:00"}, 422, "admin.wrong_hours"),
    ({"hours": "08:00-12:00, 11:00-13:00"}, 422, "admin.wrong_hours"), ({"reason": ""}, 422, "err.required"),
    ({"office": ""}, 403, "err.forbidden"), ({"office": "penajam"}, 403, "err.forbidden"),
])  # fmt: skip
def test_a_date_that_cannot_be(app, signed_in, change, status, word):
    """Every refusal is said in words, before the question and before the change."""
    admin = signed_in()
    for sure in ({}, {"sure": "1"}):
        page = send(admin, "/admin/closures", **{**CLOSED, "reason_en": "", **change}, **sure)
        assert page.status_code == status
        assert say("id", word) in page.text
    assert rows(app, "SELECT count(*) FROM closures")[0][0] == 0


def test_every_office_is_closed_by_the_regency(app, office, signed_in, clock):
    """The regency closes all offices at once; an office's administrator sees it and cannot remove it."""
    regency, admin = signed_in("regency_admin", name="rahma"), signed_in()
    send(regency, "/admin/closures", **{**CLOSED, "office": ""}, sure="1")
    assert "Rapat kerja" in admin.get("/admin/outages").text
    assert send(admin, "/admin/closures/1/remove").status_code == 403
    clock.move(days=1)
    assert not office.at("penajam").board()["open_now"]


def test_hours_reach_the_screens(app, office, signed_in):
    """A change of hours is a change that screens hear of."""
    before = office.board()["v"]
    send(signed_in(), "/admin/closures", **CLOSED, sure="1")
    assert office.board()["v"] == before + 1
