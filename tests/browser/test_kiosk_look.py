"""The kiosk for every eye and hand: automatic accessibility check, sizes, weight, in both languages, in every state."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from kiosk_walk import LYING, OPEN_NOW, SMALL, UPRIGHT, Walk, check_weight, shipped_offices
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TOMORROW = "2026-11-25T08:00:00+08:00"
SLIPS, STATUS = "**/api/v1/slips/*", "**/api/v1/offices/waru/kiosk*"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]}
#: [what is wrong with a size, the button]; sizes of design.md: targets 72 px, 12 px between, text 24 px, nothing cut or outside
MISFITS = """() => {
  const bad = [], seen = [...document.querySelectorAll('button')].filter(b => b.offsetParent);
  const box = seen.map(b => b.getBoundingClientRect());
  seen.forEach((b, i) => {
    const r = box[i], name = b.textContent.trim();
    if (r.width < 71.9 || r.height < 71.9) bad.push(['small', name, r.width, r.height]);
    if (r.left < 0 || r.top < 0 || r.right > innerWidth + 0.5 || r.bottom > innerHeight + 0.5) bad.push(['outside', name]);
    if (b.scrollWidth > b.clientWidth + 2 || b.scrollHeight > b.clientHeight + 2) bad.push(['cut', name]);
    box.slice(i + 1).forEach((q, j) => {
      const gap = Math.max(q.left - r.right, r.left - q.right, q.top - r.bottom, r.top - q.bottom);
      if (gap < 11.5) bad.push(['close', name, seen[i + 1 + j].textContent.trim(), gap]);
    });
  });
  [...document.querySelectorAll('body *')].filter(e => e.offsetParent && !e.children.length && e.textContent.trim()).forEach(e => {
    if (e.closest('.hide, .clock-note')) return;
    if (parseFloat(getComputedStyle(e).fontSize) < 23.9) bad.push(['fine print', e.textContent]);
    const r = e.getBoundingClientRect();
    if (r.right > innerWidth + 1 || r.bottom > innerHeight + 1) bad.push(['text outside', e.textContent]);
  });
  if (document.documentElement.dataset.tight === '5') bad.push(['scrolls']);
  return bad;
}"""


def on_the_way(person):
    """Names the states of one walk through the kiosk, standing in each."""
    yield "start"
    person.groups()
    yield "groups"
    person.act("search")
    yield "search"
    person.page.keyboard.type("ktp")
    yield "found"
    person.page.keyboard.type("xqzw")
    yield "not found"
    person.act("back")
    person.press("#groups [data-value=U]")
    yield "not all here"
    person.act("back")
    person.press("#groups [data-value=A]")
    yield "services"
    person.press("#services [data-value=KTP_REC]")
    yield "papers"
    person.act("missing")
    yield "ask"
    person.act("back")
    person.act("ready")
    yield "priority"
    person.act("regular")
    person.at("number")
    yield "number"


def stopped(person, toggles):
    """The same for what stops a person, and for each fate of the slip."""
    for state in ("printed", "unsure", "failed"):
        person.begin(toggles)
        person.told(SLIPS, state=state)
        person.number()
        expect(person.page.locator("#slip")).not_to_contain_text("sedang dicetak")
        yield state
    person.page.unroute_all(behavior="ignoreErrors")
    for code in ("service_full", "bad_request"):
        person.begin(toggles)
        person.refuse(code)
        person.priority()
        person.act("regular")
        person.at("stop")
        yield code
    for code in ("office_closed", "past_last_ticket"):
        person.page.unroute_all(behavior="ignoreErrors")
        person.told(STATUS, open={**OPEN_NOW, "may_take": False, "code": code, "opens_at": TOMORROW, "tickets_from_at": TOMORROW})
        person.begin()
        expect(person.page.locator("#stop-title")).to_be_visible(timeout=15_000)
        yield code
    person.page.unroute_all(behavior="ignoreErrors")
    person.page.context.set_offline(True)
    expect(person.page.locator("#stop-title")).to_contain_text("terputus", timeout=15_000)
    yield "offline"


BROAD = {"width": 1200, "height": 1920}
SEEN_BY = {"id upright": (UPRIGHT, ()), "en lying contrast": (LYING, ("language", "contrast"))}
SIZES = {"upright": UPRIGHT, "lying": LYING, "small": SMALL}
TOGGLES = {"id": (), "en": ("language",), "large": ("size",)}
STANDS = {f"{size} {how}": (SIZES[size], TOGGLES[how]) for size in SIZES for how in TOGGLES} | {"broad upright": (BROAD, ())}


@pytest.fixture(scope="module")
def live(start_live, tmp_path_factory):
    return start_live(url=shipped_offices(f"sqlite:///{tmp_path_factory.mktemp('kiosk') / 'kiosk.db'}"))


@pytest.fixture
def stand(live, open_page):
    def start(viewport, toggles=()):
        person = Walk(open_page(viewport=viewport), live, live.pair("kiosk"))
        person.begin(toggles)
        return person

    return start


def violations(page):
    found = Axe().run(page, options=RULES).response["violations"]
    return [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found]


@pytest.mark.parametrize("seen", SEEN_BY)
def test_axe_finds_nothing_on_the_way(stand, seen):
    """WCAG 2.2 A and AA by axe-core, from the start to the number, in both languages, plain and in high contrast."""
    person = stand(*SEEN_BY[seen])
    found = {state: violations(person.page) for state in on_the_way(person)}
    assert {state: wrong for state, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("seen", SEEN_BY)
def test_axe_finds_nothing_when_stopped(stand, seen):
    """The same where the kiosk says no: full, closed, past the last number, an error, no line, no paper."""
    viewport, toggles = SEEN_BY[seen]
    person = stand(viewport)
    found = {state: violations(person.page) for state in stopped(person, toggles)}
    assert {state: wrong for state, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("where", STANDS)
def test_nothing_is_cut_small_or_close(stand, where):
    """On every screen, in both languages and with larger text: targets, gaps, text size; nothing outside, nothing scrolls."""
    person = stand(*STANDS[where])
    bad = {state: person.page.evaluate(MISFITS) for state in on_the_way(person)}
    assert {state: wrong for state, wrong in bad.items() if wrong} == {}


TOP = """() => Math.min(...[...document.querySelectorAll("main button")].filter(b => b.offsetParent)
  .map(b => b.getBoundingClientRect().top)) / innerHeight"""


def test_low_enough_for_who_sits(stand):
    """On an upright machine one press brings every button of the way below the upper third; nothing is cut by that."""
    person, tops, bad = stand(UPRIGHT, ("reach",)), {}, {}
    for state in on_the_way(person):
        tops[state], bad[state] = person.page.evaluate(TOP), person.page.evaluate(MISFITS)
    assert {state: wrong for state, wrong in bad.items() if wrong} == {}
    assert {state: top for state, top in tops.items() if top < 0.32} == {}


def test_the_page_is_light(live, open_page):
    """All that the first view loads: bytes as they are without compression, and requests."""
    check_weight(open_page(viewport=UPRIGHT), live, "waru")
