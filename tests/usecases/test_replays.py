"""Any minute of a day again, and why others were called first."""

from office import calling, policy
from office.line import rules_of, waiting_of, why_of
from office.profile import profile_of
from office.replays import line_at, others_first
from office.tickets import ticket_by_key, waiting_list


def seen(hall):
    """What the board says now, in the words of a replay."""
    board = hall.board()
    return (
        [(t["ticket"], t["service"], t["lane"], t["position"]) for t in board["waiting"]],
        [(c["number"], c["state"], c["ticket"]) for c in board["counters"]],
        [(c["v"], c["ticket"], c["counter"]) for c in board["calls"] if not c["recall"]],
    )


def replayed(hall, at):
    with hall.db.read() as look:
        line = line_at(look, profile_of(look, hall.office), at)
    return (
        [(t["ticket"], t["service"], t["lane"], t["position"]) for t in line["waiting"]],
        [(c["number"], c["state"], c["ticket"]) for c in line["counters"]],
        [(c["v"], c["ticket"], c["counter"]) for c in line["calls"]],
    )


def others(hall, ticket):
    with hall.db.read() as look:
        return others_first(look, profile_of(look, hall.office), ticket_by_key(look.conn, ticket["key"]))


def a_small_day(hall, clock):
    """Numbers taken, called, missed, sent on and taken up again; yields after each step."""
    for service, lane in (("KTP_REC", "regular"), ("KK_NEW", "regular"), ("KTP_LOST", "priority"), ("KTP_REC", "regular")):
        clock.move(minutes=3)
        hall.take(service, lane)
        yield
    hall.sit()
    yield
    missed = hall.call()
    yield
    hall.act(calling.mark_no_show, missed)
    clock.move(minutes=2)
    yield
    sent = hall.call()
    hall.act(calling.start, sent)
    yield
    hall.act(calling.transfer, sent, service="KK_NEW")
    yield
    hall.act(calling.return_ticket, missed)
    yield
    held = hall.call()
    hall.act(calling.hold, held)
    yield
    hall.call()
    yield


def test_any_minute_again(hall, clock):
    """A replay of a moment says what the board said then, although tickets have moved on since."""
    boards = {}
    for _ in a_small_day(hall, clock):
        boards[clock.at] = seen(hall)
        clock.move(minutes=1)
    clock.move(hours=2)
    assert len(boards) > 10
    assert [replayed(hall, at) for at in boards] == list(boards.values())


def test_why_agrees_with_the_rule(hall, clock):
    """The reason kept with each call is what the rule says of the line as it stood just before."""
    hall.sit()
    for lane in ("regular", "regular", "priority", "priority", "priority", "regular"):
        hall.take(lane=lane)
        clock.move(minutes=1)
    streak, told = 0, []
    for _ in range(6):
        clock.move(minutes=1)
        with hall.db.read() as look:
            profile = profile_of(look, hall.office)
            waiting = waiting_list(look.conn, profile, hall.clock.at.date())
            view = policy.CounterView(1, frozenset(profile.services), streak)
            ticket, reason = policy.choose_next(waiting, view, clock.at, rules_of(profile))
            told.append((ticket.label, why_of(profile, reason)))
        hall.act(calling.mark_no_show, hall.call())
        streak = reason.streak
    with hall.db.read() as look:
        calls = line_at(look, profile, clock.at)["calls"]
    assert [(call["ticket"], call["why"]) for call in reversed(calls)] == told
    assert "zipper" in {why["code"] for _, why in told}


def test_others_came_later(hall, clock):
    """Whoever came before is no answer to "why was another first"; whoever came later is, with the reason."""
    hall.sit()
    hall.take()
    clock.move(minutes=1)
    mine = hall.take()
    clock.move(minutes=1)
    late = hall.take(lane="priority")
    clock.move(minutes=20)
    hall.act(calling.mark_no_show, hall.call())
    hall.act(calling.mark_no_show, hall.call())
    assert [(o["ticket"], o["code"], o["sooner"]) for o in others(hall, mine)] == [(late["label"], "priority", True)]


def test_others_at_my_counters_only(hall, clock):
    """A call at a counter that does not serve me has taken nothing from me."""
    mine = hall.take("KK_NEW")
    clock.move(minutes=1)
    hall.take("KTP_REC")
    hall.sit(2)
    hall.call(2)
    assert others(hall, mine) == []


def test_no_name_in_public(hall, clock):
    """What another program wrote as its reason may name a person: others read "other reason"."""
    mine = hall.take()
    clock.move(minutes=1)
    picked = hall.take()
    hall.sit()
    hall.do(calling.call_this, hall.office, 1, picked["id"], "Bu Siti, a friend", by=hall.person())
    assert [(o["code"], o["why"]) for o in others(hall, mine)] == [("picked", "other")]


def test_waiting_rows_read_alike(hall):
    """A ticket's row and the list of all who wait give the rule the same facts."""
    ticket = hall.take()
    with hall.db.read() as look:
        profile = profile_of(look, hall.office)
        row = ticket_by_key(look.conn, ticket["key"])
        assert waiting_list(look.conn, profile, row.day) == [waiting_of(profile, row)]
