"""An office's own files for its screens, read from its folder: recordings that win over our clips, pictures, videos.

    var/offices/waru/voice/id/satu.mp3      var/offices/waru/screen/01-selamat-datang.jpg
"""

from pathlib import Path
from urllib.parse import quote

from display.voice import every_clip
from settings import ROOT
from words import LANGUAGES

SHIPPED = ROOT / "static" / "sounds" / "voice"
SOUNDS = (".mp3", ".ogg", ".m4a", ".wav")
PICTURES = (".jpg", ".jpeg", ".png", ".webp")
VIDEOS = (".mp4", ".webm")


def clip_addresses(folder: Path, lang: str, url: str) -> dict[str, str]:
    """{clip: its address}: the office's own recording where there is one, ours otherwise.

    An address names the file's time and size, so a browser may keep the clip for good.
    """
    own = {file.stem: file for file in _files(folder / "voice" / lang, SOUNDS)}
    ours = SHIPPED / lang
    return {
        clip: f"{url}/voice/{lang}/{quote(own[clip].name)}?v={_mark(own[clip])}" if clip in own
        else f"/static/sounds/voice/{lang}/{clip}.mp3?v={_mark(ours / (clip + '.mp3'))}"
        for clip in every_clip(lang)
    }


def shown_files(folder: Path, url: str) -> list[dict[str, str]]:
    """[{kind: picture | video, url}] by file name."""
    return [
        {"kind": "video" if file.suffix.lower() in VIDEOS else "picture", "url": f"{url}/screen/{quote(file.name)}?v={_mark(file)}"}
        for file in _files(folder / "screen", PICTURES + VIDEOS)
    ]


def find(folder: Path, part: str, name: str, lang: str | None = None) -> Path | None:
    """The file of that very name, of a kind that is shown or heard: nothing else in the folder can be fetched."""
    if lang is not None and lang not in LANGUAGES:
        return None
    kinds = SOUNDS if part == "voice" else PICTURES + VIDEOS
    place = folder / part / lang if lang else folder / part
    return next((file for file in _files(place, kinds) if file.name == name), None)


def _files(place: Path, kinds: tuple[str, ...]) -> list[Path]:
    if not place.is_dir():
        return []
    named = (file for file in place.iterdir() if file.suffix.lower() in kinds and file.name.isprintable())  # others have no address
    return sorted(file for file in named if file.is_file())


def _mark(file: Path) -> str:
    stat = file.stat()
    return f"{int(stat.st_mtime):x}{stat.st_size:x}"
