"""kill -9 under load: what was acknowledged is there, numbers go on, a screen is right again by itself."""

import threading
import time

import pytest
import requests
import socketio
from factories import new_request_id

pytestmark = pytest.mark.slow
KILLS, CLIENTS = 3, 4


class Kiosk(threading.Thread):
    """Takes numbers as fast as it can; a request that got no answer is sent again with the same id, as a kiosk does."""

    def __init__(self, live, token, stop):
        super().__init__()
        self.live, self.headers, self.stopped = live, {"Authorization": f"Bearer {token}"}, stop
        self.acknowledged = []

    def run(self):
        with requests.Session() as session:
            while not self.stopped.is_set():
                self.acknowledged.append(self.take(session, new_request_id()))

    def take(self, session, request_id):
        body = {"service": "KTP_REC", "lane": "regular", "request_id": request_id}
        while True:
            try:
                answer = session.post(f"{self.live.url}/api/v1/offices/penajam/tickets", json=body, headers=self.headers, timeout=5)
            except requests.RequestException:
                time.sleep(0.02)
                continue
            if answer.status_code in (200, 201):
                return answer.json()["label"]
            assert answer.status_code >= 500, answer.text


def until(true, seconds):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "not within its time"
        time.sleep(0.02)


def test_a_killed_worker_loses_nothing(start_live):
    """Three kills under four kiosks: every acknowledged number is there once, and 1..n has no gap."""
    live = start_live()
    penajam = live.office("penajam")
    stop = threading.Event()
    kiosks = [Kiosk(live, live.pair("kiosk", "penajam"), stop) for _ in range(CLIENTS)]
    for kiosk in kiosks:
        kiosk.start()
    with live.watch() as screen:
        screen.ask(office="penajam")
        for _ in range(KILLS):
            before = len(screen.changes)
            until(lambda before=before: len(screen.changes) > before + 5, 10)
            live.kill_worker()
            until(live.answers, 15)
            is_right_within(screen, penajam, 3)
        stop.set()
        for kiosk in kiosks:
            kiosk.join(10)
    labels = sorted(label for kiosk in kiosks for label in kiosk.acknowledged)
    board = penajam.board()
    assert board["waiting_count"] == board["v"] >= len(labels)
    assert len(set(labels)) == len(labels)
    checked = live.command("check", check=False)
    assert (checked.returncode, checked.stdout) == (0, "")


def is_right_within(screen, office, seconds):
    """Reconnected by itself and told what it missed: its version is that of a fresh board."""

    def right():
        if not screen.client.connected or "/live" not in screen.client.namespaces:
            return False
        try:
            told = screen.ask(office=office.code, since=0)
        except socketio.exceptions.SocketIOError:  # the line fell again between
            return False
        return told["v"] >= office.board()["v"] - CLIENTS * 5

    until(right, seconds + 2)


def test_the_master_is_killed_too(start_live):
    """The whole service dies and is started again on the same database: the row of numbers goes on."""
    live = start_live()
    penajam = live.office("penajam")
    kiosk = penajam.device("kiosk")
    labels = [penajam.take(kiosk)["label"] for _ in range(3)]
    for process in live.processes():
        process.kill()
    again = start_live(url=live.environment["KIOSK_DATABASE_URL"]).office("penajam")
    labels.append(again.take(again.anybody.holding(kiosk.token))["label"])
    assert labels == ["A001", "A002", "A003", "A004"]
