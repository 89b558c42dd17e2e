"""The kiosk's JSON: taking a number, and what the machine must know of its office."""

import time
from typing import Any, Literal

from flask import Response, g, jsonify
from pydantic import BaseModel, Field

from api import (
    PREFIX,
    SECURITY,
    STAFF,
    Answer,
    Blueprint,
    OfficePath,
    RequestIdShape,
    actor,
    fingerprint,
    problems,
    with_body,
)
from office import arrivals, devices, kiosks, tickets
from office.actors import Actor
from office.once import once
from qr import qr_path
from running import running

api = Blueprint("kiosk_api", __name__, url_prefix=PREFIX)
# A device's sign of life is written down at most this often.
NOTE_EVERY_SECONDS = 20.0


class TicketShape(RequestIdShape):
    service: str = Field(max_length=40, examples=["KTP_REC"])
    lane: Literal["regular", "priority"] = "regular"
    lang: Literal["id", "en"] = "id"
    qr: bool = Field(False, description="answer with the QR of track_url as the path of an SVG")


class CheckInShape(RequestIdShape):
    code: str = Field(max_length=40, description="booking code, as scanned or typed")
    lang: Literal["id", "en"] | None = None
    qr: bool = False


class KioskQuery(BaseModel):
    version: str = Field("", max_length=60, description="which script the kiosk runs, for the office's devices page")


class SlipShort(Answer):
    id: str
    state: str


class Taken(Answer):
    id: str
    key: str
    label: str
    office: str
    service: str
    lane: str
    state: str
    position: int | None
    ahead: int | None
    expect: dict[str, Any] | None
    track_url: str
    slip: SlipShort | None


class KioskAnswer(Answer):
    at: str
    open: dict[str, Any]
    services: list[Any]
    waiting_count: int
    printer: dict[str, Any]


@api.post("/offices/<string:office>/tickets", responses={200: Taken, 201: Taken, **with_body(409, *STAFF)}, security=SECURITY)
def take_ticket(path: OfficePath, body: TicketShape) -> tuple[Response, int]:
    """Take a number. The same request_id again answers 200 with the same ticket."""
    who = actor("kiosk", "person", office=path.office)
    done = running().db.transaction(
        once, who, body.request_id, fingerprint(body), tickets.take_ticket,
        path.office, body.service, body.lane, body.lang, printer=_printer_of(who),
    )
    return _taken(done.answer, body.qr), 201 if done.created else 200


@api.post("/offices/<string:office>/check-ins", responses={200: Taken, 201: Taken, **with_body(409, *STAFF)}, security=SECURITY)
def check_in(path: OfficePath, body: CheckInShape) -> tuple[Response, int]:
    """Arrive with a booking; checked in before: 200 with the same ticket."""
    who = actor("kiosk", "person", office=path.office)
    done = running().db.transaction(
        once, who, body.request_id, fingerprint(body), arrivals.check_in, path.office, body.code, body.lang,
        printer=_printer_of(who),
    )
    return _taken(done.answer, body.qr), 201 if done.created and not done.answer["again"] else 200


def _taken(ticket: dict[str, Any], with_qr: bool) -> Response:
    answer = {**ticket, "track_url": f"{running().settings.public_url}/t/{ticket['key']}"}
    if with_qr:
        answer["qr"] = qr_path(answer["track_url"])
    return jsonify(answer)


def _printer_of(who: Actor) -> str | None:
    """The printer that was set for this kiosk, if any."""
    return running().keeper.device_facts(g.token).get("printer") if who.kind == "device" else None


@api.get("/offices/<string:office>/kiosk", responses={200: KioskAnswer, **problems(*STAFF)}, security=SECURITY)
def get_kiosk(path: OfficePath, query: KioskQuery) -> Response:
    """Whether numbers are given now, of which services, and how the printer is."""
    who = actor("kiosk", "person", office=path.office)
    note_seen(who, query.version)
    with running().db.read() as look:
        return jsonify(kiosks.kiosk_view(look, path.office, _printer_of(who)))


def note_seen(who: Actor, version: str) -> None:
    """The device is alive; its row learns of it now and then, not at every question."""
    seen: dict[int, float] = running().facts.setdefault("seen", {})
    if who.device_id is None or time.monotonic() - seen.get(who.device_id, -NOTE_EVERY_SECONDS) < NOTE_EVERY_SECONDS:
        return
    seen[who.device_id] = time.monotonic()
    said = {who.device_id: {"version": version}} if version else None
    running().db.transaction(devices.note_seen, who, [who.device_id], said)
