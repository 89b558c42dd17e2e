"""The phone's style: of the one visual system only what a page uses, for the resident pays for every kilobyte."""

import re
from functools import cache
from pathlib import Path

from assets import squeeze_css

STATIC = Path(__file__).resolve().parent / "static"
_MEDIA = re.compile(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*\}")
_RULE = re.compile(r"\s*([^{}]+)\{([^{}]*)\}")
_USED = re.compile(r"var\((--[\w-]+)\)")
_DECLARED = re.compile(r"(--[\w-]+):([^;]+)")
_SCALED = re.compile(r"calc\((\S+) \* 1\)")
# The parts of tokens.css that a phone page is made of. No @font-face: the phone's own face costs nothing.
PARTS = frozenset({
    "*", "html", "body", "h1", "ul", "[hidden]", ":focus", "a:focus", ".hide", ".i", ".defs", ".pic", ".pic__line", ".pic__hole",
    ".btn", ".btn--main", ".btn--quiet", ".btn--stop", ".brand", ".brand svg", ".brand__mark", ".clock-note",
})  # fmt: skip
# The number's own shape, for pages that show one: their style says something of it.
PLATE = frozenset({".plate", ".plate__stub", ".plate__stub .pic", ".plate__no", ".plate__no::before", ".plate--long .plate__no"})
THEME = '[data-theme="contrast"]'
Rules = list[tuple[str, str]]


@cache
def style(name: str, letter: str = "") -> str:
    """static/NAME, or several names, with the parts and values of tokens.css it needs.

    `letter`: whose colours the page shows; may be several.

    What no theme changes is written out; who asks the phone for more contrast gets the high-contrast theme by itself.
    """
    rules: Rules = _RULE.findall(_MEDIA.sub("", squeeze_css((STATIC / "tokens.css").read_text(encoding="utf-8"))))
    own = "".join(squeeze_css((STATIC / part).read_text(encoding="utf-8")) for part in name.split())
    wanted = PARTS | {f".L-{one}" for one in letter} | (PLATE if ".plate" in own else frozenset())
    parts = "".join(f"{selector}{{{body}}}" for selector, body in rules if _is_part(selector, wanted))
    values, theme = _declared(rules, ":root"), _declared(rules, THEME)
    changing = theme.keys() | {found for found, _ in _DECLARED.findall(parts + own)}
    text = _written_out(parts + own, values, changing)
    needed = [key for key in values if f"var({key})" in text]
    root = {key: _written_out(values[key], values, set()) for key in needed}
    bright = {key: theme[key] for key in needed if key in theme and theme[key] != root[key]}
    return _block(":root", root) + text + _contrast(rules, bright, letter)


def _is_part(selector: str, wanted: frozenset[str]) -> bool:
    return not selector.startswith("@") and bool(wanted & set(selector.split(",")))


def _declared(rules: Rules, selector: str) -> dict[str, str]:
    bodies = [body for found, body in rules if found == selector]
    return {key: value.strip() for body in bodies for key, value in _DECLARED.findall(body)}


def _written_out(text: str, values: dict[str, str], keep: set[str]) -> str:
    """Each var() as its value, but those of `keep`."""
    found = [key for key in set(_USED.findall(text)) if key in values and key not in keep]
    for key in found:
        text = text.replace(f"var({key})", values[key])
    return _written_out(text, values, keep) if found else _SCALED.sub(r"\1", text)


def _contrast(rules: Rules, theme: dict[str, str], letter: str) -> str:
    stubs = next((body for selector, body in rules if f"{THEME} .L-A" in selector), "")
    stub = ",".join([".plate", *(f".L-{one}" for one in letter)]) + f"{{{stubs}}}" if letter else ""
    return f"@media (prefers-contrast:more){{{_block(':root', theme)}{stub}}}"


def _block(selector: str, values: dict[str, str]) -> str:
    return f"{selector}{{{';'.join(f'{key}:{value}' for key, value in values.items())}}}"
