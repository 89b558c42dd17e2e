"""The printers of a data file -> rows; what a person set of one on a page wins."""

import re
from typing import Any

from sqlalchemy import insert, select, update

from office.db import Tx
from office.models import Printer

DEFAULT_PRINTER = {"name": "kiosk", "device": "virtual:", "width_mm": 80}
PRINTER = {"name": str, "device": str}
PRINTER_MORE = {"width_mm": int, "one_way": bool, "profile": str, "dots": int, "columns": int, "native_qr": bool}
DEVICE = re.compile(r"^(virtual:|network://[^/\s:]+(:\d+)?|file:///\S+|usb://\S+|serial:///\S+|cups://\S+)$")
# In a printer's options: its address, paper and way of answering were set by a person on a page. That person stood at the
# printer; a data file that is loaded again for another reason must not point it elsewhere.
BY_HAND = "by_hand"


def load_printer(tx: Tx, office_id: int, printer: dict[str, Any]) -> str | None:
    """Add a printer of the file, or update it. What a person set stays, until the file says the same: then the file has
    the word again. NAME ADDRESS of a printer that stays otherwise than the file says."""
    of = Printer.office_id == office_id, Printer.name == printer["name"]
    row = tx.conn.execute(select(Printer.device, Printer.width_mm, Printer.options).where(*of)).one_or_none()
    options = {key: printer[key] for key in PRINTER_MORE if key in printer and key != "width_mm"}
    told = {"device": printer["device"], "width_mm": printer.get("width_mm", 80), "options": options}
    if row is None:
        tx.conn.execute(insert(Printer).values(office_id=office_id, name=printer["name"], **told, in_use=True))
        return None
    stays = row.options.get(BY_HAND) and _by_hand(told) != _by_hand(row._asdict())
    if stays:
        mine = {"one_way": row.options.get("one_way", False), BY_HAND: True}
        told = {"device": row.device, "width_mm": row.width_mm, "options": {**options, **mine}}
    tx.conn.execute(update(Printer).where(*of).values(**told, in_use=True))
    return f"{printer['name']} {row.device}" if stays else None


def _by_hand(printer: dict[str, Any]) -> tuple[str, int, bool]:
    """All that a person can set of a printer."""
    return printer["device"], printer["width_mm"], bool(printer["options"].get("one_way"))
