"""A booking as an iCalendar file (RFC 5545): in UTC, so that no time zone has to be described."""

from datetime import UTC, datetime, timedelta
from typing import Any

import words
from office.shown import shown_code

PRODUCT = "-//Giliran//Booking//ID"
FOLD_OCTETS = 75


def calendar(booking: dict[str, Any], lang: str, made_at: datetime, url: str) -> str:
    """`booking` as booking_view() gives it. The UID stays, SEQUENCE grows: a moved booking updates the same entry."""
    cancelled = booking["state"] in ("cancelled", "moved", "missed")
    start = datetime.fromisoformat(booking["start"]).astimezone(UTC)
    end = start + timedelta(minutes=max(15, booking["minutes"]))
    papers = "; ".join(r[lang] for r in booking["requirements"])
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN",
        "METHOD:" + ("CANCEL" if cancelled else "PUBLISH"),
        "BEGIN:VEVENT", f"UID:{booking['code'].lower()}@giliran", f"SEQUENCE:{booking['sequence']}",
        f"DTSTAMP:{_utc(made_at)}", f"DTSTART:{_utc(start)}", f"DTEND:{_utc(end)}",
        "STATUS:" + ("CANCELLED" if cancelled else "CONFIRMED"),
        "SUMMARY:" + _text(f"{booking['service_name'][lang]}, {booking['office_name']}"),
        "LOCATION:" + _text(booking["address"]),
        "DESCRIPTION:" + _text(words.say(lang, "book.ics_note", code=shown_code(booking["code"]), papers=papers, link=url)),
        f"URL:{url}",
    ]
    if not cancelled:
        lines += ["BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT2H",
                  "DESCRIPTION:" + _text(booking["service_name"][lang]), "END:VALARM"]
    lines += ["END:VEVENT", "END:VCALENDAR"]
    return "".join(_folded(line) + "\r\n" for line in lines)


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(value: str) -> str:
    return value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> str:
    """At 75 octets, never inside a character."""
    parts, current = [], b""
    for character in line:
        encoded = character.encode()
        if len(current) + len(encoded) > FOLD_OCTETS - (1 if parts else 0):
            parts.append(current)
            current = b""
        current += encoded
    return b"\r\n ".join([*parts, current]).decode()
