"""The phone's style stands in styles.py, because booking's pages are made of it too."""

from styles import style

__all__ = ["style"]
