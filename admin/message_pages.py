"""Messages to residents: which ways there are, what waits, what failed and why. Codes only: nobody's name or number."""

from typing import Any

import pages
import words
from admin.blueprint import act, done, for_admin, show, views
from admin.moments import moment_words
from office import messages
from office.actors import Actor
from office.db import Look
from office.overview import codes_for
from office.profile import Profile, profile_of
from office.shown import shown_code
from running import running

#: what a reason begins with -> its words; others are the server's own complaints
WHY = {
    "timeout": "line", "unreachable": "line", "disconnected": "line", "tls": "line", "bad_address": "address",
    "smtp_55": "refused", "http_4": "refused", "http_401": "ours", "http_403": "ours",
}  # fmt: skip


@views.get("/admin/messages")
@for_admin
def messages_page(person: Actor) -> Any:
    lang = pages.language()
    with running().db.read() as look:
        offices = [_office(look, profile_of(look, code), lang) for code in codes_for(look, person)]
    return show("messages", person, place="messages", offices=offices, ways=ways())


def ways() -> list[dict[str, Any]]:
    settings = running().settings
    return [
        {"channel": messages.PHONE, "is_set": settings.has_gateway, "setting": "KIOSK_GATEWAY_URL"},
        {"channel": messages.EMAIL, "is_set": settings.has_mail, "setting": "KIOSK_SMTP_URL"},
    ]


def _office(look: Look, profile: Profile, lang: str) -> dict[str, Any]:
    rows = messages.in_trouble(look.conn, profile.id, look.now)
    return {
        "name": profile.name, "waiting": messages.count_waiting(look.conn, profile.id),
        "rows": [
            {**row._asdict(), "shown_code": shown_code(row.code), "why": why(row.error, lang),
             "start": moment_words(lang, row.start_at, profile.timezone, look.now),
             "next": moment_words(lang, row.send_at, profile.timezone, look.now)}
            for row in rows
        ],
    }  # fmt: skip


def why(reason: str | None, lang: str) -> str | None:
    """The reason in words, by the longest beginning that is known."""
    found = max((start for start in WHY if (reason or "").startswith(start)), key=len, default=None)
    return words.say(lang, "admin.message_why_" + WHY.get(found or "", "ours")) if reason else None


@views.post("/admin/messages/<message>/again")
@for_admin
def send_again(person: Actor, message: str) -> Any:
    act(messages.try_again, person, message_id=message)
    return done("admin.messages_page", "admin.message_queued")


@views.post("/admin/messages/<message>/drop")
@for_admin
def drop_message(person: Actor, message: str) -> Any:
    act(messages.give_up, person, message_id=message)
    return done("admin.messages_page", "admin.message_dropped")
