"""Why each call was made, worked out again from the event log alone, on random days."""

import random
from dataclasses import replace

from sqlalchemy import select

from office import calling, events, policy
from office.errors import Refused
from office.line import rules_of, why_of
from office.models import Event, Ticket
from office.policy import CounterView, Waiting
from office.profile import profile_of

CLERKS = {1: "siti", 2: "budi", 3: "ani"}
ENDS = (calling.mark_no_show, calling.hold, calling.finish, calling.finish, calling.put_back)


def a_random_day(hall, clock, seed, steps=90):
    """Numbers, calls and what follows them at three counters with different services; refusals are part of the day."""
    chance, seen = random.Random(seed), []
    for number, name in CLERKS.items():
        hall.sit(number, name)
    for _ in range(steps):
        clock.move(seconds=chance.randint(5, 240))
        number = chance.choice(list(CLERKS))
        try:
            if chance.random() < 0.55:
                hall.take(chance.choice(["KTP_REC", "KTP_LOST", "KK_NEW"]), "priority" if chance.random() < 0.3 else "regular")
            else:
                seen.append(_serve(hall, chance, number))
            if seen and chance.random() < 0.2:
                back = chance.choice(seen)
                hall.act(chance.choice((calling.return_ticket, calling.resume)), back[0], back[1])
        except Refused:
            continue


def _serve(hall, chance, number):
    """One call and its end; transfers go to another service."""
    name = CLERKS[number]
    ticket = hall.call(number, name)
    act = chance.choice(ENDS)
    if act is calling.finish:
        hall.act(calling.start, ticket, name)
        if chance.random() < 0.3:
            hall.act(calling.transfer, ticket, name, service="KK_NEW" if ticket["service"] != "KK_NEW" else "KTP_LOST")
            return ticket, name
    hall.act(act, ticket, name)
    return ticket, name


def recomputed(hall):
    """[(why as it was kept, why as the rule says of the line that the log left behind)] of every call."""
    with hall.db.read() as look:
        profile = profile_of(look, hall.office)
        rows = look.conn.execute(select(Event.type, Event.at, Event.data, Event.ticket_id, Ticket.number, Ticket.lane).outerjoin(
            Ticket, Ticket.id == Event.ticket_id).where(Event.v.is_not(None), Event.office_id == profile.id).order_by(Event.v)).all()
    rules, waiting, gone, streaks, found = rules_of(profile), {}, {}, {}, []
    for row in rows:
        data, ticket = row.data, row.ticket_id
        if row.type == events.TICKET_TAKEN:
            is_priority = row.lane == "priority"
            promise = policy.promise_of_walk_in(row.at, is_priority, rules)
            waiting[ticket] = Waiting(row.number, data["ticket"], data["service"], row.at, promise, is_priority, id=ticket)
        elif row.type == events.TICKET_CALLED:
            counter = profile.counters[data["counter"]]
            services = frozenset(profile.by_id[service].code for service in counter.services)
            view = CounterView(counter.number, services, streaks.get(counter.number, 0))
            called, reason = policy.choose_next(list(waiting.values()), view, row.at, rules)
            streaks[counter.number] = reason.streak
            found.append((data["why"], why_of(profile, reason) if called.id == ticket else called.label))
            gone[ticket] = waiting.pop(ticket)
        elif row.type == events.TICKET_TRANSFERRED:
            waiting[ticket] = replace(gone[ticket], service=data["to_service"])
        elif row.type == events.TICKET_RETURNED:
            waiting[ticket] = _back(gone[ticket], data, waiting, rules)
    return found


def _back(ticket, data, waiting, rules):
    """Put back or taken up again: the same promise; after a missed call: behind the third of the service."""
    if data["from_state"] != "no_show":
        return ticket
    same = [one.promise_at for one in waiting.values() if one.service == ticket.service]
    return replace(ticket, promise_at=policy.promise_after_miss(ticket.promise_at, same, rules))


def test_every_reason_can_be_worked_out_again(hall, clock):
    """Whoever has the log and the rule comes to the same ticket and the same reason, call by call."""
    for seed in (1, 2):
        a_random_day(hall, clock, seed)
    found = recomputed(hall)
    assert len(found) > 40
    assert [kept for kept, _ in found] == [again for _, again in found]
    assert {kept["code"] for kept, _ in found} >= {"longest_waiting", "priority", "zipper"}
