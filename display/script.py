"""The screen's scripts and style as they go out: an old television counts requests, and a page may weigh 110 kB in all.

The first script draws. The second comes when the first picture stands: it speaks, shows the office's pictures, and reports.
"""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

from assets import Asset, asset, squeeze_css, squeeze_js, without_rules, without_weights
from office.screens import Screen

# In the order in which they start; the parts of one script share one function's scope.
PARTS = ("words.js", "feed.js", "stage.js", "nodes.js", "picture.js", "foot.js", "screen.js")
LATER_PARTS = ("voice.js", "sound.js", "hours.js", "side.js", "tongues.js", "later.js")
STYLES = ("tokens.css", "display.css")
# Nothing on the screen is of ordinary weight, and nothing on it is pressed.
UNSEEN_WEIGHTS = (400,)
UNSEEN_RULES = ("[data-", ".btn", ".tag", ".skip", "button", "input", "a:focus", ":focus")
STATIC = Path(__file__).resolve().parent.parent / "static"


def style() -> str:
    css = squeeze_css("\n".join((STATIC / name).read_text(encoding="utf-8") for name in STYLES))
    return without_rules(without_weights(css, *UNSEEN_WEIGHTS), *UNSEEN_RULES)


def script() -> Asset:
    return _put_together("display", PARTS)


def later() -> Asset:
    return _put_together("display/later", LATER_PARTS)


def _put_together(folder: str, names: tuple[str, ...]) -> Asset:
    parts = "\n".join((STATIC / folder / name).read_text(encoding="utf-8") for name in names)
    return asset("(function(){'use strict';" + squeeze_js(parts) + "}());\n")


SCRIPT, LATER, STYLE = script(), later(), style()


def version(screen: Screen) -> str:
    """Changes when a screen that was loaded before should be loaded again: new scripts, or other settings."""
    made = json.dumps([SCRIPT.digest, LATER.digest, STYLE, asdict(screen)], sort_keys=True)
    return hashlib.sha256(made.encode()).hexdigest()[:12]
