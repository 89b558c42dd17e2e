"""Every state of the screen, painted from a board: nothing cut or covered, and no barrier for anybody."""

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from test_display import FULL_HD, Hall

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHAPES = {"wide": FULL_HD, "small": {"width": 1280, "height": 720}, "upright": {"width": 1080, "height": 1920},
          "4:3": {"width": 1024, "height": 768}, "16:10": {"width": 1280, "height": 800}}  # fmt: skip
NOW = "2026-11-24T09:41:00+08:00"
LABELS = ("A012", "S007", "W048", "U003", "Z1019", "L002", "B004", "A061", "S032", "W1048", "U100", "Z020")
OUTAGE = {"id": 1, "service": "KTP_REC", "service_name": {"id": "Perekaman KTP-el", "en": "First ID card recording"},
          "reason": "network", "since": NOW, "until": "2026-11-24T13:00:00+08:00"}  # fmt: skip


def board(counters=3, calls=7, **changes):
    """An ordinary morning; called last: A012 at counter 1."""
    seats = [{"number": n + 1, "state": "open", "ticket": LABELS[n % 12], "ticket_state": "serving"} for n in range(counters)]
    shown = [
        {"v": 90 - n, "ticket": LABELS[n], "counter": n % counters + 1, "called_at": f"2026-11-24T09:{39 - n}:00+08:00", "recall": False}
        for n in range(calls)
    ]
    return {
        "office": "waru", "name": "Kecamatan Waru", "v": 90, "at": NOW, "day": "2026-11-24", "timezone": "Asia/Makassar",
        "open_now": True, "may_take": True, "closed": None, "opens_at": "2026-11-24T08:00:00+08:00", "break_until_at": None,
        "last_ticket_at": "2026-11-24T14:30:00+08:00", "counters": seats, "calls": shown, "waiting": [], "waiting_count": 23,
        "notices": [], "outages": [], **changes,
    }  # fmt: skip


def resting(made, **states):
    """Counters without a ticket: c2="paused"."""
    for name, state in states.items():
        made["counters"][int(name[1:]) - 1].update(state=state, ticket=None, ticket_state=None)
    return made


def expected(ticket, begin, end):
    """Somebody who waits and may expect to be called."""
    range_ = {"from": f"2026-11-24T{begin}:00+08:00", "to": f"2026-11-24T{end}:00+08:00", "unlikely": False}
    return {"ticket": ticket, "service": "KTP_REC", "lane": "regular", "position": 1, "expect": range_}


WAITING = {"waiting_letters": {}, "waiting": [
    expected("S033", "09:45", "10:00"), expected("A013", "09:35", "09:55"), expected("W1049", "09:50", "10:15"),
    expected("U004", "10:00", "10:30"), expected("Z021", "10:05", "10:40"), {**expected("L003", "09:00", "09:10"), "expect": None},
]}  # fmt: skip
CLOSED = {"open_now": False, "may_take": False, "closed": {"code": "office_closed", "until": None, "reason": None}, "calls": 0}
NOTICE = "Mulai Senin, 30 November, pengambilan KTP-el yang sudah jadi pindah ke loket 5 di sebelah pintu masuk utara."
STATES = {
    "calls": board(),
    "new call": board(calls=1, counters=3, at="2026-11-24T09:39:02+08:00"),
    "one counter": board(counters=1),
    "four counters": resting(board(counters=4), c2="paused", c3="open"),
    "six counters": resting(board(counters=6), c2="paused", c6="closed"),
    "twelve counters": resting(board(counters=12), c3="paused", c6="closed", c9="open"),
    "long label": {**board(), "calls": [{**board()["calls"][0], "ticket": "W1048"}]},
    "break": resting(board(), c1="paused"),
    "nothing called": resting(board(calls=0), c1="open", c2="open", c3="closed"),
    "before opening": resting(board(calls=0, open_now=False, opens_at="2026-11-24T10:00:00+08:00"), c1="closed", c2="closed", c3="closed"),
    "lunch": board(open_now=False, break_until_at="2026-11-24T13:00:00+08:00"),
    "closed": resting(board(counters=3, waiting_count=0, last_ticket_at=None, opens_at="2026-11-25T08:00:00+08:00", **CLOSED),
                      c1="closed", c2="closed", c3="closed"),
    "holiday": resting(board(counters=3, waiting_count=0, last_ticket_at=None, opens_at="2026-12-28T08:00:00+08:00",
                             **{**CLOSED, "closed": {"code": "office_closed", "until": None,
                                                     "reason": {"id": "Hari Raya Natal", "en": "Christmas Day"}}}),
                       c1="closed", c2="closed", c3="closed"),
    "outage": board(counters=8, outages=[OUTAGE]),
    "all stands still": board(outages=[{**OUTAGE, "service": None, "service_name": None, "until": None}]),
    "notice": board(notices=[{"id": 1, "text": {"id": NOTICE, "en": NOTICE}}]),
    "expected": board(**WAITING),
    "expected, twelve counters": {**board(counters=12, **WAITING), "waiting_count": 99},
    "expected before the first call": resting(board(calls=0, **WAITING), c1="open", c2="open", c3="closed"),
    "expected after lunch": board(open_now=False, break_until_at="2026-11-24T13:00:00+08:00", **WAITING),
    "long name": board(name="Mal Pelayanan Publik Kecamatan Penajam Paser Utara Bagian Selatan"),
}  # fmt: skip


@pytest.fixture(scope="module")
def waru(live):
    return Hall(live, "waru")


@pytest.fixture
def easel(waru, open_page):
    """A screen that is given boards and hears nothing else: `paint(board)` loads it with one."""

    def make(shape="wide", lang="id", silent=False, clock=False):
        page = open_page(viewport=SHAPES[shape])
        if clock:
            page.clock.install()
        shown = {}
        page.goto(f"{waru.live.url}/display/waru?token={waru.token}&lang={lang}")
        page.route_web_socket(re.compile("/socket.io/"), lambda ws: None)
        page.route("**/offices/waru/board", lambda route: route.abort() if silent else route.fulfill(json=shown["board"]))
        page.route("**/display/waru?*", lambda route: route.fulfill(
            response=(got := route.fetch()), body=with_board(got.text(), shown["board"])))

        def paint(made):
            shown["board"] = made
            page.goto(f"{waru.live.url}/display/waru?lang={lang}")
            page.wait_for_function("document.fonts.status === 'loaded'")
            page.wait_for_timeout(150)
            if made["waiting"]:
                page.locator(".side p").first.wait_for()
            return page

        return paint

    return make


def with_board(html, made):
    head, boot, tail = re.fullmatch(r'(.*id="boot">)(.*?)(</script>.*)', html, re.DOTALL).groups()
    boot = {**json.loads(boot), "board": made, "now": made["at"]}
    return head.replace("Kecamatan Waru", made["name"]) + json.dumps(boot) + tail


# What is cut at its own edge or covers what stands beside it, and text that reaches into the outer 5 %.
FAULTS = """() => {
    const faults = [], edge = {x: innerWidth * .05 - 1, y: innerHeight * .05 - 1};
    const seen = node => node.offsetParent !== null && node.getClientRects().length > 0;
    const box = node => node.getBoundingClientRect();
    for (const node of document.querySelectorAll('.safe span, .safe b, .safe h2, .safe p, .safe i')) {
        if (!seen(node) || node.closest('.hide') || !node.textContent.trim()) continue;
        const r = box(node);
        if (r.left < edge.x || r.top < edge.y || r.right > innerWidth - edge.x || r.bottom > innerHeight - edge.y)
            faults.push('in the edge: ' + node.textContent);
        for (let up = node.parentElement; up && up !== document.body; up = up.parentElement) {
            const u = box(up);
            if (getComputedStyle(up).overflow !== 'visible' && (r.right > u.right + 2 || r.left < u.left - 2))
                faults.push('cut: ' + node.textContent);
        }
        const size = parseFloat(getComputedStyle(node).fontSize);
        if (size > 0 && size < Math.min(innerHeight, innerWidth, Math.max(innerHeight, innerWidth) / 1.6) * .0295)
            faults.push('too small: ' + node.textContent + ' ' + size);
    }
    const line = document.getElementById('line'), room = box(document.getElementById('room'));
    if (line.scrollWidth > room.width + 1 || box(line).right > room.right + 1) faults.push('cut: ' + line.textContent);
    for (const node of document.querySelectorAll('.cell__to, .cell__state, .plate__no, .row__name'))
        if (seen(node) && node.scrollWidth > node.clientWidth + 1) faults.push('cut: ' + node.textContent);
    const parts = ['.top', '.mid', '.row', '.foot'].map(name => document.querySelector(name)).filter(seen);
    parts.slice(1).forEach((part, i) => {
        if (box(parts[i]).bottom > box(part).top + 1) faults.push(part.className + ' covers ' + parts[i].className);
    });
    for (const [inner, outer] of [['.hero__go b', '.hero'], ['.hero__no span', '.hero__body'], ['.say p', '.say'], ['.say h2', '.say'],
                                  ['.facts', '.say'], ['.old', '.mid'], ['.side p', '.side'], ['.side h2', '.side'],
                                  ['.side', '.mid']])
        for (const node of document.querySelectorAll(inner))
            if (seen(node) && node.textContent && outer !== inner) {
                const r = box(node), o = box(node.closest(outer));
                const slack = inner === '.hero__no span' ? innerHeight : 1;
                if (r.bottom > o.bottom + slack || r.right > o.right + 1 || r.top < o.top - slack)
                    faults.push('out of ' + outer + ': ' + node.textContent);
            }
    for (const when of document.querySelectorAll('.side__when'))
        if (seen(when) && when.scrollWidth > when.clientWidth + 1) faults.push('cut: ' + when.textContent);
    return faults;
}"""


@pytest.mark.parametrize(("shape", "lang"), [*((shape, "id") for shape in SHAPES), ("wide", "en"), ("upright", "en")])
def test_nothing_is_cut_or_covered(easel, shape, lang):
    """In every state, on every shape of screen, in both languages."""
    paint = easel(shape, lang)
    found = {name: paint(made).evaluate(FAULTS) for name, made in STATES.items()}
    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.parametrize("lang", ["id", "en"])
def test_no_barrier(easel, lang):
    """axe-core finds nothing, in every state."""
    paint = easel("small", lang)
    found = {name: Axe().run(paint(made)).response["violations"] for name, made in STATES.items()}
    assert {name: [(one["id"], one["nodes"][0]["html"]) for one in violations] for name, violations in found.items() if violations} == {}


def test_a_lost_line_is_laid_out_as_well(easel):
    """Nothing cut and no barrier when the screen is lost, lying and upright."""
    page = easel(silent=True)(STATES["calls"])
    page.locator(".say--stop").wait_for(timeout=17_000)
    assert page.evaluate(FAULTS) == []
    assert Axe().run(page).response["violations"] == []
    page.set_viewport_size(SHAPES["upright"])
    page.locator("html.tall").wait_for()
    page.wait_for_timeout(300)
    assert page.evaluate(FAULTS) == []


def test_an_outage_is_said_in_words(easel):
    """Which service and why, in the colour of what stands still; until when comes after it."""
    page = easel()(STATES["outage"])
    assert page.locator("#line-text").text_content().startswith("Layanan Perekaman KTP-el berhenti sementara")
    assert "foot__line--stop" in page.locator("#line").get_attribute("class")


def test_who_is_next_reads_when(easel):
    """Beside the last number: the soonest first; not of who was called meanwhile, nor of the unknown."""
    page = easel()(STATES["expected"])
    assert page.locator(".side .plate__no").all_text_contents() == ["A013", "S033", "W1049", "U004"]
    assert page.locator(".side__when").all_text_contents()[:2] == ["sebelum 09.55", "09.45–10.00"]


def at_night(easel):
    """A page that was loaded at half past midnight, and how often it was loaded since."""
    page = easel(clock=True)(board(at="2026-11-25T00:30:00+08:00", day="2026-11-25", calls=0))
    loads = []
    page.on("load", lambda _: loads.append(1))
    return page, loads


def test_it_is_loaded_afresh_at_night(easel):
    """Some minutes after three, so that nothing can pile up over weeks."""
    page, loads = at_night(easel)
    page.clock.fast_forward("02:35:00")
    page.wait_for_timeout(500)
    assert loads == []
    page.clock.fast_forward("00:30:00")
    page.wait_for_timeout(1500)
    assert loads == [1]


def test_it_is_loaded_afresh_for_other_settings(easel, waru):
    """Within a minute and a half, while nobody is being called; it learns of it also without a socket."""
    page = easel(clock=True)(STATES["calls"])
    loads = []
    page.on("load", lambda _: loads.append(1))
    page.wait_for_timeout(2500)
    waru.set_up(row="counters")
    page.clock.run_for(90_000)
    page.wait_for_timeout(1500)
    assert loads == [1]
    waru.set_up()


def test_it_is_not_loaded_into_an_error_page(easel):
    """A server that is away at night: the screen stays what it is and says that it is lost."""
    page, loads = at_night(easel)
    page.route("**/display/waru?*", lambda route: route.abort())
    page.clock.fast_forward("03:10:00")
    page.wait_for_timeout(1500)
    assert loads == []
    assert page.locator("#clock").text_content() == "03.40"
