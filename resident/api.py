"""Residents' JSON: no login, labels only."""

from typing import Any

from flask import Response, jsonify
from pydantic import BaseModel, Field

from api import PREFIX, STAFF, Answer, Blueprint, Both, OfficePath, actor, instant_of, problems, tag_of, tagged
from office import replays, reports, tickets
from office.errors import Invalid
from office.profile import profile_of
from running import running

api = Blueprint("resident_api", __name__, url_prefix=PREFIX)


class KeyPath(BaseModel):
    key: str = Field(description="what the slip's QR carries")


class OfficeShort(Answer):
    code: str
    name: str
    timezone: str
    open_now: bool


class Offices(Answer):
    offices: list[OfficeShort]


class ServiceInOffice(Answer):
    code: str
    name: Both
    letter: str
    requirements: list[Both]
    notes: list[Both]
    available: bool
    reason: Both | None


class CounterShort(Answer):
    number: int
    name: str | None
    state: str


class OfficeAnswer(OfficeShort):
    address: str
    hours: dict[str, list[str]]
    services: list[ServiceInOffice]
    counters: list[CounterShort]


class BoardCounter(Answer):
    number: int
    state: str
    ticket: str | None
    called_at: str | None


class BoardCall(Answer):
    v: int
    ticket: str
    counter: int
    called_at: str
    recall: bool


class BoardWaiting(Answer):
    ticket: str
    service: str
    lane: str
    position: int
    expect: dict[str, Any] | None


class Board(Answer):
    office: str
    v: int
    at: str
    open_now: bool
    counters: list[BoardCounter]
    calls: list[BoardCall]
    waiting: list[BoardWaiting]
    waiting_count: int
    waiting_letters: dict[str, int]
    notices: list[Any]
    outages: list[Any]


class TicketView(Answer):
    label: str
    office: str
    service: str
    state: str
    position: int | None
    ahead: int | None
    expect: dict[str, Any] | None
    counter: int | None
    called_at: str | None
    at: str


class LineQuery(BaseModel):
    at: str | None = Field(None, max_length=40, description="an instant with its offset; now when not given")


class InLine(Answer):
    ticket: str
    service: str
    lane: str
    position: int
    issued_at: str
    slot: str | None
    turn_at: str


class LineCall(Answer):
    v: int
    at: str
    ticket: str
    counter: int
    why: dict[str, Any] | None


class LineAnswer(Answer):
    """`turn_at`: the promised time that decides the order. `rule`: minutes, as the office has set them."""

    office: str
    at: str
    day: str
    rule: dict[str, int | None]
    waiting: list[InLine]
    counters: list[dict[str, Any]]
    calls: list[LineCall]


@api.get("/offices", responses={200: Offices, **problems()})
def list_offices() -> Response:
    """Every office."""
    with running().db.read() as look:
        return jsonify({"offices": reports.offices(look)})


@api.get("/offices/<string:office>", responses={200: OfficeAnswer, **problems()})
def get_office(path: OfficePath) -> Response:
    """One office: hours, services with their papers, counters."""
    with running().db.read() as look:
        return jsonify(reports.office(look, path.office))


@api.get("/offices/<string:office>/board", responses={200: Board, 304: None, **problems()})
def get_board(path: OfficePath) -> Response:
    """What a waiting-room screen needs; with ETag."""
    with running().db.read() as look:
        tag, board = reports.board(look, path.office)
    return tagged(board, tag)


@api.get("/offices/<string:office>/line", responses={200: LineAnswer, **problems(*STAFF)})
def get_line(path: OfficePath, query: LineQuery) -> Response:
    """Who stood where at any moment, in the order of their turns, and why the last calls were made; labels only.

    Anybody may ask about the last 14 days, the office's people about the last 400.
    """
    with running().db.read() as look:
        at = look.now if query.at is None else instant_of(query.at, "at")
        if not look.now - replays.KEPT <= at <= look.now:
            raise Invalid(fields={"at": "a moment of the last 400 days"}, n=1)
        if at < look.now - replays.PUBLIC:
            actor("person", office=path.office)
        return jsonify(replays.line_at(look, profile_of(look, path.office), at))


@api.get("/tickets/<string:key>", responses={200: TicketView, 304: None, **problems()})
def get_ticket(path: KeyPath) -> Response:
    """The holder's view of a ticket; with ETag."""
    with running().db.read() as look:
        view = reports.ticket_view(look, path.key)
    return tagged(view, tag_of(view))


@api.delete("/tickets/<string:key>", responses={200: TicketView, **problems(409)})
def leave_queue(path: KeyPath) -> Response:
    """Leave the queue. Whoever holds the key may; a called ticket may not."""
    db = running().db
    db.transaction(tickets.leave, key=path.key)
    with db.read() as look:
        return jsonify(reports.ticket_view(look, path.key))
