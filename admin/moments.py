"""Instants as the administrator reads them: today's by the clock, others with their date."""

from datetime import datetime
from zoneinfo import ZoneInfo

import words


def moment_words(lang: str, instant: str | datetime | None, timezone: str, now: datetime) -> str | None:
    """pukul 09.22 WITA, or 23 Nov 2026, pukul 09.22 WITA. `instant` with an offset, also as JSON; None stays None."""
    if instant is None:
        return None
    zone = ZoneInfo(timezone)
    at = (datetime.fromisoformat(instant) if isinstance(instant, str) else instant).astimezone(zone)
    clock = {"time": words.clock_words(at), "where": words.zone_words(timezone)}
    if at.date() == now.astimezone(zone).date():
        return words.say(lang, "admin.moment", **clock)
    return words.say(lang, "admin.moment_day", date=words.short_date_words(lang, at.date()), **clock)
