"""From a row to paper, once: whatever the printer, the process or another process does in between."""

import copy
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from emulator import Emulator
from sqlalchemy import select, update

from office import catalog, slips, tickets
from office.db import Database, call_directly
from office.errors import UnknownSlip
from office.events import Change
from office.models import Event, Office, Printer, PrintJob
from office.profile import PrinterProfile
from printer.composing import paper_of, slip_bytes
from printer.outcome import Timing
from printer.spooler import Pace, Spooler
from printer.tokens import tokens

ROOT = Path(__file__).parents[2]
PUBLIC = "https://antre.ppukab.go.id"
QUICK = Timing(connect=0.5, status=0.4, stall=0.4, mute=0.1)
PACE = Pace(rest=0.01, idle=0.02, after_refusal=0.0, ack=0.5, ack_per_kb=0, late=3, late_step=0.05,
            well_but_wordless=0.2, health=0.1, lost=0.0)  # fmt: skip


class Clock:
    """Waru's Tuesday morning; tests push it on. A millisecond a look, so that nothing happens at the same instant."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 24, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at

    def pass_(self, **time_: float) -> None:
        self.at += timedelta(**time_)


class Hall:
    """An office with one printer, and its database."""

    def __init__(self, url: str) -> None:
        self.clock = Clock()
        self.db = Database(url, self.clock)
        self.changes: list[Change] = []
        self.db.listeners.append(self.changes.extend)

    def open(self, device: str, office: str = "waru", width_mm: int = 58, **options) -> None:
        """Gives an office this printer; the others have virtual ones."""
        data = copy.deepcopy(catalog.read_file(ROOT / "data/ppu.toml"))
        for each in data["offices"]:
            if each["code"] == office:
                each["printers"] = [{"name": "kiosk", "device": device, "width_mm": width_mm, **options}]
        self.db.transaction(catalog.load, data=data)

    def take(self, **more) -> str:
        """A ticket; the id of its slip."""
        wanted = {"office": "waru", "service": "KTP_REC", "lane": "regular", "lang": "id", **more}
        return self.db.transaction(tickets.take_ticket, **wanted)["slip"]["id"]

    def job(self, job_id: str):
        with self.db.read() as look:
            return slips.job_row(look.conn, job_id)

    def health(self) -> dict:
        with self.db.read() as look:
            return look.conn.execute(select(Printer.health).join(PrintJob)).scalars().first()

    def troubles(self) -> list[dict]:
        with self.db.read() as look:
            told = select(Event.data).where(Event.type == "slip_trouble").order_by(Event.id)
            return list(look.conn.execute(told).scalars())

    def spooler(self, **pace) -> Spooler:
        return Spooler(self.db, PUBLIC, call_directly, Pace(**{**PACE.__dict__, **pace}), QUICK)


@pytest.fixture
def hall(url):
    """On both databases, one after the other."""
    hall = Hall(url)
    yield hall
    hall.db.close()


@pytest.fixture
def emulator():
    emulator = Emulator()
    yield emulator
    emulator.stop()


def at(emulator: Emulator) -> str:
    return f"network://127.0.0.1:{emulator.port}"


def look(spooler: Spooler) -> None:
    """One look, and all that it began."""
    for thread in spooler.look():
        thread.join(10)


def eventually(true, seconds=5.0):
    until = time.monotonic() + seconds
    while not true() and time.monotonic() < until:
        time.sleep(0.01)
    return true()


def test_a_ticket_reaches_paper_once(hall, emulator):
    """Taken, printed, acknowledged: one slip, one row, the stored bytes are those on paper."""
    hall.open(at(emulator))
    job_id = hall.take()
    spooler = hall.spooler()
    look(spooler)
    look(spooler)
    job = hall.job(job_id)
    assert (job.state, job.copies, job.error) == ("printed", 1, None)
    assert bytes(emulator.printed) == job.bytes + b"\x1dr\x01"
    said = [token.data for token in tokens(job.bytes) if token.name == "text"]
    assert b"Perekaman KTP-el" in said
    assert b"Tidak ada orang di depan Anda" in said
    assert hall.health() == {"state": "ok", "answers": True, "why": "", "device": at(emulator)}
    assert hall.troubles() == []


def test_slips_come_out_in_the_order_of_the_tickets(hall, emulator):
    """First number, first paper."""
    hall.open(at(emulator))
    jobs = [hall.take() for _ in range(5)]
    look(hall.spooler())
    assert bytes(emulator.printed) == b"".join(hall.job(job).bytes + b"\x1dr\x01" for job in jobs)


def test_a_virtual_printer_costs_one_write(hall):
    """However many wait: printed in one transaction, composed only when somebody looks."""
    hall.open("virtual:")
    spooler = hall.spooler(lost=99)
    look(spooler)
    jobs = [hall.take() for _ in range(20)]
    writes = []
    run = hall.db.run
    hall.db.run = lambda work: writes.append(1) or run(work)
    look(spooler)
    assert len(writes) == 1
    assert {hall.job(job).state for job in jobs} == {"printed"}
    assert hall.job(jobs[0]).bytes is None
    data, dots = slip_bytes(hall.db, jobs[0], PUBLIC, call_directly)
    assert dots == 384
    assert hall.job(jobs[0]).bytes == data


def test_bytes_are_composed_once(hall, monkeypatch):
    """Whoever needs them first decides; a later change of words or names changes no stored slip."""
    hall.open("virtual:")
    job_id = hall.take()
    first = slip_bytes(hall.db, job_id, PUBLIC, call_directly)
    assert slip_bytes(hall.db, job_id, "https://elsewhere.id", call_directly) == first
    with pytest.raises(UnknownSlip):
        slip_bytes(hall.db, "nosuch", PUBLIC, call_directly)


def test_refused_is_tried_again_on_a_schedule_then_failed(hall, emulator):
    """A cover left open: the tries of RETRY_DELAYS, then failed, and the hall's staff are told once."""
    emulator.cover = True
    hall.open(at(emulator))
    job_id = hall.take()
    spooler = hall.spooler(health=99)
    for delay in slips.RETRY_DELAYS:
        look(spooler)
        assert hall.job(job_id).state == "pending"
        look(spooler)
        assert hall.job(job_id).tries == slips.RETRY_DELAYS.index(delay) + 1, "not before its time"
        hall.clock.pass_(seconds=delay)
    look(spooler)
    job = hall.job(job_id)
    assert (job.state, job.error, job.copies) == ("failed", "cover", 0)
    told = [trouble for trouble in hall.troubles() if trouble.get("slip") == job_id]
    assert [trouble["slip_state"] for trouble in told] == ["failed"]
    assert not emulator.printed


def test_a_printer_that_is_well_again_is_not_kept_waiting(hall, emulator):
    """Paper changed: what waited is printed at the next look at the printer's health, one slip each."""
    emulator.paper = "out"
    hall.open(at(emulator))
    jobs = [hall.take(), hall.take()]
    spooler = hall.spooler(health=0)
    look(spooler)
    assert hall.health()["state"] == "paper_out"
    look(spooler)
    emulator.load_paper()
    look(spooler)
    look(spooler)
    assert [hall.job(job).state for job in jobs] == ["printed", "printed"]
    assert emulator.slips == 2
    assert [trouble["printer_state"] for trouble in hall.troubles()] == ["paper_out", "ok"]


def test_roll_ends_in_mid_slip(hall, emulator):
    """Unsure at once, for the counter to see; printed by the late word; the next slip waits for that; none twice."""
    hall.open(at(emulator))
    emulator.paper_for = 3000
    first, second = hall.take(), hall.take()
    spooler = hall.spooler()
    threads = spooler.look()
    assert eventually(lambda: hall.job(first).state == "unsure")
    assert eventually(lambda: (hall.health() or {}).get("state") == "paper_out")
    assert spooler.look() == []
    assert hall.job(second).state == "pending"
    emulator.load_paper()
    for thread in threads:
        thread.join(5)
    assert [hall.job(job).state for job in (first, second)] == ["printed", "printed"]
    assert emulator.slips == 2
    assert [trouble.get("slip_state") or trouble["printer_state"] for trouble in hall.troubles()] == [
        "unsure", "paper_out", "ok",
    ]  # fmt: skip


def test_cable_pulled_in_mid_slip_is_never_printed_again_by_itself(hall, emulator):
    """Unsure stays unsure; a person prints again, marked SALINAN, because a first copy may exist."""
    hall.open(at(emulator))
    emulator.reset_after = 5000
    job_id = hall.take()
    spooler = hall.spooler()
    look(spooler)
    hall.clock.pass_(hours=1)
    emulator.reset_after = None
    look(spooler)
    assert hall.job(job_id).state == "unsure"
    assert emulator.slips == 0
    hall.db.transaction(slips.reprint, job_id=job_id)
    look(spooler)
    job = hall.job(job_id)
    assert (job.state, job.copies, job.is_copy) == ("printed", 2, True)
    assert any(b"SALINAN" in token.data for token in tokens(job.bytes))


def test_reprint_of_what_never_went_out_is_no_copy(hall, emulator):
    """Failed before a byte went out: the slip printed later is the first one."""
    emulator.cover = True
    hall.open(at(emulator))
    job_id = hall.take()
    spooler = hall.spooler(health=99)
    for delay in (*slips.RETRY_DELAYS, 0):
        look(spooler)
        hall.clock.pass_(seconds=delay)
    assert hall.job(job_id).state == "failed"
    emulator.cover = False
    hall.db.transaction(slips.reprint, job_id=job_id)
    look(spooler)
    assert (hall.job(job_id).state, hall.job(job_id).is_copy, emulator.slips) == ("printed", False, 1)


def test_one_way(hall, emulator, tmp_path):
    """A printer that can confirm nothing ends as sent, by option or as a device file; it says so, nobody is alarmed."""
    emulator.mute = emulator.mute_acks = True
    hall.open(at(emulator), one_way=True)
    job_id = hall.take()
    look(hall.spooler())
    assert hall.job(job_id).state == "sent"
    hall.open(f"file://{tmp_path}/lp0")
    job_id = hall.take()
    look(hall.spooler())
    assert hall.job(job_id).state == "sent"
    assert (tmp_path / "lp0").read_bytes() == hall.job(job_id).bytes
    assert hall.troubles() == [] or {trouble["printer_state"] for trouble in hall.troubles()} == {"unknown"}


def test_a_kind_of_later_fails_in_words(hall):
    """usb: is recognised; its slips are not lost in silence."""
    hall.open("usb://04b8:0202")
    job_id = hall.take()
    look(hall.spooler())
    job = hall.job(job_id)
    assert job.state == "pending"
    assert "not in this version" in job.error
    assert hall.health()["state"] == "off"


def test_two_spoolers_one_slip(hall, emulator):
    """Several processes: each job is claimed by one, and no printer is spoken to by two at a time."""
    hall.open(at(emulator))
    jobs = [hall.take() for _ in range(6)]
    spoolers = [hall.spooler() for _ in range(3)]
    running = [threading.Thread(target=spooler.run, daemon=True) for spooler in spoolers]
    for thread in running:
        thread.start()
    assert eventually(lambda: all(hall.job(job).state == "printed" for job in jobs))
    for spooler in spoolers:
        spooler.stop()
    for thread in running:
        thread.join(5)
    assert emulator.slips == 6
    whole = [hall.job(job).bytes + b"\x1dr\x01" for job in jobs]
    assert all(bytes(emulator.printed).count(one) == 1 for one in whole)
    assert len(emulator.printed) == sum(map(len, whole))


def test_a_new_address_begins_unknown(hall, emulator):
    """That the old printer answered says nothing of a silent one in its place: its slip is unsure, not refused."""
    hall.open(at(emulator))
    hall.take()
    spooler = hall.spooler()
    look(spooler)
    deaf = Emulator(mute=True, mute_acks=True)
    try:
        hall.open(at(deaf))
        for again in (spooler, hall.spooler()):
            job_id = hall.take()
            look(again)
            assert hall.job(job_id).state == "unsure"
        assert hall.health()["state"] == "unknown"
    finally:
        deaf.stop()


def test_wakes_for_a_ticket(hall, emulator):
    """The slip follows the ticket at once, not at the next idle look."""
    hall.open(at(emulator))
    spooler = hall.spooler(idle=30, rest=0)
    hall.db.listeners.append(spooler.hear)
    thread = threading.Thread(target=spooler.run, daemon=True)
    thread.start()
    time.sleep(0.2)
    job_id = hall.take()
    assert eventually(lambda: hall.job(job_id).state == "printed", 3)
    spooler.stop()
    thread.join(5)
    assert not thread.is_alive()


def test_what_a_dead_process_had_in_hand_is_unsure(hall, emulator):
    """Killed while sending: at the next start the job is unsure and told, and is not printed again."""
    hall.open(at(emulator))
    mine, theirs = hall.take(), hall.take()
    spooler = hall.spooler()
    host = spooler._owner.split(":")[0]
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    for job_id, owner in ((mine, f"{host}:{gone.pid}:run"), (theirs, "another-machine:1:run")):
        with hall.db.engine.begin() as conn:
            conn.execute(
                update(PrintJob).where(PrintJob.id == job_id)
                .values(state="sending", owner=owner, state_at=hall.clock(), bytes=b"x")
            )  # fmt: skip
    look(spooler)
    assert hall.job(mine).state == "unsure"
    assert hall.job(theirs).state == "sending", "another machine may still be at it"
    hall.clock.pass_(seconds=slips.LOST_AFTER.total_seconds() + 1)
    look(spooler)
    assert hall.job(theirs).state == "unsure"
    assert not emulator.printed
    assert [trouble["slip_state"] for trouble in hall.troubles()] == ["unsure", "unsure"]


def test_a_hung_printer_holds_up_no_other(hall, emulator):
    """Waru's printer takes the connection and says nothing; Sepaku's slip comes out meanwhile."""
    deaf = Emulator(mute=True, status_delay=9)
    try:
        hall.open(at(emulator), office="sepaku")
        with hall.db.engine.begin() as conn:
            waru = select(Printer.id).join(Office).where(Office.code == "waru").scalar_subquery()
            conn.execute(update(Printer).where(Printer.id == waru).values(device=at(deaf)))
        stuck, free = hall.take(), hall.take(office="sepaku")
        spooler = hall.spooler(ack=1)
        threads = spooler.look()
        assert eventually(lambda: hall.job(free).state == "printed", 2)
        assert hall.job(stuck).state == "sending"
        spooler.stop()
        for thread in threads:
            thread.join(8)
    finally:
        deaf.stop()


def test_a_defect_in_a_slip_does_not_stop_the_others(hall, emulator, monkeypatch):
    """A slip that cannot be set goes back with its reason; the loop and the printer go on."""
    hall.open(at(emulator))
    broken, fine = hall.take(service="KK_NEW"), hall.take()
    real = slips.facts_of

    def stumble(conn, job_id):
        if job_id == broken:
            raise ZeroDivisionError("odd")
        return real(conn, job_id)

    monkeypatch.setattr(slips, "facts_of", stumble)
    spooler = hall.spooler()
    look(spooler)
    look(spooler)
    assert hall.job(fine).state == "printed"
    assert (hall.job(broken).state, hall.job(broken).error) == ("pending", "cannot be composed: odd")


def test_dues_use_the_small_index(sqlite_url):
    """Years of printed slips must not be walked through every second. (PostgreSQL sees by itself that it may.)"""
    hall = Hall(sqlite_url)
    with hall.db.read() as look_:
        conn = look_.conn
        for statement in (
            select(PrintJob.printer_id).where(*slips._due(look_.now)).distinct(),
            select(PrintJob.id).where(slips.TO_DO, PrintJob.state == "sending", PrintJob.printer_id == 1),
        ):
            compiled = statement.compile(conn, compile_kwargs={"literal_binds": False})
            plan = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", tuple(compiled.params.values())).all()
            assert "ix_print_jobs_to_do" in str(plan), plan
    hall.db.close()


@pytest.mark.parametrize(
    ("width", "options", "expected"),
    [
        (58, {}, (384, 32, "POS-5890", False)),
        (80, {}, (576, 48, "TM-T20II", True)),
        (80, {"dots": 512}, (512, 42, "TM-T88V", True)),
        (80, {"profile": "RP326"}, (576, 48, "RP326", True)),
        (58, {"profile": "NT-5890K"}, (384, 32, "NT-5890K", False)),
        (80, {"profile": "no such"}, (576, 48, "TM-T20II", True)),
        (58, {"dots": 380}, (384, 32, "POS-5890", False)),
    ],
)
def test_paper_of_the_data_file(width, options, expected):
    """Width alone is enough; what is wrong in the options gives the usual paper, never no paper."""
    paper = paper_of(PrinterProfile(id=1, name="kiosk", device="virtual:", width_mm=width, options=options))
    assert (paper.dots, paper.columns, paper.profile, paper.cuts) == expected

