"""Adding people, their passwords, stopping and allowing them."""

import pytest
from back_room import entrance, rows, send
from factories import PASSWORD

from words import say


@pytest.fixture
def signed_in(app, office):
    return entrance(app, office)


NEW = {"name": "Dewi Lestari", "username": "dewi", "role": "operator", "office": "waru", "password": "cukup panjang"}


def test_a_new_person_can_sign_in(app, office, signed_in):
    """Added with a first password, signed in with it."""
    assert say("id", "admin.person_added", name="Dewi Lestari") in send(signed_in(), "/admin/people", **NEW).text
    assert office.anybody.post("/session", username="dewi", password="cukup panjang").ok()["operator"]["offices"] == [
        "waru"
    ]


REFUSED = [
    ({"password": "pendek"}, "admin.person_password_rule"),
    ({"username": ""}, "admin.wrong_username"),
    ({"username": "rahma.waru"}, "admin.person_taken"),
    ({"role": "raja"}, "admin.wrong_role"),
    ({"role": "regency_admin"}, "admin.wrong_office_none"),
    ({"office": ""}, "admin.wrong_office"),
]


@pytest.mark.parametrize(("change", "word"), REFUSED)
def test_a_refused_form_keeps_what_was_typed(signed_in, change, word):
    """Each field says what is wrong with it; what was typed stays, but the password."""
    page = send(signed_in("regency_admin", name="rahma"), "/admin/people", **{**NEW, **change})
    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert say("id", word, n=10) in page.text
    assert 'value="Dewi Lestari"' in page.text
    assert "cukup panjang" not in page.text


@pytest.mark.parametrize("change", [{"office": "penajam"}, {"role": "regency_admin", "office": ""}])
def test_nobody_appoints_above_or_beside(app, signed_in, change):
    """An office's administrator appoints people of that office only, and nobody for the regency."""
    assert send(signed_in(), "/admin/people", **{**NEW, **change}).status_code == 403
    assert rows(app, "SELECT count(*) FROM people WHERE username = 'dewi'")[0][0] == 0


def test_a_new_password_ends_the_session(app, office, signed_in):
    """The old password and the old session are worth nothing any more."""
    siti, admin = office.person(), signed_in()
    assert (
        say("id", "admin.password_set", name="siti")
        in send(admin, "/admin/people/1/password", password="baru dan panjang").text
    )
    assert siti.get(f"{office.path}/counters").code == "unauthenticated"
    office.anybody.post("/session", username="siti.waru", password="baru dan panjang").ok()


def test_stopping_and_allowing(app, office, signed_in):
    """Who is stopped is out at once; allowed again, the old password is good."""
    siti, admin = office.person(), signed_in()
    assert say("id", "admin.person_stop_q", name="siti") in admin.get("/admin/people/1/stop").text
    send(admin, "/admin/people/1/stop")
    assert siti.get(f"{office.path}/counters").code == "unauthenticated"
    assert say("id", "admin.person_allowed", name="siti") in send(admin, "/admin/people/1/allow").text
    office.anybody.post("/session", username="siti.waru", password=PASSWORD).ok()


def test_nobody_stops_oneself(app, signed_in):
    """The last administrator cannot lock the door from outside."""
    assert send(signed_in(), "/admin/people/1/stop").status_code == 403
