"""The kiosk for every eye and hand: automatic accessibility check, sizes, weight, in both languages, in every state."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from kiosk_walk import LYING, OPEN_NOW, SMALL, UPRIGHT, Walk, shipped_offices
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SLIPS, STATUS = "**/api/v1/slips/*", "**/api/v1/offices/waru/kiosk"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]}
WEIGHT, REQUESTS = 130_000, 6
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


def closed(code):
    return {"open": {**OPEN_NOW, "may_take": False, "code": code, "opens_at": "2026-11-25T08:00:00+08:00", "tickets_from_at": "2026-11-25T07:30:00+08:00"}}


def refused(code):
    def act(person):
        person.page.route("**/waru/tickets", lambda route: route.fulfill(status=409, json={"code": code}))
        person.priority()
        person.act("regular")
        person.at("stop")

    return act


def with_status(**changes):
    def act(person):
        person.told(STATUS, **changes)
        expect(person.page.locator("#stop-title")).to_be_visible(timeout=15_000)

    return act


def with_slip(state):
    def act(person):
        person.told(SLIPS, state=state)
        person.number()
        person.page.wait_for_timeout(1200)

    return act


def searched(text):
    def act(person):
        person.groups()
        person.act("search")
        person.page.keyboard.type(text)

    return act


def asked(person):
    person.papers()
    person.act("missing")


def offline(person):
    person.page.context.set_offline(True)
    expect(person.page.locator("#stop-title")).to_be_visible(timeout=15_000)


STATES = {
    "start": lambda person: None,
    "groups": Walk.groups,
    "services": Walk.services,
    "others": lambda person: person.services("U"),
    "search": searched(""),
    "found": searched("ktp"),
    "not found": searched("xqzw"),
    "papers": Walk.papers,
    "no papers": lambda person: person.papers("INFO", "Z"),
    "ask": asked,
    "priority": Walk.priority,
    "number": with_slip("printed"),
    "unsure": with_slip("unsure"),
    "failed": with_slip("failed"),
    "full": refused("service_full"),
    "error": refused("bad_request"),
    "closed": with_status(**closed("office_closed")),
    "past last": with_status(**closed("past_last_ticket")),
    "offline": offline,
}
SEEN_BY = {"id upright": (UPRIGHT, ()), "en lying contrast": (LYING, ("language", "contrast"))}
SIZES = {"upright": UPRIGHT, "lying": LYING, "small": SMALL}


@pytest.fixture(scope="module")
def live(start_live, tmp_path_factory):
    return start_live(url=shipped_offices(f"sqlite:///{tmp_path_factory.mktemp('kiosk') / 'kiosk.db'}"))


@pytest.fixture
def stand(live, open_page):
    def start(viewport, toggles=(), **options):
        person = Walk(open_page(viewport=viewport, **options), live, live.pair("kiosk"))
        person.begin(toggles)
        return person

    return start


@pytest.mark.parametrize("seen", SEEN_BY)
@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(stand, state, seen):
    """WCAG 2.2 A and AA by axe-core, in every state, in both languages, plain and in high contrast."""
    person = stand(*SEEN_BY[seen])
    STATES[state](person)
    found = Axe().run(person.page, options=RULES).response["violations"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("toggles", [(), ("language",), ("size",)], ids=["id", "en", "large"])
def test_nothing_is_cut_small_or_close(stand, size, toggles):
    """On every screen, in both languages and with larger text: targets, gaps, text size; nothing outside, nothing scrolls."""
    bad = {}
    person = stand(SIZES[size])
    for state in ("start", "groups", "services", "others", "found", "papers", "ask", "priority", "number"):
        person.begin(toggles)
        STATES[state](person)
        person.page.wait_for_timeout(100)
        bad[state] = person.page.evaluate(MISFITS)
    assert {state: wrong for state, wrong in bad.items() if wrong} == {}


def test_the_page_is_light(live, open_page):
    """All that the first view loads: bytes as they are without compression, and requests."""
    page, token = open_page(viewport=UPRIGHT), live.pair("kiosk")
    page.goto(f"{live.url}/kiosk/waru?token={token}")
    loaded = []
    page.on("response", lambda response: loaded.append((response.url, len(response.body()))))
    page.goto(f"{live.url}/kiosk/waru")
    expect(page.locator("#staff")).not_to_be_empty()
    page.wait_for_load_state("networkidle")
    assert sum(size for _, size in loaded) <= WEIGHT, loaded
    assert len(loaded) <= REQUESTS, loaded
    assert all(url.startswith(live.url) for url, _ in loaded)
