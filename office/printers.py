"""An office's printers as its administrator keeps them: where each is, how wide its paper, what waits for it."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, case, func, select, update

from office import trials
from office.actors import Actor
from office.boxes import state_of
from office.clock import day_of
from office.db import Look, Tx
from office.errors import Invalid, NotFound
from office.here import enter
from office.ids import new_id
from office.models import Device, Office, Printer, PrintJob, Ticket
from office.printer_file import BY_HAND, DEVICE
from office.profile import profile_of
from office.shown import instant
from office.slips import IN_TROUBLE, TO_DO, VIRTUAL
from office.states import JobState

WIDTHS_MM = (58, 80)
#: of the office's header or footer: two lines of the narrow paper
MOST_LETTERS = 64
SHOWN_SLIPS = 12
# new_id() begins with the millisecond; so many characters hold it.
TIME_PART = 9

_PRINTER = (
    select(Printer.__table__, Office.code.label("office"), Office.name.label("office_name"), Office.timezone,
           Device.name.label("box"), Device.seen_at.label("box_seen_at"))
    .join(Office, Office.id == Printer.office_id).outerjoin(Device, Device.id == Printer.box_id)
)  # fmt: skip


def printer_row(conn: Connection, printer_id: int, by: Actor) -> Row[Any]:
    """Errors: not_found; forbidden for another office's."""
    row = conn.execute(_PRINTER.where(Printer.id == printer_id)).one_or_none()
    if row is None:
        raise NotFound
    by.must_work_at(row.office)
    return row


def set_slip_words(tx: Tx, office: str, slip: dict[str, dict[str, str]]) -> dict[str, Any]:
    """The office's own words on its slips, {header: {id, en}, footer: {id, en}}. Slips that wait are set anew.

    Errors: unknown_office, forbidden; invalid for a text that is too long or no line of text.
    """
    here = enter(tx, office)
    wrong = {
        f"{part}_{lang}": "too long" for part, text in slip.items() for lang, said in text.items()
        if len(said) > MOST_LETTERS or not (said.isprintable() or not said)
    }  # fmt: skip
    if wrong:
        raise Invalid(fields=wrong, n=len(wrong))
    tx.conn.execute(
        update(Office).where(Office.id == here.profile.id).values(slip=slip, revision=Office.revision + 1)
    )
    _set_anew(tx, PrintJob.office_id == here.profile.id)
    return {"office": office, "name": here.profile.name, "slip": slip}


def _set_anew(tx: Tx, of: Any) -> None:
    waiting = TO_DO, of, PrintJob.state == str(JobState.PENDING)
    tx.conn.execute(update(PrintJob).where(*waiting).values(bytes=None, next_try_at=tx.now))


def printer_to_test(look: Look, office: str, name: str | None) -> dict[str, Any]:
    """{id, name, device, width_mm, options, box}; `box`: the name of the printer box that serves it, if one does.

    Errors: unknown_office; invalid for a printer the office does not have.
    """
    profile = profile_of(look, office)
    rows = look.conn.execute(
        select(Printer.id, Printer.name, Printer.device, Printer.width_mm, Printer.options, Device.name.label("box"))
        .outerjoin(Device, Device.id == Printer.box_id)
        .where(Printer.office_id == profile.id, Printer.in_use.is_(True)).order_by(Printer.id)
    ).all()
    found = [row for row in rows if name in (None, row.name)]
    if not found:
        raise Invalid(fields={"printer": "one of " + ", ".join(row.name for row in rows)}, n=1)
    return found[0]._asdict()


def change_printer(tx: Tx, printer_id: int, device: str, width_mm: int, *, one_way: bool = False) -> dict[str, Any]:
    """Point a printer at another device or paper; `one_way`: it never answers. Slips that wait are set anew. From now on
    this wins over the data file.

    Errors: not_found, forbidden, invalid (check_printer).
    """
    before = printer_row(tx.conn, printer_id, tx.by)
    here = enter(tx, before.office)
    check_printer(device, width_mm)
    options = {**before.options, "one_way": one_way, BY_HAND: True}
    tx.conn.execute(
        update(Printer).where(Printer.id == printer_id)
        .values(device=device, width_mm=width_mm, options=options, health=None, health_at=None, trial=None)
    )  # fmt: skip
    _set_anew(tx, PrintJob.printer_id == printer_id)
    tx.conn.execute(update(Office).where(Office.id == here.profile.id).values(revision=Office.revision + 1))
    return {"name": before.name, "office": before.office, "device": device, "width_mm": width_mm}


def ask_trial(tx: Tx, printer_id: int, lang: str) -> dict[str, Any]:
    """A test slip, please: printed by the server in its turn. One that is still to come is not asked for twice.

    Errors: not_found, forbidden; invalid for a printer that the server does not print on itself.
    """
    row = printer_row(tx.conn, printer_id, tx.by)
    if not can_be_tried(row):
        raise Invalid(fields={"printer": "not printed on by the server"}, n=1)
    if not trials.is_open(row.trial, tx.now):
        tx.conn.execute(update(Printer).where(Printer.id == printer_id).values(trial=trials.asked(tx.now, lang)))
    return {"name": row.name}


def can_be_tried(row: Row[Any]) -> bool:
    return row.in_use and row.box_id is None and row.device != VIRTUAL


def check_printer(device: str, width_mm: int) -> None:
    """Errors: invalid by the rule of the data file (`device`, `width_mm`); and a file is a device's, below /dev: whoever
    looks after one office must not let slips be written into the server's own files."""
    is_other_file = device.startswith("file:") and (not device.startswith("file:///dev/") or ".." in device)
    fields = {"device": "cannot read the device address"} if is_other_file or not DEVICE.match(device) else {}
    if width_mm not in WIDTHS_MM:
        fields["width_mm"] = "one of " + ", ".join(str(width) for width in WIDTHS_MM)
    if fields:
        raise Invalid(fields=fields, n=len(fields))


def printers(look: Look, by: Actor) -> list[dict[str, Any]]:
    """The printers that `by` may see, in use first, with their work of today."""
    rows = look.conn.execute(_PRINTER.order_by(Printer.in_use.desc(), Printer.office_id, Printer.id)).all()
    return [printer_view(look, row) for row in rows if by.office_code in (None, row.office)]


def printer_view(look: Look, row: Row[Any]) -> dict[str, Any]:
    """`state` is `unknown` until the printer was asked: never guessed."""
    counts = job_counts(look, PrintJob.printer_id == row.id, row.timezone)
    health = row.health or {}
    return {
        "id": row.id, "name": row.name, "office": row.office, "office_name": row.office_name, "timezone": row.timezone,
        "device": row.device, "width_mm": row.width_mm, "in_use": row.in_use, "box": row.box,
        "state": state_of(row.health, row.box_id, row.box_seen_at, look.now),
        "why": health.get("why", ""), "since": instant(row.health_at, row.timezone), "counts": counts,
        "trial": trials.seen(row.trial, look.now), "can_be_tried": can_be_tried(row),
        "waiting": counts.get("pending", 0) + counts.get("sending", 0),
    }  # fmt: skip


def job_counts(look: Look, of: Any, timezone: str) -> dict[str, int]:
    """Today's slips by state. Ids begin with their time, so years of old slips cost nothing."""
    today = PrintJob.id >= first_id(look, timezone)
    counted = look.conn.execute(select(PrintJob.state, func.count()).where(of, today).group_by(PrintJob.state))
    return {row[0]: row[1] for row in counted}


def last_slips(look: Look, printer_id: int, timezone: str) -> list[dict[str, Any]]:
    """The printer's slips of today: those in trouble first, then the newest."""
    rows = look.conn.execute(
        select(PrintJob.id, PrintJob.state, PrintJob.state_at, PrintJob.is_copy, PrintJob.error, Ticket.label)
        .join(Ticket, Ticket.id == PrintJob.ticket_id)
        .where(PrintJob.printer_id == printer_id, PrintJob.id >= first_id(look, timezone))
        .order_by(case((IN_TROUBLE, 0), else_=1), PrintJob.id.desc())
        .limit(SHOWN_SLIPS)
    )
    return [{**row._asdict(), "state_at": instant(row.state_at, timezone)} for row in rows]


def first_id(look: Look, timezone: str) -> str:
    """No row that was made today in this zone has a smaller id."""
    midnight = datetime.combine(day_of(look.now, timezone), time.min, ZoneInfo(timezone))
    return new_id(midnight)[:TIME_PART]
