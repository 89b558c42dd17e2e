"""What a screen says of itself: for the counters (short) and the administrator (whole)."""

from typing import Any

#: sound: on, blocked, broken, no_voice, silent; since, sound_since: instants; version: script.version of what it shows
KEYS = ("sound", "sound_since", "since", "version", "layout")
LONGEST = 60


def said_of(message: Any) -> dict[str, str]:
    """Only what is asked for, as short text: it is shown to others."""
    said = message if isinstance(message, dict) else {}
    return {key: str(said[key])[:LONGEST] for key in KEYS if key in said}
