"""Booking over HTTP: the API's answers, the forms a resident fills in without script, the calendar file."""

import re
from unittest.mock import patch
from urllib.parse import unquote

import pytest
from back_room import entrance, send, token_of
from factories import new_request_id
from icalendar import Calendar

from office.outlook import NOTHING, Expectations, put_up
from words import say

START = "2026-11-25T09:00:00+08:00"
PHONE = "0812 3456 7890"


def order(**changes):
    return {"request_id": new_request_id(), "service": "KTP_REC", "start": START, "name": "Surip", **changes}


def book(office, **changes):
    return office.anybody.post(f"{office.path}/appointments", **order(**changes))


def test_a_place_is_booked_and_asked_for_again(office):
    """201, then 200 with the same booking for the same request; a full start is 409 and names the next ones."""
    wanted = order()
    first = office.anybody.post(f"{office.path}/appointments", **wanted)
    again = office.anybody.post(f"{office.path}/appointments", **wanted)
    assert (first.status, again.status) == (201, 200)
    assert again.body["code"] == first.body["code"]
    refused = book(office)
    assert (refused.status, refused.code) == (409, "slot_full")
    assert refused.body["next"]


@pytest.mark.parametrize(
    ("field", "value"), [("email", "surip di rumah"), ("phone", "12"), ("phone", "0812 3456 789O"), ("start", "besok"), ("name", "")]
)
def test_what_cannot_be_is_named(office, field, value):
    """The field is named, and nothing is booked."""
    refused = book(office, **{field: value})
    assert (refused.status, refused.code) == (422, "invalid")
    assert book(office).status == 201


def test_the_calendar_file(office):
    """Read by a calendar: one event at the booked time, with the office's place."""
    code = book(office).ok()["code"]
    event = Calendar.from_ical(office.anybody.get(f"/appointments/{code}/calendar.ics").ok()).walk("VEVENT")[0]
    assert event.decoded("dtstart").isoformat() in (START, "2026-11-25T01:00:00+00:00")


def test_the_forms_lead_to_a_booking(app, office):
    """Office, service, time, name: each page leads to the next, and the code is shown and found again."""
    browser = app.test_client()
    assert "/book/waru" in browser.get("/book").text
    assert "/book/waru/KTP_REC" in browser.get("/book/waru").text
    page = browser.get("/book/waru/KTP_REC").text
    held = browser.post("/book/waru/KTP_REC", data={"csrf_token": token_of(page), "on1": "2026-11-25", "at1": "09:00"})
    assert held.status_code == 303, held.text
    form = browser.get(held.location)
    wrong = browser.post(held.location, data={"csrf_token": token_of(form.text), "name": "", "phone": PHONE})
    assert wrong.status_code == 422
    assert PHONE in wrong.text
    done = browser.post(held.location, data={"csrf_token": token_of(form.text), "name": "Surip", "phone": PHONE})
    assert done.status_code == 303, done.text
    code = re.search(r"/b/([^/?]+)", done.location)[1]
    assert "Perekaman KTP-el" in browser.get(f"/b/{code}").text


def test_a_form_without_its_token_books_nothing(app):
    """From another site's page: refused."""
    assert app.test_client().post("/book/waru/KTP_REC", data={"on1": "2026-11-25", "at1": "09:00"}).status_code == 403


def test_a_phone_that_has_a_booking_is_said_beside_its_field(app, office):
    """Corrected into a second booking of the same group: the form again with the reason, and what was typed."""
    book(office, phone=PHONE).ok()
    code = book(office, start="2026-11-25T10:00:00+08:00").ok()["code"]
    browser = app.test_client()
    form = token_of(browser.get(f"/b/{code}/data").text)
    page = browser.post(f"/b/{code}/data", data={"csrf_token": form, "name": "Siti", "phone": PHONE})
    assert page.status_code == 422
    assert PHONE in page.text
    assert say("id", "book.data_saved") not in page.text


@pytest.mark.parametrize("path", ["/book/atlantis", "/book/waru/NIRWANA", "/b/ZZZZZZ", "/book/details/ZZZZZZ"])
def test_an_unknown_place_is_a_page_that_says_so(app, path):
    """404 with a page of ours, not a bare error."""
    page = app.test_client().get(path)
    assert page.status_code == 404
    assert "<h1" in page.text


@pytest.fixture
def officer(app, office):
    return entrance(app, office)


def arrive(browser, code):
    return send(browser, f"/b/{code}/arrive", page=f"/b/{code}")


def test_an_officer_notes_an_arrival(app, office, clock, officer):
    """The code typed or scanned by who is signed in: one button, one number; a second press gives the same."""
    code = book(office).ok()["code"]
    clock.set(START)
    desk = officer("operator")
    form = token_of(desk.get(f"/b/{code}").text)
    for key in ("book.checked_in", "book.already_in"):
        page = desk.post(f"/b/{code}/arrive", data={"csrf_token": form})
        assert say("id", key, number="A001") in page.text
    assert office.board()["waiting_count"] == 1


@pytest.mark.parametrize(("at", "code", "key", "facts"), [
    ("08:15", "waru", "book.too_early", {"time": "09.00", "a": "08.30"}),
    ("10:01", "waru", "book.too_late", {"time": "09.00"}),
    ("09:00", "penajam", "book.wrong_office", {"point": "Waru"}),
])  # fmt: skip
def test_an_arrival_that_cannot_be_noted(office, clock, officer, at, code, key, facts):
    """Said in words, with the times; nobody stands in the line."""
    booked = book(office).ok()["code"]
    clock.set(f"2026-11-25T{at}:00+08:00")
    page = arrive(officer("operator", code), booked)
    assert page.status_code == 409
    assert say("id", key, zone="WITA", **facts) in page.text
    assert office.board()["waiting_count"] == 0


def test_another_day_is_named(office, officer):
    """A day too early: which day it is; the link to the other language leads to the booking, not to where the form went."""
    code = book(office).ok()["code"]
    page = arrive(officer("operator"), code)
    assert f'href="/b/{code}?lang=en"' in page.text
    assert say("id", "book.other_day", day="Rabu", date="25 November 2026") in page.text


def test_a_resident_cannot_note_the_own_arrival_from_home(app, office, clock):
    """No button, and no way around it."""
    code = book(office).ok()["code"]
    clock.set(START)
    browser = app.test_client()
    assert "/arrive" not in browser.get(f"/b/{code}").text
    form = token_of(browser.get(f"/b/{code}/data").text)
    assert browser.post(f"/b/{code}/arrive", data={"csrf_token": form}).status_code == 403
    assert office.board()["waiting_count"] == 0


def hold(browser, start="09:00", page="/book/waru/KTP_REC"):
    """A place held through the form; the address of the form for the name, and the token."""
    form = {"csrf_token": token_of(browser.get(page).text), "on1": "2026-11-25", "at1": start}
    return browser.post(page.partition("?")[0], data=form).location, form["csrf_token"]


def test_a_place_that_went_meanwhile_is_replaced_with_what_was_typed(app, clock):
    """The hold ran out and another took the place: other times as buttons; the next page has the name and the new time."""
    browser = app.test_client()
    address, token = hold(browser)
    clock.move(minutes=11)
    hold(app.test_client())
    gone = browser.post(address, data={"csrf_token": token, "name": "Mbah Surip"})
    assert gone.status_code == 409
    assert 'value="Mbah Surip"' in gone.text
    start = re.search(r'name="start" value="([^"]+)"', gone.text)[1]
    page = browser.post(address, data={"csrf_token": token, "name": "Mbah Surip", "start": start})
    assert page.status_code == 200
    assert 'value="Mbah Surip"' in page.text
    form = re.search(r'action="(/book/details/[^"]+)"', page.text)[1]
    assert f'href="{form}?lang=en"' in page.text
    done = browser.post(form, data={"csrf_token": token, "name": "Mbah Surip"})
    assert start[11:16].replace(":", ".") in browser.get(done.location).text


def test_a_family_in_one_booking(app):
    """Added one by one with names of people; the booking lists them and asks for their papers."""
    browser = app.test_client()
    page = browser.get("/book/waru/KTP_REC?who=2&add=KTP_LOST").text
    assert 'name="more" value="2.KTP_LOST"' in page
    token = token_of(page)
    held = browser.post("/book/waru/KTP_REC", data={"csrf_token": token, "on1": "2026-11-25", "at1": "09:00", "more": "2.KTP_LOST"})
    assert 'href="/book/waru/KTP_REC?more=2.KTP_LOST"' in browser.get(held.location).text
    done = browser.post(held.location, data={"csrf_token": token, "name": "Surip"})
    text = browser.get(done.location).text
    assert say("id", "book.person_n", n=2) in text
    assert "KTP-el hilang" in text


@pytest.mark.parametrize("link", [None, "https://serambi.example.id/"])
def test_what_can_be_done_from_home_says_so(make_app, link):
    """Only where it is true: the name, and the address when it is set."""
    browser = make_app(online_url=link).test_client()
    page = browser.get("/book/waru/KK_NEW").text
    assert say("id", "book.online_hint") in page
    assert ("https://serambi" in page) == (link is not None)
    assert say("id", "book.online_hint") not in browser.get("/book/waru/KTP_REC").text


def test_what_is_not_here_leads_to_where_it_is(app):
    """Why not, and the same service at the office that has it, one press away."""
    page = app.test_client().get("/book/waru").text
    assert '<a href="/book/penajam/INFO">' in page


def test_an_event_of_life_names_its_documents(app):
    """What happened, in one press: the first document with the others of the same visit."""
    browser = app.test_client()
    assert '<a href="/book/waru/KTP_LOST?more=1.KTP_REC">' in browser.get("/book/waru").text
    assert 'name="more" value="1.KTP_REC"' in browser.get("/book/waru/KTP_LOST?more=1.KTP_REC").text


def test_offices_say_what_today_brings(app, clock):
    """Until when it is open, how many services, and where it stands for the phone that reckons the way."""
    browser = app.test_client()
    page = browser.get("/book").text
    assert say("id", "book.today_open", time="15.00") in page
    assert say("id", "book.services_some", n=3, k=4) in page
    assert 'data-latitude="-1.42"' in page
    clock.set("2026-11-24T15:00:00+08:00")
    assert say("id", "book.today_closed") in browser.get("/book").text


@pytest.mark.parametrize("lang", ["id", "en"])
def test_how_punctual_booked_people_are_called(app, office, lang):
    """Before and after booking: from the office's own days, or that it is not known yet."""
    browser, db = app.test_client(), app.extensions["giliran"].db
    code = book(office).ok()["code"]
    for told, said in ((NOTHING, say(lang, "book.punctual_unknown")), (Expectations(booked_by=10), say(lang, "book.punctual", n=10))):
        put_up(db.memo, "waru", told)
        for path in ("/book/waru/KTP_REC", f"/b/{code}"):
            assert said in browser.get(f"{path}?lang={lang}").text


def test_a_long_list_of_papers_is_sent_as_its_address(make_app):
    """Each sign in a link costs three bytes: up to six papers by name, more of them as the page that lists them."""
    browser = make_app(public_url="https://antre.example.id").test_client()
    short = unquote(re.search(r'href="(https://wa\.me/[^"]+)"', browser.get("/book/waru/KTP_REC").text)[1])
    assert "Fotokopi KK" in short
    with patch("booking.book_pages.PAPERS_NAMED", 1):
        long = unquote(re.search(r'href="(https://wa\.me/[^"]+)"', browser.get("/book/waru/KTP_REC?more=1.KTP_LOST").text)[1])
    assert "https://antre.example.id/book/waru/KTP_REC?more=1.KTP_LOST" in long
    assert "Fotokopi KK" not in long


def test_another_language_loses_nothing(app):
    """The link carries whatever the page's address does."""
    page = app.test_client().get("/book/waru/KTP_REC?more=2.KTP_LOST&from=2026-11-27").text
    assert 'href="?more=2.KTP_LOST&amp;from=2026-11-27&amp;lang=en"' in page
