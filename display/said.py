"""What a screen says of itself: for the counters (short) and the administrator (whole)."""

from typing import Any

from display.script import version
from office.db import Look
from office.screens import screen_of

#: sound: on, blocked, broken, no_voice, silent, and since when; version: script.version of what it shows
KEYS = ("sound", "sound_since", "version", "layout")
LONGEST = 60


def said_of(look: Look, device_id: int, message: Any) -> tuple[dict[str, Any], str]:
    """Only what is asked for, as short text, because it is shown to others; and the version that the screen should have.

    `is_current`: whether it has it.
    """
    given = message if isinstance(message, dict) else {}
    said = {key: str(given[key])[:LONGEST] for key in KEYS if key in given}
    wanted = version(screen_of(look.conn, device_id))
    return {**said, "is_current": said.get("version") == wanted}, wanted
