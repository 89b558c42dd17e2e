"""Device files, addresses, and what is remembered of a printer."""

import os
import pty
import select
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from emulator import Emulator
from test_transport import ACK, QUICK

from printer.devicefile import usb_file
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


@pytest.mark.parametrize(
    "device",
    [
        "", "printer", "network://", "network://h:99999", "file://lp0", "file:lp0", "http://a", "usb://4b8:202",
        "usb://", "serial://ttyUSB0", "serial:///dev/ttyUSB0?baudrate=9601", "cups://", "cups://-o", "cups://a b",
    ],
)  # fmt: skip
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


class Bridge:
    """A serial line (a pseudo terminal) between the sender and an emulated printer."""

    def __init__(self, emulator: Emulator) -> None:
        self._master, line = pty.openpty()
        self.path = os.ttyname(line)
        self._line, self._stopping, self._is_dead = line, threading.Event(), False
        self._socket = socket.create_connection(("127.0.0.1", emulator.port))
        self._thread = threading.Thread(target=self._carry, daemon=True)
        self._thread.start()

    def _carry(self) -> None:
        while not self._stopping.is_set():
            ends = [self._master] if self._is_dead else [self._master, self._socket]
            for end in select.select(ends, [], [], 0.02)[0]:
                if end is self._socket:
                    os.write(self._master, self._heard())
                else:
                    self._say(os.read(self._master, 1024))

    def _heard(self) -> bytes:
        """Nothing for ever from one that is unplugged or off: a line of this kind does not tell."""
        try:
            heard = self._socket.recv(64)
        except OSError:
            heard = b""
        if not heard:
            self._is_dead = True
        return heard

    def _say(self, data: bytes) -> None:
        with suppress(OSError):
            self._socket.sendall(data)

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()
        self._socket.close()
        os.close(self._master)
        os.close(self._line)


@pytest.fixture
def serial(emulator):
    bridge = Bridge(emulator)
    yield transport_for(f"serial://{bridge.path}?baudrate=115200", timing=QUICK)
    bridge.stop()


def test_serial_line_prints_when_the_printer_says_so(serial, emulator, data):
    """The same questions and the same proof as on the network, byte for byte, several slips in a row."""
    for _ in range(3):
        assert serial.send(data, ACK) is Outcome.PRINTED
    assert serial.health() == Health(State.OK, answers=True)
    assert bytes(emulator.printed) == (data + b"\x1dr\x01") * 3


def test_serial_line_faults(serial, emulator, data):
    """Out of paper: refused. A roll that ends in mid slip: unsure, then printed by the late word; one slip each."""
    emulator.paper = "out"
    assert serial.send(data, ACK) is Outcome.REFUSED
    assert not emulator.printed
    emulator.load_paper()
    emulator.paper_for = 3000
    assert serial.send(data, 0.5) is Outcome.UNSURE
    assert serial.settle(0.1) is None
    emulator.load_paper()
    assert serial.settle(3) is Outcome.PRINTED
    assert emulator.slips == 1


@pytest.mark.parametrize("paper", ["58", "80"])
@pytest.mark.parametrize(("faults", "wait", "outcome"), [
    ({"paper": "low"}, ACK, Outcome.PRINTED), ({"paper": "out"}, ACK, Outcome.REFUSED), ({"cover": True}, ACK, Outcome.REFUSED),
    ({"paper_for": 3000}, 0.3, Outcome.UNSURE), ({"paper_for": 3000, "buffer": 1024}, 0.3, Outcome.UNSURE),
    ({"close_after": 3000}, 0.3, Outcome.UNSURE), ({"reset_after": 3000}, 0.3, Outcome.UNSURE),
    ({"mute": True, "mute_acks": True}, 0.2, Outcome.UNSURE), ({"mute": True}, ACK, Outcome.PRINTED),
    ({"stale": b"\x14"}, ACK, Outcome.PRINTED), ({"stale": b"\x14\x00\x60\x0f\x11", "paper_for": 3000}, 0.3, Outcome.UNSURE),
    ({"status_delay": 0.2, "rate": 40_000, "ack_delay": 0.3}, 3.0, Outcome.PRINTED),
], ids=lambda value: " ".join(value) if isinstance(value, dict) else None)
def test_each_fault_on_a_serial_line(slip, paper, faults, wait, outcome):
    """As on the network: "printed" is one whole slip, "refused" none, and what is not known is not called printed."""
    emulator = Emulator(**faults)
    bridge = Bridge(emulator)
    try:
        way = transport_for(f"serial://{bridge.path}?baudrate=115200", timing=QUICK)
        assert way.send(compose(slip(), PAPERS[paper]), wait) is outcome
        if outcome is Outcome.PRINTED:
            assert emulator.slips == 1
        elif outcome is Outcome.REFUSED:
            assert not emulator.printed
        else:
            assert way.settle(0.1) is not Outcome.PRINTED
    finally:
        bridge.stop()
        emulator.stop()


def test_serial_line_one_way(emulator, data):
    """Everything has left the machine before the line is closed."""
    bridge = Bridge(emulator)
    way = transport_for(f"serial://{bridge.path}?one_way=yes", timing=QUICK)
    assert way.send(data, ACK) is Outcome.SENT
    until = time.monotonic() + 5
    while not emulator.slips and time.monotonic() < until:
        time.sleep(0.01)
    assert bytes(emulator.printed) == data
    bridge.stop()


def test_serial_line_that_is_not_there(data):
    """No such line, or a file that is no line at all: refused, off."""
    for path in ("/dev/giliran-no-such-line", "/dev/null"):
        way = transport_for(f"serial://{path}", timing=QUICK)
        assert way.send(data, ACK) is Outcome.REFUSED
        assert way.health().state is State.OFF


def test_usb_printer_is_found_by_its_ids(tmp_path):
    """By what the system says of each USB printer, wherever it was plugged in; case does not matter."""
    for name, vendor, product in (("lp0", "04B8", "0202"), ("lp3", "0fe6", "811e")):
        usb = tmp_path / "bus" / name
        (usb / "interface").mkdir(parents=True)
        (usb / "idVendor").write_text(f"{vendor}\n")
        (usb / "idProduct").write_text(f"{product}\n")
        (tmp_path / "class" / name).mkdir(parents=True)
        (tmp_path / "class" / name / "device").symlink_to(usb / "interface")
    assert usb_file("0FE6", "811e", tmp_path / "class") == "/dev/usb/lp3"
    assert usb_file("04b8", "0202", tmp_path / "class") == "/dev/usb/lp0"
    with pytest.raises(FileNotFoundError, match="1234:5678"):
        usb_file("1234", "5678", tmp_path / "class")


def test_usb_printer_that_is_not_plugged_in(data):
    """Refused, off, and said by its ids."""
    way = transport_for("usb://dead:beef", timing=QUICK)
    assert way.send(data, ACK) is Outcome.REFUSED
    assert way.health().state is State.OFF
    assert "dead:beef" in way.health().why


@pytest.fixture
def print_system(tmp_path, monkeypatch):
    """Stand-ins for lp and lpstat: `lp` runs the given shell lines."""

    def make(lp: str, lpstat: str = "echo printer Kasir is idle. enabled") -> None:
        for name, lines in (("lp", lp), ("lpstat", lpstat)):
            (tmp_path / name).write_text(f"#!/bin/sh\n{lines}\n")
            (tmp_path / name).chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    return make


def test_print_system_takes_the_very_bytes(print_system, tmp_path, data):
    """Raw, by the queue's name; taken is all that is known."""
    print_system(f'echo "$@" > {tmp_path}/words; cat > {tmp_path}/bytes')
    way = transport_for("cups://Kasir", timing=QUICK)
    assert way.send(data, ACK) is Outcome.SENT
    assert (tmp_path / "bytes").read_bytes() == data
    assert (tmp_path / "words").read_text() == "-d Kasir -o raw -s\n"
    assert way.health().state is State.UNKNOWN


def test_print_system_refuses_or_hangs(print_system, data):
    """An unknown queue refuses; one that hangs is given up, and nobody knows what it took; a stopped one is said."""
    print_system("echo no such printer >&2; exit 1", "echo printer Kasir disabled since yesterday")
    way = transport_for("cups://Kasir", timing=QUICK)
    assert way.send(data, ACK) is Outcome.REFUSED
    assert way.health_seen().why == "no such printer"
    assert way.health().state is State.ERROR
    print_system("exec sleep 5")
    assert way.send(data, ACK) is Outcome.UNSURE


def test_no_print_system(monkeypatch, tmp_path, data):
    """Not installed: refused, off."""
    monkeypatch.setenv("PATH", str(tmp_path))
    way = transport_for("cups://Kasir", timing=QUICK)
    assert way.send(data, ACK) is Outcome.REFUSED
    assert way.health().state is State.OFF
