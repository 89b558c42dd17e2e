"""Setting up the screens of the hall, what they say of themselves, and the notices on them."""

import json

import pytest
from back_room import entrance, rows, send

from office import notices
from office.notices import AT_MOST, LONGEST
from words import say

FORM = "/admin/devices/1/screen"


@pytest.fixture
def signed_in(app, office):
    return entrance(app, office)


@pytest.fixture
def screen(app, office):
    """A paired screen's browser."""
    browser = app.test_client()
    browser.get(f"/display/waru?token={office.device('display', 'Layar pintu').token}")
    return browser


def boot_of(browser):
    text = browser.get("/display/waru").text
    return json.loads(text.split('id="boot">')[1].split("</script>")[0])


def test_a_zone_is_set_and_shown(screen, signed_in):
    """The chosen counters and letters go out with the page; whose waiting people it counts follows from both."""
    admin = signed_in()
    assert boot_of(screen)["screen"] == {}
    done = send(admin, FORM, page=FORM, counters=["2", "1"], letters=["A"], row="calls", lang="en", sound="chime")
    assert say("id", "admin.screen_saved", name="Layar pintu") in done.text
    boot = boot_of(screen)
    assert boot["screen"] == {"counters": [1, 2], "letters": "A", "row": "calls", "waiting": "A"}
    assert boot["lang"] == "en"
    assert 'value="2" checked' in admin.get(FORM).text


def test_settings_change_the_version(screen, signed_in):
    """So a screen that was loaded before learns that it should load afresh."""
    before = boot_of(screen)["version"]
    send(signed_in(), FORM, page=FORM, lang="both")
    assert boot_of(screen)["version"] != before


@pytest.mark.parametrize("wrong", [{"counters": "77"}, {"letters": "Q"}, {"lang": "xx"}, {"sound": "loud"}, {"row": "none"}])
def test_what_the_office_does_not_have_is_refused(app, screen, signed_in, wrong):
    """In words, with the form as it was filled in; nothing is stored."""
    answer = send(signed_in(), FORM, page=FORM, twice="on", **wrong)
    assert answer.status_code == 422
    assert json.loads(rows(app, "SELECT settings FROM devices")[0][0]) == {}


def test_only_a_screen_has_a_screen_s_settings(office, signed_in):
    """A kiosk has none, and another office's screen is nobody else's to set."""
    office.device("kiosk")
    office.at("penajam").device("display")
    admin = signed_in()
    assert admin.get(FORM).status_code == 404
    assert admin.get("/admin/devices/2/screen").status_code == 403
    assert send(admin, "/admin/devices/2/screen", lang="en").status_code == 403


def test_what_a_screen_says_stands_on_the_page(app, screen, signed_in):
    """Sound and since when, how long it runs, whether its version is the current one."""
    version = boot_of(screen)["version"]
    said = {"sound": "blocked", "sound_since": "2026-11-24T08:55:00+08:00", "version": version, "layout": "tall", "secret": "x"}
    assert screen.post("/display/waru/say", json=said).json == {"version": version}
    assert "secret" not in rows(app, "SELECT facts FROM devices")[0][0]
    admin = signed_in()
    page = admin.get("/admin/devices").text
    for words in (say("id", "admin.sound_blocked"), say("id", "admin.version_now"), "08.55"):
        assert words in page
    screen.post("/display/waru/say", json={**said, "version": "old", "sound_since": "yesterday"})
    page = admin.get("/admin/devices").text
    assert say("id", "admin.version_old") in page
    assert "yesterday" not in page


def test_a_stranger_says_nothing(app, screen):
    """Only a paired screen is heard."""
    app.test_client().post("/display/waru/say", json={"sound": "on"})
    assert rows(app, "SELECT facts FROM devices")[0][0] == "{}"


def test_a_notice_comes_and_goes(app, office, signed_in):
    """On the board at once, in both languages, with a change that the screens hear; English may be left out."""
    admin = signed_in()
    done = send(admin, "/admin/notices", office="waru", text_id="Loket 2 pindah.", until_on="2026-11-24")
    assert say("id", "admin.notice_added") in done.text
    board = office.board()
    assert board["notices"] == [{"id": 1, "text": {"id": "Loket 2 pindah.", "en": "Loket 2 pindah."}}]
    assert rows(app, "SELECT type, v FROM events")[-1] == ("notice_changed", board["v"])
    assert say("id", "admin.notice_removed") in send(admin, "/admin/notices/1/remove").text
    assert office.board()["notices"] == []


def test_a_notice_ends_with_its_day(app, office, clock, signed_in):
    """On the next morning nobody has to take it away."""
    send(signed_in(), "/admin/notices", office="waru", text_id="Hari ini saja.", until_on="2026-11-24")
    assert office.board()["notices"]
    clock.move(days=1)
    assert office.board()["notices"] == []


@pytest.mark.parametrize("wrong", [{"text_id": ""}, {"text_id": "x" * (LONGEST + 1)}, {"text_id": "x", "until_on": "2026-11-23"},
                                   {"text_id": "x", "until_on": "soon"}])  # fmt: skip
def test_a_wrong_notice_is_refused(office, signed_in, wrong):
    """Empty, too long, over: said beside the field, and nothing is shown."""
    assert send(signed_in(), "/admin/notices", office="waru", **wrong).status_code == 422
    assert office.board()["notices"] == []


def test_notices_of_others(app, office, signed_in):
    """Another office's are neither added, seen nor removed; nobody can fill a screen without end."""
    admin, db = signed_in(), app.extensions["giliran"].db
    assert send(admin, "/admin/notices", office="penajam", text_id="x").status_code == 403
    db.transaction(notices.add_notice, office="penajam", text={"id": "rahasia", "en": "secret"}, until_on=None)
    assert "rahasia" not in admin.get("/admin/notices").text
    assert send(admin, "/admin/notices/1/remove").status_code == 403
    for _ in range(AT_MOST):
        send(admin, "/admin/notices", office="waru", text_id="x")
    assert say("id", "admin.notice_too_many") in send(admin, "/admin/notices", office="waru", text_id="x").text


def test_what_a_screen_says_breaks_no_page(screen, signed_in):
    """A time at the end of the calendar, which no zone has, is not shown."""
    screen.post("/display/waru/say", json={"sound": "on", "sound_since": "0001-01-01T00:00:00+14:00"})
    assert say("id", "admin.sound_on") in signed_in().get("/admin/devices").text


def test_a_counter_that_nobody_could_have(screen, signed_in):
    """A number of a thousand digits is none of this office's."""
    assert send(signed_in(), FORM, page=FORM, counters=["9" * 5000]).status_code == 200
