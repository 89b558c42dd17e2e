"""Sockets on a real server: watching an office or a ticket needs no token and misses nothing."""

import time

import pytest
from sqlalchemy import select

from office import tickets
from office.models import Ticket
from office.reports import FEED_LIMIT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def waru(live):
    return live.office("waru")


@pytest.fixture(scope="module")
def kiosk(waru):
    return waru.device("kiosk")


@pytest.fixture(scope="module")
def siti(waru):
    """At counter 1, which stays open."""
    siti = waru.person("siti")
    siti.post(f"{waru.path}/counters/1/open").ok()
    return siti


@pytest.fixture(autouse=True)
def empty_line(live):
    """Nobody waits when a test begins."""
    with live.db.read() as look:
        keys = look.conn.execute(select(Ticket.key).where(Ticket.state == "waiting")).scalars().all()
    for key in keys:
        live.db.transaction(tickets.leave, key=key)
    time.sleep(1.1 if keys else 0)  # the server looks for what others committed once a second


@pytest.fixture
def watcher(live):
    with live.watch() as watcher:
        yield watcher


def types(watcher):
    return [change["type"] for change in watcher.changes]


def call(waru, siti):
    return siti.post(f"{waru.path}/counters/1/call-next").ok()["ticket"]


def finish(siti, ticket):
    siti.post(f"/tickets/{ticket['id']}/start").ok()
    siti.post(f"/tickets/{ticket['id']}/finish").ok()


def test_a_watcher_needs_no_token_and_gets_the_board(waru, watcher):
    """The acknowledgement is the same board as over HTTP; without `since` nothing is missed."""
    answer = watcher.ask(office="waru")
    board = waru.board()
    assert answer["board"] == {**board, "at": answer["board"]["at"]}
    assert (answer["v"], answer["missed"], answer["missed_complete"]) == (board["v"], [], True)


@pytest.mark.parametrize("message", [{"office": "atlantis"}, {"office": 7}, {"office": None}, {}])
def test_an_unknown_office_is_said(watcher, message):
    """The acknowledgement carries the stable code; nothing breaks."""
    assert watcher.ask(**message) == {"code": "unknown_office"}


def test_an_unknown_ticket_is_said(watcher):
    """A key nobody holds is answered with its code as well."""
    assert watcher.ask(ticket="x" * 16) == {"code": "unknown_ticket"}


@pytest.mark.parametrize("message", [{"office": "wa\0ru"}, {"ticket": "\0"}, {"ticket": "\ud800"}])
def test_a_name_that_cannot_be_is_refused(watcher, message):
    """Answered, like every other; the server's log has no trace of it."""
    assert watcher.ask(**message)== {"code": "bad_request"}


def test_each_change_comes_once_with_the_next_version(waru, kiosk, siti, watcher):
    """`v` grows by exactly 1 with each change of the hall, in order, soon after the act's answer."""
    v = watcher.ask(office="waru")["v"]
    taken = waru.take(kiosk)
    ticket = call(waru, siti)
    siti.post(f"/tickets/{ticket['id']}/recall").ok()
    finish(siti, ticket)
    watcher.until(lambda: len(watcher.changes) == 5)
    assert types(watcher) == ["ticket_taken", "ticket_called", "ticket_recalled", "ticket_serving", "ticket_finished"]
    assert [change["v"] for change in watcher.changes] == [v + 1, v + 2, v + 3, v + 4, v + 5]
    assert {change["ticket"] for change in watcher.changes} == {taken["label"]}
    called = watcher.changes[1]
    assert (called["counter"], called["recall"], called["times"], called["office"]) == (1, False, 1, "waru")


def test_labels_only(waru, kiosk, siti, watcher):
    """What the hall may see: no key, no name of anybody, no reason why somebody was picked."""
    watcher.ask(office="waru")
    taken = waru.take(kiosk)
    called = siti.post(f"{waru.path}/counters/1/call", ticket=taken["id"], why="elderly").ok()["ticket"]
    finish(siti, called)
    watcher.until(lambda: "ticket_finished" in types(watcher))
    said = repr(watcher.changes) + repr(watcher.ask(office="waru", since=0))
    assert not [word for word in (taken["key"], "siti", "elderly", "why") if word in said]


def test_offices_do_not_hear_one_another(live, waru, kiosk, watcher):
    """A change goes to the watchers of its own office."""
    watcher.ask(office="timur")
    waru.take(kiosk)
    other = live.office("timur")
    other.take(other.device("kiosk"), "KK_NEW")
    watcher.until(lambda: watcher.changes)
    assert {change["office"] for change in watcher.changes} == {"timur"}


def test_missed_changes_are_those_the_others_saw(waru, kiosk, siti, watcher, live):
    """`since` answers every change after it, in order, the very objects that were emitted."""
    v = watcher.ask(office="waru")["v"]
    waru.take(kiosk)
    finish(siti, call(waru, siti))
    watcher.until(lambda: len(watcher.changes) == 4)
    with live.watch() as late:
        answer = late.ask(office="waru", since=v)
    assert answer["missed"] == watcher.changes
    assert answer["missed_complete"]
    assert answer["v"] == v + 4


@pytest.mark.parametrize("since", [10**9, "7", None, True, -1.5, [1]])
def test_a_since_that_makes_no_sense_is_no_error(watcher, since):
    """A version of another life of the database, or no number at all: take the board."""
    answer = watcher.ask(office="waru", since=since)
    assert answer["board"]["office"] == "waru"
    assert answer["missed"] == []
    assert answer["missed_complete"] is (since != 10**9)


def test_too_much_to_replay_is_said(live, watcher):
    """When more happened than is replayed, the answer says so, and the board is the truth."""
    penajam = live.office("penajam")
    kiosk = penajam.device("kiosk")
    for _ in range(FEED_LIMIT + 1):
        penajam.take(kiosk)
    answer = watcher.ask(office="penajam", since=0)
    assert (answer["missed"], answer["missed_complete"]) == ([], False)
    assert answer["board"]["waiting_count"] == FEED_LIMIT + 1
    assert len(watcher.ask(office="penajam", since=1)["missed"]) == FEED_LIMIT


def test_a_ticket_is_followed(waru, kiosk, siti, watcher):
    """The holder gets the whole view, at once and whenever it changes, and hears nothing of the hall."""
    taken = waru.take(kiosk)
    answer = watcher.ask(ticket=taken["key"])
    assert (answer["ticket"]["label"], answer["ticket"]["state"]) == (taken["label"], "waiting")
    ticket = call(waru, siti)
    watcher.until(lambda: watcher.tickets and watcher.tickets[-1]["state"] == "called")
    told = watcher.tickets[-1]
    assert (told["counter"], told["office"]) == (1, "waru")
    assert told.keys() == waru.anybody.get(f"/tickets/{taken['key']}").ok().keys()
    finish(siti, ticket)
    watcher.until(lambda: watcher.tickets[-1]["state"] == "finished")
    assert watcher.changes == []


def test_people_ahead_hear_that_the_line_moved(waru, kiosk, siti, watcher):
    """A ticket changes as well when somebody before it is called."""
    first, second = waru.take(kiosk), waru.take(kiosk)
    assert watcher.ask(ticket=second["key"])["ticket"]["ahead"] == 1
    ticket = call(waru, siti)
    assert ticket["id"] == first["id"]
    watcher.until(lambda: watcher.tickets and watcher.tickets[-1]["ahead"] == 0)
    finish(siti, ticket)
    finish(siti, call(waru, siti))


def test_what_another_process_commits_is_told(live, kiosk, waru, watcher):
    """A command or a second worker changes the same database: watchers hear of it within two seconds."""
    watcher.ask(office="waru")
    taken = waru.take(kiosk)
    watcher.until(lambda: types(watcher) == ["ticket_taken"])  # or the server's own telling might take the next along
    live.db.transaction(tickets.leave, key=taken["key"])
    watcher.until(lambda: types(watcher) == ["ticket_taken", "ticket_left"], seconds=2.5)


def test_nothing_is_sent_before_the_connection_stands(live, kiosk, waru):
    """Whoever has not asked to watch hears nothing."""
    with live.watch() as silent:
        waru.take(kiosk)
        time.sleep(0.2)
        assert silent.changes == []
