"""A password of one's own: who may change it, and what becomes of the old one."""

import re

import pytest
from factories import PASSWORD

from words import WORDS, say

NEW = "perahu kecil di sungai"


def change(client, username, password=PASSWORD, new=NEW, lang="id"):
    form = client.get(f"/login/password?lang={lang}").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', form)[1]
    return client.post("/login/password", data={"csrf_token": token, "username": username, "password": password, "new": new})


def signs_in(office, username, password):
    return office.anybody.post("/session", username=username, password=password).status


def test_it_replaces_the_old_one_everywhere(app, office):
    """The new one counts at once, the old one no more, and machines that were signed in with it are signed out."""
    username = office.add_person("budi")
    before = office.anybody.post("/session", username=username, password=PASSWORD).ok()["token"]
    client = app.test_client()
    done = change(client, username)
    assert (done.status_code, done.headers["Location"]) == (303, "/counter")
    assert client.get("/counter").status_code in (200, 302)
    assert [signs_in(office, username, PASSWORD), signs_in(office, username, NEW)] == [401, 200]
    assert office.anybody.holding(before).get("/offices/waru/counters").code == "unauthenticated"


@pytest.mark.parametrize("lang", WORDS)
@pytest.mark.parametrize(("password", "new", "status", "key"), [
    ("salah sekali", NEW, 401, "err.bad_credentials"), (PASSWORD, "pendek", 422, "admin.person_password_rule"),
])
def test_what_is_wrong_is_said(app, office, lang, password, new, status, key):
    """Announced, in both languages; the name stays in its field, passwords never, and nothing is changed."""
    username = office.add_person("budi")
    page = change(app.test_client(), username, password, new, lang)
    assert page.status_code == status
    assert say(lang, key, n=10) in page.text
    assert 'role="alert"' in page.text
    assert f'value="{username}"' in page.text
    assert NEW not in page.text
    assert signs_in(office, username, PASSWORD) == 200


def test_a_forged_form_changes_nothing(app, office):
    """Without the form's own token."""
    username = office.add_person("budi")
    client = app.test_client()
    page = client.post("/login/password", data={"username": username, "password": PASSWORD, "new": NEW})
    assert page.status_code == 403
    assert signs_in(office, username, PASSWORD) == 200


def test_nothing_is_hashed_for_who_does_not_know_it(app, office, monkeypatch):
    """Hashing is dear, and only failed sign-ins are limited: a stranger's new password is not even looked at."""
    monkeypatch.setattr("admin.own_password_pages.hash_new_password", lambda new: pytest.fail("hashed for a stranger"))
    assert change(app.test_client(), office.add_person("budi"), "salah sekali").status_code == 401


@pytest.mark.parametrize(("role", "page"), [("office_admin", "/admin"), ("operator", "/counter/waru"), ("village_officer", "/assist")])
def test_it_is_reached_from_every_room_and_leads_back(app, office, role, page):
    """Whoever is signed in finds it, and comes back to where they were, changed or not."""
    client = app.test_client()
    username = office.add_person("budi", role)
    change(client, username)
    link = re.search(r'href="(/login/password\?next=[^"]+)"', client.get(page).text)[1]
    form = client.get(link).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', form)[1]
    back = re.search(r'href="(/login\?next=[^"]+)"', form)[1]
    assert client.get(back).headers["Location"] == page
    kept = re.search(r'name="next" value="([^"]+)"', form)[1]
    typed = {"username": username, "password": NEW, "new": PASSWORD}
    done = client.post("/login/password", data={"csrf_token": token, "next": kept, **typed})
    assert done.headers["Location"] == page
