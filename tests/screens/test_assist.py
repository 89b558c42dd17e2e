"""Booking on a resident's behalf: by an office's people and by village officers, who see nothing else."""

import pytest
from back_room import entrance, rows, send, token_of
from bookings import SECRET, at
from factories import PASSWORD, new_request_id

from office import appointments, assisted
from words import say

HALF_HOURS = ("08:00", "08:30", "09:30", "10:00", "10:30")


@pytest.fixture
def enter(app, office):
    return entrance(app, office)


def book(browser, start="09:00", name="Mbah Surip", service="KTP_REC"):
    """Through the forms, as anybody books; the code."""
    page = f"/book/waru/{service}"
    form = {"csrf_token": token_of(browser.get(page).text), "on1": "2026-11-25", "at1": start}
    held = browser.post(page, data=form)
    done = browser.post(held.location, data={"csrf_token": form["csrf_token"], "name": name})
    assert done.status_code == 303, done.text
    return done.location.rsplit("/", 1)[1]


def test_an_administrator_appoints_a_village_officer(app, office, enter):
    """The role is in the list; who has it signs in to the page of bookings."""
    new = {"name": "Pak Kades", "username": "kades", "role": "village_officer", "office": "waru", "password": PASSWORD}
    assert say("id", "admin.person_added", name="Pak Kades") in send(enter(), "/admin/people", **new).text
    browser = app.test_client()
    form = token_of(browser.get("/login").text)
    answer = browser.post("/login", data={"csrf_token": form, "username": "kades", "password": PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/assist")


@pytest.mark.parametrize("role", ["village_officer", "operator"])
def test_what_was_booked_for_others_is_listed(enter, clock, role):
    """The own bookings of today, with name and code; not another officer's, and gone tomorrow."""
    officer, other = enter(role), enter(role, name="rahma")
    code = book(officer)
    assert say("id", "assist.as", name="hendra") in officer.get("/book").text
    listed = officer.get("/assist").text
    assert "Mbah Surip" in listed
    assert f"/b/{code}" in listed
    assert code not in other.get("/assist").text
    clock.move(days=1)
    assert code not in enter(role, name="wati").get("/assist").text


def test_the_list_ends_with_the_day(enter, hall, clock):
    """Booked late in the evening: still there at midnight less a minute, gone after it."""
    officer = hall.person("desi", "village_officer")
    clock.set("2026-11-24T22:00:00+08:00")
    hall.do(appointments.book, "waru", "KTP_REC", at("09:00"), "Surip", secret=SECRET, by=officer)
    for moment, count in (("2026-11-24T23:59:00+08:00", 1), ("2026-11-25T00:00:00+08:00", 0)):
        clock.set(moment)
        with hall.db.read() as look:
            assert len(assisted.booked_today(look, officer)) == count


def test_who_helps_many_is_not_stopped_by_the_browser(app, enter):
    """Five bookings from one browser for five people; the row says who booked, and names no browser."""
    officer = enter("village_officer")
    for start in HALF_HOURS:
        book(officer, start)
    assert rows(app, "SELECT count(booked_by), count(browser_mark) FROM appointments WHERE state = 'booked'") == [(5, 0)]


def test_the_api_books_for_a_resident_too(app, office):
    """A village officer's token: the booking keeps who made it."""
    village = office.person("desi", "village_officer")
    order = {"service": "KTP_REC", "start": "2026-11-25T09:00:00+08:00", "name": "Surip", "request_id": new_request_id()}
    village.post("/offices/waru/appointments", **order).ok()
    assert rows(app, "SELECT count(booked_by) FROM appointments") == [(1,)]


PAGES = ("/admin", "/admin/people", "/admin/devices", "/admin/printers", "/admin/outages", "/counter", "/counter/waru")


@pytest.mark.parametrize("page", PAGES)
def test_a_village_officer_sees_no_page_of_an_office(enter, page):
    """403, and nothing of the office in it."""
    answer = enter("village_officer").get(page)
    assert answer.status_code == 403
    assert "hendra" not in answer.text


def test_a_village_officer_reaches_no_act_of_an_office(app, office):
    """Every path of the API that people of an office may use: forbidden, whatever is sent."""
    village, request_id = office.person("desi", "village_officer"), new_request_id()
    ticket = office.take(office.device())
    here = "/offices/waru"
    asked = [
        village.get(f"{here}/kiosk"), village.get(f"{here}/counters/1"), village.get(f"/slips/{ticket['slip']['id']}"),
        village.post(f"{here}/tickets", service="KTP_REC", request_id=request_id),
        village.post(f"{here}/check-ins", code="ZZZZZZZZZ", request_id=request_id),
        village.post(f"{here}/counters/1/open"), village.post(f"{here}/counters/1/call-next"),
        village.post(f"{here}/outages", reason="power"), village.post(f"/tickets/{ticket['id']}/recall"),
        village.post(f"/slips/{ticket['slip']['id']}/reprint"),
    ]  # fmt: skip
    assert {answer.status for answer in asked} == {403}


def test_a_village_officer_cannot_note_an_arrival(enter, clock):
    """Who is in the hall is seen by those who work there: no button, and no way around it."""
    village = enter("village_officer")
    code = book(village)
    clock.set("2026-11-25T09:00:00+08:00")
    village = enter("village_officer", name="wati")
    page = village.get(f"/b/{code}")
    assert "/arrive" not in page.text
    form = token_of(village.get(f"/b/{code}/data").text)
    assert village.post(f"/b/{code}/arrive", data={"csrf_token": form}).status_code == 403


def test_who_comes_without_the_code_is_found(app, enter, clock, office):
    """By name and time among those expected today, for who works there; the arrival is one press further. Nobody else sees it."""
    desk, elsewhere, village = enter("operator"), enter("operator", code="penajam", name="rahma"), enter("village_officer", name="desi")
    code = book(desk)
    assert "Mbah Surip" not in desk.get("/assist/waru").text  # it is for tomorrow
    for browser in (elsewhere, village):
        assert browser.get("/assist/waru").status_code == 403
    assert "/login" in app.test_client().get("/assist/waru").location
    clock.set("2026-11-25T09:00:00+08:00")
    desk = enter("operator", name="wati")
    assert "/assist/waru" in desk.get("/b").text
    page = desk.get("/assist/waru").text
    assert "Mbah Surip" in page
    send(desk, f"/b/{code}/arrive", page=f"/b/{code}")
    assert "Mbah Surip" not in desk.get("/assist/waru").text


def test_residents_do_not_reach_the_list(app):
    """Not signed in: to the door, and back afterwards."""
    assert app.test_client().get("/assist").location == "/login?next=/assist"
