"""Scripts and styles as they go out: without comments and needless blanks, under an address that names the content."""

import hashlib
import re
from dataclasses import dataclass

# A string is kept as it is; a comment goes; so does the blank around a sign that ends a word by itself.
# "+" and "-" keep theirs, because "a + +b" and CSS calc() need them; so does ")" in CSS, where a selector may follow.
_PIECE = re.compile(r"""("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|/\*.*?\*/|\s+""", re.DOTALL)
_AROUND_JS = re.compile(r"""("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|[ \n]?([=<>&|?:;,{}()\[\]!*%])[ \n]?""")
_AROUND_CSS = re.compile(r"""("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')| ?([{};,>])[ \n]?|(:) """)


@dataclass(frozen=True)
class Asset:
    """`digest` stands in the address, so that a browser may keep the text for good."""

    text: str
    digest: str


def asset(text: str) -> Asset:
    return Asset(text, hashlib.sha256(text.encode()).hexdigest()[:12])


def squeeze_js(source: str) -> str:
    """The same script in fewer bytes. Its statements must end with ";", its regular expressions have no blank."""
    return _AROUND_JS.sub(lambda m: m.group(1) or m.group(2), _blanks(source)).strip()


def squeeze_css(source: str) -> str:
    return _AROUND_CSS.sub(lambda m: m.group(1) or m.group(2) or m.group(3), _blanks(source)).replace(";}", "}").strip()


def without_weights(css: str, *weights: int) -> str:
    """A style without the faces of weights that its page does not show: nothing of them is sent, not even their names."""
    for weight in weights:
        css = re.sub(rf"@font-face ?{{[^}}]*font-weight: ?{weight};[^}}]*}}", "", css)
    return css


def without_rules(css: str, *starts: str) -> str:
    """A squeezed style without the rules all of whose selectors begin with one of `starts`: its page has nothing of the kind."""
    def keep(rule: re.Match[str]) -> str:
        selectors = rule[1].split(",")
        return "" if all(selector.startswith(starts) for selector in selectors) else rule[0]

    return re.sub(r"(?<=[};])([^{}@;]+){[^{}]*}", keep, css)


def _blanks(source: str) -> str:
    return _PIECE.sub(lambda m: m.group(1) or ("" if m.group().startswith("/*") else " "), source)
