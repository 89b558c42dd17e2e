"""From the rows of a print job to the bytes that print it, composed once and then kept."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import words
from office import slips
from office.db import Database, Look
from office.outlook import expectations
from office.profile import PrinterProfile, ServiceProfile, profile_of
from office.states import Lane
from printer.commands import cuts
from printer.slips import PAPERS, Paper, Slip, compose
from printer.trial import NARROW_UP_TO_MM

log = logging.getLogger(__name__)
OffHub = Callable[[Callable[[], Any]], Any]
FACE_A_DOTS = 12
SAMPLE_KEY, SAMPLE_AHEAD, SAMPLE_RANGE = "contoh7q2m9x4b1t", 4, ("09.35", "10.00")


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
    printer = next((p for p in profile.printers if p.id == facts.printer_id), None)
    lang = facts.lang if facts.lang in words.LANGUAGES else "id"
    slip = Slip(
        label=facts.label, letter=facts.letter, service_name=service.name[lang],
        office_title=words.say(lang, "slip.office"), office_name=profile.name,
        at=facts.issued_at.astimezone(ZoneInfo(profile.timezone)), url=f"{public_url}/t/{facts.key}", lang=lang,
        zone=words.zone_words(profile.timezone), ahead=facts.ahead, papers=papers_of(service, lang),
        priority=facts.lane == Lane.PRIORITY, copy=facts.is_copy, **_expected(look, facts, service),
        booked=words.clock_words(facts.slot_at.astimezone(ZoneInfo(profile.timezone))) if facts.slot_at else None,
        header=own_words(profile.slip, "header", lang), footer=own_words(profile.slip, "footer", lang),
    )  # fmt: skip
    return slip, paper_of(printer) if printer else Paper()


def _expected(look: Look, facts: Any, service: ServiceProfile) -> dict[str, Any]:
    """The range of the forecast as it stands now, when there is one: of this ticket, or of one just like it."""
    known, is_priority = expectations(look.memo, facts.office_code), facts.lane == Lane.PRIORITY
    told = known.by_ticket.get(facts.id)
    if not told and facts.slot_at is None and facts.ahead is not None:
        told = known.at_issue(service.code, facts.ahead, is_priority=is_priority)
    if not told:
        return {}
    first, last = (words.clock_words(datetime.fromisoformat(told[end])) for end in ("from", "to"))
    return {"expected": (first, last), "unlikely": bool(told["unlikely"])}


def own_words(saved: Mapping[str, Mapping[str, str]], part: str, lang: str) -> str:
    """The office's header or footer in this language; where it wrote none, in the other."""
    text = saved.get(part, {})
    return text.get(lang) or next(iter(filter(None, text.values())), "")


def sample(look: Look, office: str, lang: str, own: Mapping[str, Mapping[str, str]], public_url: str) -> tuple[Slip, Paper]:
    """A slip of this office as its first printer prints it, with these words of its own. Errors: unknown_office."""
    profile = profile_of(look, office)
    service = next(iter(profile.services.values()))
    slip = Slip(
        label=f"{service.letter}012", letter=service.letter, service_name=service.name[lang],
        office_title=words.say(lang, "slip.office"), office_name=profile.name, at=look.now.astimezone(ZoneInfo(profile.timezone)),
        url=f"{public_url}/t/{SAMPLE_KEY}", lang=lang, zone=words.zone_words(profile.timezone), ahead=SAMPLE_AHEAD,
        papers=papers_of(service, lang), expected=SAMPLE_RANGE, header=own_words(own, "header", lang),
        footer=own_words(own, "footer", lang),
    )  # fmt: skip
    return slip, paper_of(profile.printers[0])


def papers_of(service: ServiceProfile, lang: str) -> tuple[str, ...]:
    """The short names that the data file gives for the slip; where it gives none, the names themselves."""
    short = [paper["short"][lang] for paper in service.requirements if paper.get("short")]
    return tuple(short or [paper[lang] for paper in service.requirements])


def paper_of(printer: PrinterProfile) -> Paper:
    """By the width of the roll; `profile`, `dots`, `columns`, `native_qr` of the data file say it more exactly."""
    options = printer.options
    base = PAPERS["58" if printer.width_mm <= NARROW_UP_TO_MM else "80"]
    if options.get("dots") == PAPERS["80/180dpi"].dots:
        base = PAPERS["80/180dpi"]
    given = {key: options[key] for key in ("profile", "dots", "columns", "native_qr") if key in options}
    if "dots" in given:
        given.setdefault("columns", given["dots"] // FACE_A_DOTS)
    try:
        paper = replace(base, **given)
    except ValueError as error:
        # A slip of the usual form is better than none; the technician reads why in the log.
        log.warning("printer %s: %s", printer.name, error)
        return base
    return replace(paper, cuts=cuts(paper.profile)) if "profile" in given else paper
