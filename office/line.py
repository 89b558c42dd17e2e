"""The line as the rule of policy.py sees it: rows in, choice and reason out."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from office import policy
from office.policy import CounterView, Rules, Waiting
from office.profile import CounterProfile, Profile
from office.shown import instant
from office.states import Lane


class Choice(NamedTuple):
    """Who is called, and why: `reason` as it is kept with the call."""

    ticket: Waiting
    reason: policy.Reason


def rules_of(profile: Profile) -> Rules:
    """The office's parameters; the data file may change each."""
    return Rules(**profile.settings.get("call_rule", {}))


def waiting_of(profile: Profile, row: Any) -> Waiting:
    """A ticket's row, of which only the columns of tickets.WAITING_COLUMNS are read."""
    only = row.only_counter_id
    return Waiting(
        row.number, row.label, profile.by_id[row.service_id].code, row.issued_at, row.promised_at,
        row.lane == Lane.PRIORITY, row.slot_at, row.is_late, None if only is None else profile.counter_number(only), row.id,
    )


def all_waiting(profile: Profile, rows: Iterable[Any]) -> list[Waiting]:
    """The same for rows of exactly tickets.WAITING_COLUMNS, read by place: by name, 500 rows took most of a call."""
    by_id, priority = profile.by_id, str(Lane.PRIORITY)
    return [
        Waiting(number, label, by_id[service].code, issued_at, promised_at, lane == priority, slot_at, is_late,
                None if only is None else profile.counter_number(only), ticket)
        for ticket, number, label, service, issued_at, promised_at, lane, slot_at, is_late, only in rows
    ]


def choose_next(profile: Profile, waiting: Iterable[Waiting], counter: CounterProfile, takes: frozenset[str], streak: int,
                now: datetime) -> Choice | None:
    """The ticket this counter must call now. A ticket sent to this counter is its own, whatever it takes today."""
    mine = [t for t in waiting if (t.service in takes if t.counter is None else t.counter == counter.number)]
    view = CounterView(counter.number, frozenset(t.service for t in mine), streak)
    chosen = policy.choose_next(mine, view, now, rules_of(profile))
    return Choice(*chosen) if chosen else None


def picked(profile: Profile, chosen: Waiting, waiting: Sequence[Waiting], counter: CounterProfile, streak: int, why: str) -> Choice:
    """A call by hand: its reason counts in the streak, the next call makes good for it."""
    services = frozenset(profile.by_id[i].code for i in counter.services)
    return Choice(chosen, policy.called_by_hand(chosen, waiting, CounterView(counter.number, services, streak), why))


def why_of(profile: Profile, reason: policy.Reason) -> dict[str, Any]:
    """The reason as it is kept and shown: a stable code, and the facts of both tickets in the office's time."""
    facts: dict[str, Any] = {
        "code": _code(reason), "called": _facts(profile, reason.called), "passed": None,
        "overtakes": reason.overtakes, "streak": reason.streak, "waiting": reason.waiting,
    }
    if reason.passed is not None:
        facts["passed"] = _facts(profile, reason.passed)
    if reason.code == "hand":
        facts["why"] = reason.note
    if reason.code == "zipper":
        facts["after"] = rules_of(profile).zip
    return facts


def _code(reason: policy.Reason) -> str:
    if reason.code == "hand":
        return "picked"
    if reason.code in ("zipper", "early"):
        return reason.code
    return {"booked": "booked", "late": "late", "priority": "priority", "ordinary": "longest_waiting"}[reason.called.kind]


def _facts(profile: Profile, facts: policy.Facts) -> dict[str, Any]:
    return {
        "label": facts.label, "kind": facts.kind, "at": instant(facts.at, profile.timezone),
        "promise_at": instant(facts.promise_at, profile.timezone),
    }


def count_ahead(waiting: Iterable[Waiting], mine: Waiting, rivals: frozenset[str]) -> int:
    """How many waiting tickets have an earlier turn than `mine` among those that share a counter with it."""
    return sum(1 for ticket in waiting if ticket.service in rivals and ticket.order < mine.order)


def reentry_time(profile: Profile, waiting: Iterable[Waiting], missed: Waiting) -> datetime:
    """Where a missed ticket comes back: behind the third that waits for its service, never before its own time."""
    same = [t.promise_at for t in waiting if t.service == missed.service]
    return policy.promise_after_miss(missed.promise_at, same, rules_of(profile))
