"""What a screen gets after its first picture: how to speak, the office's own recordings, pictures and videos."""

import os
from dataclasses import replace

import pytest

from display.voice import every_clip
from office.screens import Screen, set_screen


@pytest.fixture
def folder(app, tmp_path):
    """Waru's own folder."""
    here = app.extensions["giliran"]
    here.settings = replace(here.settings, office_files=tmp_path)
    (tmp_path / "waru" / "voice" / "id").mkdir(parents=True)
    (tmp_path / "waru" / "screen").mkdir()
    return tmp_path / "waru"


@pytest.fixture
def screen(app, office):
    browser = app.test_client()
    browser.get(f"/display/waru?token={office.device('display').token}")
    return browser


@pytest.fixture
def told(app):
    """Sets the screen up."""
    db = app.extensions["giliran"].db
    return lambda **settings: db.transaction(set_screen, device_id=1, screen=Screen(**settings))


def fetched(screen, url, **headers):
    """(status, content, how long it may be kept)"""
    with screen.get(url, headers=headers) as answer:
        return answer.status_code, answer.data, answer.headers["Cache-Control"]


def more(screen):
    return screen.get("/display/waru/more").json


def test_an_own_recording_wins(screen, folder):
    """By its name; every other clip is ours, and each address can be fetched."""
    (folder / "voice" / "id" / "satu.mp3").write_bytes(b"our own voice")
    clips = more(screen)["speech"]["id"]["clips"]
    assert clips["satu"].startswith("/display/waru/voice/id/satu.mp3?v=")
    assert clips["dua"].startswith("/static/sounds/voice/id/dua.mp3?v=")
    assert clips.keys() == every_clip("id").keys()
    assert fetched(screen, clips["satu"])[1] == b"our own voice"
    assert "immutable" in fetched(screen, clips["dua"])[2]


def test_a_new_recording_has_a_new_address(screen, folder):
    """A browser keeps a clip for good, so another one must be called otherwise."""
    file = folder / "voice" / "id" / "satu.mp3"
    file.write_bytes(b"first")
    before = more(screen)["speech"]["id"]["clips"]["satu"]
    file.write_bytes(b"the second one")
    assert more(screen)["speech"]["id"]["clips"]["satu"] != before


def test_both_languages_only_when_both_are_spoken(screen, folder, told):
    """And none where nothing is said; the other language's words come along for a screen that changes."""
    assert [*more(screen)["speech"]] == ["id"]
    assert more(screen)["tongues"] == {}
    told(lang="both")
    assert [*more(screen)["speech"]] == [*more(screen)["tongues"]] == ["id", "en"]
    told(sound="chime")
    assert more(screen)["speech"] == {}


def test_pictures_by_name_and_only_pictures(screen, folder, told):
    """In the order of their names; another kind of file is not shown and cannot be fetched; a video can be wound."""
    for name in ("02 film.mp4", "01-foto.JPG", "catatan.txt", ".htaccess"):
        (folder / "screen" / name).write_bytes(b"0123456789")
    files = more(screen)["files"]
    assert [(one["kind"], one["url"].split("?")[0]) for one in files] == [
        ("picture", "/display/waru/screen/01-foto.JPG"), ("video", "/display/waru/screen/02%20film.mp4")]  # fmt: skip
    assert fetched(screen, files[1]["url"], Range="bytes=2-4")[:2] == (206, b"234")
    assert screen.get("/display/waru/screen/catatan.txt").status_code == 404
    told(pictures=False)
    assert more(screen)["files"] == []


@pytest.mark.parametrize("path", ["screen/..%2f..%2fkiosk.db", "screen/%2e%2e/a.jpg", "voice/fr/satu.mp3", "voice/id/tak-ada.mp3",
                                  "voice/..%2fscreen/a.jpg", "screen/%00.jpg"])  # fmt: skip
def test_nothing_outside_the_folder(screen, folder, path):
    """No way up, no other language, nothing that is not there."""
    (folder / "a.jpg").write_bytes(b"x")
    assert screen.get(f"/display/waru/{path}").status_code == 404


def test_no_folder_is_no_fault(screen):
    """An office that has put nothing there shows nothing, and our voice speaks."""
    assert more(screen)["files"] == []
    assert screen.get("/display/atlantis/screen/a.jpg").status_code == 404


def test_a_file_whose_name_is_no_text_is_left_out(screen, folder):
    """As an old stick may bring it: it could not be asked for, and the others are shown."""
    for name in (b"\xff.jpg", b"a.jpg"):
        (folder / "screen" / os.fsdecode(name)).write_bytes(b"x")
    assert [file["url"].split("?")[0] for file in more(screen)["files"]] == ["/display/waru/screen/a.jpg"]
