"""Every fault a printer may have ends in a true outcome: never "printed" without its word, never a second slip."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from emulator import Emulator

from printer.health import Health, State
from printer.outcome import Outcome, Timing
from printer.slips import PAPERS, compose
from printer.transport import BadDevice, transport_for

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
        assert way.health().state is State.PAPER_OUT
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
        emulator.load_paper()
        assert way.settle(2.0) is Outcome.PRINTED
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


def test_file_takes_everything(data, tmp_path):
    """A device file is one way: sent. Slips follow each other in an ordinary file."""
    way = transport_for(f"file://{tmp_path}/printer.bin", timing=QUICK)
    assert way.send(data, ACK) is Outcome.SENT
    assert way.send(data, ACK) is Outcome.SENT
    assert (tmp_path / "printer.bin").read_bytes() == data * 2
    assert way.health().state is State.UNKNOWN


def test_file_that_is_not_there(data):
    """A missing /dev/usb/lp0 refuses; it is not created as an ordinary file that swallows slips."""
    way = transport_for("file:///dev/giliran-no-such-printer", timing=QUICK)
    assert way.send(data, ACK) is Outcome.REFUSED
    assert way.health().state is State.OFF
    assert not Path("/dev/giliran-no-such-printer").exists()


def hang(path: str) -> tuple[str, str, float]:
    """Send more than a pipe holds to a reader that never reads, and say how that ended and how long it took."""
    os.mkfifo(path)
    way = transport_for(f"file://{path}", timing=QUICK)
    nobody = way.send(b"x" * 100, ACK)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    began = time.monotonic()
    stuck = way.send(b"x" * 200_000, ACK)
    os.close(reader)
    return str(nobody), str(stuck), time.monotonic() - began


def test_file_that_takes_nothing_is_given_up(tmp_path):
    """Nobody behind it: refused. Full and stuck: unsure after the stall time, and not hanging for ever."""
    nobody, stuck, seconds = hang(f"{tmp_path}/fifo")
    assert (nobody, stuck) == ("refused", "unsure")
    assert QUICK.stall <= seconds < 2


def test_under_gevent_the_hub_is_not_blocked(tmp_path):
    """With gevent's patches a stuck device file and a silent printer let other greenlets run all the time."""
    code = f"""
from gevent import monkey; monkey.patch_all()
import gevent, time
from test_transport import QUICK, hang, transport_for
import socket
gaps, last = [], [time.monotonic()]
def beat():
    while True:
        gevent.sleep(0.01); now = time.monotonic(); gaps.append(now - last[0]); last[0] = now
beating = gevent.spawn(beat)
print(*hang({str(tmp_path / "fifo")!r})[:2])
deaf = socket.socket(); deaf.bind(("127.0.0.1", 0)); deaf.listen()
print(transport_for("network://127.0.0.1:%d" % deaf.getsockname()[1], timing=QUICK).send(b"x" * 9000, 0.3))
print(len(gaps) > 50, max(gaps) < 0.3)
"""
    here = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", code]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False, env=here)
    assert ran.stdout.split() == ["refused", "unsure", "unsure", "True", "True"], ran.stderr


@pytest.mark.parametrize("device", ["usb://04b8:0202", "serial:///dev/ttyUSB0?baudrate=9600", "cups://Kasir"])
def test_kinds_of_later_say_so(device):
    """Recognised, and refused in words that help."""
    with pytest.raises(BadDevice, match="not in this version"):
        transport_for(device)


@pytest.mark.parametrize(
    "device", ["", "printer", "network://", "network://h:99999", "file://lp0", "file:lp0", "http://a"]
)
def test_other_addresses_are_refused(device):
    """A typing error is found when it is read, not when the first slip is lost."""
    with pytest.raises(BadDevice):
        transport_for(device)


def test_virtual_prints_at_once(data):
    """Nothing to go wrong; the bytes are the job's."""
    way = transport_for("virtual:")
    assert way.send(data, 0) is Outcome.PRINTED
    assert way.health().state is State.OK


def test_parsing_health_survives_anything_stored():
    """An older or newer version's row is unknown, not a crash."""
    assert Health.from_json(None) == Health()
    assert Health.from_json({"state": "on fire"}) == Health()
    kept = Health(State.COVER, answers=True, why="x")
    assert Health.from_json(kept.as_json()) == kept
