"""The screen's script and style as they go out: an old television counts requests, and a page may weigh 110 kB in all."""

from pathlib import Path

from assets import Asset, asset, squeeze_css, squeeze_js, without_weights

# In the order in which they start; all of them share one function's scope.
PARTS = ("words.js", "feed.js", "stage.js", "sound.js", "nodes.js", "picture.js", "foot.js", "screen.js")
STYLES = ("tokens.css", "display.css")
# Nothing on the screen is of ordinary weight.
UNSEEN_WEIGHTS = (400,)
STATIC = Path(__file__).resolve().parent.parent / "static"


def style() -> str:
    css = "\n".join((STATIC / name).read_text(encoding="utf-8") for name in STYLES)
    return without_weights(squeeze_css(css), *UNSEEN_WEIGHTS)


def script() -> Asset:
    parts = "\n".join((STATIC / "display" / part).read_text(encoding="utf-8") for part in PARTS)
    return asset("(function(){'use strict';" + squeeze_js(parts) + "}());\n")
