"""Recorded days from CSV files: a folder of offices, or one plain log of a single queue."""

import csv
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from office.recorded import Booking, Day, Leg, Minute, OfficeFacts, Rulebook, Span

Row = dict[str, str]


def read_office(folder: Path, name: str) -> tuple[OfficeFacts, list[Day]]:
    facts = json.loads((folder / f"{name}_office.json").read_text())
    tickets = _by_date(folder / f"{name}_tickets.csv")
    bookings = _by_date(folder / f"{name}_appointments.csv")
    plan, duty = _by_date(folder / f"{name}_plan.csv"), _by_date(folder / f"{name}_counters.csv")
    days = [
        Day(
            date=date,
            legs=tuple(_leg(row) for row in tickets.get(date, ())),
            bookings=tuple(_booking(row) for row in bookings.get(date, ())),
            plan=tuple(_span(row) for row in plan.get(date, ())),
            duty=tuple(_span(row) for row in duty.get(date, ())),
        )
        for date in sorted(set(tickets) | set(bookings) | set(plan) | set(duty))
    ]
    return _facts(facts), days


def _facts(facts: dict[str, Any]) -> OfficeFacts:
    policy = facts.get("policy", {})
    default = Rulebook()
    return OfficeFacts(
        name=facts["name"],
        counters={str(number): frozenset(services) for number, services in facts["counters"].items()},
        standard_minutes={name: float(minutes) for name, minutes in facts["standard_minutes"].items()},
        rules=Rulebook(
            promise_prio=policy.get("promise_prio", default.promise_prio),
            promise_walk=policy.get("promise_walk", default.promise_walk),
            promise_late=policy.get("promise_late", default.promise_late),
            grace=policy.get("grace", default.grace), early=policy.get("early", default.early),
            zip=policy.get("zip_k", policy.get("zip", default.zip)),
            reentry_after=policy.get("reentry_after", default.reentry_after),
        ),
        closes=_clock(facts.get("close")), last_ticket=_clock(facts.get("last_ticket")),
    )


def _leg(row: Row) -> Leg:
    issued, queued = _at(row, "issued_at"), _at(row, "queued_at")
    due = _minute(row, "due_at")
    return Leg(
        number=int(row["ticket"]), kind=row["leg"], person=row["person"], service=row["service"],  # type: ignore[arg-type]
        issued=issued, queued=queued, promise=queued if due is None else due, outcome=row["outcome"],  # type: ignore[arg-type]
        is_priority=row["priority"] == "1", slot=_minute(row, "slot"), is_late=row["late"] == "1",
        called=_minute(row, "called_at"), started=_minute(row, "started_at"), ended=_minute(row, "ended_at"),
        counter=row["counter"], clerk=row["counter"],
    )


def _booking(row: Row) -> Booking:
    came = _minute(row, "checked_in_at")
    return Booking(row["person"], row["service"], _at(row, "slot"), row["priority"] == "1", came)


def _span(row: Row) -> Span:
    return Span(row["counter"], _at(row, "from"), _at(row, "to"))


def _by_date(path: Path) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows_of(path):
        found[row["date"]].append(row)
    return found


def rows_of(path: Path) -> Iterator[Row]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        yield from csv.DictReader(file)


def _minute(row: Row, name: str) -> Minute | None:
    """Minutes from midnight of the row's own day; the traces write local time without a zone."""
    text = row[name]
    if not text:
        return None
    days = 0.0 if text[:10] == row["date"] else 1440.0 * (1 if text[:10] > row["date"] else -1)
    return days + int(text[11:13]) * 60 + int(text[14:16]) + float(text[17:] or 0) / 60


def _at(row: Row, name: str) -> Minute:
    found = _minute(row, name)
    if found is None:
        raise ValueError(f"{name} is empty on {row['date']}")
    return found


def _clock(text: str | None) -> Minute | None:
    return None if text is None else int(text[:2]) * 60.0 + int(text[3:5])
