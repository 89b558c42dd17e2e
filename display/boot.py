"""What the screen's script is given with the page: words, zone, and the board of this moment."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from words import pick, zone_words

# Names of the parts of words.toml that display.js may say.
SPOKEN = ("disp", "out", "picture", "day", "month", "a11y.call", "a11y.number", "a11y.picture", "kiosk.friday_break", "book.holiday")
# Of these the page itself says some, and the script none.
UNSPOKEN = ("disp.title", "disp.go", "disp.counter_word", "disp.last_ticket", "disp.start_sound", "disp.notices", "day.short_date")
DRAWN = ("v", "at", "day", "open_now", "may_take", "closed", "opens_at", "break_until_at", "last_ticket_at", "waiting_count",
         "notices", "outages")
COUNTER = ("number", "state", "ticket", "ticket_state")
CALL = ("v", "ticket", "counter", "called_at", "recall")
CALLS = 7
CHIME = "/static/sounds/chime.mp3"


def boot(lang: str, board: Mapping[str, Any], now: datetime, rate: float = 1.0) -> dict[str, Any]:
    """`now`: the server's clock, `rate` how many times as fast as real time it runs."""
    zone = zone_words(board["timezone"])
    offset = now.astimezone(ZoneInfo(board["timezone"])).utcoffset()
    return {
        "office": board["office"],
        "lang": lang,
        "words": {key: text for key, text in pick(lang, *SPOKEN, zone=zone).items() if key not in UNSPOKEN},
        "zone": zone,
        "offset_minutes": int(offset.total_seconds() // 60) if offset else 0,
        "now": now.isoformat(timespec="milliseconds"),
        "rate": rate,
        "chime": CHIME,
        "board": _lean(board),
    }


def _lean(board: Mapping[str, Any]) -> dict[str, Any]:
    """What the script draws first. It draws how many wait, not who; the list would be the heaviest part of the page."""
    return {
        **{key: board[key] for key in DRAWN},
        "counters": [{key: counter[key] for key in COUNTER} for counter in board["counters"]],
        "calls": [{key: call[key] for key in CALL} for call in board["calls"][:CALLS]],
    }
