"""What README promises is what is there."""

import re
from dataclasses import fields

import pytest

from settings import ROOT, Settings

README = ROOT / "README.md"


@pytest.fixture(scope="module")
def readme():
    assert README.exists(), "README.md is missing"
    return README.read_text(encoding="utf-8")


def test_every_setting_stands_in_readme(readme):
    """README's table has each setting of settings.py with its default and meaning, and no other."""
    rows = re.findall(r"^\| `(KIOSK_\w+)` \| (.+?) \| (.+?) \|$", readme, re.MULTILINE)
    told = {name: (default.strip("`"), meaning.replace("`", "")) for name, default, meaning in rows}
    true = {
        f.metadata["name"]: (f.metadata["default"] or "none", f.metadata["meaning"]) for f in fields(Settings)
    }
    assert told == true


def test_every_target_of_make_is_there(readme):
    """What README tells to make can be made."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`?make ([a-z-]+)", readme)) & {"run", "test", "bench", "demo"} <= targets


def test_every_picture_and_link_is_there(readme):
    """No picture and no file that README links to is missing."""
    links = re.findall(r"\]\(([^)#]+)\)", readme)
    assert [link for link in links if "://" not in link and not (ROOT / link).exists()] == []


def test_every_folder_is_named(readme):
    """Where things live: every package of ours stands in README."""
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert [name for name in sorted(packages) if f"{name}/" not in readme] == []


def test_requirements_say_why():
    """Every library is pinned and has its reason beside it."""
    for name in ("requirements.txt", "requirements-test.txt"):
        lines = [line for line in (ROOT / name).read_text().splitlines() if line and not line.startswith(("#", "-r"))]
        assert [line for line in lines if not re.fullmatch(r"[\w.\[\]-]+==[\w.]+ +# .+", line)] == []
