"""The ticket page as the server writes it: right without a script, in both languages, light."""

import re

import pytest

from resident.ticket_page import expected_call
from words import WORDS, say

BUDGET_BYTES = 15_000


@pytest.fixture
def people(office):
    """A kiosk, and Siti at counter 1."""
    kiosk, siti = office.device(), office.person()
    siti.post(f"{office.path}/counters/1/open").ok()
    return kiosk, siti


def next_at_1(office, siti):
    return siti.post(f"{office.path}/counters/1/call-next").ok()["ticket"]


def made(office, people, state, lang="id"):
    """A ticket of Waru in this state, by the acts that lead there. Returns its key."""
    kiosk, siti = people
    ahead = {"soon": 2, "waiting": 4}.get(state, 0)
    for _ in range(ahead):
        office.take(kiosk)
    key = office.take(kiosk, lang=lang)["key"]
    if state in ("called", "serving", "held", "missed", "done", "transferred"):
        ticket = next_at_1(office, siti)
        for act in {"called": (), "held": ("hold",), "missed": ("no-show",), "done": ("start", "finish")}.get(
            state, ("start",)
        ):
            siti.post(f"/tickets/{ticket['id']}/{act}").ok()
        if state == "transferred":
            siti.post(f"/tickets/{ticket['id']}/transfer", service="KK_NEW").ok()
    if state == "left":
        office.anybody.delete(f"/tickets/{key}").ok()
    return key


SAID = {
    "waiting": ("stat.waiting", {"n": 4}), "soon": ("stat.soon", {}), "first": ("stat.first", {}),
    "called": ("stat.your_turn", {}), "serving": ("stat.serving", {"n": 1}), "held": ("stat.held", {}),
    "missed": ("stat.skipped", {}), "done": ("stat.done", {}), "left": ("stat.left", {}),
}  # fmt: skip


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("state", SAID)
def test_every_state_is_said_in_few_bytes(app, office, people, state, lang):
    """Each state has its sentence, in the language of the kiosk; all that the first view loads is at most 15 kB."""
    client = app.test_client()
    page = client.get(f"/t/{made(office, people, state, lang)}")
    key, values = SAID[state]
    assert page.status_code == 200
    assert f'<html lang="{lang}">' in page.text
    assert f">{say(lang, key, **values)}<" in page.text
    assert weight(client, page.text) <= BUDGET_BYTES


def weight(client, page):
    """Bytes of the page and of its one script; nothing else may be loaded."""
    assert len(re.findall(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=", page.replace('href="data:,"', ""))) == 1
    script = client.get(re.search(r'<script src="([^"]+)"', page)[1])
    return len(page.encode()) + len(script.data)


def test_called_shows_the_counter_large(app, office, people):
    """Who is called reads where to go: the counter's number stands alone."""
    text = app.test_client().get(f"/t/{made(office, people, 'called')}").text
    assert '<div class="go">' in text
    assert "<b>1</b>" in text
    assert say("id", "stat.leave") not in text


def test_who_missed_the_call_may_book_another_day(app, office, people):
    """A missed number is told when and where it was called, and offered another day."""
    text = app.test_client().get(f"/t/{made(office, people, 'missed')}").text
    assert say("id", "stat.called_times", n=1) in text
    assert 'href="/book/waru"' in text


def test_moved_to_another_service(app, office, people):
    """Who was sent on reads where to, and keeps the place."""
    text = app.test_client().get(f"/t/{made(office, people, 'transferred')}").text
    assert say("id", "stat.transferred", service="Kartu keluarga baru") in text


def test_the_day_after_the_number_is_over(app, office, people, clock):
    """Tomorrow's page says that the number was for today, and does not ask any more."""
    key = made(office, people, "waiting")
    clock.move(days=1)
    text = app.test_client().get(f"/t/{key}").text
    assert say("id", "stat.expired", date="Selasa, 24 November 2026") in text
    assert "data-final" in text
    assert "http-equiv" not in text


def test_an_unknown_key_is_a_friendly_404(app):
    """A key that nobody has is said in words, with a way on."""
    page = app.test_client().get("/t/2345678923456789")
    assert page.status_code == 404
    assert say("id", "err.unknown_ticket") in page.text


@pytest.mark.parametrize(
    ("state", "unknown"), [("open", "eta.unknown"), ("no_counter", "eta.no_counter"), ("outage", "eta.outage")]
)
def test_why_nobody_can_say_when(app, office, people, state, unknown):
    """Without a forecast the page says why: not enough is known, nobody works, or the service stands still."""
    kiosk, siti = people
    key = office.take(kiosk)["key"]
    if state == "no_counter":
        siti.post(f"{office.path}/counters/1/close").ok()
    if state == "outage":
        siti.post(f"{office.path}/outages", reason="power").ok()
    values = {"reason": say("id", "out.power")} if state == "outage" else {}
    expect = office.anybody.get(f"/tickets/{key}").ok()["expect"]
    if expect is None:
        assert say("id", unknown, **values) in app.test_client().get(f"/t/{key}").text


EXPECT = {"from": "2026-11-24T09:35:00+08:00", "to": "2026-11-24T10:00:00+08:00", "by": "2026-11-24T10:15:00+08:00",
          "back_by": "2026-11-24T09:30:00+08:00", "first_guess": False, "unlikely": False, "moved": None}  # fmt: skip
NOTED = [
    ({}, ["eta.p90", "eta.be_back"]),
    ({"back_by": "2026-11-24T09:10:00+08:00", "first_guess": True}, ["eta.p90", "eta.first_note"]),
    ({"moved": "later"}, ["eta.later", "eta.p90"]),
    ({"unlikely": True}, ["eta.unlikely", "eta.p90"]),
    ({"by": None, "back_by": None}, []),
]


@pytest.mark.parametrize(("change", "notes"), NOTED)
def test_when_as_a_range(change, notes):
    """A forecast is a range in clock times, with how sure it is, what changed and when to be back; three notes at most."""
    view = {
        "state": "waiting",
        "valid_today": True,
        "ahead": 4,
        "expect": EXPECT | change,
        "at": "2026-11-24T09:00:00+08:00",
    }
    eta = expected_call("waiting", view, "id", "WITA")
    assert (eta["lead"], eta["strong"]) == (say("id", "kiosk.eta"), "09.35 sampai 10.00 WITA")
    times = {"eta.p90": "10.15", "eta.be_back": "09.30"}
    assert eta["notes"][: len(notes)] == [say("id", key, time=times.get(key)) for key in notes]
    assert len(eta["notes"]) <= 3


def test_soon_has_no_clock_time():
    """Below ten minutes a clock time would promise too much."""
    view = {"expect": EXPECT, "at": "2026-11-24T09:52:00+08:00"}
    assert expected_call("soon", view, "id", "WITA")["strong"] == say("id", "eta.soon", n=15)


def test_another_language_by_address(app, office, people):
    """?lang= wins over the ticket's own language, also in what the script and the leave link ask for."""
    key = made(office, people, "waiting")
    text = app.test_client().get(f"/t/{key}?lang=en").text
    assert say("en", "stat.waiting", n=4) in text
    assert f'data-now="/t/{key}/now?lang=en"' in text
    assert f'href="/t/{key}/leave?lang=en"' in text


def test_right_without_a_script(app, office, people):
    """Without a script the page loads itself again, and its sentence does not claim to be new."""
    text = app.test_client().get(f"/t/{made(office, people, 'waiting')}").text
    assert re.search(r'<noscript><meta http-equiv="refresh" content="2\d"></noscript>', text)
    assert say("id", "stat.as_of", time="09.00") in text


def test_no_cookie_and_no_trace(app, office, people):
    """Reading a ticket sets no cookie, is kept nowhere, and tells its key to nobody."""
    page = app.test_client().get(f"/t/{made(office, people, 'waiting')}")
    assert "Set-Cookie" not in page.headers
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert "http://" not in page.text


def form_token(text):
    return re.search(r'name="csrf_token" value="([^"]+)"', text)[1]


def test_leaving_is_asked_first(app, office, people):
    """Leaving is two steps, works without a script, and the page then says so."""
    key, client = made(office, people, "waiting"), app.test_client()
    asked = client.get(f"/t/{key}/leave").text
    assert say("id", "stat.leave_q", number="A005") in asked
    done = client.post(f"/t/{key}/leave", data={"csrf_token": form_token(asked)})
    assert done.status_code == 303
    assert say("id", "stat.left") in client.get(done.headers["Location"]).text


def test_nobody_else_can_make_a_resident_leave(app, office, people):
    """A form without our token changes nothing."""
    key, client = made(office, people, "waiting"), app.test_client()
    assert client.post(f"/t/{key}/leave").status_code == 403
    assert office.anybody.get(f"/tickets/{key}").ok()["state"] == "waiting"


def test_called_while_thinking_about_leaving(app, office, people):
    """Who was called in the meantime does not leave, and is told to go to the counter."""
    kiosk, siti = people
    key, client = office.take(kiosk)["key"], app.test_client()
    token = form_token(client.get(f"/t/{key}/leave").text)
    next_at_1(office, siti)
    page = client.post(f"/t/{key}/leave", data={"csrf_token": token})
    assert page.status_code == 409
    assert f">{say('id', 'stat.your_turn')}<" in page.text


def test_the_changing_part_is_the_page_s(app, office, people):
    """What the script fetches is word for word what the page holds."""
    key, client = made(office, people, "waiting"), app.test_client()
    assert client.get(f"/t/{key}/now").text.strip() in client.get(f"/t/{key}").text


@pytest.mark.parametrize("lang", WORDS)
def test_the_start_page_says_what_a_resident_asks(app, office, people, lang):
    """Which office is open until when, how many wait, and where staff goes."""
    office.take(people[0])
    text = app.test_client().get(f"/?lang={lang}").text
    assert say(lang, "home.open_until", time="15.00") in text
    assert say(lang, "disp.waiting", n=1) in text
    assert 'href="/counter"' in text
    assert 'href="/display/waru"' in text


def test_closed_says_until_when(app, clock):
    """In the evening the start page says when the office opens again."""
    clock.set("2026-11-24T20:00:00+08:00")
    text = app.test_client().get("/").text
    assert say("id", "kiosk.closed", day="Rabu", time="08.00") in text


@pytest.mark.parametrize("lang", WORDS)
def test_an_office_shows_hours_and_papers(app, lang):
    """Before leaving home: the hours, each service with its papers, and what is not offered here and why."""
    text = app.test_client().get(f"/office/waru?lang={lang}").text
    assert "13.00 - 15.00" in text
    assert {"id": "Fotokopi KK", "en": "Copy of the family card"}[lang] in text
    assert say(lang, "home.unavailable", reason={"id": "hanya di Penajam", "en": "only in Penajam"}[lang]) in text


def test_an_unknown_office(app):
    """An office that does not exist is said in words."""
    page = app.test_client().get("/office/nirwana")
    assert page.status_code == 404
    assert say("id", "err.unknown_office") in page.text
