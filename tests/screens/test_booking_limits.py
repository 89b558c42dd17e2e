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
