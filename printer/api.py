"""Slips over HTTP: their state, a picture of the very bytes, printing one again."""

from flask import Response, jsonify
from pydantic import BaseModel, Field

from api import PREFIX, SECURITY, STAFF, Answer, Blueprint, MayHaveRequestId, actor, fingerprint, problems, with_body
from office import slips
from office.once import once
from printer.composing import slip_bytes
from printer.picture import png
from running import running

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
