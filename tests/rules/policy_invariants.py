"""The seven invariants of the call rule, each a question to a day's log. They know no rule, only its effects."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta
from math import ceil

from policy_days import Call, DayLog, ours, streak_after

from office.policy import Waiting

Check = Callable[[DayLog], Iterator[str]]


def came_back_after_miss(ticket: Waiting) -> bool:
    return "r" in ticket.id


def fifo_in_class(log: DayLog) -> Iterator[str]:
    """1. Of two waiting tickets of one class and service, the earlier promise is called first."""
    for call in log.calls:
        if came_back_after_miss(call.called):
            continue
        for other in call.waiting:
            same = other.kind == call.called.kind and other.service == call.called.service
            if (
                same
                and not came_back_after_miss(other)
                and call.counter.may_take(other)
                and other.promise_at < call.called.promise_at
            ):
                yield f"{call.called.label} before {other.label} of the same class and service"


def bounded_in_time(log: DayLog) -> Iterator[str]:
    """2. An ordinary ticket is not overtaken by who came too long after it."""
    rules = log.rules
    for call in log.calls:
        bound = {
            "ordinary": 0,
            "priority": rules.promise_walk - rules.promise_prio,
            "booked": rules.promise_walk,
            "late": rules.promise_walk - rules.promise_late,
        }[call.called.kind]
        for other in _ordinary(call):
            patience = other.issued_at + timedelta(minutes=bound)
            if other.id != call.called.id and not came_back_after_miss(other) and call.called.came_at > patience:
                yield f"{call.called.label} overtook {other.label} by more than {bound} minutes"


def zipper(log: DayLog) -> Iterator[str]:
    """3. Per counter never more than `zip` overtaking calls in a row while an ordinary ticket waits."""
    for call in log.calls:
        if log.rules.zip is not None and streak_after(call.counter, call.called, call.waiting) > log.rules.zip:
            yield f"counter {call.counter.number} overtook too often, with {call.called.label}"


def no_starvation(log: DayLog) -> Iterator[str]:
    """4. The calls a counter makes while an ordinary ticket waits are bounded: 3 per earlier one, with zip 2."""
    earlier: dict[tuple[str, int], list[int]] = defaultdict(lambda: [0, 0, 0])
    for call in log.calls:
        for other in _ordinary(call):
            if came_back_after_miss(other):
                continue
            seen = earlier[other.id, call.counter.number]
            if other.id != call.called.id:
                seen[0] += 1
                seen[1] += call.called.kind == "ordinary" and call.called.promise_at <= other.promise_at
                seen[2] += call.called.kind != "ordinary" and call.called.came_at <= other.came_at
            if log.rules.zip is not None and seen[0] > (log.rules.zip + 1) * (seen[1] + 1) + seen[2]:
                yield f"{other.label} starves at counter {call.counter.number}"


def appointments(log: DayLog) -> Iterator[str]:
    """5. A due appointment is passed over only for an earlier promise or the zipper; none is called too early."""
    waited: dict[tuple[str, int], list[int]] = defaultdict(lambda: [0, 0])
    early = timedelta(minutes=log.rules.early)
    for call in log.calls:
        if call.called.kind == "booked" and call.called.slot_at > call.now + early and _ready_others(call, early):
            yield f"{call.called.label} called too early"
        for other in call.waiting:
            if other.kind != "booked" or call.now < other.slot_at - early or not call.counter.may_take(other):
                continue
            is_zip = call.counter.streak >= (log.rules.zip or 1 << 30) and call.called.kind == "ordinary"
            if call.called.order > other.order and not is_zip:
                yield f"{other.label} passed over by {call.called.label}"
            seen = waited[other.id, call.counter.number]
            seen[0] += 1
            seen[1] += call.called.order < other.order
            if seen[0] > seen[1] + 1 + ceil((seen[1] + 1) / (log.rules.zip or 1 << 30)):
                yield f"{other.label} waits too many calls"


def kept_promises(log: DayLog) -> Iterator[str]:
    """6. A transfer or a hold keeps its first promise; a missed one is behind the third of its service at most."""
    for before, after in log.moves:
        if before.promise_at != after.promise_at:
            yield f"{after.label} was promised anew"
    for missed, back, same in log.returns:
        ahead = sorted(same)[: log.rules.reentry_after]
        if back.promise_at > max([missed.promise_at, *ahead]):
            yield f"{back.label} came back too far behind"
        if ahead and back.promise_at < ahead[-1] and len(ahead) == log.rules.reentry_after:
            yield f"{back.label} came back too far ahead"


def immutable(log: DayLog) -> Iterator[str]:
    """7. Promises never change, a ticket is called once, where it may be, after its issue; replay repeats the calls."""
    called: set[str] = set()
    for call in log.calls:
        if call.called.id in called:
            yield f"{call.called.label} called twice"
        called.add(call.called.id)
        queued, _ = log.issued[call.called.id]
        if call.now < queued or not call.counter.may_take(call.called):
            yield f"{call.called.label} called before it waited, or where it may not be"
        if any(log.issued[one.id][1] != one.promise_at for one in call.waiting):
            yield "a promise changed"
        again = ours(call.waiting, call.counter, call.now, log.rules)
        if again is None or again.id != call.called.id:
            yield f"replay calls {again and again.label}, not {call.called.label}"


def _ordinary(call: Call) -> list[Waiting]:
    return [one for one in call.waiting if one.kind == "ordinary" and call.counter.may_take(one)]


def _ready_others(call: Call, early: timedelta) -> bool:
    others = (one for one in call.waiting if one.id != call.called.id and call.counter.may_take(one))
    return any(one.kind != "booked" or one.slot_at <= call.now + early for one in others)


INVARIANTS: dict[str, Check] = {
    "fifo_in_class": fifo_in_class,
    "bounded_in_time": bounded_in_time,
    "zipper": zipper,
    "no_starvation": no_starvation,
    "appointments": appointments,
    "kept_promises": kept_promises,
    "immutable": immutable,
}


def broken(log: DayLog) -> dict[str, str]:
    """The first breach of each invariant, by name."""
    found = {name: next(check(log), None) for name, check in INVARIANTS.items()}
    return {name: breach for name, breach in found.items() if breach is not None}
