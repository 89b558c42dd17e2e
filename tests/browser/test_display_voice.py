"""The screen speaks, in a browser of today, on a real server: what, in which order, how soon, and when not."""

import re
import shutil
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from test_display import FULL_HD, Hall, label

from display.voice import LETTERS, PAUSE, clips
from office import outages
from office.models import Event
from settings import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# What is heard and seen of every sound: [what, name of the file, when by the machine's clock].
EAR = """
window.heard = [];
const play = HTMLMediaElement.prototype.play;
HTMLMediaElement.prototype.play = function () {
    if (!this.listened) {
        this.listened = true;
        ['playing', 'ended', 'pause'].forEach(kind => this.addEventListener(kind, () => {
            const name = this.src.replace(/^.*\\/|\\.mp[34].*$/g, '');
            const again = kind === this.lastKind && this.src.indexOf('/voice/') > 0;  // the changed speed makes it say so twice
            this.lastKind = kind;
            if (!again && (this.volume > 0 || kind !== 'playing')) window.heard.push([kind, name, Date.now()]);
        }));
    }
    if (this.src.indexOf('/voice/') > 0) this.playbackRate = this.defaultPlaybackRate = 4;  // a test has less time than a hall
    return play.call(this);
};
"""


# The same questions to the script as to the rule: every number, with every letter and counter among them; every minute.
ASKED = """letters => new Promise(answer => {
    const request = new XMLHttpRequest(), said = {};
    request.open('GET', '/display/penajam/more');
    request.onload = () => {
        const books = JSON.parse(request.responseText).speech;
        for (const lang in books) {
            said[lang] = {true: [], false: [], times: []};
            for (let n = 1; n <= 10001; n += 1)
                for (const whole of [true, false])
                    said[lang][whole].push(hall.clipsOf(books[lang], 'call',
                        {label: letters[n % 26] + String(n).padStart(3, '0'), counter: n % 99 + 1}, whole));
            for (let m = 0; m < 1440; m += 1)
                said[lang].times.push(hall.clipsOf(books[lang], 'break', {hour: Math.floor(m / 60), minute: m % 60}));
        }
        answer(said);
    };
    request.send();
})"""


@pytest.fixture(scope="module")
def hall(live):
    return Hall(live, "penajam")


@pytest.fixture
def penajam(hall, open_page):
    hall.open_page = open_page
    for number in (1, 2, 3):
        hall.sit(number)
        hall.finish(number)
    return hall


@pytest.fixture
def open_screen(penajam):
    """A screen with these settings whose voice is ready."""

    def open_one(routes=None, **settings):
        penajam.set_up(**settings)
        page = penajam.open_page(viewport=FULL_HD)
        page.add_init_script(EAR)
        if routes:
            routes(page)
        page.goto(f"{penajam.live.url}/display/penajam?token={penajam.token}")
        page.wait_for_function("() => window.hall && hall.sound !== 'unknown' && hall.hasVoice()", timeout=15_000)
        return page

    return open_one


def spoken(page):
    """Names of the clips in the order in which they began; the chime is one."""
    return [name for kind, name, _ in page.evaluate("heard") if kind == "playing"]


def until_said(page, count, seconds=40):
    page.wait_for_function("n => heard.filter(one => one[0] === 'ended' && one[1] !== 'chime').length >= n", arg=count,
                           timeout=seconds * 1000)  # fmt: skip


def changed_at(hall, ticket):
    """When it was called, in milliseconds of the machine's clock (the server's own runs beside it)."""
    with hall.live.db.read() as look:
        called = select(Event.at).where(Event.ticket_id == ticket["id"], Event.type == "ticket_called")
        at = look.conn.execute(called).scalar_one()
    return 1000 * (time.time() - (hall.live.db.now() - at).total_seconds())


def clips_of(name, ticket, counter, **more):
    return [clip for clip in clips("id", name, label=ticket["label"], counter=counter, **more) if clip != PAUSE]


def test_the_script_says_what_the_rule_says(open_screen):
    """static/display/later/voice.js and display/voice.py, over every number, letter, counter and minute."""
    page = open_screen(lang="both")
    said = page.evaluate(ASKED, LETTERS)
    for lang in ("id", "en"):
        for is_whole in (False, True):
            wanted = [clips(lang, "call", label=f"{LETTERS[n % 26]}{n:03d}", counter=n % 99 + 1, whole_numbers=is_whole)
                      for n in range(1, 10_002)]  # fmt: skip
            assert said[lang][str(is_whole).lower()] == wanted
        assert said[lang]["times"] == [clips(lang, "break", hour=m // 60, minute=m % 60) for m in range(1440)]


def test_calls_are_said_in_order_and_never_at_once(penajam, open_screen):
    """Three calls in one second: each whole, one after the other, the first sound within 300 ms of the change."""
    page = open_screen()
    tickets = [penajam.call(number) for number in (1, 2, 3)]
    changed = changed_at(penajam, tickets[0])
    wanted = [clips_of("call", ticket, n) for n, ticket in enumerate(tickets, 1)]
    until_said(page, sum(map(len, wanted)))
    heard = page.evaluate("heard")
    began = [name for kind, name, _ in heard if kind == "playing"]
    assert began[: 3 + sum(map(len, wanted))] == ["chime", *wanted[0], "chime", *wanted[1], "chime", *wanted[2]]
    first = next(at for kind, _, at in heard if kind == "playing")
    print(f"first sound {first - changed:.0f} ms after the change")
    assert 0 < first - changed <= 300
    sounding = None
    for kind, name, _ in heard:
        if name != "chime" and kind == "playing":
            assert sounding is None, f"{name} over {sounding}"
            sounding = name
        elif name == sounding:
            sounding = None


def test_twice_unless_others_wait(penajam, open_screen):
    """Said again after a second; once more and otherwise when it is called again, and as the last call after the third time."""
    page = open_screen(whole_numbers=True)
    ticket = penajam.call(1)
    once = clips_of("call", ticket, 1, whole_numbers=True)
    until_said(page, 2 * len(once))
    assert spoken(page) == ["chime", *once, *once]
    page.evaluate("heard.length = 0")
    penajam.recall(1, ticket)
    page.wait_for_function("() => heard.some(one => one[1] === 'panggilan-ulang')")
    penajam.recall(1, ticket)
    page.wait_for_function("() => heard.some(one => one[1] === 'panggilan-terakhir')", timeout=40_000)


def test_both_languages(penajam, open_screen):
    """Indonesian, then English; the picture goes from one to the other."""
    page = open_screen(lang="both", twice=False)
    ticket = penajam.call(1)
    wanted = [*clips_of("call", ticket, 1), *(c for c in clips("en", "call", label=ticket["label"], counter=1) if c != PAUSE)]
    until_said(page, len(wanted))
    assert spoken(page) == ["chime", *wanted]
    expect(page.locator("#go")).to_have_text("Please go to", timeout=12_000)


@pytest.mark.parametrize(("age", "is_said"), [(5, True), (150, False)])
def test_a_missed_call_is_said_if_it_is_still_true(penajam, open_screen, age, is_said):
    """Found after a lost line: within two minutes it is said; older it only stands there."""
    held = []

    def routes(page):
        page.route_web_socket(re.compile("/socket.io/"), lambda ws: ws.close() if held else ws.connect_to_server())
        page.route("**/offices/penajam/board", lambda route: route.abort() if held and held[0] else answer(route))

    def answer(route):
        got = route.fetch()
        if got.status != 200:
            return route.fulfill(response=got)
        board = got.json()
        for call in board["calls"][:1]:
            call["called_at"] = (datetime.fromisoformat(call["called_at"]) - timedelta(seconds=age)).isoformat()
        return route.fulfill(response=got, json=board)

    page = open_screen(routes, twice=False)
    held.append(True)
    page.evaluate("hall.socket().io.engine.close()")
    ticket = penajam.call(1)
    page.wait_for_timeout(1500)
    held[0] = False
    expect(label(page)).to_have_text(ticket["label"], timeout=15_000)
    page.wait_for_timeout(4000)
    assert ("nomor-antrean" in spoken(page)) is is_said


def test_what_is_no_longer_true_is_not_said(penajam, open_screen):
    """The second of two calls came to the counter while the first was being said: its number is shown, not said."""
    page = open_screen(twice=False)
    first, second = penajam.call(1), penajam.call(2)
    penajam.finish(2)
    until_said(page, len(clips_of("call", first, 1)))
    expect(label(page)).to_have_text(second["label"], timeout=10_000)
    page.wait_for_timeout(3000)
    assert spoken(page).count("nomor-antrean") == 1


def test_the_hall_hears_of_pauses_and_hours(penajam, open_screen):
    """Everything stands still, goes on, soon closes, is on a break: each said once, one after the other."""
    told = {"outages": [{"id": 1, "service": None, "service_name": None, "reason": "power", "since": None, "until": None}]}

    def routes(page):
        page.route_web_socket(re.compile("/socket.io/"), lambda ws: ws.close())
        page.route("**/offices/penajam/board", answer)

    def answer(route):
        got = route.fetch(headers={name: value for name, value in route.request.headers.items() if name != "if-none-match"})
        route.fulfill(response=got, json={**got.json(), **told})

    def until_heard(clip):
        page.wait_for_function("clip => heard.some(one => one[0] === 'playing' && one[1] === clip)", arg=clip, timeout=30_000)

    page = open_screen(routes)
    until_heard("listrik-padam")
    told.update(outages=[], closes_at="2026-11-24T09:12:00+08:00")
    until_heard("layanan-sudah-dibuka-kembali")
    until_heard("loket-akan-tutup-pukul")
    told.update(open_now=False, break_until_at="2026-11-24T13:30:00+08:00")
    until_heard("terima-kasih-sudah-menunggu")
    until_heard("loket-istirahat-sampai-pukul")
    until_heard("siang")
    said = [clip for clip in spoken(page) if clip != "chime"]
    began = said.index("loket-istirahat-sampai-pukul") + 1
    assert said[began: began + 6] == ["satu", "lewat", "tiga", "puluh", "menit", "siang"]
    assert said.count("loket-akan-tutup-pukul") == 1


def test_a_film_is_quiet_while_somebody_speaks(penajam, open_screen):
    """Everything stands still: it is said, and the film's sound goes down until the last word."""
    folder = Path(penajam.live.environment["KIOSK_OFFICE_FILES"]) / "penajam" / "screen"
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "static/sounds/voice/id/mohon-maaf-layanan-berhenti-sementara-karena.mp3", folder / "film.mp4")
    page = open_screen(video_sound=True, twice=False)
    expect(page.locator("#side video")).to_be_visible(timeout=15_000)
    assert page.evaluate("[document.querySelector('video').muted, document.querySelector('video').volume]") == [False, 0.4]
    penajam.live.db.transaction(outages.report_outage, office="penajam", service=None, reason="network", until_at=None)
    page.wait_for_function("() => heard.some(one => one[1] === 'jaringan-pusat-terganggu')", timeout=15_000)
    assert page.evaluate("document.querySelector('video').volume") < 0.1
    assert [name for name in spoken(page) if name != "film"][:2] == ["chime", "mohon-maaf-layanan-berhenti-sementara-karena"]
    page.wait_for_function("() => document.querySelector('video') && document.querySelector('video').volume === 0.4", timeout=15_000)
