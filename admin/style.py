"""The back room's style as it goes out, after the one visual system."""

from pathlib import Path

from assets import asset, squeeze_css

STATIC = Path(__file__).resolve().parent.parent / "static"
STYLE = squeeze_css("".join((STATIC / name).read_text(encoding="utf-8") for name in ("tokens.css", "admin.css")))
SCRIPT_DIGEST = asset((STATIC / "admin.js").read_text(encoding="utf-8")).digest
