"""Slips over HTTP: their state, a picture of the very bytes, printing one again; and the words of a printer box."""

import base64
import logging
from datetime import timedelta
from typing import Any, Literal

from flask import Response, jsonify
from pydantic import BaseModel, Field
from sqlalchemy import Row

from api import (
    PREFIX,
    SECURITY,
    STAFF,
    Answer,
    Blueprint,
    MayHaveRequestId,
    OfficePath,
    Shape,
    actor,
    fingerprint,
    problems,
    with_body,
)
from office import boxes, devices, slips
from office.actors import Actor
from office.once import once
from office.printers import MOST_LETTERS
from printer.composing import sample, slip_bytes
from printer.health import BLOCKING
from printer.outcome import Outcome
from printer.picture import png
from printer.slips import compose
from printer.spooler import BECOMES
from running import Running, running

log = logging.getLogger(__name__)
# A box asks all the time; its row learns of it now and then.
NOTE_AFTER = timedelta(seconds=20)

api = Blueprint("printer_api", __name__, url_prefix=PREFIX)


class SlipPath(BaseModel):
    slip: str = Field(description="slip id")


class SlipAnswer(Answer):
    id: str
    state: str


@api.get("/slips/<string:slip>", responses={200: SlipAnswer, **problems(*STAFF)}, security=SECURITY)
def get_slip(path: SlipPath) -> Response:
    """How far the paper is."""
    return jsonify(_seen(path.slip))


def _seen(slip_id: str) -> dict[str, object]:
    """The slip, for whom its office is. Errors: unknown_slip, unauthenticated, forbidden."""
    who = actor("kiosk", "person", "printer")
    with running().db.read() as look:
        row = slips.job_row(look.conn, slip_id)
    who.must_work_at(row.office_code)
    return slips.slip_view(row)


@api.get("/slips/<string:slip>.png", responses={200: {"content": {"image/png": {}}}, **problems(*STAFF)}, security=SECURITY)
def get_picture(path: SlipPath) -> Response:
    """A picture of the bytes that the printer gets, in every state."""
    _seen(path.slip)
    here = running()
    slip = slip_bytes(here.db, path.slip, here.settings.public_url, here.off_hub)
    return Response(here.off_hub(lambda: png(slip.data, slip.dots)), mimetype="image/png")


@api.post("/slips/<string:slip>/reprint", responses={200: SlipAnswer, **with_body(409, *STAFF)}, security=SECURITY)
def reprint(path: SlipPath, body: MayHaveRequestId) -> Response:
    """The same number once more, marked SALINAN when a first copy may exist."""
    _seen(path.slip)
    who = actor("kiosk", "person")
    done = running().db.transaction(once, who, body.request_id, fingerprint(body), slips.reprint, path.slip)
    return jsonify(done.answer)


@api.post("/slips/<string:slip>/drop", responses={200: SlipAnswer, **with_body(409, *STAFF)}, security=SECURITY)
def drop(path: SlipPath, body: MayHaveRequestId) -> Response:
    """No paper is needed any more: it waits for nobody's eye. 409 `wrong_state` when it came out meanwhile."""
    _seen(path.slip)
    who = actor("person")
    done = running().db.transaction(once, who, body.request_id, fingerprint(body), slips.drop, path.slip)
    return jsonify(done.answer)


class SampleQuery(BaseModel):
    lang: Literal["id", "en"] = "id"
    header: str = Field("", max_length=MOST_LETTERS)
    footer: str = Field("", max_length=MOST_LETTERS)


@api.get("/offices/<string:office>/slip.png", responses={200: {"content": {"image/png": {}}}, **problems(*STAFF)}, security=SECURITY)
def get_sample(path: OfficePath, query: SampleQuery) -> Response:
    """A picture of the bytes of a made-up slip with this header and footer, on the office's first printer."""
    actor("person", office=path.office)
    here = running()
    own = {"header": {str(query.lang): query.header}, "footer": {str(query.lang): query.footer}}
    with here.db.read() as look:
        slip, paper = sample(look, path.office, query.lang, own, here.settings.public_url)
    return Response(here.off_hub(lambda: png(compose(slip, paper), paper.dots)), mimetype="image/png")


class HealthShape(Shape):
    """What the printer says of itself."""

    state: Literal["ok", "paper_low", "paper_out", "cover", "error", "off", "unknown"]
    answers: bool = False
    why: str = Field("", max_length=300)


class AskShape(Shape):
    journal: str = Field(pattern=r"^[0-9a-z]{8,40}$", description="names the box's memory of what it began")
    ready: bool = Field(True, description="false: it only says how the printer is")
    version: str = Field("", max_length=60)
    health: HealthShape | None = None


class NextAnswer(Answer):
    printer: dict[str, Any] | None = Field(description="the one this box prints for; null: none is free")
    slip: dict[str, Any] | None = Field(description="{id, claim, data}: base64, to be sent as one piece; null: nothing to do")


class SettleShape(Shape):
    claim: str = Field(max_length=120)
    outcome: Literal["printed", "sent", "refused", "unsure"]
    error: str | None = Field(None, max_length=300)
    health: HealthShape | None = None


@api.post("/boxes/next", responses={200: NextAnswer, **with_body(*STAFF)}, security=SECURITY)
def next_slip(body: AskShape) -> Response:
    """For a printer box: the slip to print now. The same one again until its outcome was told."""
    who, here = actor("printer"), running()
    box = _box(here, who, body)
    _note_health(here, box, body.health)
    slip = _claimed(here, who, box, body.journal) if body.ready and box.has_work and box.printer_id else None
    printer = {"name": box.printer, "width_mm": box.width_mm} if box.printer_id else None
    return jsonify({"printer": printer, "slip": slip})


def _box(here: Running, who: Actor, body: AskShape) -> Row[Any]:
    """The box and its printer; one that has none yet is given the first that is free."""
    device_id = who.id or 0
    with here.db.read() as look:
        box, now = boxes.box_now(look.conn, device_id, look.now), look.now
    if box.seen_at is None or now - box.seen_at > NOTE_AFTER:
        said = {device_id: {"version": body.version}}
        here.db.transaction(devices.note_seen, who, device_ids=[device_id], facts=said)
    if box.printer_id is None:
        here.db.transaction(boxes.attach, who, device_id=device_id)
        with here.db.read() as look:
            box = boxes.box_now(look.conn, device_id, look.now)
    return box


def _note_health(here: Running, box: Row[Any], said: HealthShape | None) -> None:
    before, health = box.health or {}, said.model_dump() if said else None
    if not box.printer_id or health is None or before == health:
        return
    here.db.transaction(slips.note_health, printer_id=box.printer_id, health=health)
    if before.get("state") in BLOCKING and health["state"] not in BLOCKING:
        here.db.transaction(slips.hurry, printer_id=box.printer_id)


def _claimed(here: Running, who: Actor, box: Row[Any], journal: str) -> dict[str, str] | None:
    """A slip that cannot be set goes back, as the spooler's does: tried again, then a person decides."""
    given = here.db.transaction(boxes.claim_next, who, device_id=who.id or 0, printer_id=box.printer_id, journal=journal)
    if given is None:
        return None
    try:
        data = slip_bytes(here.db, given.slip, here.settings.public_url, here.off_hub).data
    except Exception as error:  # whatever is wrong with one slip must not hold up the next
        log.exception("slip %s cannot be composed", given.slip)
        _settle(here, who, given.slip, SettleShape(claim=given.claim, outcome="refused", error=f"cannot be composed: {error}"[:300]))
        return None
    return {"id": given.slip, "claim": given.claim, "data": base64.b64encode(data).decode()}


@api.post("/boxes/slips/<string:slip>", responses={200: SlipAnswer, **with_body(*STAFF)}, security=SECURITY)
def settle(path: SlipPath, body: SettleShape) -> Response:
    """For a printer box: what became of a slip. Told twice, or too late, it changes nothing."""
    who, here = actor("printer"), running()
    with here.db.read() as look:
        who.must_work_at(slips.job_row(look.conn, path.slip).office_code)
        box = boxes.box_now(look.conn, who.id or 0, look.now)
    _note_health(here, box, body.health)
    return jsonify(_settle(here, who, path.slip, body))


def _settle(here: Running, who: Actor, slip: str, body: SettleShape) -> dict[str, Any]:
    settled: dict[str, Any] = here.db.transaction(
        boxes.settle, who, device_id=who.id or 0, slip=slip, claim=body.claim,
        outcome=BECOMES[Outcome(body.outcome)], error=body.error,
    )  # fmt: skip
    return settled
