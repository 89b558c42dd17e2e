"""Device files, addresses, and what is remembered of a printer."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from test_transport import ACK, QUICK

from printer.health import Health, State
from printer.outcome import Outcome
from printer.slips import PAPERS, compose
from printer.transport import BadDevice, transport_for


@pytest.fixture
def data(slip) -> bytes:
    return compose(slip(), PAPERS["58"])


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
from test_devices import QUICK, hang, transport_for
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
