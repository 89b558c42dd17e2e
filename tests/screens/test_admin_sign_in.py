"""Signing in and out on a page: who comes in, where to, and what is said to the others."""

import re
from datetime import timedelta

import pytest
from factories import PASSWORD

from words import WORDS, say


def token_of(text):
    return re.search(r'name="csrf_token" value="([^"]+)"', text)[1]


def sign_in(client, username, password=PASSWORD, **more):
    form = client.get("/login").text
    return client.post(
        "/login", data={"csrf_token": token_of(form), "username": username, "password": password, **more}
    )


@pytest.mark.parametrize(
    ("role", "room"), [("operator", "/counter"), ("office_admin", "/admin"), ("regency_admin", "/admin")]
)
def test_everybody_comes_to_the_own_room(app, office, role, room):
    """Operators go to the counter, administrators to the back room."""
    came = sign_in(app.test_client(), office.add_person(role=role))
    assert came.status_code == 303
    assert came.headers["Location"] == room


def test_back_to_where_one_wanted_to_go(app, office):
    """Whoever was sent to sign in comes back to the page asked for."""
    client = app.test_client()
    sent = client.get("/admin/devices?x=1")
    assert sent.status_code == 302
    form = client.get(sent.headers["Location"]).text
    wanted = re.search(r'name="next" value="([^"]+)"', form)[1]
    came = sign_in(client, office.add_person(role="office_admin"), next=wanted)
    assert came.headers["Location"] == "/admin/devices?x=1"


@pytest.mark.parametrize(
    "elsewhere", ["https://jahat.test/", "//jahat.test/", "/\\jahat.test", "javascript:alert(1)", "jahat"]
)
def test_sign_in_sends_nobody_elsewhere(app, office, elsewhere):
    """An address that is not ours is forgotten, in the link and in the form."""
    client = app.test_client()
    assert "jahat" not in client.get("/login", query_string={"next": elsewhere}).text
    assert sign_in(client, office.add_person(), next=elsewhere).headers["Location"] == "/counter"


@pytest.mark.parametrize("lang", WORDS)
def test_a_wrong_password_is_said_and_announced(app, office, lang):
    """The form says what is wrong as an alert, keeps the name and never the password."""
    client = app.test_client()
    client.get(f"/login?lang={lang}")
    page = sign_in(client, office.add_person(), "salah sekali")
    assert page.status_code == 401
    assert re.search(rf'role="alert".*{re.escape(say(lang, "err.bad_credentials"))}', page.text, re.DOTALL)
    assert 'value="siti.waru"' in page.text
    assert "salah sekali" not in page.text


def test_too_many_tries(app, office):
    """After ten failures the form says how long to wait, even to the right password."""
    client, username = app.test_client(), office.add_person()
    for _ in range(10):
        sign_in(client, username, "salah")
    page = sign_in(client, username)
    assert page.status_code == 429
    assert "menit, lalu coba lagi" in page.text


def test_a_forged_sign_in_is_refused_kindly(app, office):
    """Without the form's token nobody is signed in; a person whose page lay open too long may simply repeat."""
    page = app.test_client().post("/login", data={"username": office.add_person(), "password": PASSWORD})
    assert page.status_code == 403
    assert say("id", "err.stale_form") in page.text
    assert "giliran_person" not in page.headers.get("Set-Cookie", "")


def test_the_cookie_ends_with_the_office_s_day(app, office, clock):
    """Signed in at nine, out at the office's midnight: fifteen hours, unreadable for scripts, only sent from here."""
    came = sign_in(app.test_client(), office.add_person())
    cookie = next(c for c in came.headers.getlist("Set-Cookie") if c.startswith("giliran_person="))
    lasts = int(re.search(r"Max-Age=(\d+)", cookie)[1])
    assert timedelta(seconds=lasts) == timedelta(hours=15)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_at_midnight_everybody_is_out(app, office, clock):
    """The session is over for the server too."""
    client = app.test_client()
    sign_in(client, office.add_person(role="office_admin"))
    assert client.get("/admin").status_code == 200
    clock.move(hours=15)
    app.extensions["giliran"].keeper.forget()
    assert client.get("/admin").headers["Location"].startswith("/login")


def test_signing_out(app, office):
    """The token is worthless afterwards, also for somebody who kept it."""
    client = app.test_client()
    sign_in(client, office.add_person(role="office_admin"))
    kept = client.get_cookie("giliran_person").value
    out = client.post("/logout", data={"csrf_token": token_of(client.get("/admin").text)})
    assert out.headers["Location"] == "/login"
    client.set_cookie("giliran_person", kept)
    assert client.get("/admin").status_code == 302


def test_signing_out_needs_our_form(app, office):
    """Another site cannot sign a person out."""
    client = app.test_client()
    sign_in(client, office.add_person(role="office_admin"))
    assert client.post("/logout").status_code == 403
    assert client.get("/admin").status_code == 200


def test_who_is_in_is_not_asked_again(app, office):
    """The sign-in page leads a signed-in person on."""
    client = app.test_client()
    sign_in(client, office.add_person())
    assert client.get("/login").headers["Location"] == "/counter"
