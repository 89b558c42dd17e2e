"""The screen's script and style as they go out: an old television counts requests, and a page may weigh 110 kB in all."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

PARTS = ("words.js", "feed.js", "stage.js", "sound.js", "nodes.js", "picture.js", "foot.js", "screen.js")
STYLES = ("tokens.css", "display.css")
STATIC = Path(__file__).resolve().parent.parent / "static"

# A string is kept as it is; a comment goes; so does the blank around a sign that ends a word by itself.
# "+" and "-" keep theirs, because "a + +b" and CSS calc() need them; so does ")" in CSS, where a selector may follow.
_PIECE = re.compile(r"""("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|/\*.*?\*/|\s+""", re.DOTALL)
_AROUND_JS = re.compile(r"""("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|[ \n]?([=<>&|?:;,{}()\[\]!*%])[ \n]?""")
_AROUND_CSS = re.compile(r"""("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')| ?([{};,>])[ \n]?|(:) """)


@dataclass(frozen=True)
class Script:
    """`digest` stands in the address, so a browser may keep the text for good."""

    text: str
    digest: str


def _blanks(source: str) -> str:
    return _PIECE.sub(lambda m: m.group(1) or ("" if m.group().startswith("/*") else " "), source)


def squeeze_js(source: str) -> str:
    """The same script in fewer bytes; the source must end its statements with ";" and have no blank in a regular expression."""
    return _AROUND_JS.sub(lambda m: m.group(1) or m.group(2), _blanks(source)).strip()


def squeeze_css(source: str) -> str:
    return _AROUND_CSS.sub(lambda m: m.group(1) or m.group(2) or m.group(3), _blanks(source)).strip()


def style(static: Path = STATIC) -> str:
    return squeeze_css("\n".join((static / name).read_text(encoding="utf-8") for name in STYLES))


def assemble(static: Path = STATIC) -> Script:
    parts = "\n".join((static / "display" / part).read_text(encoding="utf-8") for part in PARTS)
    text = "(function(){'use strict';" + squeeze_js(parts) + "}());\n"
    return Script(text, hashlib.sha256(text.encode()).hexdigest()[:12])
