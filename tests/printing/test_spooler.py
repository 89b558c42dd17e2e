"""From a row to paper, once."""

import threading
import time

import pytest
from printhall import PUBLIC, Hall, at, eventually, look
from sqlalchemy import select

from office import boxes, slips
from office.errors import UnknownSlip
from office.models import PrintJob
from office.profile import PrinterProfile
from printer.composing import paper_of, slip_bytes
from printer.tokens import tokens
from running import call_directly


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
    write = hall.db.write
    hall.db.write = lambda job: writes.append(1) or write(job)
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


def test_an_address_that_cannot_be_read_fails_in_words(hall):
    """Its slips are not lost in silence."""
    hall.open("usb://my-printer")
    job_id = hall.take()
    look(hall.spooler())
    job = hall.job(job_id)
    assert job.state == "pending"
    assert "not the address of a printer" in job.error
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
        thread.join(20)
    assert emulator.slips == 6
    whole = [hall.job(job).bytes + b"\x1dr\x01" for job in jobs]
    assert all(bytes(emulator.printed).count(one) == 1 for one in whole)
    assert len(emulator.printed) == sum(map(len, whole))


def test_wakes_for_a_ticket(hall, emulator):
    """The slip follows the ticket at once, not at the next idle look."""
    hall.open(at(emulator))
    spooler = hall.spooler(idle=30, rest=0)
    hall.db.listeners.append(spooler.hear)
    thread = threading.Thread(target=spooler.run, daemon=True)
    thread.start()
    time.sleep(0.2)
    job_id = hall.take()
    assert eventually(lambda: hall.job(job_id).state == "printed", 10)
    spooler.stop()
    thread.join(20)
    assert not thread.is_alive()


def test_dues_use_the_small_index(sqlite_url):
    """Years of printed slips must not be walked through every second. (PostgreSQL sees by itself that it may.)"""
    hall = Hall(sqlite_url)
    with hall.db.read() as look_:
        conn = look_.conn
        for statement in (
            select(PrintJob.printer_id).where(*slips._due(look_.now)).distinct(),
            select(PrintJob.id).where(slips.TO_DO, PrintJob.state == "sending", PrintJob.printer_id == 1),
            boxes.of_box(1, look_.now), boxes.waiting_for_a_box(look_.now),
        ):
            compiled = statement.compile(conn, compile_kwargs={"literal_binds": False})
            values = tuple(compiled.params[name] for name in compiled.positiontup)
            plan = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", values).all()
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
