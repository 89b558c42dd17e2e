"""Whether an office can keep a booking: pure, over its hours and its outages."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from office.clock import day_of
from office.hours import day_of_schedule, is_open_for
from office.profile import Profile

HOURS, OUTAGE = "hours", "outage"


def why_not(profile: Profile, service_id: int, start: datetime, minutes: int, now: datetime) -> dict[str, Any] | None:
    """Why a visit cannot be kept: {kind: hours, reason: {id, en} or None} or {kind: outage, reason: its code}; None: it can."""
    if not is_open_for(profile.schedule, start, minutes):
        return {"kind": HOURS, "reason": day_of_schedule(profile.schedule, day_of(start, profile.timezone)).reason}
    outage, again = profile.outage_of(service_id), resumes_at(profile, service_id, now)
    if outage is None or again is None or not now <= start < again:
        return None
    return {"kind": OUTAGE, "reason": outage.reason}


def resumes_at(profile: Profile, service_id: int, now: datetime) -> datetime | None:
    """From when on a service that stands still is expected again: when somebody said so, else not today. None: it runs."""
    outage = profile.outage_of(service_id)
    if outage is None:
        return None
    tomorrow = day_of(now, profile.timezone) + timedelta(days=1)
    return outage.until_at or datetime.combine(tomorrow, time(0), ZoneInfo(profile.timezone))
