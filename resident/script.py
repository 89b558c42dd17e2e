"""The ticket page's script as it goes out."""

from pathlib import Path

from assets import asset, squeeze_js

STATIC = Path(__file__).resolve().parent.parent / "static"
SCRIPT = asset(squeeze_js((STATIC / "ticket.js").read_text(encoding="utf-8")) + "\n")
