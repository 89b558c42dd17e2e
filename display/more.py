"""What a screen needs after its first picture: how to speak, the other language's words, the office's own pictures."""

from pathlib import Path
from typing import Any

from display.boot import PRINTED, words_of
from display.files import clip_addresses, shown_files
from display.voice import speech
from office.profile import Profile
from office.screens import Screen
from words import LANGUAGES, WORDS, pick, say, zone_words

CHIME = "/static/sounds/chime.mp3"


def more(profile: Profile, screen: Screen, lang: str, files: Path) -> dict[str, Any]:
    """`files`: where every office has its folder."""
    folder, url = files / profile.code, "/display/" + profile.code
    langs = LANGUAGES if screen.lang == "both" else (lang,)
    zone = zone_words(profile.timezone)
    spoken = langs if screen.sound == "voice" else ()
    return {
        "sound": {"chime": CHIME, "mode": screen.sound, "twice": screen.twice, "whole": screen.whole_numbers,
                  "video": screen.video_sound},
        "speech": {one: {**speech(one), "clips": clip_addresses(folder, one, url)} for one in spoken},
        "tongues": {one: {**words_of(one, zone), **pick(one, *PRINTED, zone=zone)} for one in langs} if len(langs) > 1 else {},
        "expected": {one: {"title": say(one, "disp.expected"), "by": WORDS[one]["disp.expected_by"]} for one in langs},
        "files": shown_files(folder, url) if screen.pictures else [],
    }  # fmt: skip
