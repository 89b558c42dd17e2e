"""Stepping into an office to change something: its row is locked and its day is today."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import update

from office.clock import day_of
from office.closing import end_day
from office.db import Tx
from office.events import Happening
from office.models import Office
from office.profile import CounterProfile, Profile, profile_of, read_head


@dataclass(frozen=True)
class Here:
    """The office a use case works in, and its own day."""

    profile: Profile
    day: date

    def record(self, tx: Tx, type_: str, *, of: Any = None, at: CounterProfile | None = None,
               hall: bool = True, private: dict[str, Any] | None = None, **data: Any) -> None:
        """Write down what happened `of` a ticket or `at` a counter. `data` is what the hall may see; `private` stays in the row."""
        if of is not None:
            data = {**ticket_facts(self.profile, of), **data}
        if at is not None:
            data["counter"] = at.number
        tx.happenings.append(Happening(
            self.profile.id, self.profile.code, self.day, type_, data, hall,
            ticket_id=of.id if of is not None else None,
            counter_id=at.id if at is not None else None,
            person_id=tx.by.person_id, device_id=tx.by.device_id, private=private or {},
        ))


def ticket_facts(profile: Profile, ticket: Any) -> dict[str, Any]:
    """What the hall may know of a ticket: label, service, lane; never a name, never the key."""
    return {
        "ticket": ticket.label, "ticket_id": ticket.id, "service": profile.by_id[ticket.service_id].code,
        "lane": ticket.lane, "state": ticket.state, "counter": profile.counter_number(ticket.counter_id),
    }


def enter(tx: Tx, office_code: str) -> Here:
    """First line of every use case: lock the office, close the day before if nobody did.

    Errors: unknown_office; forbidden when the actor belongs to another office.
    """
    head = read_head(tx.conn, office_code, lock=True)
    tx.by.must_work_at(office_code)
    profile = profile_of(tx, office_code, head)
    day = day_of(tx.now, head.timezone)
    if head.today != day:
        end_day(tx, profile, day)
        tx.conn.execute(update(Office).where(Office.id == head.id).values(today=day))
    return Here(profile, day)
