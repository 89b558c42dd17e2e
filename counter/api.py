"""The counter's JSON: signing in, opening a counter, calling, and what follows."""

from typing import Any

from flask import Response, g, jsonify

from access import hash_token
from api import (
    PREFIX,
    SECURITY,
    STAFF,
    Act,
    Blueprint,
    CounterPath,
    MayHaveRequestId,
    OfficePath,
    TicketPath,
    actor,
    fingerprint,
    instant_of,
    problems,
    reason_view,
    tag_of,
    tagged,
    with_body,
)
from counter.shapes import (
    CalledAnswer,
    CallShape,
    CounterAnswer,
    CountersAnswer,
    DeskAnswer,
    Done,
    HelpShape,
    OpenShape,
    OutageAnswer,
    OutagePath,
    OutagesAnswer,
    OutageShape,
    PauseShape,
    SessionAnswer,
    SignIn,
    TicketAnswer,
    TransferShape,
)
from office import calling, counters, desk, outages, people
from office.once import once
from office.profile import office_codes
from running import running
from signing_in import check_password

api = Blueprint("counter_api", __name__, url_prefix=PREFIX)
GUARDED = {"security": SECURITY}
TICKET_REFUSALS = with_body(409, *STAFF)


@api.post("/session", responses={200: SessionAnswer, **with_body(401)})
def sign_in(body: SignIn) -> Response:
    """Sign in with name and password; the token lasts until the office's day ends."""
    signed_in = check_password(body.username, body.password)
    person = signed_in.person
    with running().db.read() as look:
        codes = [person.office_code] if person.office_code else office_codes(look.conn)
    return jsonify({"token": signed_in.token, "operator": {"name": person.name, "role": person.role, "offices": codes}})


@api.delete("/session", responses={200: Done, **problems(*STAFF)}, **GUARDED)
def sign_out() -> Response:
    """End this session."""
    actor("person")
    running().db.transaction(people.sign_out, token_hash=hash_token(g.token))
    running().keeper.forget(hash_token(g.token))
    return jsonify({"done": True})


def do(body: MayHaveRequestId, work: Any, *args: Any, office: str | None = None, **kwargs: Any) -> dict[str, Any]:
    """One act of a person, once per request_id."""
    who = actor("person", office=office)
    return running().db.transaction(once, who, body.request_id, fingerprint(body), work, *args, **kwargs).answer


@api.get("/offices/<string:office>/counters", responses={200: CountersAnswer, **problems(*STAFF)}, **GUARDED)
def list_counters(path: OfficePath) -> Response:
    """Every counter and who sits there."""
    actor("person", office=path.office)
    with running().db.read() as look:
        return jsonify({"counters": desk.counters(look, path.office)})


@api.get("/offices/<string:office>/counters/<int:number>", responses={200: DeskAnswer, 304: None, **problems(*STAFF)}, **GUARDED)
def get_desk(path: CounterPath) -> Response:
    """Everything the page at this counter shows; with ETag."""
    who = actor("person", office=path.office)
    with running().db.read() as look:
        view = desk.desk(look, path.office, path.number, who.person_id)
    if view["next"]:
        view["next"]["reason"] = reason_view(view["next"]["reason"])
    return tagged(view, tag_of(view))


@api.post("/offices/<string:office>/counters/<int:number>/open", responses={200: CounterAnswer, **TICKET_REFUSALS}, **GUARDED)
def open_counter(path: CounterPath, body: OpenShape) -> Response:
    """Sit down at a counter; without services it takes all that its data allows."""
    return jsonify(do(body, counters.open_counter, path.office, path.number, body.services, office=path.office))


@api.post("/offices/<string:office>/counters/<int:number>/close", responses={200: CounterAnswer, **TICKET_REFUSALS}, **GUARDED)
def close_counter(path: CounterPath, body: MayHaveRequestId) -> Response:
    """Leave a counter."""
    return jsonify(do(body, counters.close_counter, path.office, path.number, office=path.office))


@api.post("/offices/<string:office>/counters/<int:number>/pause", responses={200: CounterAnswer, **TICKET_REFUSALS}, **GUARDED)
def pause_counter(path: CounterPath, body: PauseShape) -> Response:
    """A break, with its reason."""
    return jsonify(do(body, counters.pause_counter, path.office, path.number, body.reason, office=path.office))


@api.post("/offices/<string:office>/counters/<int:number>/resume", responses={200: CounterAnswer, **TICKET_REFUSALS}, **GUARDED)
def resume_counter(path: CounterPath, body: MayHaveRequestId) -> Response:
    """Back from the break."""
    return jsonify(do(body, counters.resume_counter, path.office, path.number, office=path.office))


@api.post("/offices/<string:office>/counters/<int:number>/help", responses={200: CounterAnswer, **TICKET_REFUSALS}, **GUARDED)
def call_for_help(path: CounterPath, body: HelpShape) -> Response:
    """Ask the colleagues for help now, or say that it came."""
    return jsonify(do(body, counters.call_for_help, path.office, path.number, body.needed, office=path.office))


@api.post("/offices/<string:office>/counters/<int:number>/call-next", responses={200: CalledAnswer, **TICKET_REFUSALS}, **GUARDED)
def call_next(path: CounterPath, body: MayHaveRequestId) -> Response:
    """Call whom the rule chooses, and why."""
    return jsonify(_with_reason(do(body, calling.call_next, path.office, path.number, office=path.office)))


@api.post("/offices/<string:office>/counters/<int:number>/call", responses={200: CalledAnswer, **TICKET_REFUSALS}, **GUARDED)
def call_this(path: CounterPath, body: CallShape) -> Response:
    """Call a given ticket; the reason is recorded and counted."""
    return jsonify(_with_reason(do(
        body, calling.call_this, path.office, path.number, body.ticket, body.why, body.seen_state, office=path.office
    )))


def _with_reason(answer: dict[str, Any]) -> dict[str, Any]:
    return {**answer, "reason": reason_view(answer["reason"])}


def _ticket_act(path: TicketPath, body: Act, work: Any) -> Response:
    return jsonify(do(body, work, path.ticket, seen_state=body.seen_state))


@api.post("/tickets/<string:ticket>/recall", responses={200: TicketAnswer, **TICKET_REFUSALS}, **GUARDED)
def recall(path: TicketPath, body: Act) -> Response:
    """Say the call once more."""
    return _ticket_act(path, body, calling.recall)


@api.post("/tickets/<string:ticket>/start", responses={200: TicketAnswer, **TICKET_REFUSALS}, **GUARDED)
def start(path: TicketPath, body: Act) -> Response:
    """The resident is at the counter."""
    return _ticket_act(path, body, calling.start)


@api.post("/tickets/<string:ticket>/finish", responses={200: TicketAnswer, **TICKET_REFUSALS}, **GUARDED)
def finish(path: TicketPath, body: Act) -> Response:
    """Done."""
    return _ticket_act(path, body, calling.finish)


@api.post("/tickets/<string:ticket>/no-show", responses={200: TicketAnswer, **TICKET_REFUSALS}, **GUARDED)
def no_show(path: TicketPath, body: Act) -> Response:
    """Called, nobody came."""
    return _ticket_act(path, body, calling.mark_no_show)


@api.post("/tickets/<string:ticket>/put-back", responses={200: TicketAnswer, **TICKET_REFUSALS}, **GUARDED)
def put_back(path: TicketPath, body: Act) -> Response:
    """Undo a call."""
    return _ticket_act(path, body, calling.put_back)


@api.post("/tickets/<string:ticket>/return", responses={200: TicketAnswer, **TICKET_REFUSALS}, **GUARDED)
def return_ticket(path: TicketPath, body: Act) -> Response:
    """Missed the call and reports back."""
    return _ticket_act(path, body, calling.return_ticket)


@api.post("/tickets/<string:ticket>/hold", responses={200: TicketAnswer, **TICKET_REFUSALS}, **GUARDED)
def hold(path: TicketPath, body: Act) -> Response:
    """Set aside for a while."""
    return _ticket_act(path, body, calling.hold)


@api.post("/tickets/<string:ticket>/resume", responses={200: TicketAnswer, **TICKET_REFUSALS}, **GUARDED)
def resume(path: TicketPath, body: Act) -> Response:
    """Held, and ready again."""
    return _ticket_act(path, body, calling.resume)


@api.post("/tickets/<string:ticket>/transfer", responses={200: TicketAnswer, **TICKET_REFUSALS}, **GUARDED)
def transfer(path: TicketPath, body: TransferShape) -> Response:
    """Send on to another service or counter; the place is kept."""
    return jsonify(do(body, calling.transfer, path.ticket, body.service, body.counter, body.seen_state))


@api.post("/offices/<string:office>/outages", responses={200: OutageAnswer, **TICKET_REFUSALS}, **GUARDED)
def report_outage(path: OfficePath, body: OutageShape) -> Response:
    """Pause a service, or all of them."""
    until_at = None if body.until is None else instant_of(body.until, "until")
    return jsonify(do(body, outages.report_outage, path.office, body.service, body.reason, until_at, office=path.office))


@api.delete("/outages/<int:outage>", responses={200: OutagesAnswer, **problems(*STAFF)}, **GUARDED)
def end_outage(path: OutagePath) -> Response:
    """The service is back."""
    return jsonify(running().db.transaction(outages.end_outage, actor("person"), path.outage))
