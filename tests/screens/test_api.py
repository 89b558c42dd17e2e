"""The public face over HTTP: answers, refusals, who may ask, and that an answer once given stays."""

import pytest
from factories import new_request_id, order
from flask import Flask

from office.reports import feed_since

ACTS = ("recall", "start", "finish", "no-show", "put-back", "return", "hold", "resume", "transfer")


@pytest.fixture
def kiosk(office):
    return office.device("kiosk")


@pytest.fixture
def siti(office):
    return office.person("siti")


@pytest.fixture
def boss(office):
    return office.person("ani", role="regency_admin")


def test_residents_need_no_login(office, kiosk):
    """Offices, one office, its board and a ticket by its key: for anybody."""
    ticket = office.take(kiosk)
    for path in ("/offices", "/offices/waru", "/offices/waru/board", f"/tickets/{ticket['key']}"):
        assert office.anybody.get(path).status == 200


def test_the_list_of_offices(office):
    """Every office with its zone and whether it is open now."""
    offices = office.anybody.get("/offices").ok()["offices"]
    assert [(o["code"], o["timezone"], o["open_now"]) for o in offices] == [
        ("waru", "Asia/Makassar", True), ("penajam", "Asia/Makassar", True), ("timur", "Asia/Jayapura", True),
    ]  # fmt: skip


def test_one_office(office):
    """Hours, services with their papers in both languages and why one is not offered, counters."""
    waru = office.anybody.get("/offices/waru").ok()
    assert waru["hours"]["fri"] == ["08:00-11:30", "13:30-15:00"]
    services = {s["code"]: s for s in waru["services"]}
    assert services["KTP_REC"]["requirements"] == [{"id": "Fotokopi KK", "en": "Copy of the family card"}]
    assert services["KTP_REC"]["available"]
    assert not services["INFO"]["available"]
    assert services["INFO"]["reason"]["en"] == "only in Penajam"
    assert [c["state"] for c in waru["counters"]] == ["closed"] * 3


def test_available_never_depends_on_a_counter(office, siti, clock):
    """A service is available while every counter is closed, and not available outside the hours with one open."""
    siti.post("/offices/waru/counters/1/open").ok()
    clock.set("2026-11-24T14:45:00+08:00")
    assert not office.anybody.get("/offices/waru").ok()["services"][0]["available"]


def test_a_number(office, kiosk):
    """201 with everything the kiosk shows; the address for the QR is the public one."""
    answer = kiosk.post("/offices/waru/tickets", **order(lane="priority", lang="en"))
    assert answer.status == 201
    ticket = answer.body
    assert (ticket["label"], ticket["lane"], ticket["state"], ticket["position"]) == ("A001", "priority", "waiting", 1)
    assert ticket["track_url"] == f"http://antre.test/t/{ticket['key']}"
    assert ticket["slip"]["state"] == "pending"
    assert ticket["expect"] is None


def test_a_retry_is_the_same_number(office, kiosk):
    """201 once, then 200 with the same body; the same id with another body is 409."""
    body = order()
    first, again = (kiosk.post("/offices/waru/tickets", **body) for _ in range(2))
    assert (first.status, again.status) == (201, 200)
    assert again.body == first.body
    assert kiosk.post("/offices/waru/tickets", **{**body, "lane": "priority"}).code == "request_id_reused"
    assert office.board()["waiting_count"] == 1


def test_unknown_fields_are_ignored(office, kiosk):
    """A client of tomorrow may send more; it is the same request with and without."""
    body = order()
    assert kiosk.post("/offices/waru/tickets", **body, colour="red").status == 201
    assert kiosk.post("/offices/waru/tickets", **body).status == 200


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"service": None}, "service"), ({"service": 7}, "service"), ({"lane": "vip"}, "lane"),
        ({"lang": "fr"}, "lang"), ({"request_id": None}, "request_id"), ({"request_id": "1"}, "request_id"),
        ({"request_id": 12}, "request_id"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named(office, kiosk, changes, field):
    """422 with a map of the fields, and no number is used up."""
    answer = kiosk.post("/offices/waru/tickets", **order(**changes))
    assert (answer.status, answer.code) == (422, "invalid")
    assert list(answer.body["fields"]) == [field]
    assert office.take(kiosk)["label"] == "A001"


REFUSED = [
    ("POST", "/offices/atlantis/tickets", order(), 404, "unknown_office"),
    ("POST", "/offices/waru/tickets", order(service="NONE"), 404, "unknown_service"),
    ("POST", "/offices/waru/tickets", order(service="INFO"), 409, "service_unavailable"),
    ("POST", "/offices/waru/counters/9/open", {}, 404, "unknown_counter"),
    ("POST", "/offices/waru/counters/1/call-next", {}, 409, "counter_closed"),
    ("POST", "/tickets/nothing/start", {}, 404, "unknown_ticket"),
    ("GET", "/tickets/nothing", None, 404, "unknown_ticket"),
    ("GET", "/tickets/%00", None, 404, "not_found"),
    ("DELETE", "/tickets/nothing", None, 404, "unknown_ticket"),
    ("GET", "/slips/nothing", None, 404, "unknown_slip"),
    ("GET", "/offices/atlantis/board", None, 404, "unknown_office"),
    ("GET", "/offices/WARU", None, 404, "unknown_office"),
    ("GET", "/nothing", None, 404, "not_found"),
    ("PUT", "/offices", {}, 405, "method_not_allowed"),
    ("DELETE", "/outages/99", None, 404, "unknown_outage"),
]


@pytest.mark.parametrize(("method", "path", "body", "status", "code"), REFUSED)
def test_refusals_have_a_stable_code(boss, method, path, body, status, code):
    """application/problem+json with type, title, status, code and the sentence in both languages."""
    answer = boss.ask(method, path, body)
    assert (answer.status, answer.code) == (status, code)
    assert answer.body["status"] == status
    assert answer.body["type"] == "about:blank"
    assert set(answer.body["text"]) == {"id", "en"}
    assert answer.body["detail"] in answer.body["text"].values()


@pytest.mark.parametrize(
    ("moment", "code"),
    [("07:00", "office_closed"), ("14:30", "past_last_ticket"), ("15:30", "office_closed")],
)
def test_closed_says_when_it_opens(office, kiosk, clock, moment, code):
    """409 with the instant from which there are numbers again, in the office's own time."""
    clock.set(f"2026-11-24T{moment}:00+08:00")
    answer = kiosk.post("/offices/waru/tickets", **order())
    assert (answer.status, answer.code) == (409, code)
    assert answer.body["tickets_from_at"].endswith("07:30:00+08:00")


def raw(app, data, content_type, token):
    return app.test_client().post(
        "/api/v1/offices/waru/tickets", data=data, content_type=content_type,
        headers={"Authorization": f"Bearer {token}"},
    )


@pytest.mark.parametrize(
    ("data", "content_type", "status"),
    [
        (b"{", "application/json", 400), (b"\xff", "application/json", 400), (b"[]", "application/json", 422),
        (b"null", "application/json", 422), (b'"x"', "application/json", 422), (b"7", "application/json", 422),
        (b"a=1", "application/x-www-form-urlencoded", 415), (b"{}", "text/plain", 415),
        (b'{"x": "' + b"y" * 70_000 + b'"}', "application/json", 413), (b"", "application/json", 422),
        (b'{"service": "\xed\xa0\x80"}', "application/json", 400), (b'{"x": ["\\ud800"]}', "application/json", 400),
        (b'{"x": {"y\\u0000": 1}}', "application/json", 400), (b"[" * 60_000, "application/json", 400),
    ],
)  # fmt: skip
def test_bodies_that_cannot_be(app: Flask, kiosk, data, content_type, status):
    """Not JSON, not an object, another kind, too large, not a text: each its own answer, never a 500."""
    answer = raw(app, data, content_type, kiosk.token)
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"


def test_a_ticket_is_its_holders(office, kiosk, siti):
    """Whoever has the key leaves the queue; once called, 409."""
    first, second = office.take(kiosk), office.take(kiosk)
    assert office.anybody.delete(f"/tickets/{first['key']}").ok()["state"] == "left"
    siti.post("/offices/waru/counters/1/open").ok()
    siti.post("/offices/waru/counters/1/call-next").ok()
    assert office.anybody.delete(f"/tickets/{second['key']}").code == "wrong_state"


def test_the_way_through_a_counter(office, kiosk, siti):
    """Open, call next with its reason, recall, start, finish, next; each answer is the ticket."""
    taken = office.take(kiosk)
    opened = siti.post("/offices/waru/counters/1/open", services=["KTP_REC"]).ok()
    assert (opened["state"], opened["taking"]) == ("open", ["KTP_REC"])
    called = siti.post("/offices/waru/counters/1/call-next").ok()
    assert called["ticket"]["id"] == taken["id"]
    assert set(called["reason"]["text"]) == {"id", "en"}
    states = [siti.post(f"/tickets/{taken['id']}/{act}").ok()["state"] for act in ("recall", "start", "finish")]
    assert states == ["called", "serving", "finished"]
    assert siti.post("/offices/waru/counters/1/call-next").code == "nobody_waiting"


@pytest.mark.parametrize("act", ACTS)
def test_a_stale_page_is_told(office, kiosk, siti, act):
    """Every act of the contract takes seen_state: another than the true one is 409 changed_meanwhile."""
    ticket = office.take(kiosk)
    answer = siti.post(f"/tickets/{ticket['id']}/{act}", seen_state="held", service="KK_NEW")
    assert (answer.status, answer.code, answer.body["state"]) == (409, "changed_meanwhile", "waiting")


@pytest.mark.parametrize("act", ACTS)
def test_a_wrong_state_is_told(office, kiosk, siti, act):
    """None of them acts on a ticket that waits: 409 wrong_state."""
    ticket = office.take(kiosk)
    assert siti.post(f"/tickets/{ticket['id']}/{act}", service="KK_NEW").code == "wrong_state"


def test_an_act_with_a_request_id_happens_once(office, kiosk, siti):
    """The retry of a recall is not a second recall."""
    office.take(kiosk)
    siti.post("/offices/waru/counters/1/open").ok()
    ticket = siti.post("/offices/waru/counters/1/call-next").ok()["ticket"]
    request_id = new_request_id()
    times = [siti.post(f"/tickets/{ticket['id']}/recall", request_id=request_id).ok()["times_called"] for _ in range(2)]
    assert times == [2, 2]


def test_any_words_may_explain_a_call_by_hand(office, kiosk, siti):
    """`why` is a key of ours or a sentence of another program's; both are answered in both languages."""
    siti.post("/offices/waru/counters/1/open").ok()
    for why in ("urgent", "kursi roda", None):
        ticket = office.take(kiosk)
        answer = siti.post("/offices/waru/counters/1/call", ticket=ticket["id"], why=why).ok()
        assert answer["reason"]["text"]["id"]
        siti.post(f"/tickets/{ticket['id']}/no-show").ok()


def test_a_board_has_an_etag(office, kiosk):
    """304 while nothing changed, the new board as soon as something did."""
    tag = office.anybody.get("/offices/waru/board").headers["ETag"]
    assert office.anybody.get("/offices/waru/board", If_None_Match=tag).status == 304
    office.take(kiosk)
    changed = office.anybody.get("/offices/waru/board", If_None_Match=tag)
    assert (changed.status, changed.body["waiting_count"]) == (200, 1)


def test_a_ticket_has_an_etag(office, kiosk, clock):
    """A minute later nothing changed: 304; when somebody before it leaves, the new view."""
    first, mine = office.take(kiosk), office.take(kiosk)
    tag = office.anybody.get(f"/tickets/{mine['key']}").headers["ETag"]
    clock.move(seconds=20)
    assert office.anybody.get(f"/tickets/{mine['key']}", If_None_Match=tag).status == 304
    office.anybody.delete(f"/tickets/{first['key']}").ok()
    assert office.anybody.get(f"/tickets/{mine['key']}", If_None_Match=tag).ok()["position"] == 1


def test_nothing_private_is_on_the_board(office, kiosk, siti):
    """No key and nobody's name."""
    ticket = office.take(kiosk)
    siti.post("/offices/waru/counters/1/open").ok()
    siti.post("/offices/waru/counters/1/call-next").ok()
    board = repr(office.board()) + repr(office.anybody.get("/offices/waru").ok())
    assert not [word for word in (ticket["key"], "siti") if word in board]


@pytest.mark.parametrize(("reason", "told"), [("prayer", "prayer"), ("Bu Siti sakit", None)])
def test_why_a_counter_pauses_names_nobody(office, siti, reason, told):
    """The hall hears of our own reasons; another program's words stay at the counters."""
    siti.post("/offices/waru/counters/1/open").ok()
    assert siti.post("/offices/waru/counters/1/pause", reason=reason).ok()["reason"] == reason
    with office.db.read() as look:
        change = feed_since(look, "waru", 0)[1][-1]
    assert (change["counter_state"], change["reason"], office.board()["counters"][0]["reason"]) == ("paused", told, told)


def test_instants_carry_the_offices_offset(office, kiosk):
    """ISO 8601 with the offset of the office, not of the server."""
    timur = office.at("timur")
    key = timur.take(timur.device("kiosk"))["key"]
    assert office.board()["at"].endswith("+08:00")
    assert office.anybody.get(f"/tickets/{key}").ok()["at"] == "2026-11-24T10:00:00+09:00"


def test_outages_over_http(office, kiosk, siti):
    """Reported and ended by staff; the service stops meanwhile and says until when."""
    outage = siti.post("/offices/waru/outages", reason="network", until="2026-11-24T13:00:00+08:00").ok()
    answer = kiosk.post("/offices/waru/tickets", **order())
    assert (answer.code, answer.body["outage"]) == ("service_unavailable", "network")
    assert office.board()["outages"][0]["until"] == "2026-11-24T13:00:00+08:00"
    assert siti.delete(f"/outages/{outage['id']}").ok() == {"outages": []}
    assert siti.post("/offices/waru/outages", reason="network", until="soon").code == "invalid"


def test_slips_over_http(office, kiosk, siti):
    """The state of the paper, its picture, and the same number once more; for the office's own."""
    slip = office.take(kiosk)["slip"]["id"]
    assert kiosk.get(f"/slips/{slip}").ok()["id"] == slip
    picture = kiosk.get(f"/slips/{slip}.png")
    assert (picture.headers["Content-Type"], picture.body[:4]) == ("image/png", b"\x89PNG")
    assert siti.post(f"/slips/{slip}/reprint").ok()["state"] == "pending"
    assert office.anybody.get(f"/slips/{slip}").code == "unauthenticated"
    assert office.at("timur").device("kiosk").get(f"/slips/{slip}").code == "forbidden"
