"""From the rows of a print job to the bytes that print it, composed once and then kept."""

from collections.abc import Callable
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import words
from office import slips
from office.db import Database, Look
from office.profile import PrinterProfile, profile_of
from printer.slips import PAPERS, Paper, Slip, compose

OffHub = Callable[[Callable[[], Any]], Any]


class Composed(NamedTuple):
    """`dots`: the width of the paper they are for."""

    data: bytes
    dots: int


def slip_bytes(db: Database, job_id: str, public_url: str, off_hub: OffHub) -> Composed:
    """What this job prints, stored on first need: a picture, a retry and the paper are the very same bytes.

    Composing takes some 10 ms, so it is done `off_hub`. Errors: unknown_slip.
    """
    with db.read() as look:
        slips.job_row(look.conn, job_id)
        kept = slips.facts_of(look.conn, job_id).bytes
        slip, paper = _slip(look, job_id, public_url)
    if kept is None:
        kept = db.transaction(slips.keep_bytes, job_id=job_id, data=off_hub(lambda: compose(slip, paper)))
    return Composed(bytes(kept), paper.dots)


def _slip(look: Look, job_id: str, public_url: str) -> tuple[Slip, Paper]:
    facts = slips.facts_of(look.conn, job_id)
    profile = profile_of(look, facts.office_code)
    service = profile.by_id[facts.service_id]
    printer = next((p for p in profile.printers if p.id == facts.printer_id), profile.printers[0])
    lang = facts.lang if facts.lang in words.LANGUAGES else "id"
    short = [r.get("short", r)[lang] for r in service.requirements]
    slip = Slip(
        label=facts.label, letter=facts.letter, service_name=service.name[lang],
        office_title=words.say(lang, "slip.office"), office_name=profile.name,
        at=facts.issued_at.astimezone(ZoneInfo(profile.timezone)), url=f"{public_url}/t/{facts.key}", lang=lang,
        zone=words.zone_words(profile.timezone), ahead=facts.ahead, papers=tuple(short),
        priority=facts.lane == "priority", copy=facts.is_copy,
    )
    return slip, paper_of(printer)


def paper_of(printer: PrinterProfile) -> Paper:
    """The paper as the data file says it; its width alone is enough."""
    usual = PAPERS["58" if printer.width_mm < 70 else "80"]
    o = printer.options
    return Paper(
        dots=o.get("dots", usual.dots), columns=o.get("columns", usual.columns), profile=o.get("profile", usual.profile),
        cuts=usual.cuts, native_qr=o.get("native_qr", usual.native_qr),
    )
