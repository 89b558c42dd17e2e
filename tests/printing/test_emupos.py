"""Against a printer that is not ours: emupos 0.4.0 speaks the wire, draws and reads the slip with code of its own.

It needs Python 3.13 or newer and one installation from the package index, kept in var/ for the next run.
"""

import json
import os
import select
import shutil
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Self

import pytest
import zxingcpp
from PIL import Image
from printhall import look

from printer.health import State
from printer.outcome import Outcome, Timing
from printer.slips import PAPERS, compose
from printer.transport import transport_for

pytestmark = pytest.mark.slow
HOME = Path(__file__).parents[2] / "var" / "emupos-0.4.0"
QUICK = Timing(connect=2, status=1, stall=1, mute=0.5)
NARROW = """
type: printer
name: narrow
dpi: 203
width_dots: 384
font_a: {width: 12, height: 24}
font_b: {width: 9, height: 17}
code_pages: {0: PC437, 2: PC850, 16: WPC1252}
default_code_page: 0
drawer_sensor_open_level: high
serial: {baud: 9600, data_bits: 8, parity: none, stop_bits: 1}
"""
CONFIGURATION = """
schema: 1
api: {{host: 127.0.0.1, port: {api}}}
devices:
  - {{id: p58, type: printer, profile: ./narrow.yaml, connections: [{{tcp: {{port: {p58}}}}}, {{serial: {{pty: true}}}}]}}
  - {{id: p80, type: printer, profile: epson-tm-t20iii, connections: [{{tcp: {{port: {p80}}}}}, {{serial: {{pty: true}}}}]}}
"""


def newer_python() -> str | None:
    """3.13 or newer, wherever it may be."""
    names = [f"python3.{minor}" for minor in range(20, 12, -1)]
    places = [shutil.which(name) for name in names]
    places += [str(path) for path in sorted(Path.home().glob(".pyenv/versions/3.1[3-9]*/bin/python"))]
    for place in filter(None, places):
        ask = [place, "-c", "import sys; print(sys.version_info >= (3, 13))"]
        ran = subprocess.run(ask, capture_output=True, text=True)
        if ran.stdout.strip() == "True":
            return place
    return None


@pytest.fixture(scope="module")
def emupos() -> str:
    program = HOME / "bin" / "emupos"
    if program.exists():
        return str(program)
    python = newer_python()
    if python is None:
        pytest.skip("NOT CHECKED AGAINST A FOREIGN PRINTER: emupos needs Python 3.13 or newer, none was found")
    made = subprocess.run([python, "-m", "venv", str(HOME)], capture_output=True, text=True)
    install = [str(HOME / "bin" / "pip"), "install", "-q", "emupos==0.4.0"]
    if made.returncode or subprocess.run(install, capture_output=True, text=True).returncode:
        shutil.rmtree(HOME, ignore_errors=True)
        pytest.skip("NOT CHECKED AGAINST A FOREIGN PRINTER: emupos 0.4.0 could not be installed")
    return str(program)


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


class Foreign:
    """The two printers of one emupos."""

    def __init__(self, ports: dict[str, int]) -> None:
        self.ports = ports

    def address(self, device: str, line: str = "network") -> str:
        if line == "network":
            return f"network://127.0.0.1:{self.ports[device]}"
        known = next(each for each in json.loads(self.ask("GET", "")) if each["id"] == device)
        path = next(each["device_path"] for each in known["connections"] if each["kind"] == "serial")
        return f"serial://{path}?baudrate=115200"

    def way(self, device: str, line: str = "network", **more):
        return transport_for(self.address(device, line), timing=QUICK, **more)

    def settled(self, device: str) -> list[dict]:
        """All receipts, when no more come."""
        seen = self.receipts(device)
        while True:
            time.sleep(0.7)
            if seen == (seen := self.receipts(device)):
                return seen

    def ask(self, method: str, path: str) -> bytes:
        url = f"http://127.0.0.1:{self.ports['api']}/api/v1/devices{path}"
        with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=5) as answer:
            return answer.read()

    def receipts(self, device: str) -> list[dict]:
        found = json.loads(self.ask("GET", f"/{device}/receipts"))
        return found if isinstance(found, list) else found.get("receipts", found.get("items", []))

    def newest(self, device: str, count: int) -> dict:
        until = time.monotonic() + 5
        while len(self.receipts(device)) < count and time.monotonic() < until:
            time.sleep(0.05)
        return max(self.receipts(device), key=lambda receipt: str(receipt["id"]))


@pytest.fixture(scope="module")
def foreign(emupos, tmp_path_factory) -> Iterator[Foreign]:
    folder = tmp_path_factory.mktemp("emupos")
    ports = {name: free_port() for name in ("api", "p58", "p80")}
    (folder / "narrow.yaml").write_text(NARROW)
    (folder / "emupos.yaml").write_text(CONFIGURATION.format(**ports))
    log = (folder / "log").open("wb")
    own = {**os.environ, "TERM": "dumb", "TMPDIR": str(folder)}
    process = subprocess.Popen([emupos, "run"], cwd=folder, stdout=log, stderr=log, env=own)
    there = Foreign(ports)
    until = time.monotonic() + 20
    while True:
        try:
            there.ask("GET", "")
            break
        except OSError:
            assert time.monotonic() < until, (folder / "log").read_text()
            time.sleep(0.1)
    yield there
    process.terminate()
    process.wait(10)
    log.close()


@pytest.mark.parametrize(("lang", "line"), [("id", "network"), ("en", "serial")])
@pytest.mark.parametrize("device", ["p58", "p80"])
@pytest.mark.parametrize("native", [False, True], ids=["image", "native"])
def test_slip_as_a_foreign_printer_sees_it(foreign, slip, tmp_path, device, lang, line, native):
    """Whole slips that end in a cut, the text in reading order, the code readable from the foreign picture."""
    wanted = slip(lang=lang, expected=("09.35", "10.00"), priority=True)
    paper = PAPERS[device[1:]]
    paper = type(paper)(**{**paper.__dict__, "native_qr": native, "cuts": True})
    before = len(foreign.receipts(device))
    assert foreign.way(device, line).send(compose(wanted, paper), 5) is Outcome.PRINTED
    receipt = foreign.newest(device, before + 1)
    assert len(foreign.receipts(device)) == before + 1
    assert "cut" in json.dumps(receipt)
    text = foreign.ask("GET", f"/{device}/receipts/{receipt['id']}/text").decode()
    assert wanted.service_name in text
    assert text.index(wanted.service_name) < text.index(wanted.office_name)
    picture = tmp_path / "paper.png"
    picture.write_bytes(foreign.ask("GET", f"/{device}/receipts/{receipt['id']}/image"))
    image = Image.open(picture).convert("L")
    assert [code.text for code in zxingcpp.read_barcodes(image)] == [wanted.url]


@pytest.mark.parametrize("line", ["network", "serial"])
@pytest.mark.parametrize("device", ["p58", "p80"])
@pytest.mark.parametrize(
    ("fault", "outcome", "state"),
    [
        ("paper-near-end", Outcome.PRINTED, State.PAPER_LOW),
        ("paper-out", Outcome.REFUSED, State.PAPER_OUT),
        ("cover-open", Outcome.REFUSED, State.COVER),
        ("offline", Outcome.REFUSED, State.ERROR),
    ],
)
def test_faults_of_a_foreign_printer(foreign, slip, device, line, fault, outcome, state):
    """Its own faults, read as they are, on both papers and both lines; after the repair the slip comes out once."""
    data = compose(slip(), replace(PAPERS[device[1:]], cuts=True))
    way = foreign.way(device, line)
    before = len(foreign.receipts(device))
    foreign.ask("PUT", f"/{device}/faults/{fault}")
    try:
        assert way.send(data, 2) is outcome
        assert way.health_seen().state is state
    finally:
        foreign.ask("DELETE", f"/{device}/faults/{fault}")
    if outcome is Outcome.REFUSED:
        assert way.send(data, 5) is Outcome.PRINTED
    foreign.newest(device, before + 1)
    assert len(foreign.receipts(device)) == before + 1


def test_a_cable_pulled_in_mid_slip(foreign, slip):
    """Half a slip is on the foreign paper, and seen as half; for us it is unsure."""
    before = len(foreign.settled("p80"))
    with Leak("127.0.0.1", foreign.ports["p80"], lets_through=11_000) as leak:
        way = transport_for(f"network://127.0.0.1:{leak.port}", timing=QUICK)
        assert way.send(compose(slip(), PAPERS["80"]), 2) is Outcome.UNSURE
    assert foreign.newest("p80", before + 1)["boundary"] == "connection-closed"


class Leak:
    """A line that hands on so many bytes towards the printer and then is cut."""

    def __init__(self, host: str, port: int, lets_through: int) -> None:
        self._left = lets_through
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        self._printer = socket.create_connection((host, port))
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join(10)
        self._door.close()

    def _run(self) -> None:
        client, _ = self._door.accept()
        ends = {client: self._printer, self._printer: client}
        while self._left > 0:
            for end in select.select(list(ends), [], [], 5)[0]:
                data = end.recv(1024)
                ends[end].sendall(data[: self._left] if end is client else data)
                self._left -= len(data) if end is client else 0
        for end in ends:
            end.close()


def test_a_day_on_a_foreign_printer(foreign, hall):
    """From tickets to paper: a roll that is out in between, and as many whole slips as numbers."""
    before = len(foreign.settled("p80"))
    hall.open(foreign.address("p80"), width_mm=80)
    spooler = hall.spooler(QUICK, ack=3)
    jobs = [hall.take(), hall.take()]
    look(spooler)
    foreign.ask("PUT", "/p80/faults/paper-out")
    jobs += [hall.take(), hall.take()]
    look(spooler)
    assert [hall.job(job).state for job in jobs] == ["printed", "printed", "pending", "pending"]
    assert hall.health()["state"] == "paper_out"
    foreign.ask("DELETE", "/p80/faults/paper-out")
    hall.clock.pass_(seconds=5)
    look(spooler)
    assert [hall.job(job).state for job in jobs] == ["printed"] * 4
    receipts = foreign.settled("p80")
    assert len(receipts) == before + 4
