"""The page's script as one file: its modules in order, because a page may ask for six files only."""

import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "static"
#: in the order in which they need one another; no name is declared in two of them
MODULES = (
    "counter-page.js", "counter-socket.js", "counter-feed.js", "counter-now.js", "counter-line.js", "counter-ask.js",
    "counter-act.js", "counter-gear.js", "counter-choose.js", "counter.js",
)
_COMMENT = re.compile(r"^[ \t]*(/\*.*?\*/|//[^\n]*)$", re.DOTALL | re.MULTILINE)
_IMPORT = re.compile(r"^import .*?;$", re.MULTILINE)
_EXPORT = re.compile(r"^export ", re.MULTILINE)
_INDENT = re.compile(r"\s*\n\s*")


@dataclass(frozen=True)
class Asset:
    """`digest` stands in the address, so a browser may keep the text for good."""

    text: str
    digest: str


@cache
def script() -> Asset:
    text = "".join(_squeeze(_joined((STATIC / name).read_text(encoding="utf-8"))) for name in MODULES)
    return Asset(text, sha256(text.encode()).hexdigest()[:12])


@cache
def stylesheet() -> str:
    return _squeeze((STATIC / "counter.css").read_text(encoding="utf-8"))


def _joined(module: str) -> str:
    return _EXPORT.sub("", _IMPORT.sub("", module))


def _squeeze(source: str) -> str:
    """Without whole-line comments, indents and empty lines."""
    return _INDENT.sub("\n", _COMMENT.sub("", source)).strip() + "\n"
