"""Troubles as sentences: what happened, since when, what to do, and where."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import words
from admin.moments import moment_words

#: what a trouble begins with -> its icon, and the page where something can be done about it
SIGNS: dict[str, tuple[str, str | None]] = {
    "help": ("siren", None),
    "outage": ("triangle-alert", "outages"),
    "nobody": ("users", None),
    "long_wait": ("clock-alert", None),
    "kiosk": ("wifi-off", "devices"),
    "screen": ("wifi-off", "devices"),
    "sound": ("volume-x", "devices"),
    "box": ("wifi-off", "devices"),
    "printer": ("printer", "printers"),
    "slips": ("receipt-text", "printers"),
    "bookings": ("calendar-x", "affected"),
    "names": ("shield-check", None),
    "messages": ("megaphone", "messages"),
}


def in_words(trouble: Mapping[str, Any], office: Mapping[str, Any], lang: str, now: datetime) -> dict[str, Any]:
    """{what, todo, since, icon, page}: `page` is where something can be done about it, if on one of ours."""
    code = trouble["code"]
    facts = {key: value for key, value in trouble.items() if key in ("name", "n", "counter")}
    if "reason" in trouble:
        facts["reason"] = words.say(lang, "out." + trouble["reason"])
    if trouble.get("service_name"):
        facts["service"] = trouble["service_name"][lang]
    icon, page = next(sign for start, sign in SIGNS.items() if code.startswith(start))
    return {
        "office": office["short"], "icon": icon, "page": page,
        "what": words.say(lang, f"admin.trouble_{code}", **facts), "todo": words.say(lang, f"admin.todo_{code}"),
        "since": moment_words(lang, trouble.get("since"), office["timezone"], now),
    }  # fmt: skip


def of_system(names: list[str], lang: str) -> list[dict[str, Any]]:
    """What the server's own checks found, by their names."""
    return [
        {"office": None, "what": words.say(lang, f"admin.trouble_{name}"), "since": None,
         "todo": words.say(lang, f"admin.todo_{name}"), "icon": "triangle-alert", "page": None}
        for name in names
    ]  # fmt: skip
