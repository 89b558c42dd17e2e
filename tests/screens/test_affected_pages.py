"""A date closed after the bookings, on the pages: the administrator tells them, the resident chooses another time."""

import re

import pytest
from back_room import entrance, send, token_of
from bookings import book
from factories import Hall
from test_admin_pauses import CLOSED

from office.outages import report_outage
from words import say

WHY = say("id", "book.closed_because", reason="Rapat kerja")


@pytest.fixture
def hall(app, clock):
    return Hall(app.extensions["giliran"].db, clock, "waru")


@pytest.fixture
def admin(app, office):
    return entrance(app, office)()


def offered_days(page):
    return re.findall(r'name="on\d" value="([^"]+)"', page)


def test_it_is_said_before_and_after(hall, admin):
    """Before the date is fixed: how many are booked; after it: a trouble on the start page and on the page of closures."""
    book(hall)
    assert say("id", "admin.affected_if", n=1) in send(admin, "/admin/closures", **CLOSED).text
    after = send(admin, "/admin/closures", **CLOSED, sure="1").text
    for text in (after, admin.get("/admin").text):
        assert say("id", "admin.trouble_bookings_closed", n=1) in text
        assert "/admin/affected" in text


def test_one_button_tells_them(hall, admin):
    """First the question, then it is done: the list says who has no message, by code, without a name."""
    code = book(hall, name="Surip Widodo", phone="+6281234567890")["code"]
    book(hall, "10:00", "Siti")
    send(admin, "/admin/closures", **CLOSED, sure="1")
    asked = send(admin, "/admin/affected/waru", "/admin/affected")
    assert say("id", "admin.affected_q", n=2, office="Kecamatan Waru") in asked.text
    told = send(admin, "/admin/affected/waru", "/admin/affected", sure="1").text
    assert say("id", "admin.affected_told", n=1, m=1) in told
    assert told.count(say("id", "admin.affected_choosing")) == 2
    assert f"{code[:3]} {code[3:6]}" in told
    assert not re.search(r"Surip|81234567890", told)
    assert say("id", "admin.trouble_bookings_closed", n=2) not in admin.get("/admin").text


def test_another_office_is_another_s(hall, admin):
    """An office's administrator tells only the own people."""
    assert send(admin, "/admin/affected/penajam", "/admin/affected").status_code == 403
    assert say("id", "admin.affected_none") in admin.get("/admin/affected").text


@pytest.mark.parametrize("is_told", [False, True])
def test_the_resident_chooses_another_time(app, hall, admin, is_told):
    """The booking's page says why and offers times; the same code then holds the new one."""
    code = book(hall)["code"]
    send(admin, "/admin/closures", **CLOSED, sure="1")
    if is_told:
        send(admin, "/admin/affected/waru", "/admin/affected", sure="1")
    browser = app.test_client()
    page = browser.get(f"/b/{code}").text
    assert WHY in page
    assert (say("id", "book.closed_keep") in page) is not is_told
    assert f'action="/b/{code}/move"' in page
    assert offered_days(page)[:2] == ["2026-11-24", "2026-11-26"]
    done = browser.post(f"/b/{code}/move", data={"csrf_token": token_of(page), "on1": "2026-11-26", "at1": "09:00"})
    assert done.status_code == 303
    after = browser.get(f"/b/{code}").text
    assert WHY not in after
    assert say("id", "book.saved") in after


def test_other_programs_are_told(office, hall, admin):
    """The API's booking says why its time cannot be kept, and nothing while it can."""
    code = book(hall)["code"]
    assert office.anybody.get(f"/appointments/{code}").ok()["closed"] is None
    send(admin, "/admin/closures", **CLOSED, sure="1")
    assert office.anybody.get(f"/appointments/{code}").ok()["closed"] == {
        "kind": "hours", "reason": {"id": CLOSED["reason"], "en": CLOSED["reason_en"]}}  # fmt: skip


def test_a_pause_is_said_too(app, hall, clock):
    """The service stands still at that hour: the page says why, and offers what comes after."""
    clock.move(hours=1)
    code = book(hall, "11:00", on="2026-11-24")["code"]
    hall.do(report_outage, "waru", None, "power", None)
    page = app.test_client().get(f"/b/{code}").text
    assert say("id", "book.closed_outage", reason=say("id", "out.power")) in page
    assert offered_days(page)[0] == "2026-11-25"
