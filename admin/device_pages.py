"""Kiosks, screens and printer boxes: pairing, revoking, on which printer a kiosk prints."""

from datetime import datetime
from typing import Any

from flask import redirect, request, url_for

import pages
from access import hash_token, new_token
from admin.blueprint import act, done, for_admin, form_text, show, views
from admin.moments import moment_words
from office import devices
from office.actors import Actor
from office.errors import Refused
from office.overview import codes_for
from office.profile import profile_of
from office.states import DeviceKind
from running import running


@views.get("/admin/devices")
@for_admin
def devices_page(person: Actor) -> Any:
    return _list(person)


def _list(person: Actor, refusal: Refused | None = None, **more: Any) -> Any:
    lang = pages.language()
    with running().db.read() as look:
        profiles = {code: profile_of(look, code) for code in codes_for(look, person)}
        rows, at = devices.devices(look.conn, person, look.now), look.now
    shown = [
        {**row, "seen": moment_words(lang, row["seen_at"], profiles[row["office"]].timezone, at),
         "since": moment_words(lang, (row["facts"] or {}).get("since"), profiles[row["office"]].timezone, at),
         "sound_since": _moment(lang, (row["facts"] or {}).get("sound_since"), profiles[row["office"]].timezone, at),
         "printers": [printer.name for printer in profiles[row["office"]].printers]}
        for row in rows if row["revoked_at"] is None
    ]  # fmt: skip
    offices = [(code, profile.name) for code, profile in profiles.items()]
    return show("devices", person, refusal, place="devices", devices=shown, offices=offices, **more)


def _moment(lang: str, said: Any, timezone: str, now: datetime) -> str | None:
    """A time that the device itself said: what is none is not shown."""
    try:
        return moment_words(lang, said, timezone, now)
    except (TypeError, ValueError, OverflowError):
        return None


@views.get("/admin/devices/pair")
@for_admin
def check_pairing(person: Actor) -> Any:
    """What the code would pair, before anything happens."""
    code = request.args.get("code", "")
    try:
        with running().db.read() as look:
            found = devices.pairing_of_code(look.conn, code, person, look.now)
    except Refused as refusal:
        return _list(person, refusal, code=code, wrong_code=True)
    return show("pair", person, place="devices", found=found)


@views.post("/admin/devices/pair")
@for_admin
def pair(person: Actor) -> Any:
    try:
        made = act(devices.confirm_pairing, person, code=form_text("code"), name=form_text("name"))
    except Refused as refusal:
        return _list(person, refusal, code=form_text("code"), wrong_code=True)
    return done("admin.devices_page", "admin.device_added", name=made["name"])


@views.post("/admin/devices")
@for_admin
def add_device(person: Actor) -> Any:
    """The token is shown in the answer and nowhere else: only its hash is kept."""
    token, kind, office, name = new_token(), form_text("kind"), form_text("office"), form_text("name")
    try:
        act(devices.add_device, person, office=office, kind=kind, name=name, token_hash=hash_token(token))
    except Refused as refusal:
        return _list(person, refusal)
    address = token if kind == DeviceKind.PRINTER else f"{running().settings.public_url}/{kind}/{office}?token={token}"
    return show("token", person, place="devices", kind=kind, name=name, address=address,
                server=running().settings.public_url)


@views.get("/admin/devices/<int:device>/revoke")
@for_admin
def ask_to_revoke(person: Actor, device: int) -> Any:
    with running().db.read() as look:
        row = devices.device_row(look.conn, device, person)
    return show("revoke", person, place="devices", device=row)


@views.post("/admin/devices/<int:device>/revoke")
@for_admin
def revoke(person: Actor, device: int) -> Any:
    with running().db.read() as look:
        row = devices.device_row(look.conn, device, person)
    act(devices.revoke_device, person, device_id=device)
    running().keeper.forget()
    return done("admin.devices_page", "admin.device_revoked", name=row["name"])


@views.post("/admin/devices/<int:device>/printer")
@for_admin
def choose_printer(person: Actor, device: int) -> Any:
    printer = form_text("printer") or None
    try:
        row = act(devices.choose_printer, person, device_id=device, printer=printer)
    except Refused as refusal:
        return _list(person, refusal)
    running().keeper.forget()
    if printer is None:
        return redirect(url_for("admin.devices_page"), 303)
    return done("admin.devices_page", "admin.device_printer_set", name=row["name"], printer=printer)
