"""Slips: rows that must reach paper once. The printing itself is printer/'s; every write of a job is here."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Update, or_, select, update

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


def job_of_ticket(conn: Connection, ticket_id: str) -> Row[Any]:
    """The slip of a ticket. Errors: unknown_slip."""
    row = conn.execute(_JOB.where(PrintJob.ticket_id == ticket_id).order_by(PrintJob.created_at.desc())).first()
    if row is None:
        raise UnknownSlip()
    return row


def slip_view(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.id, "state": row.state, "ticket": row.label, "office": row.office_code, "printer": row.printer,
        "copy": row.is_copy, "tries": row.tries, "error": row.error, "state_at": row.state_at.isoformat(),
    }


def due_jobs(conn: Connection, now: datetime, limit: int = 20) -> list[Row[Any]]:
    """Jobs to print now, oldest first."""
    due = PrintJob.state == str(J.PENDING), PrintJob.next_try_at <= now
    return list(conn.execute(_JOB.where(*due).order_by(PrintJob.created_at).limit(limit)))


def claim(tx: Tx, job_id: str, owner: str) -> bool:
    """Take a job in hand; False when another spooler was faster."""
    return _moved(tx, job_id, (J.PENDING,), J.SENDING, owner=owner)


def keep_bytes(tx: Tx, job_id: str, data: bytes) -> bytes:
    """Store what is to be printed, once: whoever came first decides. Returns what is stored."""
    tx.conn.execute(update(PrintJob).where(PrintJob.id == job_id, PrintJob.bytes.is_(None)).values(bytes=data))
    return bytes(tx.conn.execute(select(PrintJob.bytes).where(PrintJob.id == job_id)).scalar_one())


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
    if _moved(tx, job_id, from_states, outcome, error=error, owner=None, **copies) and outcome == J.UNSURE:
        _tell_trouble(tx, row, outcome)


def _try_later(tx: Tx, row: Row[Any], error: str | None) -> None:
    tries = row.tries + 1
    delay = RETRY_DELAYS[min(tries, len(RETRY_DELAYS)) - 1]
    back = _moved(tx, row.id, (J.SENDING,), J.PENDING, error=error, owner=None, tries=tries,
                  next_try_at=tx.now + timedelta(seconds=delay))
    if back and tries > len(RETRY_DELAYS):
        _moved(tx, row.id, (J.PENDING,), J.FAILED, error=error)
        _tell_trouble(tx, row, J.FAILED)


def give_up_lost(tx: Tx) -> int:
    """Jobs in the hands of a spooler that died: some bytes may have gone out, so they are unsure."""
    lost = tx.conn.execute(
        select(PrintJob.id).where(PrintJob.state == str(J.SENDING), PrintJob.state_at < tx.now - LOST_AFTER)
    ).scalars().all()
    for job_id in lost:
        settle(tx, job_id, J.UNSURE, "the printing process died")
    return len(lost)


def own_lost(tx: Tx, owner_prefix: str) -> int:
    """The same at a start, for what this machine's spooler had in hand when it died."""
    lost = tx.conn.execute(
        select(PrintJob.id).where(PrintJob.state == str(J.SENDING), PrintJob.owner.startswith(owner_prefix))
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
    again = {"next_try_at": tx.now, "tries": 0, "error": None, "is_copy": first_exists}
    if first_exists and not row.is_copy:
        again["bytes"] = None
    tx.conn.execute(
        update(PrintJob).where(PrintJob.id == job_id).values(state=str(J.PENDING), state_at=tx.now, **again)
    )
    return slip_view(job_row(tx.conn, job_id))


def drop(tx: Tx, job_id: str) -> dict[str, Any]:
    """No paper is needed any more. Errors: unknown_slip; wrong_state unless it waits, failed or is unsure."""
    row = job_row(tx.conn, job_id)
    if not _moved(tx, job_id, (J.PENDING, J.UNSURE, J.FAILED), J.DROPPED):
        raise WrongState(number=row.label, state=row.state)
    return slip_view(job_row(tx.conn, job_id))


def note_health(tx: Tx, printer_id: int, health: dict[str, Any]) -> bool:
    """What a printer said of itself; True (and an event for the office's pages) when its state changed."""
    before = tx.conn.execute(
        select(Printer.health, Printer.name, Office.code).join(Office).where(Printer.id == printer_id)
    ).one()
    tx.conn.execute(update(Printer).where(Printer.id == printer_id).values(health=health, health_at=tx.now))
    if (before.health or {}).get("state") == health.get("state"):
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
