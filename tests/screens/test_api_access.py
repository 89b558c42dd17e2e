"""Who may ask: devices, people, browsers; signing in, being slowed down, being revoked."""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from factories import PASSWORD, order
from limits import RateLimitItemPerMinute

import access
from office import devices


@pytest.fixture
def kiosk(office):
    return office.device("kiosk")


@pytest.fixture
def siti(office):
    return office.person("siti")


@pytest.fixture
def boss(office):
    return office.person("ani", role="regency_admin")


KIOSK_MAY = [("POST", "/offices/waru/tickets", order()), ("GET", "/offices/waru/kiosk", None)]
PERSON_MAY = [
    ("POST", "/offices/waru/counters/1/open", {}), ("POST", "/offices/waru/counters/1/call-next", {}),
    ("GET", "/offices/waru/counters", None), ("GET", "/offices/waru/counters/1", None),
    ("POST", "/offices/waru/outages", {"reason": "network"}), ("DELETE", "/session", None),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body"), KIOSK_MAY + PERSON_MAY)
def test_strangers_are_unauthenticated(office, method, path, body):
    """No token, or one nobody holds: 401."""
    for stranger in (office.anybody, office.anybody.holding("x" * 43)):
        assert stranger.ask(method, path, body).code == "unauthenticated"


@pytest.mark.parametrize(("method", "path", "body"), PERSON_MAY)
def test_a_kiosk_is_no_person(kiosk, method, path, body):
    """A machine in the hall works at no counter: 403."""
    assert kiosk.ask(method, path, body).code == "forbidden"


@pytest.mark.parametrize(("method", "path", "body"), KIOSK_MAY)
def test_a_screen_takes_no_numbers(office, method, path, body):
    """A display's token shows, it does not act: 403."""
    assert office.device("display").ask(method, path, body).code == "forbidden"


@pytest.mark.parametrize(("method", "path", "body"), KIOSK_MAY + PERSON_MAY[:-1])
def test_another_office_is_not_ours(office, method, path, body):
    """A person or a kiosk of Timur does nothing in Waru: 403."""
    timur = office.at("timur")
    assert timur.person("yosef").ask(method, path, body).code == "forbidden"
    assert timur.device("kiosk").ask(method, path, body).code == "forbidden"


def test_staff_may_give_numbers(office, siti, boss):
    """When the kiosk is broken, a number comes from a counter; the regency's people may everywhere."""
    assert [office.take(who)["label"] for who in (siti, boss)] == ["A001", "A002"]


def test_sessions(office):
    """A token for name and password; worth nothing after signing out."""
    username = office.add_person("siti")
    answer = office.anybody.post("/session", username=username, password=PASSWORD).ok()
    assert answer["operator"] == {"name": "siti", "role": "operator", "offices": ["waru"]}
    siti = office.anybody.holding(answer["token"])
    assert siti.get("/offices/waru/counters").status == 200
    siti.delete("/session").ok()
    assert siti.get("/offices/waru/counters").code == "unauthenticated"


def test_wrong_passwords_and_unknown_names_are_alike(office):
    """401 bad_credentials for both: nobody learns who works here."""
    username = office.add_person("siti")
    wrong, unknown = (
        office.anybody.post("/session", username=name, password="x") for name in (username, "nobody.waru")
    )
    assert (wrong.status, wrong.code, wrong.body) == (401, "bad_credentials", unknown.body)


def test_guessing_is_slowed_for_the_name_alone(office):
    """After ten failures the name must wait, even with the right password; others sign in."""
    username, other = office.add_person("siti"), office.add_person("budi")
    for _ in range(10):
        assert office.anybody.post("/session", username=username, password="x").code == "bad_credentials"
    answer = office.anybody.post("/session", username=username, password=PASSWORD)
    assert (answer.status, answer.code) == (429, "slow_down")
    assert answer.headers["Retry-After"].isdigit()
    assert office.anybody.post("/session", username=other, password=PASSWORD).status == 200


def test_guessing_all_at_once_is_no_way_around(app, office, monkeypatch):
    """Thirty tries that are sent before the first is answered are worth ten, like thirty in a row; the right password passes."""
    username, sent = office.add_person("siti"), threading.Barrier(30)

    def look(_hash, password):
        time.sleep(0.02)
        return password == PASSWORD

    def guess(_):
        client = app.test_client()
        sent.wait(10)
        return client.post("/api/v1/session", json={"username": username, "password": "x"}).status_code

    def enter(_):
        return app.test_client().post("/api/v1/session", json={"username": other, "password": PASSWORD}).status_code

    other = office.add_person("budi")
    monkeypatch.setattr("signing_in.password_fits", look)
    with ThreadPoolExecutor(30) as threads:
        assert Counter(threads.map(guess, range(30))) == {401: 10, 429: 20}
        assert set(threads.map(enter, range(15))) == {200}


@pytest.mark.parametrize(("proxies", "elsewhere"), [(0, 429), (1, 401)])
def test_behind_a_proxy_its_word_counts(make_app, monkeypatch, proxies, elsewhere):
    """Who guesses from one address slows no other address, once the server was told of its proxy; before, the word of
    anybody who claims to be one counts for nothing."""
    monkeypatch.setattr(access, "BY_ADDRESS", RateLimitItemPerMinute(1))
    client = make_app(proxies=proxies).test_client()

    def guess(name: str, address: str) -> int:
        body = {"username": name, "password": "x"}
        return client.post("/api/v1/session", json=body, headers={"X-Forwarded-For": address}).status_code

    assert [guess("one", "203.0.113.1"), guess("two", "203.0.113.1"), guess("three", "203.0.113.2")] == [401, 429, elsewhere]


def test_guessing_leaves_nothing_that_grows(app, office, monkeypatch):
    """Each wrong code from a new browser is forgotten in time; the failures of a name are not forgotten for it."""
    monkeypatch.setattr(access, "REMEMBER_AT_MOST", 20)
    keeper, username = app.extensions["giliran"].keeper, office.add_person("siti")
    for _ in range(10):
        office.anybody.post("/session", username=username, password="x")
    for n in range(200):
        keeper.count_wrong_code(f"browser {n}", "203.0.113.1")
        keeper.count_failure(f"name {n}", "203.0.113.1")
    assert len(keeper._codes.storage.events) < 25
    assert office.anybody.post("/session", username=username, password=PASSWORD).code == "slow_down"


def test_signing_in_rightly_is_never_slowed(office):
    """Only failures count: a whole office signs in from one address each morning."""
    username = office.add_person("siti")
    for _ in range(15):
        office.anybody.post("/session", username=username, password=PASSWORD).ok()


def test_a_revoked_device_is_a_stranger(office, kiosk, app):
    """At the latest two seconds after its revocation."""
    here = app.extensions["giliran"]
    device = here.keeper.actor_of(kiosk.token)
    here.db.transaction(devices.revoke_device, device_id=device.id)
    here.keeper._clock = lambda: 10**9
    assert kiosk.post("/offices/waru/tickets", **order()).code == "unauthenticated"


def test_an_answer_is_its_asker_s(office, kiosk):
    """Another's request_id tells nobody the key of a ticket, and takes no second one."""
    body = order()
    mine = kiosk.post("/offices/waru/tickets", **body).ok()
    other = office.device("kiosk", "Anjungan 2").post("/offices/waru/tickets", **body)
    assert other.code == "request_id_reused"
    assert mine["key"] not in str(other.body)


def test_a_browser_needs_its_csrf_token(app, office, kiosk):
    """With a cookie instead of a token a change without the page's CSRF token is refused."""
    browser = app.test_client()
    browser.set_cookie("giliran_device", kiosk.token)
    assert browser.post("/api/v1/offices/waru/tickets", json=order()).json["code"] == "forbidden"
    assert browser.get("/api/v1/offices/waru/kiosk").status_code == 200
    browser.set_cookie("giliran_csrf", "a cookie")
    token = app.extensions["giliran"].keeper.csrf_token("a cookie")
    answer = browser.post("/api/v1/offices/waru/tickets", json=order(), headers={"X-CSRF-Token": token})
    assert answer.status_code == 201
