"""From a row to paper, at most once, whatever the printer, the process or another process does in between."""

import subprocess
import sys

from emulator import Emulator
from printhall import IMPATIENT, at, eventually, look
from sqlalchemy import select, update

from office import slips
from office.models import Office, Printer, PrintJob
from printer.tokens import tokens


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
        thread.join(20)
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


def test_a_new_address_begins_unknown(hall, emulator):
    """That the old printer answered says nothing of a silent one in its place: its slip is unsure, not refused."""
    hall.open(at(emulator))
    hall.take()
    spooler = hall.spooler()
    look(spooler)
    spooler._timing = IMPATIENT
    deaf = Emulator(mute=True, mute_acks=True)
    try:
        hall.open(at(deaf))
        for again in (spooler, hall.spooler(IMPATIENT)):
            job_id = hall.take()
            look(again)
            assert hall.job(job_id).state == "unsure"
        assert hall.health()["state"] == "unknown"
    finally:
        deaf.stop()


def test_a_replaced_device_has_no_say_any_more(hall, emulator):
    """Its slip still waits for the late word when the printer is pointed elsewhere: what it does then is not the new one's."""
    old = Emulator(paper_for=3000)
    hall.open(at(old))
    hall.take()
    spooler = hall.spooler()
    waiting = spooler.look()
    try:
        assert eventually(lambda: (hall.health() or {}).get("state") == "paper_out")
        hall.open(at(emulator))
        hall.take()
        look(spooler)
        assert hall.health()["state"] == "ok"
    finally:
        old.stop()
    for thread in waiting:
        thread.join(20)
    assert hall.health()["state"] == "ok"


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
    deaf = Emulator(mute=True, mute_acks=True)
    try:
        hall.open(at(emulator), office="sepaku")
        with hall.db.engine.begin() as conn:
            waru = select(Printer.id).join(Office).where(Office.code == "waru").scalar_subquery()
            conn.execute(update(Printer).where(Printer.id == waru).values(device=at(deaf)))
        stuck, free = hall.take(), hall.take(office="sepaku")
        spooler = hall.spooler(IMPATIENT, ack=1)
        threads = spooler.look()
        assert eventually(lambda: hall.job(free).state == "printed")
        assert hall.job(stuck).state in ("sending", "unsure")
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
