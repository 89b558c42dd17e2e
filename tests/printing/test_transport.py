"""Every fault a printer may have ends in a true outcome: never "printed" without its word, never a second slip."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from emulator import Emulator

from printer.health import Health, State
from printer.outcome import Outcome, Timing
from printer.slips import PAPERS, compose
from printer.transport import transport_for

QUICK = Timing(connect=0.5, status=0.4, stall=0.4, mute=0.1)
ACK = 1.0


@pytest.fixture(params=["58", "80"])
def data(slip, request) -> bytes:
    """A slip on narrow and on wide paper."""
    return compose(slip(), PAPERS[request.param])


@contextmanager
def printer(**faults) -> Iterator[Emulator]:
    emulator = Emulator(**faults)
    try:
        yield emulator
    finally:
        emulator.stop()


def way_to(emulator, **more):
    return transport_for(f"network://127.0.0.1:{emulator.port}", timing=QUICK, **more)


def eventually(true, seconds=2.0):
    until = time.monotonic() + seconds
    while not true() and time.monotonic() < until:
        time.sleep(0.01)
    return true()


def test_printed_when_the_printer_says_so(data):
    """All fine: the acknowledgement proves it, one slip is on paper, byte for byte."""
    with printer() as emulator:
        way = way_to(emulator)
        assert way.send(data, ACK) is Outcome.PRINTED
        assert way.health() == Health(State.OK, answers=True)
        assert emulator.slips == 1
        assert bytes(emulator.printed) == data + b"\x1dr\x01"


def test_low_paper_prints_and_is_said(data):
    """Near the end of the roll it still prints; the state asks for a new roll."""
    with printer(paper="low") as emulator:
        way = way_to(emulator)
        assert way.send(data, ACK) is Outcome.PRINTED
        assert way.health().state is State.PAPER_LOW


@pytest.mark.parametrize(
    ("fault", "state"), [({"paper": "out"}, State.PAPER_OUT), ({"cover": True}, State.COVER)], ids=["paper", "cover"]
)
def test_refused_before_a_byte_goes_out(data, fault, state):
    """Out of paper or cover open: nothing is sent, so the retry after the repair prints exactly one slip."""
    with printer(**fault) as emulator:
        way = way_to(emulator)
        assert way.send(data, ACK) is Outcome.REFUSED
        assert way.health().state is state
        assert not emulator.printed
        emulator.load_paper()
        emulator.cover = False
        assert way.send(data, ACK) is Outcome.PRINTED
        assert emulator.slips == 1


def test_roll_ends_in_mid_slip_and_the_word_comes_late(data):
    """Unsure while the slip hangs half out; printed when a new roll is in; one whole slip in the end."""
    with printer(paper_for=3000) as emulator:
        way = way_to(emulator)
        assert way.send(data, 0.3) is Outcome.UNSURE
        assert way.settle(0.1) is None
        assert way.health_seen().state is State.PAPER_OUT
        assert emulator.slips == 0
        emulator.load_paper()
        assert way.settle(ACK) is Outcome.PRINTED
        assert emulator.slips == 1
        assert way.settle(0.1) is Outcome.UNSURE, "nothing is open any more"


def test_full_buffer_takes_the_rest_later(data):
    """A small buffer that stops reading: what is left goes out after the repair, and the slip is whole."""
    with printer(paper_for=3000, buffer=1024) as emulator:
        way = way_to(emulator)
        assert way.send(data * 4, 0.3) is Outcome.UNSURE
        assert way.settle(0.1) is None
        assert way.health_seen().state is State.ERROR, "stuck, whatever it said before"
        emulator.load_paper()
        assert way.settle(2.0) is Outcome.PRINTED
        assert way.health_seen().state is State.OK
        assert emulator.slips == 4


def test_a_mute_printer_is_unsure(data):
    """It took everything and says nothing, and nobody told us that it never does."""
    with printer(mute=True, mute_acks=True) as emulator:
        way = way_to(emulator)
        assert way.send(data, 0.2) is Outcome.UNSURE
        assert way.health().state is State.UNKNOWN
        assert eventually(lambda: emulator.slips == 1)
        began = time.monotonic()
        assert way.send(data, 9) is Outcome.UNSURE
        assert time.monotonic() - began < 1, "known to be silent, it is not waited for as long again"


def test_a_one_way_printer_is_sent(data):
    """Declared as one way, in the address or by the caller: no question is asked, the bytes go out as they are."""
    with printer(mute=True, mute_acks=True) as emulator:
        assert way_to(emulator, one_way=True).send(data, ACK) is Outcome.SENT
        way = transport_for(f"network://127.0.0.1:{emulator.port}?one_way=yes", timing=QUICK)
        assert way.send(data, ACK) is Outcome.SENT
        assert eventually(lambda: emulator.slips == 2)
        assert bytes(emulator.printed) == data * 2
        assert way.health().state is State.UNKNOWN
    assert way.health().state is State.OFF, "that nobody is there can be said of it"


def test_silence_from_one_that_used_to_answer_is_trouble(data):
    """Its buffer may be full: nothing more is pushed into it."""
    with printer(mute=True) as emulator:
        way = way_to(emulator, seen=Health(State.OK, answers=True))
        assert way.send(data, ACK) is Outcome.REFUSED
        assert way.health().state is State.OFF
        assert not emulator.printed


def test_a_clone_that_acknowledges_but_has_no_status(data):
    """The acknowledgement alone is proof enough."""
    with printer(mute=True) as emulator:
        assert way_to(emulator).send(data, ACK) is Outcome.PRINTED


@pytest.mark.parametrize("after", [1, 3000, 9000])
@pytest.mark.parametrize("how", ["reset_after", "close_after"])
def test_line_lost_in_mid_slip(data, how, after):
    """Cable pulled or power lost while sending: unsure, and no word can come any more."""
    with printer(**{how: after}) as emulator:
        way = way_to(emulator)
        assert way.send(data, ACK) is Outcome.UNSURE
        assert way.settle(0.1) is Outcome.UNSURE
        assert emulator.slips == 0


def test_hangs_up_at_once(data):
    """A printer that is busy with somebody else and closes: nothing went out, it can be tried again."""
    with printer(close_after=0) as emulator:
        assert way_to(emulator).send(data, ACK) is Outcome.REFUSED
        emulator.close_after = None
        assert way_to(emulator).send(data, ACK) is Outcome.PRINTED
        assert emulator.slips == 1


def test_power_cycled_while_it_waits_for_paper(data):
    """What it had buffered is gone: unsure for good."""
    with printer(paper_for=3000) as emulator:
        way = way_to(emulator)
        assert way.send(data, 0.3) is Outcome.UNSURE
        emulator.power_cycle()
        assert way.settle(0.5) is Outcome.UNSURE


@pytest.mark.parametrize("stale", [b"\x14", b"\x00", b"\x10\x00\x00\x0f", b"\x14\x00\x60\x0f\x11", b"\x1e"])
def test_stale_bytes_are_not_believed(data, stale):
    """Bytes said unasked (old status, XON, something like an acknowledgement) neither stop a slip nor prove one."""
    with printer(stale=stale) as emulator:
        assert way_to(emulator).send(data, ACK) is Outcome.PRINTED
    with printer(stale=stale, paper_for=3000) as emulator:
        assert way_to(emulator).send(data, 0.3) is Outcome.UNSURE
        assert emulator.slips == 0


def test_slow_answers_and_a_late_acknowledgement(data):
    """Slow is not broken: status after 0.2 s, paper at 40 kB a second, the word 0.3 s after the cut."""
    with printer(status_delay=0.2, rate=40_000, ack_delay=0.3) as emulator:
        assert way_to(emulator).send(data, 3.0) is Outcome.PRINTED
        assert emulator.slips == 1


def test_nobody_there(data):
    """No printer at the address: refused within the time for connecting, and off."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        way = transport_for(f"network://127.0.0.1:{taken.getsockname()[1]}", timing=QUICK)
        assert way.send(data, ACK) is Outcome.REFUSED
    assert way.health().state is State.OFF
    assert way.health().why


def test_one_slip_at_a_time(data):
    """Two threads, one printer: the slips come out whole, one after the other."""
    with printer(rate=200_000) as emulator:
        way = way_to(emulator)
        outcomes = []
        threads = [threading.Thread(target=lambda: outcomes.append(way.send(data, 3.0))) for _ in range(3)]
        for thread in threads:
            thread.start()
        assert way.health().state in (State.UNKNOWN, State.OK)
        for thread in threads:
            thread.join()
        assert outcomes == [Outcome.PRINTED] * 3
        assert bytes(emulator.printed) == (data + b"\x1dr\x01") * 3


def test_health_asks_and_keeps_no_connection():
    """Asked between slips, so that the counter knows of an open cover before anybody takes a number."""
    with printer(cover=True) as emulator:
        way = way_to(emulator)
        assert way.health() == Health(State.COVER, answers=True)
        emulator.cover = False
        assert way.health() == Health(State.OK, answers=True)
        assert emulator.clients == 2
