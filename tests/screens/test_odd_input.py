"""What a stranger may send: odd texts, huge numbers, dates at the ends of the calendar. A refusal, never a broken page."""

import pytest
from back_room import entrance, token_of
from factories import Caller, Office, by_client, new_request_id

NOBODY_HAS = "99999999999999999999"
ENDS = ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00")


@pytest.fixture
def place(url, make_app, clock):
    """(app, office) on each kind of database: they refuse different things."""
    app = make_app(database_url=url)
    return app, Office(app.extensions["giliran"].db, clock, Caller(by_client(app.test_client(use_cookies=False))), "waru")


@pytest.fixture
def boss(place):
    return entrance(*place)("regency_admin")


ADDRESSES = [
    ("/t/a%00b", 404), ("/b/a%00b", 404), ("/book/wa%00ru", 404), ("/office/wa%00ru/line", 404), ("/kiosk/wa%00ru", 404),
    ("/b?code=a%00b", 400), ("/book/waru?q=%00", 400), ("/display/waru?token=%00", 400), ("/api/v1/offices/waru/slots?service=%00", 400),
    ("/book/waru/KTP_REC?from=9999-12-31", 200), ("/book/waru/KTP_REC?from=0001-01-01", 200),
    ("/api/v1/offices/waru/slots?service=KTP_REC&from=9999-12-31", 422),
    ("/api/v1/offices/waru/slots?service=KTP_REC&from=0001-01-01", 422),
    ("/api/v1/offices/waru/line?at=0001-01-01T00:00:00%2B14:00", 422), ("/login?next=http://[", 200),
]  # fmt: skip


def test_an_odd_address(place):
    """A NUL, a date that no calendar goes beyond, an address that is none."""
    browser = place[0].test_client()
    assert [(path, browser.get(path).status_code) for path, _ in ADDRESSES] == ADDRESSES


def test_a_number_that_no_row_has(boss):
    """Larger than the database counts: not found, like any other that nobody has."""
    for page in ("devices/{}/revoke", "printers/{}", "people/{}/password", "closures/{}/remove"):
        for number in ("99999999", "9999999999", NOBODY_HAS):
            assert (page, number, boss.get("/admin/" + page.format(number)).status_code) == (page, number, 404)


FORMS = [
    ("/login", {"username": "a\0b", "password": "x"}, 400), ("/admin/people", {"username": "a", "name": "x\0"}, 400),
    ("/admin/devices", {"kind": "kiosk", "office": "waru", "name": "a\0"}, 400),
    ("/login", {"csrf_token": "é"}, 403), ("/logout", {"csrf_token": "é"}, 403),
    ("/admin/printers/1", {"device": "virtual:", "width_mm": "9" * 5000}, 422),
    ("/book/waru/KTP_REC", {"on": "9999-12-31", "at": "23:59"}, 422), ("/book/waru/KTP_REC", {"on": "0001-01-01", "at": "00:00"}, 422),
    ("/book/waru/KTP_REC", {"on": "2026-11-25", "at": "09:00", "more": "9" * 5000 + ".KTP_REC"}, 303),
]  # fmt: skip


def test_an_odd_form(boss):
    """What a form of ours would never send is refused, or read as what can be meant."""
    token = token_of(boss.get("/admin/people").text)
    sent = [(path, fields, boss.post(path, data={"csrf_token": token, **fields}).status_code) for path, fields, _ in FORMS]
    assert sent == FORMS


def test_an_odd_time(place):
    """Instants that no zone can be told for: 422, for a booking, its change and a pause."""
    office = place[1]
    siti, wanted = office.person("siti"), {"service": "KTP_REC", "name": "Ani"}
    booked = office.anybody.post("/offices/waru/appointments", **wanted, start="2026-11-25T09:00:00+08:00", request_id=new_request_id())
    code = booked.ok()["code"]
    for end in ENDS:
        answers = [
            office.anybody.post("/offices/waru/appointments", **wanted, start=end, request_id=new_request_id()),
            office.anybody.ask("PATCH", f"/appointments/{code}", {"start": end}),
            siti.post("/offices/waru/outages", reason="network", until=end),
        ]
        assert [answer.code for answer in answers] == ["invalid"] * 3


@pytest.mark.parametrize("depth", [500, 900, 5_000])
def test_a_body_deeper_than_anybody_means(app, office, depth):
    """Brackets in brackets: 400, or read and ignored."""
    answer = app.test_client().post(
        "/api/v1/offices/waru/tickets", data=b'{"x":' + b"[" * depth + b"]" * depth + b"}", content_type="application/json",
        headers={"Authorization": f"Bearer {office.device('kiosk').token}"},
    )  # fmt: skip
    assert answer.status_code in (400, 422)


def test_signing_in_leads_nowhere_else(boss):
    """Neither to another host nor into another header."""
    for target in ("//evil.example", "/%09/evil.example", "/%5Cevil.example", "http://[", "/%0d%0aX:y", "https:evil.example"):
        assert boss.get("/login?next=" + target).headers["Location"] == "/admin"
