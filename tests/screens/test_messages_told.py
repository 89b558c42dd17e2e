"""What the pages promise of messages, and what the back room says of them."""

import re

import pytest
from back_room import entrance, rows, send, token_of
from bookings import book
from factories import Caller, Hall, Office, by_client

from office import messages
from words import say

PHONE, EMAIL = "+6281234567890", "surip@example.id"
MAIL = {"smtp_url": "smtp+plain://127.0.0.1:25", "mail_from": "antrean@example.go.id"}
GATEWAY = {"gateway_url": "http://127.0.0.1:9/", "gateway_secret": "kunci"}


def details_page(app):
    browser = app.test_client()
    page = browser.get("/book/waru/KTP_REC").text
    held = browser.post("/book/waru/KTP_REC", data={"csrf_token": token_of(page), "on1": "2026-11-25", "at1": "09:00"})
    return browser.get(held.location).text


@pytest.mark.parametrize(("settings", "phone", "email"), [({}, False, False), (MAIL, False, True), (GATEWAY, True, False)])
def test_only_what_can_be_sent_is_promised(make_app, settings, phone, email):
    """Without a sender no message is promised, and no e-mail address asked for."""
    text = details_page(make_app(**settings))
    assert (say("id", "book.phone_told") in text) is phone
    assert (say("id", "book.phone_optional") in text) is not phone
    assert ('name="email"' in text) is email


def in_hall(app, clock):
    return Hall(app.extensions["giliran"].db, clock, "waru")


@pytest.mark.parametrize(("settings", "way", "told"), [
    (GATEWAY, {"phone": PHONE}, True), (GATEWAY, {"email": EMAIL}, False), (MAIL, {"email": EMAIL}, True),
    ({}, {"phone": PHONE, "email": EMAIL}, False), (GATEWAY, {}, False),
])  # fmt: skip
def test_a_reminder_is_promised_to_who_gets_one(make_app, clock, settings, way, told):
    """By a way that is set up and an address that was given."""
    app = make_app(**settings)
    code = book(in_hall(app, clock), on="2026-11-27", **way)["code"]
    assert (say("id", "book.will_remind") in app.test_client().get(f"/b/{code}").text) is told


def test_no_reminder_is_promised_for_today(make_app, clock):
    """Booked for the same day: the confirmation goes out, a reminder would come too late."""
    app = make_app(**GATEWAY)
    code = book(in_hall(app, clock), "11:00", on="2026-11-24", phone=PHONE)["code"]
    assert say("id", "book.will_remind") not in app.test_client().get(f"/b/{code}").text


@pytest.fixture
def broken(app, clock):
    """A message that the gateway refused for good, and its id."""
    hall = in_hall(app, clock)
    code = book(hall, phone=PHONE, name="Surip Widodo")["code"]
    row = hall.do(messages.take_due, channel="phone")
    hall.do(messages.settle, message_id=row.id, error="http_422", is_final=True)
    return code, row.id


def test_the_administrator_sees_what_failed(app, office, broken):
    """On the start page as a trouble; on the messages' page with code, kind, way and reason, without name and number."""
    admin = entrance(app, office)()
    assert say("id", "admin.trouble_messages_failed", n=1) in admin.get("/admin").text
    text = admin.get("/admin/messages").text
    code, kind, why = broken[0], say("id", "admin.message_booked"), say("id", "admin.message_why_refused")
    for part in (f"{code[:3]} {code[3:6]}", kind, why, "http_422"):
        assert part in text
    assert not re.search(r"Surip|81234567890", text)


@pytest.mark.parametrize(("act", "state"), [("again", "pending"), ("drop", "dropped")])
def test_it_is_sent_again_or_given_up(app, office, broken, act, state):
    """One button each; then the trouble is gone."""
    admin = entrance(app, office)()
    send(admin, f"/admin/messages/{broken[1]}/{act}", "/admin/messages")
    assert rows(app, "SELECT state FROM messages WHERE kind = 'booked'") == [(state,)]
    assert say("id", "admin.trouble_messages_failed", n=1) not in admin.get("/admin").text


def test_machines_that_watch_see_it(app, broken):
    """Counted by state at /metrics, without saying whose."""
    assert 'giliran_messages{state="failed"} 1.0' in app.test_client().get("/metrics").text


def test_another_office_s_messages(app, office, broken):
    """Neither seen nor touched."""
    admin = entrance(app, office)(code="penajam", name="budi")
    assert f"{broken[0][:3]} {broken[0][3:6]}" not in admin.get("/admin/messages").text
    assert send(admin, f"/admin/messages/{broken[1]}/again", "/admin/outages").status_code == 403


def test_which_ways_there_are(make_app, clock):
    """Set up, or the name of the setting that is missing."""
    app = make_app(**MAIL)
    place = Office(app.extensions["giliran"].db, clock, Caller(by_client(app.test_client(use_cookies=False))), "waru")
    text = entrance(app, place)().get("/admin/messages").text
    assert say("id", "admin.way_set") in text
    assert say("id", "admin.way_how", name="KIOSK_GATEWAY_URL") in text
