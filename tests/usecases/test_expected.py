"""What people were told: told once, and counted the day after."""

from datetime import timedelta

from office.clock import day_of
from office.expected import keep_told, score
from office.profile import profile_of


def tell(hall, ticket, within=20):
    """A forecast from now to so many minutes from now."""
    with hall.db.read() as look:
        profile = profile_of(look, hall.office)
    now = hall.clock.at
    ends = {f"p{q}_at": now + timedelta(minutes=within * q / 90) for q in (10, 50, 80, 90)}
    hall.do(keep_told, rows=[{"ticket_id": ticket["id"], "office_id": profile.id, "day": day_of(now, profile.timezone),
                              "at": now, "is_first_guess": False, **ends}])


def score_today(hall):
    with hall.db.read() as look:
        profile = profile_of(look, hall.office)
        return score(look.conn, profile, day_of(look.now, profile.timezone))


def test_nobody_told_is_unknown(hall):
    """A day without forecasts has no score: unknown is not nought."""
    hall.take()
    assert score_today(hall) == {"day": "2026-11-24", "told": 0, "within": 0, "of_ten": None}


def test_within_what_they_were_told(hall, clock):
    """Counted are those who were told and called; within is from P10 to P90."""
    hall.sit()
    first, second = hall.take(), hall.take()
    tell(hall, first)
    tell(hall, second)
    tell(hall, hall.take())  # not called: not counted
    clock.move(minutes=10)
    hall.call()
    assert (score_today(hall)["told"], score_today(hall)["within"], score_today(hall)["of_ten"]) == (1, 1, 10)


def test_told_once(hall, clock):
    """What stood on the slip counts, not what was said later."""
    hall.sit()
    ticket = hall.take()
    tell(hall, ticket, within=5)
    clock.move(minutes=30)
    tell(hall, ticket, within=60)
    clock.move(minutes=20)
    hall.call()
    assert (score_today(hall)["told"], score_today(hall)["within"]) == (1, 0)
