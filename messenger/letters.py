"""What a message says: office, time, code and a link. Never a name, never the service: a gateway is a stranger."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row

import words
from messenger.senders import Letter
from office import messages
from office.profile import Profile
from office.shown import shown_code


def letter_of(row: Row[Any], profile: Profile, ahead: int | None, public_url: str) -> Letter:
    """`row` as messages.take_due gives it; `ahead`: people before a ticket that waits."""
    link = f"{public_url}/t/{row.key}" if row.kind == messages.NEAR else f"{public_url}/b/{row.code}"
    facts = _facts(row, profile)
    if row.kind == messages.NEAR:
        said = words.say(row.lang, "wa.near", n=ahead) if ahead else words.say(row.lang, "wa.near_next")
        text = f"{said} {link}"
    else:
        text = f"{words.say(row.lang, 'wa.' + row.kind, **facts)} {_action(row, link)}"
    return Letter(
        id=row.id, kind=row.kind, to=row.email if row.channel == messages.EMAIL else row.phone, lang=row.lang,
        subject=words.say(row.lang, "wa.subject_" + row.kind, **facts), text=text, link=link,
    )  # fmt: skip


def _action(row: Row[Any], link: str) -> str:
    key = {messages.CLOSED: "wa.choose", messages.CANCELLED: "wa.again"}.get(row.kind, "wa.manage")
    return words.say(row.lang, key, link=link)


def _facts(row: Row[Any], profile: Profile) -> dict[str, str]:
    start: datetime = row.start_at.astimezone(ZoneInfo(profile.timezone))
    day, date = words.date_words(row.lang, start.date()).split(", ", 1)
    return {
        "point": profile.short, "day": day, "date": date, "time": words.clock_words(start), "code": shown_code(row.code),
        "zone": words.zone_words(profile.timezone),
    }  # fmt: skip
