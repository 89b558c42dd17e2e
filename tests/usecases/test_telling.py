"""From commits to watchers: in order, each version once, whatever came early, twice, or from another process."""

import pytest

from display.feed import Feed
from office.db import Database


@pytest.fixture
def told(hall):
    """A started feed, and the versions it sent, each with its office."""
    sent = []
    feed = Feed(hall.db, lambda office, changes: sent.extend((office, change["v"]) for change in changes))
    feed.start()
    return feed, sent


@pytest.fixture
def commits(hall):
    """What the database hands to its listeners, act by act."""
    handed = []
    hall.db.listeners.append(handed.append)
    return handed


def versions(sent, office="waru"):
    return [v for code, v in sent if code == office]


def test_what_came_early_waits(hall, told, commits):
    """Greenlets may hand over out of order: watchers still get 1, 2, 3."""
    feed, sent = told
    for _ in range(3):
        hall.take()
    for place in (2, 0, 1):
        feed.hear(commits[place])
    assert versions(sent) == [1, 2, 3]


def test_nothing_is_told_twice(hall, told, commits):
    """Heard, looked up and heard again: each version goes out once."""
    feed, sent = told
    hall.take()
    feed.hear(commits[0])
    feed.look()
    feed.hear(commits[0])
    feed.look()
    assert versions(sent) == [1]


def test_another_processs_commits_are_found(hall, told):
    """What nobody handed over is found by looking, in order, for every office."""
    feed, sent = told
    other = Database(hall.db.engine.url.render_as_string(hide_password=False), hall.clock)
    try:
        for office in ("waru", "timur", "waru"):
            type(hall)(other, hall.clock, office).take()
    finally:
        other.close()
    feed.look()
    assert (versions(sent), versions(sent, "timur")) == ([1, 2], [1])


def test_a_lost_change_is_made_good(hall, told, commits):
    """One handing-over got lost: the next ones wait, and the next look sends all of them."""
    feed, sent = told
    for _ in range(3):
        hall.take()
    feed.hear(commits[1])
    feed.hear(commits[2])
    assert versions(sent) == []
    feed.look()
    assert versions(sent) == [1, 2, 3]


def test_before_the_start_is_the_boards(hall):
    """Watchers of a fresh process take what was before from the board; the feed begins after it."""
    hall.take()
    sent = []
    feed = Feed(hall.db, lambda office, changes: sent.extend((office, change["v"]) for change in changes))
    feed.start()
    feed.look()
    hall.take()
    feed.look()
    assert versions(sent) == [2]
