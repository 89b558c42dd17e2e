"""The forecast: what it knows, what it admits not to know, how fast it is, and that it repeats itself."""

import time
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from office.fitting import ENOUGH_VISITS, fit
from office.forecast import Expected, Record, expect, finish, paced, simulate
from office.hall import AtCounter, CounterNow, Finished, Hall, InLine, with_newcomers
from office.learning import Learned
from office.recorded import Booking, Day, Leg, Span
from office.replay import hall_at, record
from office.telling import tell
from office.traces import read_office

STANDARD = {"KTP": 10.0, "AKTA": 15.0}
DATA = Path(__file__).parent.parent / "data" / "traces"
NINE = 540.0


def ticket(number: int, *, kind: str = "ordinary", service: str = "KTP", queued: float = NINE - 30, **more) -> InLine:
    promise = more.pop("promise", queued + (15 if kind == "priority" else 120))
    return InLine(str(number), number, service, kind, queued, queued, promise, **more)


def counter(
    name: str = "1", services: tuple[str, ...] = ("KTP", "AKTA"), *, is_open: bool = True, **more
) -> CounterNow:
    return CounterNow(name, frozenset(services), is_open, **more)


def hall(*waiting: InLine, counters: tuple[CounterNow, ...] = (counter(),), **more) -> Hall:
    return Hall(
        NINE, counters, waiting, **{"closes": 900.0, "last_ticket": 870.0, "standard_minutes": STANDARD, **more}
    )


def medians(given: Hall, learned: Learned | None = None) -> dict[str, float]:
    samples = finish(simulate(given, fit(learned or Learned(), STANDARD), seed=1))
    return {name: float(np.median(sample)) - NINE for name, sample in samples.items()}


def expected(given: Hall) -> dict[str, Expected]:
    model = fit(Learned(), STANDARD)
    return expect(given, model, Record(), finish(simulate(given, model, seed=1)), "slip")


def test_a_free_counter_calls_at_once() -> None:
    """Nobody ahead, somebody free: the call comes now."""
    assert medians(hall(ticket(1)))["1"] == pytest.approx(0, abs=0.1)


def test_who_is_promised_earlier_is_expected_earlier() -> None:
    """The simulation calls by the office's own rule, not by arrival."""
    busy = counter(serving=AtCounter(ticket(9), NINE - 1, NINE - 0.6))
    found = medians(
        hall(ticket(1), ticket(2, kind="priority", queued=NINE - 5), ticket(3, queued=NINE - 2), counters=(busy,))
    )
    assert found["2"] < found["1"] < found["3"]


def test_the_zipper_is_played_too() -> None:
    """After two overtaking calls the ordinary resident is expected before the priority one."""
    line = (ticket(1), ticket(2, kind="priority", queued=NINE - 5))
    assert medians(hall(*line, counters=(counter(streak=2),)))["1"] == pytest.approx(0, abs=0.1)
    assert medians(hall(*line, counters=(counter(streak=0),)))["2"] == pytest.approx(0, abs=0.1)


def test_a_booking_is_not_expected_before_its_time_while_others_wait() -> None:
    """Slot - 5, with enough ordinary residents to keep the counter busy until then."""
    line = [ticket(n) for n in range(1, 9)]
    slot = ticket(20, kind="booked", slot=NINE + 30, promise=NINE + 30, queued=NINE - 1)
    assert medians(hall(*line, slot))["20"] >= 25


def test_only_counters_that_take_the_service_count() -> None:
    """A free counter that does not take it is no help."""
    busy = counter("1", serving=AtCounter(ticket(9), NINE - 1, NINE - 0.6))
    found = medians(hall(ticket(1), ticket(2, service="AKTA"), counters=(busy, counter("2", ("KTP",)))))
    assert found["1"] < 0.1
    assert found["2"] > 3


def test_a_ticket_sent_to_one_counter_waits_for_it() -> None:
    """Sent to counter 1 by hand, which is busy, although counter 2 is free."""
    busy = counter("1", serving=AtCounter(ticket(9), NINE - 1, NINE - 0.6))
    assert medians(hall(ticket(1, counter="1"), counters=(busy, counter("2"))))["1"] > 2


def test_a_planned_break_is_waited_for() -> None:
    """Nobody is called before the counter is planned to be back."""
    plan = (Span("1", 480, 530), Span("1", 570, 900))
    away = counter(is_open=False, since=531.0, plan=plan)
    assert expected(hall(ticket(1), counters=(away,)))["1"].p10 >= 570


def test_a_counter_that_is_never_staffed_is_not_counted_on() -> None:
    """Planned but empty day after day: its opening is not expected; one that is staffed daily is."""
    plan = (Span("1", 480, 900), Span("2", 480, 900))
    learned = Learned()
    for _ in range(20):
        learned.add(Day("2026-11-23", (), plan=plan, duty=(Span("1", 485, 900),)))
    closed = [counter(name, is_open=False, plan=(span,)) for name, span in zip("12", plan, strict=True)]
    model = fit(learned, STANDARD)
    eight = [replace(hall(ticket(1, queued=470), counters=(one,)), now=481.0) for one in closed]
    comes = [np.isfinite(finish(simulate(now, model, seed=1))["1"]).mean() for now in eight]
    assert comes[0] > 0.95
    assert comes[1] < 0.2


def test_the_operators_word_beats_the_guess() -> None:
    """A pause with a stated end is believed."""
    assert medians(hall(ticket(1), counters=(counter(is_open=False, returns_at=NINE + 12.0),)))["1"] == pytest.approx(
        12, abs=0.1
    )


def test_nobody_on_duty_is_unknown_not_zero() -> None:
    """No open counter and no plan: no range at all."""
    found = expected(hall(ticket(1), counters=(counter(is_open=False),)))["1"]
    assert found.p50 is None
    assert found.p90 is None
    assert found.before_closing == 0
    assert tell(found, datetime.fromisoformat("2026-11-24T00:00+08:00")) is None
    assert expected(hall(ticket(1), counters=()))["1"].p50 is None


def test_a_long_service_is_not_expected_to_have_ended() -> None:
    """Service time is conditioned on what has passed: 40 minutes in, it still takes a while."""
    long = counter(serving=AtCounter(ticket(9), NINE - 40.4, NINE - 40))
    assert 2 < medians(hall(ticket(1), counters=(long,)))["1"] < 40


def test_a_slow_day_makes_later_forecasts() -> None:
    """Today's finished services move the pace; an ordinary day does not."""
    slow = tuple(Finished("KTP", "", 25.0, NINE - n) for n in range(1, 30))
    line = [ticket(n) for n in range(1, 6)]
    assert medians(hall(*line, finished=slow))["5"] > 1.2 * medians(hall(*line))["5"]


def test_calls_after_closing_are_announced() -> None:
    """Forty people at one counter two hours before closing: most will not be called before."""
    found = expected(replace(hall(*[ticket(n) for n in range(1, 41)]), closes=NINE + 120))
    assert found["1"].before_closing == 1
    assert found["40"].before_closing < 0.1


def test_a_first_guess_is_flagged_until_twenty_were_served() -> None:
    """Before 20 finished services of a kind the range is a first guess."""

    def served(count: int) -> Learned:
        learned = Learned()
        one = Leg(1, "first", "1", "KTP", 1, 1, 121, "served", called=2, started=2.4, ended=9, counter="1")
        legs = [replace(one, number=n, person=str(n)) for n in range(count)]
        learned.add(Day("2026-11-23", tuple(legs)))
        return learned

    assert "KTP" in fit(served(ENOUGH_VISITS - 1), STANDARD).first_guess
    assert "KTP" not in fit(served(ENOUGH_VISITS), STANDARD).first_guess
    assert "AKTA" in fit(served(ENOUGH_VISITS), STANDARD).first_guess


def test_what_was_learned_survives_a_restart() -> None:
    """Kept as JSON and read back, day three gives the same model as without the restart."""
    facts, days = read_office(DATA, "A2")
    whole, parted = Learned(), Learned()
    for day in days[:3]:
        whole.add(day)
        parted.add(day)
        parted = Learned.from_json(parted.to_json())
    one, other = fit(whole, facts.standard_minutes), fit(parted, facts.standard_minutes)
    assert np.array_equal(one.table, other.table)
    assert np.array_equal(one.mean_ln, other.mean_ln)
    assert (one.clerks, one.shows, one.absence_rate) == (other.clerks, other.shows, other.absence_rate)
    again = Record([0.1, 0.9], [0.5])
    assert Record.from_json(again.to_json()) == again


def test_a_new_office_starts_from_its_standard_minutes() -> None:
    """Nothing learned: the mean service is the typed-in one; ten visits move it half way."""
    model = fit(Learned(), STANDARD)
    assert np.exp(model.mean_ln[model.place("KTP")] + model.spread**2 / 2) == pytest.approx(10, rel=0.05)


def test_the_record_corrects_slips_and_pages_apart() -> None:
    """Calls that always came early pull the slip's levels down and leave the page's alone."""
    past = Record(slip=[0.1] * 300)
    assert list(past.levels("page")) == [0.1, 0.5, 0.8, 0.9]
    assert past.levels("slip")[1] == pytest.approx((300 * 0.1 + 60 * 0.5) / 360)


def test_the_same_seed_gives_the_same_numbers() -> None:
    """And another seed others."""
    busy = hall(*[ticket(n) for n in range(1, 12)])
    model = fit(Learned(), STANDARD)
    one, same, other = (finish(simulate(busy, model, seed))["9"] for seed in (3, 3, 4))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_the_hall_holds_nothing_of_the_future() -> None:
    """Cut off everything after the moment of asking: the hall, and so the forecast, is the same."""
    facts, days = read_office(DATA, "A2")
    day = days[4]
    for now in (475.0, 560.0, 655.5, 745.0, 850.0):
        assert hall_at(record(facts, until(day, now)), now) == hall_at(record(facts, day), now)


def until(day: Day, now: float) -> Day:
    def known(at: float | None) -> float | None:
        return None if at is None or at > now else at

    def cut(leg: Leg) -> Leg:
        called, ended = known(leg.called), known(leg.ended)
        outcome = leg.outcome if ended is not None else "served" if called is not None else "unserved"
        return replace(leg, called=called, started=known(leg.started), ended=ended, outcome=outcome)

    return replace(
        day,
        legs=tuple(cut(leg) for leg in day.legs if leg.queued <= now),
        bookings=tuple(Booking(b.person, b.service, b.slot, b.is_priority, known(b.checked_in)) for b in day.bookings),
        duty=tuple(
            replace(span, end=min(span.end, now + 1e9 * (span.end > now))) for span in day.duty if span.start <= now
        ),
    )


def crowded() -> Hall:
    counters = tuple(
        counter(
            str(n),
            serving=AtCounter(ticket(100 + n), NINE - n, NINE - n + 0.4),
            plan=(Span(str(n), 480, 720), Span(str(n), 765, 900)),
        )
        for n in range(6)
    )
    kinds = ("ordinary", "ordinary", "priority", "ordinary")
    line = [ticket(n, kind=kinds[n % 4], queued=NINE - 60 + n, service="AKTA" if n % 3 else "KTP") for n in range(50)]
    bookings = tuple(Booking(str(n), "KTP", NINE + 15 * n) for n in range(8))
    return hall(*line, counters=counters, bookings=bookings, walk_ins=60)


def test_a_crowded_hall_is_refreshed_in_small_steps() -> None:
    """50 waiting, 6 counters: at most 100 ms of one core, and never more than 10 ms between two pauses.

    The best of three runs, and the worst pause of the best run, so that a busy machine does not fail it.
    """
    facts, days = read_office(DATA, "A2")
    learned = Learned()
    for day in days[:5]:
        learned.add(day)
    model, runs = fit(learned, STANDARD | dict(facts.standard_minutes)), []
    for _ in range(3):
        marks = [time.process_time()]
        marks.extend(time.process_time() for _ in simulate(crowded(), model, seed=1))
        runs.append((marks[-1] - marks[0], max(after - before for before, after in pairwise(marks))))
    assert min(total for total, _ in runs) < 0.100
    assert min(longest for _, longest in runs) < 0.010


def test_a_serving_process_gets_its_turn_between_stretches() -> None:
    """Paced: many rests, and the same samples as in one go."""
    rests: list[None] = []
    model = fit(Learned(), STANDARD)
    sample = paced(simulate(crowded(), model, seed=1), lambda: rests.append(None), stretch_seconds=0.0)["7"]
    assert np.array_equal(sample, finish(simulate(crowded(), model, seed=1))["7"])
    assert len(rests) > 20


def test_a_newcomer_is_expected_after_all_who_wait() -> None:
    """What the kiosk can say before a number is taken; the priority lane is told its own."""
    asked, who = with_newcomers(hall(*[ticket(n) for n in range(1, 9)]), ["KTP", "KK", "NOWHERE"])
    found = medians(asked)
    assert found[who["KTP", False]] > max(found[str(n)] for n in range(1, 9))
    assert found[who["KTP", True]] < found[who["KTP", False]]
    assert ("NOWHERE", False) not in who


def test_who_only_asks_takes_nobodys_turn() -> None:
    """With newcomers in it, a forecast of those who wait says the same: they cost no minute and break no streak."""
    waiting = [*[ticket(n) for n in range(1, 12)], *[ticket(n, kind="priority", promise=NINE + 40) for n in range(20, 26)]]
    alone = hall(*waiting)
    asked, _ = with_newcomers(alone, ["KTP"])
    assert len(asked.waiting) == len(waiting) + 2
    without, with_them = medians(alone), medians(asked)
    assert all(with_them[one.id] == pytest.approx(without[one.id], abs=4) for one in waiting)


def test_one_ticket_alone_gets_the_same_sample_sooner() -> None:
    """Asked for one ticket, the simulation stops at its call; its sample does not change."""
    model = fit(Learned(), STANDARD)
    alone, whole = (finish(simulate(crowded(), model, 1, only=only)) for only in ("7", None))
    assert list(alone) == ["7"]
    assert np.array_equal(alone["7"], whole["7"])
