"""One day at Waru through HTTP and sockets only, on a real server: from pairing to the last counter that closes."""

import dataclasses
import re
from typing import Any

import pytest
import requests
from factories import Caller, Office, new_request_id

pytestmark = pytest.mark.slow
CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')
CODE = re.compile(r">([A-Z2-9]{3})<i></i>([A-Z2-9]{3})<")
OUTAGE = {"service": "KTP_REC", "reason": "card_stock", "until": "2026-11-24T11:00:00+08:00"}


class Screen:
    """A screen in the hall: its board at the start, afterwards changed by nothing but what it was told."""

    def __init__(self, live: Any) -> None:
        self.watcher = live.watch()
        answer = self.watcher.ask(office="waru")
        self.v, board = answer["v"], answer["board"]
        self.counters = {c["number"]: (c["state"], c["ticket"]) for c in board["counters"]}
        self.waiting = {w["ticket"] for w in board["waiting"]}
        self.waiting_count, self.calls = board["waiting_count"], [call["ticket"] for call in board["calls"]]
        self.outages = [o["service"] for o in board["outages"]]

    def catch_up(self, v: int) -> None:
        """Apply, in their order, the changes up to this version; each exactly once."""
        self.watcher.until(lambda: self.watcher.changes and self.watcher.changes[-1]["v"] >= v)
        for change in self.watcher.changes:
            if change["v"] > self.v:
                assert change["v"] == self.v + 1
                self.v = change["v"]
                self._apply(change)

    def _apply(self, change: dict[str, Any]) -> None:
        self.waiting_count = change["waiting_count"]
        if change["type"] == "counter_changed":
            state = change["counter_state"]
            self.counters[change["counter"]] = (state, self.counters[change["counter"]][1])
        elif change["type"] == "outage_changed":
            self.outages = [o["service"] for o in change["outages"]]
        elif change.get("ticket"):
            self._move(change)

    def _move(self, change: dict[str, Any]) -> None:
        label, state = change["ticket"], change["state"]
        (self.waiting.add if state == "waiting" else self.waiting.discard)(label)
        for number, (counter_state, shown) in self.counters.items():
            at_it = state in ("called", "serving") and number == change["counter"]
            self.counters[number] = (counter_state, label if at_it else None if shown == label else shown)
        if change["type"] in ("ticket_called", "ticket_recalled"):
            self.calls.insert(0, label)


@dataclasses.dataclass
class Day:
    """Who is there: two operators, one kiosk, one screen, one phone."""

    office: Office
    kiosk: Caller
    siti: Caller
    budi: Caller
    screen: Screen

    def take(self, service: str = "KTP_REC", lane: str = "regular") -> dict[str, Any]:
        return self.office.take(self.kiosk, service, lane=lane)

    def call(self, who: Caller, counter: int) -> dict[str, Any]:
        return who.post(f"/offices/waru/counters/{counter}/call-next").ok()["ticket"]

    def act(self, who: Caller, ticket: dict[str, Any], *acts: str, **body: Any) -> dict[str, Any]:
        for act in acts:
            ticket = who.post(f"/tickets/{ticket['id']}/{act}", **body).ok()
        return ticket

    def compare(self) -> None:
        """The screen, told by changes alone, shows what a fresh board says."""
        board = self.office.board()
        self.screen.catch_up(board["v"])
        assert self.screen.counters == {c["number"]: (c["state"], c["ticket"]) for c in board["counters"]}
        assert self.screen.waiting == {w["ticket"] for w in board["waiting"]}
        assert self.screen.waiting_count == board["waiting_count"]
        assert self.screen.calls[:10] == [call["ticket"] for call in board["calls"]]
        assert self.screen.outages == [o["service"] for o in board["outages"]]


@pytest.fixture(scope="module")
def morning(start_live):
    return start_live("2026-11-24T08:00:00+08:00", rate=20)


def pair(live: Any, boss: requests.Session, kind: str, name: str) -> str:
    """The device shows a code, a signed-in administrator confirms it on another machine; the device's token."""
    browser = requests.Session()
    page = browser.get(f"{live.url}/{kind}/waru", timeout=10)
    code = "".join(CODE.search(page.text).groups())
    seen = boss.get(f"{live.url}/admin/devices/pair", params={"code": code}, timeout=10).text
    form = {"code": code, "name": name, "csrf_token": CSRF.search(seen)[1]}
    assert boss.post(f"{live.url}/admin/devices/pair", data=form, timeout=10).status_code == 200
    assert browser.get(f"{live.url}/pair/status?kind={kind}&office=waru", timeout=10).json() == {"paired": True}
    return browser.cookies["giliran_device"]


def sign_in_page(live: Any, username: str, password: str) -> requests.Session:
    """An administrator's browser."""
    browser = requests.Session()
    csrf = CSRF.search(browser.get(f"{live.url}/login?next=/admin", timeout=10).text)[1]
    form = {"username": username, "password": password, "csrf_token": csrf, "next": "/admin"}
    assert browser.post(f"{live.url}/login", data=form, timeout=10).url == f"{live.url}/admin"
    return browser


def test_one_day(morning):
    """Pairing, both lanes, calls and recalls, a no-show who returns, hold, transfer, an outage, leaving, closing."""
    day = begin(morning)
    serve_the_first(day)
    day.compare()
    the_missing_and_the_held(day)
    day.compare()
    sent_on_and_picked(day)
    day.compare()
    blanks_run_out(day)
    day.compare()
    close(day)
    day.compare()
    checked = morning.command("check", check=False)
    assert (checked.returncode, checked.stdout) == (0, "")
    day.screen.watcher.close()


def begin(live: Any) -> Day:
    office = live.office("waru")
    password = live.command("prepare").stdout.split("password: ")[1].split()[0]
    boss = sign_in_page(live, "admin", password)
    kiosk = office.anybody.holding(pair(live, boss, "kiosk", "Pintu"))
    pair(live, boss, "display", "Ruang tunggu")
    day = Day(office, kiosk, office.person("siti"), office.person("budi"), Screen(live))
    day.siti.post("/offices/waru/counters/1/open").ok()
    day.budi.post("/offices/waru/counters/2/open").ok()
    return day


def serve_the_first(day: Day) -> None:
    """Four come; the priority lane is called first; a double tap makes one ticket; the phone follows."""
    request_id = new_request_id()
    taps = [day.kiosk.post("/offices/waru/tickets", service="KTP_REC", lane="regular", request_id=request_id)
            for _ in range(2)]
    assert [tap.status for tap in taps] == [201, 200]
    first = taps[0].body
    family, elder = day.take("KK_NEW"), day.take("KTP_LOST", "priority")
    assert [t["label"] for t in (first, family, elder)] == ["A001", "S001", "A002"]
    assert day.office.anybody.get(f"/tickets/{first['key']}").ok()["ahead"] == 1
    called = day.call(day.budi, 2)
    assert called["label"] == "A002"
    assert day.budi.post("/offices/waru/counters/2/call-next").code == "counter_busy"
    day.act(day.budi, called, "recall", "start", "finish")
    served = day.act(day.budi, day.call(day.budi, 2), "start", "finish")
    assert served["label"] == "A001"
    assert day.act(day.siti, day.call(day.siti, 1), "start", "finish")["label"] == "S001"
    assert day.siti.post("/offices/waru/counters/1/call-next").code == "nobody_waiting"


def the_missing_and_the_held(day: Day) -> None:
    """Nobody comes, then comes back; a paper is missing, then is there."""
    missed, held = day.take(), day.take()
    day.act(day.budi, day.call(day.budi, 2), "recall", "no-show")
    assert day.office.anybody.get(f"/tickets/{missed['key']}").ok()["state"] == "no_show"
    day.act(day.budi, day.call(day.budi, 2), "start", "hold")
    assert day.act(day.budi, missed, "return")["state"] == "waiting"
    assert day.act(day.siti, held, "resume")["state"] == "waiting"
    assert day.budi.post(f"/tickets/{missed['id']}/start", seen_state="called").code == "changed_meanwhile"
    for _ in range(2):
        day.act(day.budi, day.call(day.budi, 2), "start", "finish")


def sent_on_and_picked(day: Day) -> None:
    """A ticket is sent to another service, another to one counter; one is called by hand; one call is undone."""
    sent, picked = day.take(), day.take()
    ticket = day.call(day.budi, 2)
    assert ticket["id"] == sent["id"]
    assert day.act(day.budi, ticket, "start", "transfer", service="KK_NEW")["service"] == "KK_NEW"
    by_hand = day.budi.post("/offices/waru/counters/2/call", ticket=picked["id"], why="urgent").ok()["ticket"]
    day.act(day.budi, by_hand, "put-back")
    again = day.call(day.budi, 2)
    day.act(day.budi, again, "transfer", counter=1)
    labels = {day.act(day.siti, day.call(day.siti, 1), "start", "finish")["label"] for _ in range(2)}
    assert labels == {sent["label"], picked["label"]}


def blanks_run_out(day: Day) -> None:
    """A service stops: no numbers, who waits keeps the place; it goes on; a phone's holder goes home."""
    waiting = day.take()
    outage = day.siti.post("/offices/waru/outages", **OUTAGE).ok()
    refused = day.kiosk.post("/offices/waru/tickets", service="KTP_REC", lane="regular", request_id=new_request_id())
    assert refused.code == "service_unavailable"
    day.compare()
    assert day.office.anybody.get(f"/tickets/{waiting['key']}").ok()["position"] == 1
    day.siti.delete(f"/outages/{outage['id']}").ok()
    home = day.take()
    assert day.office.anybody.delete(f"/tickets/{home['key']}").ok()["state"] == "left"


def close(day: Day) -> None:
    """A pause, the last one served, both counters closed; another sits down and is told that it is taken."""
    last = day.call(day.budi, 2)
    assert day.budi.post("/offices/waru/counters/2/close").code == "counter_busy"
    day.act(day.budi, last, "start", "finish")
    day.siti.post("/offices/waru/counters/1/pause", reason="break").ok()
    assert day.budi.post("/offices/waru/counters/1/open").code == "counter_taken"
    day.siti.post("/offices/waru/counters/1/resume").ok()
    day.siti.post("/offices/waru/counters/1/close").ok()
    day.budi.post("/offices/waru/counters/2/close").ok()


def test_the_next_morning(morning, start_live):
    """Who was forgotten has left, numbers begin at 001, and nobody is signed in any more."""
    office = morning.office("waru")
    kiosk, siti = office.device("kiosk"), office.person("wati")
    forgotten = office.take(kiosk, "KK_NEW")
    morning.stop()
    tomorrow = start_live("2026-11-25T08:00:00+08:00", url=morning.environment["KIOSK_DATABASE_URL"]).office("waru")
    assert tomorrow.board()["waiting_count"] == 0
    assert tomorrow.take(tomorrow.anybody.holding(kiosk.token), "KK_NEW")["label"] == "S001"
    assert tomorrow.anybody.get(f"/tickets/{forgotten['key']}").ok()["state"] == "left"
    assert tomorrow.anybody.holding(siti.token).get("/offices/waru/counters").code == "unauthenticated"
