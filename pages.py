"""What the HTML of every surface shares: language, content policy, paired devices, signed-in people, error pages."""

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from flask import Response, g, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

import words
from access import hash_token, new_token
from api import CSRF_COOKIE, DEVICE_COOKIE, PERSON_COOKIE
from assets import Asset
from office import devices
from office.actors import Actor
from office.clock import day_of
from office.errors import Forbidden, Refused, UnknownOffice
from office.profile import Profile, profile_of
from refusals import sentence
from running import running

# Where a page has no office of its own.
HOME_ZONE = "Asia/Makassar"
A_YEAR = 365 * 24 * 3600
YEARS_10 = 10 * A_YEAR
View = Callable[..., Any]


def language() -> str:
    """?lang= chooses and is remembered; else the cookie; Indonesian first, whatever the browser says."""
    asked = request.args.get("lang") or request.cookies.get("lang")
    return asked if asked in words.LANGUAGES else "id"


def render(template: str, status: int = 200, **context: Any) -> Response:
    """A page with its own nonce, under a policy that lets nothing in from elsewhere."""
    lang = context.pop("lang", None) or language()
    nonce = secrets.token_urlsafe(12)
    profile: Profile | None = context.get("office")
    zone = words.zone_words(profile.timezone) if profile else words.WRITTEN_ZONE

    def t(key: str, **values: Any) -> str:
        return words.say(lang, key, zone=zone, **values)

    html = render_template(template, lang=lang, nonce=nonce, t=t, csrf_token=csrf_token,
                           clock_note=clock_note(lang, profile.timezone if profile else HOME_ZONE), **context)
    response = make_response(html, status)
    response.headers["Content-Security-Policy"] = content_policy(nonce)
    response.headers["Cache-Control"] = "no-store"
    if request.args.get("lang") in words.LANGUAGES:
        set_cookie(response, "lang", lang, YEARS_10)
    if g.get("new_csrf"):
        set_cookie(response, CSRF_COOKIE, g.new_csrf, None)
    return response


def script(made: Asset) -> Response:
    """Kept for good under the address that carries its digest, not at all under another."""
    response = make_response(made.text)
    response.mimetype = "text/javascript"
    is_current = request.args.get("v") == made.digest
    response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable" if is_current else "no-cache"
    return response


def content_policy(nonce: str) -> str:
    # Old engines do not count the page's own ws: address as 'self'.
    sockets = f"ws://{request.host} wss://{request.host}"
    return (
        f"default-src 'none'; script-src 'self'; style-src 'nonce-{nonce}'; font-src 'self'; img-src 'self' data:; "
        f"media-src 'self'; connect-src 'self' {sockets}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def clock_note(lang: str, timezone: str) -> str | None:
    """Pages say so when a demo clock runs. The day only: a page that lies open would show an old minute."""
    if running().settings.clock is None:
        return None
    return words.say(lang, "app.demo_clock", date=words.date_words(lang, day_of(running().db.now(), timezone)))


def csrf_token() -> str:
    """For this browser's forms and scripts."""
    cookie = request.cookies.get(CSRF_COOKIE) or g.get("new_csrf")
    if not cookie:
        cookie = g.new_csrf = secrets.token_urlsafe(18)
    return running().keeper.csrf_token(cookie)


def check_form() -> None:
    """A form of ours carries its token. Errors: forbidden."""
    if not running().keeper.csrf_fits(request.cookies.get(CSRF_COOKIE, ""), request.form.get("csrf_token", "")):
        raise Forbidden()


def set_cookie(response: AnyResponse, name: str, value: str, max_age: int | None) -> None:
    """Not readable by scripts, not sent from other sites; only over TLS where the address says TLS."""
    secure = running().settings.public_url.startswith("https://")
    response.set_cookie(name, value, max_age=max_age, httponly=True, samesite="Lax", secure=secure)


def for_device(kind: str) -> Callable[[View], View]:
    """A page of a paired device: /kiosk/<office>, /display/<office>. Unpaired browsers get a code to confirm."""

    def decorate(view: View) -> View:
        @wraps(view)
        def page(office: str) -> Any:
            with running().db.read() as look:
                profile = profile_of(look, office)
            if request.args.get("token"):
                return _keep_token(request.args["token"], kind, office)
            token = request.cookies.get(DEVICE_COOKIE, "")
            who = running().keeper.actor_of(token) if token else None
            if who is not None and who.kind == "device" and who.role == kind and who.office_code == office:
                return view(office=profile, device=who)
            return _pairing_page(kind, profile)

        return page

    return decorate


def _keep_token(token: str, kind: str, office: str) -> Any:
    """The command's token, opened once in the device's address: kept in a cookie, gone from the address."""
    who = running().keeper.actor_of(token)
    if who is None or who.role != kind or who.office_code != office:
        return render("error.html", 403, code=403, title_key="pair.bad_token", detail=None)
    response = redirect(request.path)
    set_cookie(response, DEVICE_COOKIE, token, YEARS_10)
    return response


def _pairing_page(kind: str, profile: Profile) -> Response:
    """A short code, which a signed-in person confirms on another machine."""
    token = request.cookies.get(DEVICE_COOKIE, "")
    with running().db.read() as look:
        is_spent = devices.is_spent(look.conn, hash_token(token))
        is_waiting = devices.is_waiting(look.conn, hash_token(token), look.now)
    if len(token) < 32 or is_spent or running().keeper.actor_of(token) is not None:
        token = new_token()  # never offer for another pairing what is known as a device's or a person's, or was
    if not is_waiting:
        running().keeper.count_pairing(request.remote_addr or "?")
    code = running().db.transaction(devices.ask_to_pair, office=profile.code, kind=kind, token_hash=hash_token(token))
    response = render("pairing.html", office=profile, kind=kind, code=code,
                      where=running().settings.public_url + "/admin/devices")
    set_cookie(response, DEVICE_COOKIE, token, YEARS_10)
    return response


def pairing_status() -> Response:
    """GET /pair/status: whether this browser has been confirmed meanwhile."""
    token = request.cookies.get(DEVICE_COOKIE, "")
    running().keeper.forget(hash_token(token))
    who = running().keeper.actor_of(token) if token else None
    paired = who is not None and who.role == request.args.get("kind") and who.office_code == request.args.get("office")
    response = jsonify({"paired": paired})
    response.headers["Cache-Control"] = "no-store"
    return response


def for_person(*roles: str) -> Callable[[View], View]:
    """A page for signed-in people who work in an office, or of these `roles`. Others are sent to sign in and come back."""

    def decorate(view: View) -> View:
        @wraps(view)
        def page(**arguments: Any) -> Any:
            token = request.cookies.get(PERSON_COOKIE, "")
            who: Actor | None = running().keeper.actor_of(token) if token else None
            if who is None or who.kind != "person":
                return redirect(url_for("admin.sign_in_page", next=request.full_path.rstrip("?")))
            if who.role not in roles if roles else not who.is_staff:
                raise Forbidden()
            if request.method == "POST":
                check_form()
            return view(person=who, **arguments)

        return page

    return decorate


def safe_next(target: str | None, otherwise: str) -> str:
    """Only a path of ours: a sign-in must not send people elsewhere."""
    try:
        parts = urlsplit(target or "")
    except ValueError:  # such as http://[
        return otherwise
    is_ours = bool(target) and str(target).isprintable() and not parts.scheme and not parts.netloc and str(target).startswith("/")
    return str(target) if is_ours and "\\" not in str(target) and not str(target).startswith("//") else otherwise


def refused_page(error: Refused) -> Response:
    """A refusal as a page: what happened, what to do."""
    key = "err.unknown_office" if isinstance(error, UnknownOffice) else error.words
    page = render("error.html", error.status, code=error.status, title_key=key, detail=sentence(error, language()))
    if "retry_after_seconds" in error.facts:
        page.headers["Retry-After"] = str(error.facts["retry_after_seconds"])
    return page
