"""What the JSON of every surface shares: who asks, problem answers, request ids, the OpenAPI document."""

import hashlib
import json
from datetime import datetime
from typing import Any, Literal

from flask import Request, Response, g, jsonify, make_response, request
from flask_openapi3 import APIBlueprint as Blueprint
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from werkzeug.exceptions import HTTPException

import words
from office.actors import Actor
from office.clock import is_in_reach
from office.errors import BadRequest, Forbidden, Invalid, Refused, Unauthenticated
from refusals import sentence
from running import running

PREFIX = "/api/v1"
SAFE = ("GET", "HEAD", "OPTIONS")
DEVICE_COOKIE, PERSON_COOKIE, CSRF_COOKIE = "giliran_device", "giliran_person", "giliran_csrf"
REQUEST_ID = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"

__all__ = ["Blueprint"]


class JsonRequest(Request):
    """An act without a body is an act with an empty one."""

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> Any:
        if not self.get_data(cache=True):
            return {}
        return super().get_json(force=force, silent=silent, cache=cache)


class Shape(BaseModel):
    """Requests: unknown fields are ignored."""

    model_config = ConfigDict(extra="ignore", strict=True)


class Answer(BaseModel):
    """Answers: fields may be added at any time."""

    model_config = ConfigDict(extra="allow")


class Both(Answer):
    id: str
    en: str


class Problem(Answer):
    """RFC 9457, with a stable `code` and the sentence in both languages."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    text: Both


class RequestIdShape(Shape):
    request_id: str = Field(pattern=REQUEST_ID, description="the client's UUID: the same one again does nothing new")


class MayHaveRequestId(Shape):
    request_id: str | None = Field(None, pattern=REQUEST_ID)


class Act(MayHaveRequestId):
    seen_state: str | None = Field(None, max_length=20, description="the state the page shows; when it differs: changed_meanwhile")


class OfficePath(BaseModel):
    office: str = Field(description="office code, such as waru")


class CounterPath(OfficePath):
    number: int = Field(ge=0, le=9999, description="counter number")


class TicketPath(BaseModel):
    ticket: str = Field(description="ticket id")


Problems = dict[int | str, Any]


def problems(*statuses: int) -> Problems:
    """The refusals of an operation, for the document; those of every operation are added."""
    return {status: _a_problem() for status in (400, 404, 405, 422, 429, *statuses)}


def _a_problem() -> dict[str, Any]:
    """By reference: a class would be written down as application/json."""
    return {"content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}


def with_body(*statuses: int) -> Problems:
    return problems(413, 415, 503, *statuses)


STAFF = (401, 403)
SECURITY: list[dict[str, list[str]]] = [{"bearer": []}]


def identify() -> None:
    """Who asks: a bearer token, or the cookies of a page (then a change needs the page's CSRF token)."""
    g.actor, g.token = None, None
    header = request.headers.get("Authorization", "")
    keeper = running().keeper
    if header.startswith("Bearer "):
        g.token = header.removeprefix("Bearer ").strip()
        g.actor = keeper.actor_of(g.token)
        return
    g.token = request.cookies.get(PERSON_COOKIE) or request.cookies.get(DEVICE_COOKIE)
    if not g.token:
        return
    g.actor = keeper.actor_of(g.token)
    if g.actor is None and request.cookies.get(DEVICE_COOKIE):
        g.token = request.cookies[DEVICE_COOKIE]
        g.actor = keeper.actor_of(g.token)
    if g.actor is not None and request.method not in SAFE:
        check_csrf(request.headers.get("X-CSRF-Token", ""))


def check_csrf(token: str) -> None:
    """Errors: forbidden when the request was not made by one of our pages."""
    if not running().keeper.csrf_fits(request.cookies.get(CSRF_COOKIE, ""), token):
        raise Forbidden()


def check_address() -> None:
    """Of a page and of the JSON alike. Errors: not_found, bad_request (no name and no text of ours has a NUL)."""
    if "\0" in request.path:
        raise NotFoundHere
    if b"%00" in request.query_string:
        raise BadRequest


def check_body() -> None:
    """Errors: bad_request (not JSON), unsupported_media_type, too_large.

    A body must say that it is JSON.
    """
    if request.method in SAFE or not request.get_data():
        return
    if not request.is_json:
        raise UnsupportedMediaType
    try:
        can_be_kept = _can_be_kept(request.get_json())
    except (HTTPException, RecursionError) as error:
        raise BadRequest() from error
    if not can_be_kept:
        raise BadRequest()


def _can_be_kept(value: Any) -> bool:
    """JSON can say texts that no database keeps: with a NUL, or with half of a surrogate pair."""
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
    if isinstance(value, dict):
        return all(_can_be_kept(part) for pair in value.items() for part in pair)
    return all(map(_can_be_kept, value)) if isinstance(value, list) else True


class UnsupportedMediaType(Refused):
    code, status = "unsupported_media_type", 415


class MethodNotAllowed(Refused):
    code, status = "method_not_allowed", 405


class TooLarge(Refused):
    code, status = "too_large", 413


class NotFoundHere(Refused):
    code, status, words = "not_found", 404, "err.not_found"


def actor(*kinds: Literal["person", "kiosk", "display", "printer"], office: str | None = None) -> Actor:
    """Who asks, when it is one of `kinds`; a person must work in an office. Errors: unauthenticated, forbidden."""
    who: Actor | None = g.actor
    if who is None:
        raise Unauthenticated()
    kind = who.role if who.kind == "device" else who.kind
    if kind not in kinds or (kind == "person" and not who.is_staff):
        raise Forbidden()
    if office is not None:
        who.must_work_at(office)
    return who


def fingerprint(body: BaseModel) -> str:
    """Stands for a request without its id: who asks, method, path and content. An answer is its asker's, with the key in it."""
    content = json.dumps(body.model_dump(mode="json", exclude={"request_id"}), sort_keys=True)
    who = f"{g.actor.kind} {g.actor.id}" if g.actor is not None else ""
    return hashlib.sha256(f"{who} {request.method} {request.path} {content}".encode()).hexdigest()[:32]


def problem(error: Refused) -> Response:
    """RFC 9457, with the reason in both languages and the facts a program may want."""
    text = {lang: sentence(error, lang) for lang in words.LANGUAGES}
    lang = "en" if request.accept_languages.best_match(words.LANGUAGES, "id") == "en" else "id"
    body = {
        "type": "about:blank", "title": error.code.replace("_", " "), "status": error.status, "code": error.code,
        "detail": text[lang], "text": text, **{k: _plain(v) for k, v in error.facts.items() if k not in ("type", "status")},
    }
    response = jsonify(body)
    response.status_code = error.status
    response.mimetype = "application/problem+json"
    if "retry_after_seconds" in error.facts:
        response.headers["Retry-After"] = str(error.facts["retry_after_seconds"])
    return response


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def instant_of(text: str, field: str) -> datetime:
    """Errors: invalid, naming the field, unless it is an instant with its offset, of a year that can be meant."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None or not is_in_reach(instant):
        raise Invalid(fields={field: "an instant like 2026-11-24T09:30:00+08:00"}, n=1)
    return instant


def invalid(error: ValidationError) -> Response:
    """The schema's complaints as a field map."""
    fields = {".".join(str(part) for part in e["loc"]) or "body": e["msg"] for e in error.errors()}
    return problem(Invalid(fields=fields, n=len(fields)))


def reason_view(reason: dict[str, Any]) -> dict[str, Any]:
    """Why this ticket: the stable code, its facts, and the sentence in both languages."""
    text = {}
    for lang in words.LANGUAGES:
        facts = {**reason, "k": reason.get("after"), "time": words.clock_words(datetime.fromisoformat(reason["called"]["at"]))}
        if "why" in reason:
            # Our page sends a key; another program may send a sentence of its own.
            facts["reason"] = words.WORDS[lang].get("op.pick_" + reason["why"], reason["why"])
        text[lang] = words.say(lang, "reason." + reason["code"], **facts)
    return {**reason, "text": text}


def tag_of(view: dict[str, Any]) -> str:
    """Changes exactly when something other than the time of asking does."""
    rest = {key: value for key, value in view.items() if key != "at"}
    return hashlib.sha256(repr(rest).encode()).hexdigest()[:16]


def tagged(body: dict[str, Any], tag: str) -> Response:
    """304 when the client has this already: compared first, before anything is written out."""
    response = make_response("", 304) if request.if_none_match.contains(tag) else jsonify(body)
    response.set_etag(tag)
    response.headers["Cache-Control"] = "no-cache"
    return response
