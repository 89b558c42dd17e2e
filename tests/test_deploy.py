"""What is installed on the machines of an office."""

import os
import signal
import subprocess
import time

import pytest

from settings import ROOT

PAGE = "http://192.168.1.10:8000/kiosk/waru?token=abc"
FAKE = '#!/bin/sh\nprintf "%s\\n" "$@" >> "$LOG"; echo -- >> "$LOG"\n'


@pytest.fixture
def machine(tmp_path):
    """A folder with a browser that only notes how it was started, and a profile as a power cut leaves it."""
    (tmp_path / "chromium").write_text(FAKE)
    (tmp_path / "chromium").chmod(0o755)
    settings = tmp_path / "profile/Default/Preferences"
    settings.parent.mkdir(parents=True)
    settings.write_text('{"profile":{"exit_type":"Crashed","exited_cleanly":false}}')
    return tmp_path


def environment(machine):
    return {"PATH": f"{machine}:{os.environ['PATH']}", "LOG": str(machine / "log"), "HOME": str(machine),
            "PAGE_PROFILE": str(machine / "profile"), "PAGE_PAUSE": "0.05"}  # fmt: skip


def starts(machine) -> list[list[str]]:
    log = machine / "log"
    return [each.split("\n") for each in log.read_text().split("--\n")[:-1]] if log.exists() else []


def test_the_kiosk_comes_back(machine):
    """Chromium that ended is started again on the same page, with its sound allowed and no question about the crash."""
    running = subprocess.Popen([ROOT / "deploy/kiosk.sh", PAGE], env=environment(machine))
    until = time.monotonic() + 10
    while len(starts(machine)) < 2 and time.monotonic() < until:
        time.sleep(0.02)
    running.send_signal(signal.SIGTERM)
    assert running.wait(5) == 0
    first, second = starts(machine)[:2]
    assert first[:2] == second[:2] == ["--kiosk", PAGE]
    assert "--autoplay-policy=no-user-gesture-required" in first
    assert "--unsafely-treat-insecure-origin-as-secure=http://192.168.1.10:8000" in first
    assert '"exit_type":"Normal","exited_cleanly":true' in (machine / "profile/Default/Preferences").read_text()


def test_a_kiosk_without_an_address_says_so(machine):
    """Exit 2 and how it is used."""
    ran = subprocess.run([ROOT / "deploy/kiosk.sh"], env=environment(machine), capture_output=True, text=True)
    assert ran.returncode == 2
    assert "usage" in ran.stderr


@pytest.mark.parametrize("unit", sorted(path.name for path in (ROOT / "deploy").glob("*.service")))
def test_units_start_what_is_there(unit):
    """Every program of ours that a unit names exists, and README tells of the unit."""
    text = (ROOT / "deploy" / unit).read_text()
    ours = [word.removeprefix("/opt/giliran/") for word in text.split() if word.startswith("/opt/giliran/deploy")]
    assert [path for path in ours if not (ROOT / path).exists()] == []
    assert f"deploy/{unit}" in (ROOT / "README.md").read_text()
