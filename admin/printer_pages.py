"""Printers and the slips of today."""

from typing import Any

from flask import redirect, request, url_for

import pages
from admin.blueprint import act, done, for_admin, form_text, office_choices, show, views
from admin.moments import moment_words
from admin.now_pages import data_file
from office import printers, slips
from office.actors import Actor
from office.errors import Refused
from running import running


@views.get("/admin/printers")
@for_admin
def printers_page(person: Actor) -> Any:
    return _list(person)


def _list(person: Actor, refusal: Refused | None = None) -> Any:
    lang = pages.language()
    with running().db.read() as look:
        rows, offices = printers.printers(look, person), office_choices(look, person)
        shown = [
            {**row, "since": moment_words(lang, row["since"], row["timezone"], look.now),
             "slips": [{**slip, "at": moment_words(lang, slip["state_at"], row["timezone"], look.now)}
                       for slip in printers.last_slips(look, row["id"], row["timezone"])]}
            for row in rows
        ]  # fmt: skip
    return show("printers", person, refusal, place="printers", printers=shown, offices=offices)


@views.get("/admin/printers/<int:printer>")
@for_admin
def printer_form(person: Actor, printer: int) -> Any:
    return _form(person, printer)


def _form(person: Actor, printer: int, refusal: Refused | None = None, **more: Any) -> Any:
    with running().db.read() as look:
        row = printers.printer_row(look.conn, printer, person)
    return show("printer", person, refusal, place="printers", printer=row, widths=printers.WIDTHS_MM,
                data_file=data_file(), **more)  # fmt: skip


@views.post("/admin/printers/<int:printer>")
@for_admin
def change_printer(person: Actor, printer: int) -> Any:
    """First what would change; with `sure` the change itself."""
    width = form_text("width_mm")
    asked: dict[str, Any] = {"device": form_text("device"), "width_mm": int(width) if width.isdecimal() and len(width) < 5 else 0,
             "one_way": "one_way" in request.form}  # fmt: skip
    try:
        printers.check_printer(asked["device"], asked["width_mm"])
        if "sure" not in request.form:
            return _form(person, printer, asked=asked)
        made = act(printers.change_printer, person, printer_id=printer, **asked)
    except Refused as refusal:
        return _form(person, printer, refusal)
    return done("admin.printers_page", "admin.printer_changed", name=made["name"])


@views.post("/admin/printers/<int:printer>/trial")
@for_admin
def try_printer(person: Actor, printer: int) -> Any:
    """A test slip; what becomes of it stands on the page."""
    try:
        act(printers.ask_trial, person, printer_id=printer, lang=pages.language())
    except Refused as refusal:
        return _list(person, refusal)
    return redirect(url_for("admin.printers_page", _anchor=f"printer-{printer}"), 303)


@views.post("/admin/slips/<slip>/reprint")
@for_admin
def reprint(person: Actor, slip: str) -> Any:
    return _slip_act(person, slip, slips.reprint, "admin.slip_printing")


@views.post("/admin/slips/<slip>/drop")
@for_admin
def drop(person: Actor, slip: str) -> Any:
    return _slip_act(person, slip, slips.drop, "admin.slip_dropped")


def _slip_act(person: Actor, slip: str, work: Any, said: str) -> Any:
    """Errors as a page: unknown_slip, and forbidden for another office's."""
    with running().db.read() as look:
        person.must_work_at(slips.job_row(look.conn, slip).office_code)
    try:
        made = act(work, person, job_id=slip)
    except Refused as refusal:
        return _list(person, refusal)
    return done("admin.printers_page", said, number=made["ticket"])
