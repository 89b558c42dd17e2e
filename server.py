"""The only file that knows them all: settings, database, surfaces, sockets, background work, error pages."""

import logging
import sys
import time
from typing import Any

from flask import Flask, Response, request
from flask_openapi3 import Info, OpenAPI
from flask_socketio import SocketIO
from gevent.monkey import is_module_patched
from jinja2 import ChoiceLoader, FileSystemLoader
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed, NotFound, RequestEntityTooLarge
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

import access
import admin.views
import api as shared_api
import booking.api
import booking.views
import commands
import counter.api
import counter.views
import display.views
import health
import kiosk.api
import kiosk.views
import pages
import printer.api
import resident.api
import resident.views
import words
from background import Background
from display.live import PATIENCE_SECONDS, Live
from doorbell import Doorbell
from office.clock import real_now
from office.db import Database
from office.demo_clock import demo_clock
from office.errors import BadRequest, Refused
from running import EXTENSION, Running
from settings import ROOT, BadSetting, Settings, from_environment

log = logging.getLogger("giliran")
MAX_BODY_BYTES = 64 * 1024
KEPT_FOR_GOOD = ("/static/vendor/", "/static/fonts/", "/static/sounds/voice/")
VIEWS = (resident.views, booking.views, kiosk.views, counter.views, display.views, admin.views)
APIS = (resident.api, booking.api, kiosk.api, counter.api, printer.api)


class RowNumber(IntegerConverter):
    """<int:…> in an address: what the database's integers hold; anything larger is the number of nothing."""

    def __init__(self, map: Map, **options: Any) -> None:
        super().__init__(map, **{"max": 2**31 - 1, **options})


def create_app(settings: Settings | None = None) -> Flask:
    """A server that is ready to answer; nothing runs in the background until its `giliran_start` is called."""
    settings = settings or from_environment()
    app = OpenAPI(
        "giliran", root_path=str(ROOT), info=Info(title="Giliran", version="1"), doc_prefix=shared_api.PREFIX,
        security_schemes={"bearer": {"type": "http", "scheme": "bearer"}},  # type: ignore[dict-item]
        validation_error_callback=shared_api.invalid, validation_error_model=shared_api.Problem,
    )
    app.request_class = shared_api.JsonRequest
    app.url_map.converters["int"] = RowNumber
    app.config.update(SECRET_KEY=settings.secret_key, MAX_CONTENT_LENGTH=MAX_BODY_BYTES, SEND_FILE_MAX_AGE_DEFAULT=3600)
    # Flask's own cookie carries what a page says once after an act.
    app.config.update(SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_SECURE=settings.public_url.startswith("https://"))
    app.jinja_env.globals["say"] = words.say  # macros know no page and its language: they are told it
    app.jinja_loader = ChoiceLoader([FileSystemLoader(ROOT / "templates"), FileSystemLoader(ROOT / "static")])
    app.json.sort_keys = False  # type: ignore[attr-defined]
    here = make_running(settings)
    app.extensions[EXTENSION] = here
    register(app)
    if settings.proxies:  # without it all phones would share the proxy's address, and its limit of wrong passwords
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=0, x_host=0)  # type: ignore[method-assign]
    add_sockets(app, here)
    commands.register(app, here)
    return app


def make_running(settings: Settings) -> Running:
    """The database with its clock. Under gevent, SQLite is written by one thread, which is the queue as well."""
    db = Database(settings.database_url, real_now)
    if settings.clock is not None:
        db.now = demo_clock(settings.database_url, settings.clock, settings.clock_rate)
    keeper = access.Keeper(db, settings.secret_key, settings.redis_url)
    url = settings.redis_url
    return Running(settings, db, keeper, Doorbell(url) if url else None, started_at=time.time())


def register(app: OpenAPI) -> None:
    """Surfaces, the guards before each request, the answers when something is refused."""
    for module in APIS:
        app.register_api(module.api)
    for module in VIEWS:
        app.register_blueprint(module.views)
    app.register_blueprint(health.views)
    app.add_url_rule("/pair/status", "pair_status", pages.pairing_status)
    app.before_request(guard)
    app.after_request(harden)
    app.register_error_handler(Refused, refused)
    app.register_error_handler(HTTPException, went_wrong)


def guard() -> None:
    shared_api.check_address()
    if request.path.startswith(shared_api.PREFIX):
        shared_api.identify()
        shared_api.check_body()
    elif any("\0" in typed for answers in request.form.listvalues() for typed in answers):
        raise BadRequest


def harden(response: Response) -> Response:
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    if request.path.startswith(KEPT_FOR_GOOD):
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def refused(error: Refused) -> Response:
    if request.path.startswith(shared_api.PREFIX):
        return shared_api.problem(error)
    return pages.refused_page(error)


def went_wrong(error: HTTPException) -> Response:
    """Flask's own refusals in our words; what we did not foresee is logged and said as such."""
    if isinstance(error, InternalServerError):
        log.error("unforeseen", exc_info=error.original_exception)
    if error.code is not None and error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    known: dict[type[HTTPException], type[Refused]] = {
        NotFound: shared_api.NotFoundHere, MethodNotAllowed: shared_api.MethodNotAllowed,
        RequestEntityTooLarge: shared_api.TooLarge,
    }
    reason = known.get(type(error), BadRequest)()
    if isinstance(error, InternalServerError):
        reason.code, reason.status = "server_error", 500
    response = refused(reason)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(error.valid_methods)
    return response


def add_sockets(app: Flask, here: Running) -> None:
    """gevent where the worker has patched, threads elsewhere (tests, commands). Websocket only: no sticky sessions."""
    patched = is_module_patched("socket")
    sockets = SocketIO(
        app, async_mode="gevent" if patched else "threading", transports=["websocket"], ping_interval=5, ping_timeout=PATIENCE_SECONDS,
        monitor_clients=False, max_http_buffer_size=16_384, cors_allowed_origins=None, path="socket.io",
    )
    live = Live(here, sockets)
    sockets.on_namespace(live)
    app.extensions["giliran_live"] = live
    app.extensions["giliran_start"] = Background(here, live, patched).start


def app_or_exit() -> Flask:
    """A wrong setting stops the start with one line that names it."""
    try:
        return create_app()
    except BadSetting as wrong:
        sys.exit(str(wrong))


app = app_or_exit()
