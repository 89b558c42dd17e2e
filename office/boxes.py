"""A printer behind another machine: its box asks for slips, prints them, and says what became of each.

A slip is handed out under a claim, which the box writes into its journal before the first byte goes out. So the same
claim can be handed out again when an answer got lost: the box knows whether it had begun. A box with another journal
(a new memory card, a copied token) knows nothing of it: what was in hand is unsure.
"""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, or_, select, update

from office import slips
from office.db import Tx
from office.errors import NotFound
from office.ids import new_key
from office.models import Device, Printer, PrintJob
from office.slips import TO_DO
from office.states import DeviceKind, JobState

# A kiosk asks every 5 s, a box twice a second, and a screen is noted every 20 s: after three misses it is away.
AWAY_AFTER = timedelta(seconds=60)
#: So long a slip waits for a box that is away, about as long as for a printer that is off; then a person decides.
PATIENCE = timedelta(minutes=4)
AWAY_WORDS = "the printer box is away"


class Claim(NamedTuple):
    """`claim` names this one attempt; only under it the outcome is believed."""

    slip: str
    claim: str


def box_now(conn: Connection, device_id: int, now: datetime) -> Row[Any]:
    """{seen_at, facts, printer_id, printer, width_mm, health, has_work}; printer_id None: no printer is its own yet.

    Errors: not_found.
    """
    row = conn.execute(of_box(device_id, now)).first()
    if row is None:
        raise NotFound
    return row


def of_box(device_id: int, now: datetime) -> Select[Any]:
    """Asked by every box twice a second."""
    work = select(PrintJob.id).where(
        TO_DO, PrintJob.printer_id == Printer.id,
        or_(PrintJob.state == str(JobState.SENDING), PrintJob.next_try_at <= now),
    )  # fmt: skip
    return (
        select(Device.seen_at, Device.facts, Printer.id.label("printer_id"), Printer.name.label("printer"),
               Printer.width_mm, Printer.health, work.exists().label("has_work"))
        .outerjoin(Printer, Printer.box_id == Device.id).where(Device.id == device_id)
    )  # fmt: skip


def state_of(health: dict[str, Any] | None, box_id: int | None, box_seen_at: datetime | None, now: datetime) -> str:
    """What is known of a printer now: `unknown` until it was asked; behind a box that is away it is off."""
    if box_id is not None and is_away(box_seen_at, now):
        return "off"
    return str((health or {}).get("state", "unknown"))


def is_away(seen_at: datetime | None, now: datetime) -> bool:
    return seen_at is None or now - seen_at >= AWAY_AFTER


def attach(tx: Tx, device_id: int) -> None:
    """The first question of a box makes a printer its own: the office's first that no box has. None free: nothing."""
    free = (
        select(Printer.id).join(Device, Device.office_id == Printer.office_id)
        .where(Device.id == device_id, Printer.in_use.is_(True), Printer.box_id.is_(None)).order_by(Printer.id).limit(1)
    )  # fmt: skip
    printer_id = tx.conn.execute(free).scalar_one_or_none()
    if printer_id is not None:
        _give(tx, printer_id, device_id)


def set_printer(tx: Tx, device_id: int, office_id: int, name: str) -> None:
    """This box prints for that printer, and for no other."""
    leave(tx, device_id)
    wanted = select(Printer.id).where(Printer.office_id == office_id, Printer.name == name)
    _give(tx, tx.conn.execute(wanted).scalar_one(), device_id)


def leave(tx: Tx, device_id: int) -> None:
    """The server prints again itself what this box printed for."""
    tx.conn.execute(update(Printer).where(Printer.box_id == device_id).values(box_id=None, health=None, health_at=None))


def _give(tx: Tx, printer_id: int, device_id: int) -> None:
    # What another way to the printer said of it is no word of this one.
    tx.conn.execute(update(Printer).where(Printer.id == printer_id).values(box_id=device_id, health=None, health_at=None))


def claim_next(tx: Tx, device_id: int, printer_id: int, journal: str) -> Claim | None:
    """The slip that this box has in hand, again; else the printer's oldest one that is due; None: nothing to do."""
    mine = f"box:{device_id}:{journal}:"
    tx.conn.execute(select(Printer.id).where(Printer.id == printer_id).with_for_update())
    in_hand = tx.conn.execute(
        select(PrintJob.id, PrintJob.owner)
        .where(TO_DO, PrintJob.printer_id == printer_id, PrintJob.state == str(JobState.SENDING)).limit(1)
    ).one_or_none()  # fmt: skip
    if in_hand is not None and in_hand.owner.startswith(mine):
        return Claim(in_hand.id, in_hand.owner)
    if in_hand is not None and in_hand.owner.startswith("box:"):
        slips.own_lost(tx, in_hand.owner)
    owner = mine + new_key(8)
    job_id = slips.claim_next(tx, printer_id, owner)
    return Claim(job_id, owner) if job_id else None


def settle(tx: Tx, device_id: int, slip: str, claim: str, outcome: JobState, error: str | None) -> dict[str, Any]:
    """What became of a slip in hand. A word under an old claim changes nothing: others have decided meanwhile.

    Errors: unknown_slip.
    """
    row = slips.job_row(tx.conn, slip)
    if row.owner == claim and claim.startswith(f"box:{device_id}:"):
        slips.settle(tx, slip, outcome, error)
    return slips.slip_view(slips.job_row(tx.conn, slip))


def unfetched(conn: Connection, now: datetime) -> list[str]:
    """Slips that have waited too long for a box that is away. It never had them: not a byte went out."""
    return list(conn.execute(waiting_for_a_box(now)).scalars())


def waiting_for_a_box(now: datetime) -> Select[Any]:
    return (
        select(PrintJob.id).join(Printer, Printer.id == PrintJob.printer_id).join(Device, Device.id == Printer.box_id)
        .where(TO_DO, PrintJob.state == str(JobState.PENDING), PrintJob.state_at < now - PATIENCE,
               Device.kind == str(DeviceKind.PRINTER), or_(Device.seen_at.is_(None), Device.seen_at < now - AWAY_AFTER))
    )  # fmt: skip


def give_up(tx: Tx, job_ids: list[str]) -> None:
    for job_id in job_ids:
        slips.give_up(tx, job_id, AWAY_WORDS)
