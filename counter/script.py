"""The page's script as one file: its modules in order, because a page may ask for six files only."""

import re
from functools import cache
from pathlib import Path

from assets import Asset, asset, squeeze_css

STATIC = Path(__file__).resolve().parent.parent / "static"
#: in the order in which they need one another; no name is declared in two of them
MODULES = (
    "counter-page.js",
    "counter-socket.js",
    "counter-feed.js",
    "counter-now.js",
    "counter-line.js",
    "counter-ask.js",
    "counter-act.js",
    "counter-gear.js",
    "counter-choose.js",
    "counter.js",
)
_IMPORT = re.compile(r"^import .*?;$", re.MULTILINE)
_EXPORT = re.compile(r"^export ", re.MULTILINE)
# Whole-line comments and indents only: what stands in a line, a template string above all, is left alone.
_COMMENT = re.compile(r"^[ \t]*(/\*.*?\*/|//[^\n]*)$", re.DOTALL | re.MULTILINE)
_INDENT = re.compile(r"\s*\n\s*")


@cache
def script() -> Asset:
    return asset("\n".join(_joined((STATIC / name).read_text(encoding="utf-8")) for name in MODULES))


@cache
def stylesheet() -> str:
    return squeeze_css((STATIC / "counter.css").read_text(encoding="utf-8"))


def _joined(module: str) -> str:
    """One scope for all: what was imported stands above."""
    bare = _EXPORT.sub("", _IMPORT.sub("", _COMMENT.sub("", module)))
    return _INDENT.sub("\n", bare).strip()
