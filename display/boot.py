"""What the screen's script is given with the page: words, zone, and the board of this moment."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from display import script
from office.profile import Profile
from office.screens import Screen
from words import pick, zone_words

# Names of the parts of words.toml that display.js may say.
SPOKEN = ("disp", "out", "picture", "day", "month", "a11y.call", "a11y.number", "a11y.picture", "kiosk.friday_break", "book.holiday")
# Of these the page itself says some, and the script none.
UNSPOKEN = ("disp.title", "disp.go", "disp.counter_word", "disp.last_ticket", "disp.expected", "disp.expected_by", "day.short_date")
# What the page itself says, for a screen that goes on in the other language.
PRINTED = ("disp.go", "disp.counter_word", "app.office", "app.office_short")
DRAWN = ("v", "at", "day", "open_now", "may_take", "closed", "opens_at", "break_until_at", "last_ticket_at", "waiting_count",
         "waiting_letters", "notices", "outages")
COUNTER = ("number", "state", "ticket", "ticket_state")
CALL = ("v", "ticket", "counter", "called_at", "recall", "times")
CALLS = 7


def boot(lang: str, board: Mapping[str, Any], now: datetime, profile: Profile, screen: Screen, rate: float = 1.0) -> dict[str, Any]:
    """`now`: the server's clock, `rate` how many times as fast as real time it runs."""
    zone = zone_words(board["timezone"])
    offset = now.astimezone(ZoneInfo(board["timezone"])).utcoffset()
    return {
        "office": board["office"],
        "lang": lang,
        "words": words_of(lang, zone),
        "zone": zone,
        "offset_minutes": int(offset.total_seconds() // 60) if offset else 0,
        "now": now.isoformat(timespec="milliseconds"),
        "rate": rate,
        "later": "/display/later.js?v=" + script.LATER.digest,
        "version": script.version(screen),
        "screen": shown_part(profile, screen),
        "board": _lean(board),
    }


def words_of(lang: str, zone: str) -> dict[str, str]:
    return {key: text for key, text in pick(lang, *SPOKEN, zone=zone).items() if key not in UNSPOKEN}


def shown_part(profile: Profile, screen: Screen) -> dict[str, Any]:
    """Which part of the hall it shows, and how; what is everything, or as ever, is left out."""
    part = {"counters": screen.counters, "letters": "".join(screen.letters), "row": screen.row if screen.row != "auto" else "",
            "waiting": "".join(screen.letters_waiting(profile))}  # fmt: skip
    return {key: value for key, value in part.items() if value}


def _lean(board: Mapping[str, Any]) -> dict[str, Any]:
    """What the script draws first. It draws how many wait, not who; the list would be the heaviest part of the page."""
    return {
        **{key: board[key] for key in DRAWN},
        "counters": [{key: counter[key] for key in COUNTER} for counter in board["counters"]],
        "calls": [{key: call[key] for key in CALL} for call in board["calls"][:CALLS]],
    }
