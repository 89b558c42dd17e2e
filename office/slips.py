"""Slips: rows that must reach paper once. The printing itself is printer/'s; every write of a job is here."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Update, or_, select, text, update

from office import events
from office.db import Tx
from office.errors import UnknownSlip, WrongState
from office.here import Here, enter
from office.models import Office, Printer, PrintJob, Ticket
from office.states import JOB_MOVES, JobState

J = JobState
# Seconds until the next try after a refusal before any byte went out; then a person decides.
RETRY_DELAYS = (2, 5, 10, 30, 60, 120)
# A spooler that says nothing for so long has died: what it had in hand is unsure.
LOST_AFTER = timedelta(seconds=90)
VIRTUAL, PRINTER_WELL = "virtual:", "ok"
# To the letter as in the partial index (models.py): without it SQLite would walk through years of printed slips.
TO_DO = text("print_jobs.state IN ('pending', 'sending')")
IN_TROUBLE = text("print_jobs.state IN ('failed', 'unsure')")

_JOB = (
    select(PrintJob.__table__, Office.code.label("office_code"), Ticket.label, Printer.name.label("printer"))
    .join(Office, Office.id == PrintJob.office_id)
    .join(Ticket, Ticket.id == PrintJob.ticket_id)
    .join(Printer, Printer.id == PrintJob.printer_id)
)


def job_row(conn: Connection, job_id: str) -> Row[Any]:
    """Errors: unknown_slip."""
    row = conn.execute(_JOB.where(PrintJob.id == job_id)).one_or_none()
    if row is None:
        raise UnknownSlip()
    return row


def slip_view(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.id, "state": row.state, "ticket": row.label, "office": row.office_code, "printer": row.printer,
        "copy": row.is_copy, "tries": row.tries, "error": row.error, "state_at": row.state_at.isoformat(),
    }


def own_printers(conn: Connection) -> list[Row[Any]]:
    """Those that no box prints for, also out of use (there may be old work): id, name, device, options, health, in_use,
    trial."""
    columns = Printer.id, Printer.name, Printer.device, Printer.options, Printer.health, Printer.in_use, Printer.trial
    return list(conn.execute(select(*columns).where(Printer.box_id.is_(None)).order_by(Printer.id)))


def printers_with_work(conn: Connection, now: datetime) -> list[int]:
    """Printers for which at least one job is to be printed now."""
    return list(conn.execute(select(PrintJob.printer_id).where(*_due(now)).distinct()).scalars())


def claim_next(tx: Tx, printer_id: int, owner: str) -> str | None:
    """Take the printer's oldest job that is due in hand; None when there is none, another spooler has one in hand, or a
    test slip goes out.

    Printers serve one client at a time, so the printer's row is locked: two processes cannot both begin.
    """
    trial = tx.conn.execute(select(Printer.trial).where(Printer.id == printer_id).with_for_update()).scalar_one()
    if is_tested_now(trial, tx.now):
        return None
    at_this = PrintJob.printer_id == printer_id
    if tx.conn.execute(select(PrintJob.id).where(at_this, TO_DO, PrintJob.state == str(J.SENDING)).limit(1)).first():
        return None
    oldest = select(PrintJob.id).where(at_this, *_due(tx.now)).order_by(PrintJob.created_at, PrintJob.id).limit(1)
    job_id: str | None = tx.conn.execute(oldest).scalar_one_or_none()
    if job_id is None or not _moved(tx, job_id, (J.PENDING,), J.SENDING, owner=owner):
        return None
    return job_id


def is_tested_now(trial: dict[str, Any] | None, now: datetime) -> bool:
    """A test slip goes out at this moment. Whoever printed it may have died: then for as long as a slip would be."""
    return trial is not None and trial["state"] == "sending" and now - datetime.fromisoformat(trial["at"]) < LOST_AFTER


def print_virtually(tx: Tx, limit: int = 200) -> int:
    """Slips for printers that exist only here are printed at once, many in one write: a busy day or a test
    must not pay two writes for paper that nobody takes. Their bytes are composed when somebody looks."""
    virtual = select(Printer.id).where(Printer.device == VIRTUAL, Printer.box_id.is_(None))
    jobs = select(PrintJob.id).where(PrintJob.printer_id.in_(virtual), *_due(tx.now)).limit(limit)
    done = (
        update(PrintJob)
        .where(PrintJob.id.in_(jobs), TO_DO, PrintJob.state == str(J.PENDING))
        .values(state=str(J.PRINTED), state_at=tx.now, copies=PrintJob.copies + 1, error=None, owner=None)
    )
    return int(tx.conn.execute(done).rowcount)


def hurry(tx: Tx, printer_id: int) -> None:
    """A printer that is well again prints what waits for it now, not when the next try would have been."""
    waiting = TO_DO, PrintJob.printer_id == printer_id, PrintJob.state == str(J.PENDING), PrintJob.next_try_at > tx.now
    tx.conn.execute(update(PrintJob).where(*waiting).values(next_try_at=tx.now))


def owners_at_work(conn: Connection) -> list[str]:
    """The spoolers that have a job in hand."""
    owners = conn.execute(select(PrintJob.owner).where(TO_DO, PrintJob.state == str(J.SENDING)).distinct())
    return [owner for owner in owners.scalars() if owner]


def _due(now: datetime) -> tuple[Any, ...]:
    return TO_DO, PrintJob.state == str(J.PENDING), PrintJob.next_try_at <= now


def keep_bytes(tx: Tx, job_id: str, data: bytes) -> bytes:
    """Store what is to be printed, once: whoever came first decides. Returns what is stored."""
    tx.conn.execute(update(PrintJob).where(PrintJob.id == job_id, PrintJob.bytes.is_(None)).values(bytes=data))
    kept: bytes = tx.conn.execute(select(PrintJob.bytes).where(PrintJob.id == job_id)).scalar_one() or data
    return kept


def settle(tx: Tx, job_id: str, outcome: JobState, error: str | None = None) -> None:
    """Write down what became of a job in hand.

    PENDING means that nothing went out: tried again later, or FAILED when the tries are used up.
    UNSURE and FAILED are told to the hall's staff. A late acknowledgement turns UNSURE into PRINTED.
    """
    row = job_row(tx.conn, job_id)
    if outcome == J.PENDING:
        _try_later(tx, row, error)
        return
    from_states = (J.SENDING, J.UNSURE) if outcome == J.PRINTED else (J.SENDING,)
    copies = {"copies": row.copies + 1} if outcome in (J.PRINTED, J.SENT, J.UNSURE) and row.state == J.SENDING else {}
    owner = row.owner if outcome == J.UNSURE else None  # only who had it in hand may say later that it came out
    if _moved(tx, job_id, from_states, outcome, error=error, owner=owner, **copies) and outcome == J.UNSURE:
        _tell_trouble(tx, row, outcome)


def _try_later(tx: Tx, row: Row[Any], error: str | None) -> None:
    tries = row.tries + 1
    delay = RETRY_DELAYS[min(tries, len(RETRY_DELAYS)) - 1]
    back = _moved(tx, row.id, (J.SENDING,), J.PENDING, error=error, owner=None, tries=tries,
                  next_try_at=tx.now + timedelta(seconds=delay))
    if back and tries > len(RETRY_DELAYS):
        give_up(tx, row.id, error)


def give_up(tx: Tx, job_id: str, error: str | None) -> None:
    """Not a byte of it went out and none will by itself: a person decides."""
    if _moved(tx, job_id, (J.PENDING,), J.FAILED, error=error):
        _tell_trouble(tx, job_row(tx.conn, job_id), J.FAILED)


def give_up_lost(tx: Tx, mine: str) -> int:
    """Jobs in the hands of a spooler that died: some bytes may have gone out, so they are unsure.

    Not those in `mine`: who asks is alive, and a demo clock may run faster than any printer.
    """
    lost = tx.conn.execute(
        select(PrintJob.id).where(TO_DO, PrintJob.state == str(J.SENDING), PrintJob.owner != mine,
                                  PrintJob.state_at < tx.now - LOST_AFTER)
    ).scalars().all()
    for job_id in lost:
        settle(tx, job_id, J.UNSURE, "the printing process died")
    return len(lost)


def own_lost(tx: Tx, owner: str) -> int:
    """The same at once, for a spooler that is known to be dead."""
    lost = tx.conn.execute(
        select(PrintJob.id).where(TO_DO, PrintJob.state == str(J.SENDING), PrintJob.owner == owner)
    ).scalars().all()
    for job_id in lost:
        settle(tx, job_id, J.UNSURE, "the printing process died")
    return len(lost)


def reprint(tx: Tx, job_id: str) -> dict[str, Any]:
    """A person wants the paper again: the same number, marked SALINAN when a first copy may exist.

    Errors: unknown_slip; wrong_state while it is being printed. A job that still waits is only hurried.
    """
    row = job_row(tx.conn, job_id)
    enter(tx, row.office_code)
    if row.state == J.SENDING:
        raise WrongState(number=row.label, state=row.state)
    first_exists = row.copies > 0
    again = {"next_try_at": tx.now, "tries": 0, "error": None, "owner": None, "is_copy": first_exists}
    if first_exists and not row.is_copy:
        again["bytes"] = None
    tx.conn.execute(
        update(PrintJob).where(PrintJob.id == job_id).values(state=str(J.PENDING), state_at=tx.now, **again)
    )
    return slip_view(job_row(tx.conn, job_id))


def drop(tx: Tx, job_id: str) -> dict[str, Any]:
    """No paper is needed any more. Errors: unknown_slip; wrong_state unless it waits, failed or is unsure."""
    row = job_row(tx.conn, job_id)
    enter(tx, row.office_code)
    if not _moved(tx, job_id, (J.PENDING, J.UNSURE, J.FAILED), J.DROPPED):
        raise WrongState(number=row.label, state=row.state)
    return slip_view(job_row(tx.conn, job_id))


def note_health(tx: Tx, printer_id: int, health: dict[str, Any]) -> bool:
    """What a printer said of itself; True (and an event for the office's pages) when its state changed."""
    before = tx.conn.execute(
        select(Printer.health, Printer.name, Office.code).join(Office).where(Printer.id == printer_id)
    ).one()
    tx.conn.execute(update(Printer).where(Printer.id == printer_id).values(health=health, health_at=tx.now))
    was = (before.health or {"state": PRINTER_WELL}).get("state")  # a printer that begins well is no news
    if was == health.get("state"):
        return False
    here = enter(tx, before.code)
    here.record(tx, events.SLIP_TROUBLE, printer=before.name, printer_state=health.get("state"), ticket=None, slip=None)
    return True


def facts_of(conn: Connection, job_id: str) -> Row[Any]:
    """What the slip of a job says: the ticket, its service, the people ahead when it was issued."""
    return conn.execute(
        select(Ticket.__table__, PrintJob.ahead, PrintJob.is_copy, PrintJob.bytes, PrintJob.printer_id,
               Office.code.label("office_code"))
        .join(PrintJob, PrintJob.ticket_id == Ticket.id)
        .join(Office, Office.id == Ticket.office_id)
        .where(PrintJob.id == job_id)
    ).one()


def _moved(tx: Tx, job_id: str, among: tuple[JobState, ...], to: JobState, **values: Any) -> bool:
    """Guarded: only from the states named, and only where the table of moves allows it."""
    allowed = [str(state) for state in among if to in JOB_MOVES[state]]
    statement: Update = (
        update(PrintJob)
        .where(PrintJob.id == job_id, or_(*[PrintJob.state == state for state in allowed]))
        .values(state=str(to), state_at=tx.now, **values)
    )
    return tx.conn.execute(statement).rowcount == 1


def _tell_trouble(tx: Tx, row: Row[Any], state: JobState) -> None:
    here: Here = enter(tx, row.office_code)
    here.record(tx, events.SLIP_TROUBLE, ticket=row.label, slip=row.id, slip_state=str(state))
