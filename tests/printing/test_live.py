"""Paper from a real server (gunicorn, gevent): a printer that hangs or a process that is killed stops no ticket."""

import statistics
import time

import pytest
from emulator import Emulator
from sqlalchemy import select, update

from office.models import Office, Printer

pytestmark = pytest.mark.slow


def point_at(live, office: str, emulator: Emulator) -> None:
    """Before the server's first look would do as well: a changed address is noticed."""
    with live.db.engine.begin() as conn:
        whose = select(Office.id).where(Office.code == office).scalar_subquery()
        address = f"network://127.0.0.1:{emulator.port}"
        conn.execute(update(Printer).where(Printer.office_id == whose).values(device=address))


def until(true, seconds: float = 15.0):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "never came"
        time.sleep(0.05)


def state(kiosk, ticket) -> str:
    return kiosk.get(f"/slips/{ticket['slip']['id']}").ok()["state"]


def median_seconds(act, count: int = 12) -> float:
    took = []
    for _ in range(count):
        began = time.monotonic()
        act()
        took.append(time.monotonic() - began)
    return statistics.median(took)


def test_a_hung_printer_delays_nobody(live):
    """Waru's printer takes connections and never answers: its tickets, calls and pages come as fast as before
    (at most 50 ms later), and Penajam's slips are printed."""
    deaf, fine = Emulator(mute=True, mute_acks=True), Emulator()
    waru, penajam = live.office("waru"), live.office("penajam")
    kiosk, other, siti = waru.device(), penajam.device(), waru.person()
    siti.post("/offices/waru/counters/1/open").ok()

    def call() -> None:
        ticket = siti.post("/offices/waru/counters/1/call-next").ok()["ticket"]
        siti.post(f"/tickets/{ticket['id']}/no-show").ok()

    def page() -> None:
        assert live.send("GET", "/office/waru", {}, None).status == 200

    acts = {"ticket": lambda: waru.take(kiosk), "call": call, "page": page}
    try:
        usual = {name: median_seconds(act) for name, act in acts.items()}
        last = waru.take(kiosk)
        until(lambda: state(kiosk, last) == "printed")  # else the deaf printer would be given the ones before first
        point_at(live, "waru", deaf)
        point_at(live, "penajam", fine)
        stuck = waru.take(kiosk)
        until(lambda: state(kiosk, stuck) == "sending")
        later = {name: median_seconds(act) - usual[name] for name, act in acts.items()}
        assert state(kiosk, stuck) == "sending", "it hung all the while"
        print(later)
        assert max(later.values()) < 0.05, later
        slip = penajam.take(other)
        until(lambda: state(other, slip) == "printed")
        assert fine.slips == 1
    finally:
        deaf.stop()
        fine.stop()


def test_killed_while_the_slip_goes_out(start_live):
    """kill -9 with a slip half sent: the next process calls it unsure, tells the hall, and prints the rest."""
    live = start_live()
    slow = Emulator(rate=300, buffer=1024)
    point_at(live, "waru", slow)
    waru = live.office("waru")
    kiosk = waru.device()
    try:
        with live.watch() as watcher:
            since = watcher.ask(office="waru")["v"]
            first = waru.take(kiosk)
            until(lambda: len(slow.printed) > 100)
            live.kill_worker()
            until(lambda: live.answers() and state(kiosk, first) == "unsure")
            slow.power_cycle()
            slow.rate, slow.buffer = 1e9, 1 << 20
            time.sleep(0.3)
            slow.reset_after = None
            second = waru.take(kiosk)
            until(lambda: state(kiosk, second) == "printed")
            assert state(kiosk, first) == "unsure"
            assert slow.slips == 1
        with live.watch() as watcher:
            missed = watcher.ask(office="waru", since=since)["missed"]
            told = [change for change in missed if change["type"] == "slip_trouble" and change.get("ticket")]
            assert [(change["ticket"], change["slip_state"]) for change in told] == [(first["label"], "unsure")]
    finally:
        slow.stop()
