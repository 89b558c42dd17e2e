"""Who is next, and why: pure. In this version the priority lane first, then first come."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from office.states import Lane

# A missed call reports back behind this many waiting tickets of its service (policy: re-entry).
REENTRY_AFTER = 3


class Waiting(NamedTuple):
    """One waiting ticket, as little of it as the rule needs. `only_counter_id`: sent to that counter alone."""

    id: str
    lane: str
    promised_at: datetime
    number: int
    service_id: int
    only_counter_id: int | None


@dataclass(frozen=True)
class Reason:
    """Why this one: a stable code and the facts that the sentence needs."""

    code: str
    facts: dict[str, Any] = field(default_factory=dict)


class Choice(NamedTuple):
    ticket: Waiting
    reason: Reason


def order(ticket: Waiting) -> tuple[bool, datetime, int]:
    """The key by which the line is sorted; lower is earlier."""
    return (ticket.lane != Lane.PRIORITY, ticket.promised_at, ticket.number)


def may_serve(ticket: Waiting, counter_id: int, takes: Collection[int]) -> bool:
    """A ticket sent to one counter is that counter's, whatever it takes; the others go by service."""
    if ticket.only_counter_id is not None:
        return ticket.only_counter_id == counter_id
    return ticket.service_id in takes


def choose_next(waiting: Iterable[Waiting], counter_id: int, takes: Collection[int]) -> Choice | None:
    """The ticket this counter must call now; None when nobody waits for what it takes."""
    mine = [ticket for ticket in waiting if may_serve(ticket, counter_id, takes)]
    if not mine:
        return None
    first = min(mine, key=order)
    if first.lane == Lane.PRIORITY:
        return Choice(first, Reason("priority"))
    return Choice(first, Reason("longest_waiting"))


def count_ahead(waiting: Iterable[Waiting], mine: Waiting, rivals: Collection[int]) -> int:
    """How many waiting tickets the rule would call before `mine` among those that share a counter with it."""
    key = order(mine)
    return sum(1 for ticket in waiting if ticket.service_id in rivals and order(ticket) < key)


def reentry_time(waiting: Sequence[Waiting], missed: Waiting) -> datetime:
    """Where a missed ticket comes back: its own time, or behind the third that waits for the same service."""
    same = sorted((t for t in waiting if t.service_id == missed.service_id and t.lane == missed.lane), key=order)
    if not same:
        return missed.promised_at
    third = same[min(REENTRY_AFTER, len(same)) - 1]
    return max(missed.promised_at, third.promised_at)
