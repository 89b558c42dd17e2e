"""The best time to come, as residents see it: in words and as a chart, or that it is not known yet."""

import re
from datetime import date, timedelta

import pytest
from factories import Hall

from office import busy
from office.quiet import HourCount
from words import say

UNKNOWN = say("id", "book.best_unknown")


@pytest.fixture
def hall(app, clock):
    return Hall(app.extensions["giliran"].db, clock, "waru")


TUESDAY, WEDNESDAY = date(2026, 11, 24), date(2026, 11, 25)


def tuesdays(hall, weeks, waits=((8, 40), (9, 55), (13, 12), (14, 10)), until=TUESDAY):
    for week in range(1, weeks + 1):
        day = until - timedelta(weeks=week)
        hall.do(busy.keep_count, office="waru", day=day, hours=[HourCount(day, hour, 9, 9, 9.0 * wait) for hour, wait in waits])


@pytest.mark.parametrize("path", ["/book", "/office/waru"])
def test_it_is_said_and_drawn(app, hall, path):
    """The quiet hours, the longest wait, and a bar for each hour, the quiet ones apart."""
    tuesdays(hall, 4)
    text = app.test_client().get(path).text
    assert say("id", "book.best_time", a="13.00", b="15.00") in text
    assert say("id", "book.best_busy", time="09.00", n=55) in text
    quiet, other = (re.search(rf'chart__{kind}" d="([^"]*)"', text)[1] for kind in ("quiet", "other"))
    assert (quiet.count("z"), other.count("z")) == (2, 2)


@pytest.mark.parametrize("path", ["/book", "/office/waru"])
def test_not_enough_days_yet(app, hall, path):
    """Three Tuesdays are said to be too few, nothing is drawn."""
    tuesdays(hall, 3)
    text = app.test_client().get(path).text
    assert text.count(UNKNOWN) == 1  # once for all offices or weekdays
    assert "<svg class=\"chart\"" not in text


def test_after_closing_the_next_day_is_told(app, hall, clock):
    """In the evening Tuesday is over: Wednesday is spoken of."""
    tuesdays(hall, 4, until=WEDNESDAY)
    clock.set("2026-11-24T15:01:00+08:00")
    text = app.test_client().get("/book").text
    assert say("id", "book.best_day", day="Rabu") in text
    assert "<svg class=\"chart\"" in text


def test_an_english_reader(app, hall):
    """The same in English, in the office's own zone."""
    tuesdays(hall, 4, waits=((8, 10), (9, 12)))
    assert say("en", "book.best_same", n=11) in app.test_client().get("/office/waru?lang=en").text
