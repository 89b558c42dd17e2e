"""Rows as the JSON that pages and other programs read. Instants in the office's own offset."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row

from office.profile import Profile
from office.states import TicketState


def instant(at: datetime | None, zone: str) -> str | None:
    """ISO 8601 with the office's offset, to the second."""
    return at.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds") if at else None


def shown_code(code: str) -> str:
    """A booking's code in threes, as it is read aloud: PFQ 7PN HJS."""
    return " ".join(code[i : i + 3] for i in range(0, len(code), 3))


# Why a counter pauses, as its page offers it. Whatever else another program wrote may name a person: not for the hall.
PAUSES = frozenset({"break", "prayer", "papers", "meeting", "device"})


def public_pause(reason: str | None) -> str | None:
    """The reason for everybody's eyes."""
    return reason if reason in PAUSES else None


def ticket_row(profile: Profile, ticket: Row[Any], now: datetime) -> dict[str, Any]:
    """A ticket as the person who serves it sees it. No key: that is the resident's."""
    service = profile.by_id[ticket.service_id]
    return {
        **line_row(profile, ticket, now), "plain": service.plain,
        "requirements": [{"id": r["id"], "en": r["en"]} for r in service.requirements],
    }


def line_row(profile: Profile, ticket: Row[Any], now: datetime) -> dict[str, Any]:
    """The same as one of many in a list: each counter's page asks for them after every change in the hall."""
    service = profile.by_id[ticket.service_id]
    zone = profile.timezone
    was_called = ticket.called_at is not None and ticket.called_at >= ticket.waiting_at
    until = ticket.called_at if was_called and ticket.state != TicketState.WAITING else now
    return {
        "id": ticket.id, "label": ticket.label, "service": service.code, "service_name": service.name,
        "lane": ticket.lane, "state": ticket.state,
        "issued_at": instant(ticket.issued_at, zone), "slot_at": instant(ticket.slot_at, zone),
        "queued_at": instant(ticket.waiting_at, zone),
        "called_at": instant(ticket.called_at, zone), "serving_at": instant(ticket.serving_at, zone),
        "times_called": ticket.times_called, "waited_minutes": int((until - ticket.waiting_at).total_seconds() // 60),
        "counter": profile.counter_number(ticket.counter_id),
        "only_counter": profile.counter_number(ticket.only_counter_id),
    }
