"""A test slip that a person asked for on a page: a note on the printer's row, taken by whichever process prints there.

{state: asked | sending | done, at, lang; done: keys, well, why}. So it waits its turn behind the slip in hand, and no
slip begins while it goes out.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from office.db import Tx
from office.models import Printer, PrintJob
from office.slips import TO_DO, is_tested_now
from office.states import JobState

# Who asked has gone away again after so long: paper that comes out then surprises others.
ASKED_FOR = timedelta(seconds=60)


def asked(now: datetime, lang: str) -> dict[str, Any]:
    return {"state": "asked", "at": now.isoformat(), "lang": lang}


def is_open(trial: dict[str, Any] | None, now: datetime) -> bool:
    """Still to come, or on its way."""
    return is_tested_now(trial, now) or (_state(trial) == "asked" and now - _at(trial) < ASKED_FOR)


def seen(trial: dict[str, Any] | None, now: datetime) -> dict[str, Any] | None:
    """{open, well, keys, why}: `keys` of the sentences, each with the printer's name. None: nobody asked."""
    if trial is None or is_open(trial, now):
        return trial and {"open": True, "well": True, "keys": ["admin.printer_test_asked"], "why": ""}
    lost = {"asked": "admin.printer_test_late", "sending": "box.test_unsure"}.get(trial["state"])
    return {"open": False, "well": trial.get("well", False), "keys": [lost] if lost else trial["keys"], "why": trial.get("why", "")}


def claim(tx: Tx, printer_id: int) -> dict[str, Any] | None:
    """{lang, width_mm, options}: print it now. None: none is wanted, or a slip is on its way."""
    row = tx.conn.execute(
        select(Printer.trial, Printer.width_mm, Printer.options).where(Printer.id == printer_id).with_for_update()
    ).one()
    if _state(row.trial) != "asked" or not is_open(row.trial, tx.now) or _has_slip_in_hand(tx, printer_id):
        return None
    _begin(tx, printer_id, row.trial["lang"])
    return {"lang": row.trial["lang"], "width_mm": row.width_mm, "options": row.options}


def take_turn(tx: Tx, printer_id: int, lang: str) -> bool:
    """For who prints one without having asked on the page. False: a slip or another test slip is on its way."""
    trial = tx.conn.execute(select(Printer.trial).where(Printer.id == printer_id).with_for_update()).scalar_one()
    if is_tested_now(trial, tx.now) or _has_slip_in_hand(tx, printer_id):
        return False
    _begin(tx, printer_id, lang)
    return True


def _has_slip_in_hand(tx: Tx, printer_id: int) -> bool:
    in_hand = select(PrintJob.id).where(PrintJob.printer_id == printer_id, TO_DO, PrintJob.state == str(JobState.SENDING))
    return tx.conn.execute(in_hand.limit(1)).first() is not None


def _begin(tx: Tx, printer_id: int, lang: str) -> None:
    _note(tx, printer_id, {**asked(tx.now, lang), "state": "sending"})


def settle(tx: Tx, printer_id: int, keys: list[str], why: str, *, well: bool) -> None:
    """What became of it, as the keys of its sentences."""
    _note(tx, printer_id, {"state": "done", "at": tx.now.isoformat(), "keys": keys, "well": well, "why": why})


def _note(tx: Tx, printer_id: int, trial: dict[str, Any]) -> None:
    tx.conn.execute(update(Printer).where(Printer.id == printer_id).values(trial=trial))


def _state(trial: dict[str, Any] | None) -> str:
    return str((trial or {}).get("state", ""))


def _at(trial: dict[str, Any] | None) -> datetime:
    return datetime.fromisoformat((trial or {})["at"])
