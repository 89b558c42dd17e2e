"""Kiosks, screens and printer boxes: paired by a person, remembered over restarts, revoked in one step."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from office import boxes
from office.actors import Actor
from office.db import Tx
from office.errors import Forbidden, Invalid, NotFound, SlowDown, UnknownCode
from office.ids import new_key
from office.models import Device, Office, Pairing, Printer
from office.profile import read_head
from office.states import DeviceKind

PAIRING_FOR = timedelta(minutes=15)
CODE_LENGTH = 6
# Unpaired browsers that may wait at once: more is somebody playing, not an office being set up.
PAIRINGS_AT_MOST = 500


def add_device(tx: Tx, office: str, kind: str, name: str, token_hash: str) -> int:
    """Errors: unknown_office; invalid for an unknown kind or an empty name; forbidden at another office."""
    head = read_head(tx.conn, office, lock=True)
    tx.by.must_work_at(office)
    if kind not in list(DeviceKind) or not name.strip():
        raise Invalid(fields={"kind": "one of " + ", ".join(DeviceKind), "name": "must not be empty"}, n=1)
    return int(tx.conn.execute(
        insert(Device).values(office_id=head.id, kind=kind, name=name.strip(), token_hash=token_hash,
                              created_at=tx.now, facts={}).returning(Device.id)
    ).scalar_one())


def device_of_token(conn: Connection, token_hash: str) -> tuple[Actor, dict[str, Any]] | None:
    """The device that holds this token, unless it was revoked. `role` of the actor is the device's kind."""
    row = conn.execute(
        select(Device.id, Device.name, Device.kind, Device.facts, Office.code)
        .join(Office, Office.id == Device.office_id)
        .where(Device.token_hash == token_hash, Device.revoked_at.is_(None))
    ).one_or_none()
    if row is None:
        return None
    return Actor("device", row.id, row.name, row.kind, row.code), row.facts or {}


def ask_to_pair(tx: Tx, office: str, kind: str, token_hash: str) -> str:
    """A short code for a browser that is not paired; the same browser gets the same code while it lasts.

    Errors: unknown_office; slow_down when too many wait.
    """
    head = read_head(tx.conn, office, lock=True)
    tx.conn.execute(delete(Pairing).where(Pairing.expires_at <= tx.now))
    known = tx.conn.execute(
        select(Pairing.code).where(Pairing.token_hash == token_hash, Pairing.office_id == head.id, Pairing.kind == kind)
    ).scalar_one_or_none()
    if known:
        return str(known)
    if tx.conn.execute(select(func.count()).select_from(Pairing)).scalar_one() >= PAIRINGS_AT_MOST:
        raise SlowDown(retry_after_seconds=60, n=1)
    tx.conn.execute(delete(Pairing).where(Pairing.token_hash == token_hash))
    code = new_key(CODE_LENGTH).upper()
    tx.conn.execute(insert(Pairing).values(code=code, office_id=head.id, kind=kind, token_hash=token_hash,
                                           expires_at=tx.now + PAIRING_FOR))
    return code


def is_spent(conn: Connection, token_hash: str) -> bool:
    """A device had this token. Once revoked it is for nobody again: why it was revoked may be that others hold it too."""
    return conn.execute(select(Device.id).where(Device.token_hash == token_hash)).first() is not None


def is_waiting(conn: Connection, token_hash: str, now: datetime) -> bool:
    """It has asked to be paired, and may still be."""
    return conn.execute(select(Pairing.code).where(Pairing.token_hash == token_hash, Pairing.expires_at > now)).first() is not None


def pairing_of_code(conn: Connection, code: str, by: Actor, now: datetime) -> dict[str, Any]:
    """What a code would pair, to be looked at before it is confirmed.

    Errors: unknown_code (wrong, or its 15 minutes are over); forbidden for another office's device.
    """
    row = conn.execute(
        select(Pairing.kind, Office.code.label("office"), Office.name.label("office_name")).join(Office)
        .where(Pairing.code == plain_code(code), Pairing.expires_at > now)
    ).one_or_none()
    if row is None:
        raise UnknownCode()
    by.must_work_at(row.office)
    return {"code": plain_code(code), **row._asdict()}


def plain_code(typed: str) -> str:
    """As people type it, with blanks or a hyphen, in any case."""
    return "".join(typed.split()).replace("-", "").upper()


def confirm_pairing(tx: Tx, code: str, name: str) -> dict[str, Any]:
    """A signed-in administrator confirms the code seen on the device.

    Errors: unknown_code (wrong, or its 15 minutes are over); forbidden for another office's device.
    """
    wanted = plain_code(code)
    row = tx.conn.execute(
        select(Pairing.kind, Pairing.token_hash, Office.code.label("office")).join(Office)
        .where(Pairing.code == wanted, Pairing.expires_at > tx.now)
    ).one_or_none()
    if row is None:
        raise UnknownCode()
    device_id = add_device(tx, row.office, row.kind, name or row.kind, row.token_hash)
    tx.conn.execute(delete(Pairing).where(Pairing.code == wanted))
    return {"id": device_id, "office": row.office, "kind": row.kind, "name": name or row.kind}


def revoke_device(tx: Tx, device_id: int) -> None:
    """From now on the device is a stranger. Errors: not_found, forbidden."""
    row = tx.conn.execute(select(Office.code).join(Device).where(Device.id == device_id)).one_or_none()
    if row is None:
        raise NotFound()
    tx.by.must_work_at(row.code)
    if not tx.by.may_administrate and tx.by.kind != "system":
        raise Forbidden()
    tx.conn.execute(update(Device).where(Device.id == device_id, Device.revoked_at.is_(None)).values(revoked_at=tx.now))
    boxes.leave(tx, device_id)


def device_row(conn: Connection, device_id: int, by: Actor) -> dict[str, Any]:
    """Errors: not_found; forbidden for another office's."""
    row = conn.execute(
        select(Device.id, Device.kind, Device.name, Device.facts, Device.revoked_at, Office.code.label("office"),
               Office.id.label("office_id"), Office.name.label("office_name"))
        .join(Office, Office.id == Device.office_id).where(Device.id == device_id)
    ).one_or_none()
    if row is None:
        raise NotFound()
    by.must_work_at(row.office)
    return row._asdict()


def choose_printer(tx: Tx, device_id: int, printer: str | None) -> dict[str, Any]:
    """On which of its office's printers a kiosk prints (None: the office's first), or for which one a box does.

    Errors: not_found, forbidden; invalid for a printer the office does not have, or a device that prints nothing.
    """
    device = device_row(tx.conn, device_id, tx.by)
    names = tx.conn.execute(
        select(Printer.name).where(Printer.office_id == device["office_id"], Printer.in_use.is_(True))
    ).scalars().all()
    is_box = device["kind"] == DeviceKind.PRINTER
    is_named = is_box or printer is not None
    if device["kind"] == DeviceKind.DISPLAY or (is_named and printer not in names):
        raise Invalid(fields={"printer": "one of " + ", ".join(names)}, n=1)
    if is_box and printer is not None:
        boxes.set_printer(tx, device_id, device["office_id"], printer)
        return device
    facts = {**(device["facts"] or {}), "printer": printer}
    tx.conn.execute(update(Device).where(Device.id == device_id).values(facts=facts))
    return device


def note_seen(tx: Tx, device_ids: list[int], facts: dict[int, dict[str, Any]] | None = None) -> None:
    """These devices are here now. `facts`: what each said of itself (sound, version); what was set for it stays.
    `since` in its facts: connected from then on without a break."""
    for device_id in device_ids:
        before = tx.conn.execute(select(Device.seen_at, Device.facts).where(Device.id == device_id)).one_or_none()
        if before is None:
            continue
        known = {**(before.facts or {}), **(facts or {}).get(device_id, {})}
        if boxes.is_away(before.seen_at, tx.now) or "since" not in known:
            known["since"] = tx.now.isoformat()
        tx.conn.execute(update(Device).where(Device.id == device_id).values(seen_at=tx.now, facts=known))


def devices(conn: Connection, by: Actor, now: datetime) -> list[dict[str, Any]]:
    """The devices that `by` may see, newest first, with whether each was heard of lately; `printer`: of a box."""
    rows = conn.execute(
        select(Device.id, Device.kind, Device.name, Device.created_at, Device.seen_at, Device.revoked_at, Device.facts,
               Office.code.label("office"), Office.name.label("office_name"), Printer.name.label("printer"))
        .join(Office, Office.id == Device.office_id).outerjoin(Printer, Printer.box_id == Device.id)
        .order_by(Device.revoked_at.is_not(None), Office.id, Device.id)
    )
    return [
        {**row._asdict(), "connected": not boxes.is_away(row.seen_at, now)}
        for row in rows if by.office_code in (None, row.office)
    ]
