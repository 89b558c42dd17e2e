"""Guessing codes, walking through bookings, flooding: limits by browser, which a neighbour at the same address does not meet."""

import math

import pytest
from back_room import token_of
from factories import new_request_id

from access import CODES_BY_BROWSER
from office.ids import _CODE_LETTERS, new_booking_code
from words import say

START = "2026-11-25T09:00:00+08:00"
TRIES = CODES_BY_BROWSER.amount


def order(**changes):
    return {"request_id": new_request_id(), "service": "KTP_REC", "start": START, "name": "Surip", **changes}


@pytest.fixture
def code(office):
    return office.anybody.post(f"{office.path}/appointments", **order()).ok()["code"]


@pytest.fixture
def browser(app):
    """With the mark that every booking page sets."""
    client = app.test_client()
    client.get("/book")
    return client


def test_a_code_is_no_number_in_a_row():
    """At least 40 bits, without signs that are read for others, drawn anew each time: the next one says nothing of this one."""
    codes = [new_booking_code() for _ in range(500)]
    assert len(codes[0]) * math.log2(len(_CODE_LETTERS)) >= 40
    assert not set(_CODE_LETTERS) & set("0O1I")
    assert len({found[:4] for found in codes}) > 490


LATER = {"on1": "2026-11-26", "at1": "09:00"}
WAYS = {
    "page": lambda client, form, code: client.get(f"/b/{code}"),
    "search": lambda client, form, code: client.get(f"/b?code={code}"),
    "move": lambda client, form, code: client.post(f"/b/{code}/move", data={"csrf_token": form, **LATER}),
    "cancel": lambda client, form, code: client.post(f"/b/{code}/cancel", data={"csrf_token": form}),
    "erase": lambda client, form, code: client.post(f"/b/{code}/data", data={"csrf_token": form, "erase": "1"}),
    "details": lambda client, form, code: client.post(f"/book/details/{code}", data={"csrf_token": form, "name": "Siti"}),
    "api": lambda client, form, code: client.get(f"/api/v1/appointments/{code}"),
    "api move": lambda client, form, code: client.patch(f"/api/v1/appointments/{code}", json={"start": START}),
    "api cancel": lambda client, form, code: client.delete(f"/api/v1/appointments/{code}"),
    "calendar": lambda client, form, code: client.get(f"/api/v1/appointments/{code}/calendar.ics"),
}


@pytest.mark.parametrize("way", WAYS)
def test_guessing_ends(browser, code, way):
    """Twenty wrong codes by whatever way: then even a right one is not looked up for this browser, and it says when it will be."""
    form = token_of(browser.get(f"/b/{code}/data").text)
    assert [WAYS[way](browser, form, f"ZZZZZZZ{n:02d}").status_code for n in range(TRIES)] == [404] * TRIES
    assert browser.get(f"/b/{code}").status_code == 429
    refused = browser.get(f"/api/v1/appointments/{code}")
    assert (refused.status_code, refused.json["code"]) == (429, "slow_down")
    assert 0 < int(refused.headers["Retry-After"]) <= 600


def test_a_neighbour_is_not_punished(app, browser, code):
    """The whole village shares the address: another browser, and the same code typed right as often as one likes, meet no limit."""
    for n in range(TRIES + 5):
        browser.get(f"/b/ZZZZZZZ{n:02d}")
    neighbour = app.test_client()
    neighbour.get("/book")
    assert {neighbour.get(f"/b/{code}").status_code for _ in range(3 * TRIES)} == {200}


def hold(client, at):
    form = token_of(client.get("/book/waru/KTP_REC").text)
    return client.post("/book/waru/KTP_REC", data={"csrf_token": form, "on1": "2026-11-25", "at1": at})


def free_starts(office):
    found = office.anybody.get(f"{office.path}/slots?service=KTP_REC&from=2026-11-25&days=30").ok()["days"]
    return [slot["start"] for day in found for slot in day["slots"] for _ in range(slot["free"])]


def flood(office):
    """One booking after another without a phone, as a new browser each time, until the office says no. What it said, and how often yes."""
    for count, start in enumerate(free_starts(office)):
        answer = office.anybody.post(f"{office.path}/appointments", **order(start=start))
        if answer.status != 201:
            return answer, count
    raise AssertionError("all places are gone")


def resident(app, office, number):
    """From the village's one address: a browser of their own, the first free time, the phone only when it is asked for."""
    client = app.test_client()
    start, said = free_starts(office)[0], f"0812 3456 7{number:03d}"
    form = {"csrf_token": token_of(client.get("/book/waru/KTP_REC").text), "on1": start[:10], "at1": start[11:16]}
    held = client.post("/book/waru/KTP_REC", data=form)
    asked = 'name="phone"' in held.text
    if asked:
        held = client.post("/book/waru/KTP_REC", data={**form, "phone": said})
    details = client.get(held.location).text
    done = client.post(held.location, data={"csrf_token": token_of(details), "name": "Surip", "phone": said if asked else ""})
    return asked, done.status_code


def test_a_flood_ends_and_the_village_books(app, office):
    """Without a phone and as somebody new each time: stopped with three quarters of the places left, with a code and a time to come
    back. Forty residents behind the very same address book before and in the middle of it; only those in the middle say a phone."""
    places = len(free_starts(office))
    assert [resident(app, office, number) for number in range(20)] == [(False, 303)] * 20
    refused, count = flood(office)
    assert (refused.status, refused.code, refused.headers["Retry-After"]) == (429, "phone_wanted", "600")
    assert 100 <= count + 20 <= 0.3 * places
    assert len(free_starts(office)) == places - count - 20
    assert [resident(app, office, number) for number in range(20, 40)] == [(True, 303)] * 20


def test_a_phone_that_cannot_be_read_is_asked_again(app, office):
    """What was typed is kept, and said beside its field what is wrong."""
    flood(office)
    client = app.test_client()
    form = {"csrf_token": token_of(client.get("/book/waru/KTP_REC").text), "on1": "2026-11-30", "at1": "09:00"}
    page = client.post("/book/waru/KTP_REC", data={**form, "phone": "12x"})
    assert page.status_code == 422
    assert 'value="12x" aria-invalid="true"' in page.text


def confirm(client, held):
    return client.post(held.location, data={"csrf_token": token_of(client.get(held.location).text), "name": "Surip"})


def test_flooding_by_one_browser_ends(app, browser):
    """Four bookings: the fifth time is refused in words; the neighbour's first is not."""
    for at in ("09:00", "09:15", "09:30", "09:45"):
        assert confirm(browser, hold(browser, at)).status_code == 303
    refused = hold(browser, "10:00")
    assert refused.status_code == 409
    assert say("id", "book.too_many") in refused.text
    neighbour = app.test_client()
    neighbour.get("/book")
    assert hold(neighbour, "10:00").status_code == 303


def test_holding_without_booking_takes_one_place(browser, office):
    """Choosing time after time keeps only the last: nobody empties a day by pressing buttons."""
    for at in ("09:00", "09:15", "09:30", "09:45", "10:00", "10:15"):
        assert hold(browser, at).status_code == 303
    day = office.anybody.get(f"{office.path}/slots?service=KTP_REC&from=2026-11-25&days=1").ok()["days"][0]
    assert [slot["start"][11:16] for slot in day["slots"] if not slot["free"]] == ["10:15"]


def test_a_form_sent_twice_books_once(browser, office):
    """The nervous thumb: the second press of the same form leads to the same booking."""
    held = hold(browser, "09:00")
    form = token_of(browser.get(held.location).text)
    answers = [browser.post(held.location, data={"csrf_token": form, "name": "Surip"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    day = office.anybody.get(f"{office.path}/slots?service=KTP_REC&from=2026-11-25&days=1").ok()["days"][0]
    assert sum(not slot["free"] for slot in day["slots"]) == 1
