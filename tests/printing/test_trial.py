"""A test slip by one command, and what is wrong with the printer in plain words."""

import subprocess
import sys

import pytest
from emulator import Emulator
from printhall import IMPATIENT, at, look
from sqlalchemy import select, update

import commands
from office import printers, slips, trials
from office.models import Office, Printer, PrintJob
from office.states import JobState
from printer.picture import png
from printer.transport import transport_for
from printer.trial import trial_slip, try_out
from settings import ROOT


@pytest.mark.parametrize(
    ("faults", "said"),
    [
        ({}, "tercetak di kiosk."),
        ({"paper": "low"}, "hampir habis"),
        ({"paper": "out"}, "Pasang gulungan baru"),
        ({"cover": True}, "Tutup sampai rapat"),
        ({"mute": True, "mute_acks": True}, "one_way"),
        ({"paper_for": 200}, "belum pasti tercetak"),
    ],
)
def test_the_fault_is_named(faults, said):
    """Each fault has its sentence and what to do; only what the printer confirmed is called printed."""
    emulator = Emulator(**faults)
    try:
        way = transport_for(f"network://127.0.0.1:{emulator.port}", timing=IMPATIENT)
        result = try_out(way, "kiosk", "id", 32, ack_wait=0.4)
    finally:
        emulator.stop()
    assert any(said in line for line in result.lines), result.lines
    assert result.went_well == (faults in ({}, {"paper": "low"}))


def test_nobody_there_is_named():
    """No printer at this address: that it is not connected, and the technical reason in brackets."""
    result = try_out(transport_for("network://127.0.0.1:1", timing=IMPATIENT), "kiosk", "en", 32)
    assert not result.went_well
    assert "is not connected." in result.lines[1]
    assert result.lines[-1].startswith("(")


@pytest.mark.parametrize(("columns", "dots"), [(32, 384), (48, 576)])
def test_the_test_slip_is_a_slip(columns, dots):
    """Every byte of it is known to our own reader, at both widths."""
    assert png(trial_slip("id", columns), dots)


def test_the_box_says_it_on_the_terminal(emulator):
    """`python -m printer --test`: exit 0 and the sentence, or 1 and the fault; it needs no server."""
    device = f"network://127.0.0.1:{emulator.port}"
    ran = subprocess.run(
        [sys.executable, "-m", "printer", "--test", "--device", device], cwd=ROOT, capture_output=True, text=True
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "tercetak" in ran.stdout
    assert emulator.slips == 1


def test_the_servers_own_printer(app, office, emulator):
    """`flask printers test waru`: the same for a printer of the server; behind a box it says where to try."""
    with office.db.engine.begin() as conn:
        conn.execute(update(Printer).values(device=f"network://127.0.0.1:{emulator.port}"))
    ran = app.test_cli_runner().invoke(args=["printers", "test", "waru"])
    assert (ran.exit_code, emulator.slips) == (0, 1), ran.output
    emulator.cover = True
    ran = app.test_cli_runner().invoke(args=["printers", "test", "waru", "--lang", "en"])
    assert ran.exit_code == 1
    assert "cover" in ran.output
    office.device("printer", "kotak").post("/boxes/next", journal="a" * 16).ok()
    ran = app.test_cli_runner().invoke(args=["printers", "test", "waru"])
    assert ran.exit_code == 1
    assert "kotak printer kotak" in ran.output


def test_the_terminal_waits_for_the_slip_in_hand(app, office, emulator, monkeypatch):
    """A printer that takes two clients would mix the two; after a while the command gives up and says why."""
    with office.db.engine.begin() as conn:
        conn.execute(update(Printer).values(device=f"network://127.0.0.1:{emulator.port}"))
    slip = office.take(office.device())["slip"]["id"]
    with office.db.engine.begin() as conn:
        conn.execute(update(PrintJob).where(PrintJob.id == slip).values(state="sending"))
    monkeypatch.setattr(commands, "TURN_SECONDS", 0)
    ran = app.test_cli_runner().invoke(args=["printers", "test", "waru"])
    assert (ran.exit_code, emulator.slips) == (1, 0)
    assert "sedang mencetak" in ran.output


PRESSED = [
    ({}, ["box.test_printed"], 1), ({"cover": True}, ["box.test_refused", "admin.trouble_printer_cover", "admin.todo_printer_cover"], 0),
]  # fmt: skip


@pytest.mark.parametrize(("faults", "keys", "paper"), PRESSED)
def test_asked_for_on_a_page(hall, faults, keys, paper):
    """Printed at the spooler's next look, and what became of it is kept for the page; once, however often it looks."""
    emulator = Emulator(**faults)
    try:
        hall.open(at(emulator))
        hall.db.transaction(printers.ask_trial, printer_id=printer_id(hall), lang="en")
        assert trial_seen(hall)["open"]
        spooler = hall.spooler(health=99)
        for _ in range(2):
            look(spooler)
        assert trial_seen(hall)["keys"] == keys
        assert emulator.slips == paper
    finally:
        emulator.stop()


def test_a_test_slip_and_a_slip_wait_for_one_another(hall, emulator):
    """While one goes out the other is not begun, also by another process; who died with it holds nobody up for long."""
    hall.open(at(emulator))
    number, job_id = printer_id(hall), hall.take()
    hall.db.transaction(printers.ask_trial, printer_id=number, lang="id")
    assert hall.db.transaction(slips.claim_next, printer_id=number, owner="one") == job_id
    assert hall.db.transaction(trials.claim, printer_id=number) is None
    hall.db.transaction(slips.settle, job_id=job_id, outcome=JobState.PRINTED)
    assert hall.db.transaction(trials.claim, printer_id=number)["lang"] == "id"
    assert hall.db.transaction(trials.claim, printer_id=number) is None
    second = hall.take()
    assert hall.db.transaction(slips.claim_next, printer_id=number, owner="two") is None
    hall.clock.pass_(seconds=slips.LOST_AFTER.total_seconds() + 1)
    assert trial_seen(hall)["keys"] == ["box.test_unsure"]
    assert hall.db.transaction(slips.claim_next, printer_id=number, owner="two") == second


def test_nobody_waits_for_a_test_slip_for_ever(hall, emulator):
    """The printer was busy for a minute: it is not printed any more, and the page says so."""
    hall.open(at(emulator))
    hall.db.transaction(printers.ask_trial, printer_id=printer_id(hall), lang="id")
    hall.clock.pass_(seconds=61)
    look(hall.spooler())
    assert trial_seen(hall)["keys"] == ["admin.printer_test_late"]
    assert not emulator.printed


def printer_id(hall) -> int:
    with hall.db.read() as look:
        return look.conn.execute(select(Printer.id).join(Office).where(Office.code == "waru")).scalar_one()


def trial_seen(hall):
    with hall.db.read() as look:
        return trials.seen(look.conn.execute(select(Printer.trial).where(Printer.id == printer_id(hall))).scalar_one(), look.now)
