"""Troubles as sentences: what happened, since when, what to do, and where."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import words
from admin.moments import moment_words

ICONS = {
    "help": "siren", "outage_all": "triangle-alert", "outage": "triangle-alert", "nobody": "users", "long_wait": "clock-alert",
    "kiosk_away": "wifi-off", "kiosk_new": "wifi-off", "screen_away": "wifi-off", "screen_new": "wifi-off", "sound_off": "volume-x",
    "slips_failed": "receipt-text", "slips_unsure": "receipt-text",
}  # fmt: skip
PAGES = {"outage_all": "outages", "outage": "outages", "slips_failed": "printers", "slips_unsure": "printers",
         "kiosk_away": "devices", "kiosk_new": "devices", "screen_away": "devices", "screen_new": "devices"}  # fmt: skip


def in_words(trouble: Mapping[str, Any], office: Mapping[str, Any], lang: str, now: datetime) -> dict[str, Any]:
    """{what, todo, since, icon, page}: `page` is where something can be done about it, if on one of ours."""
    code = trouble["code"]
    facts = {key: value for key, value in trouble.items() if key in ("name", "n", "counter")}
    if "reason" in trouble:
        facts["reason"] = words.say(lang, "out." + trouble["reason"])
    if trouble.get("service_name"):
        facts["service"] = trouble["service_name"][lang]
    is_printer = code.startswith("printer_")
    return {
        "code": code, "office": office["short"], "what": words.say(lang, f"admin.trouble_{code}", **facts),
        "todo": words.say(lang, f"admin.todo_{code}"), "since": moment_words(lang, trouble.get("since"), office["timezone"], now),
        "icon": "printer" if is_printer else ICONS.get(code, "triangle-alert"),
        "page": "printers" if is_printer else PAGES.get(code),
    }  # fmt: skip


def of_system(names: list[str], lang: str) -> list[dict[str, Any]]:
    """What the server's own checks found, by their names."""
    return [
        {"code": name, "office": None, "what": words.say(lang, f"admin.trouble_{name}"), "since": None,
         "todo": words.say(lang, f"admin.todo_{name}"), "icon": "triangle-alert", "page": None}
        for name in names
    ]  # fmt: skip
