"""A day on the screen, in little time: the line is lost, the server is restarted and killed, and nothing is missing or wrong.

The whole of it, eight hours with 20 lost lines, 5 restarts and 2 power cuts, takes ten minutes: `make screen-day`.
"""

import os
import random
import time

import pytest
from factories import Hall
from hall_day import Day, Wire
from playwright.sync_api import expect
from test_display import FULL_HD

pytestmark = [pytest.mark.browser, pytest.mark.slow]

IS_LONG = os.environ.get("SCREEN_DAY") == "long"
SECONDS, STEP_SECONDS = (600.0, 0.45) if IS_LONG else (24.0, 0.25)
RATE = 8 * 3600 / SECONDS if IS_LONG else 48.0
FAULTS = ["cut"] * 10 + ["silent"] * 10 + ["restart"] * 5 + ["power cut"] * 2 if IS_LONG else ["silent", "restart", "power cut"]
# A line may be lost for longer than 15 s of silence are allowed; a server is back in a few.
LOST_SECONDS = {"cut": (1, 9), "silent": (1, 18 if IS_LONG else 6), "restart": (0, 2), "power cut": (0, 4)}
RIGHT_WITHIN_SECONDS = 3.0
FLAT_BYTES = 250_000

# What stands on the screen, four times a second: each counter's cell, or that it says itself that it is old.
WATCH = """() => {
    window.seen = [];
    setInterval(() => {
        const cells = {};
        document.querySelectorAll('#row .cell').forEach(cell => {
            const to = /\\d+$/.exec(cell.querySelector('.cell__to').textContent)[0], no = cell.querySelector('.plate__no');
            cells[to] = no ? no.textContent : null;
        });
        window.seen.push([Date.now() / 1000, !document.querySelector('.say--stop:not([hidden])'), cells,
            document.getElementById('hero').hidden ? null : document.getElementById('label').textContent]);
    }, 250);
}"""


@pytest.fixture
def day(start_live):
    live = start_live(clock="2026-11-24T08:00:00+08:00", rate=RATE)
    made = Day(live, Wire(live), Hall(live.db, live.db.now, "penajam"), random.Random(5))
    yield made
    made.wire.close()


@pytest.fixture
def page(day, open_page):
    token = day.live.pair("display", "penajam", "Layar")
    page = open_page(viewport=FULL_HD)
    page.goto(f"http://127.0.0.1:{day.wire.port}/display/penajam?token={token}")
    expect(page.locator("#clock")).not_to_be_empty()
    page.wait_for_timeout(2500)
    page.evaluate(WATCH)
    return page


def run(day, page, seconds):
    """Acts at the counters for so long; the page lives meanwhile."""
    end = time.time() + seconds
    while time.time() < end:
        day.step()
        page.wait_for_timeout(STEP_SECONDS * 1000)


def heap(page):
    """Bytes in use and nodes, after everything that can go has gone."""
    tool = page.context.new_cdp_session(page)
    tool.send("HeapProfiler.collectGarbage")
    used, nodes = tool.send("Runtime.getHeapUsage")["usedSize"], tool.send("Memory.getDOMCounters")["nodes"]
    tool.detach()
    return used, nodes


def test_a_day_with_a_bad_line(day, page):
    """Every call that stood for three seconds with the line up was seen; nothing wrong three seconds after; the heap is flat."""
    day.open()
    dice = random.Random(7)
    faults = dice.sample(FAULTS, len(FAULTS))
    run(day, page, 5)
    seen = page.evaluate("seen.splice(0)")
    heaps = [heap(page)]
    for what in faults:
        run(day, page, SECONDS / len(faults) - 4)
        day.fault(what, dice.uniform(*LOST_SECONDS[what]), lambda seconds: run(day, page, seconds))
        run(day, page, RIGHT_WITHIN_SECONDS + 1)
        seen += page.evaluate("seen.splice(0)")
        heaps.append(heap(page))
    calls = list(day.calls())
    missing, wrong = unseen(day, calls, seen), untrue(day, seen)
    print(f"\n{len(calls)} calls, {len(seen)} looks, {len(faults)} faults; missing {len(missing)}, wrong {len(wrong)}, "
          f"right again at most {slowest(day, seen):.1f} s after the line was back; heap {[round(used / 1000) for used, _ in heaps]} kB")
    assert missing == []
    assert wrong == []
    # Compiled code grows at first; what leaks goes on growing.
    early, late = heaps[len(heaps) // 3], heaps[-1]
    assert late[0] - early[0] < FLAT_BYTES, heaps
    assert late[1] - early[1] < 200, heaps


def unseen(day, calls, seen):
    """Calls that were true for three seconds without a fault, and never stood on the screen."""
    shown = {(label, number) for _, fresh, cells, _ in seen if fresh for number, label in cells.items() if label}
    return [
        (label, number, round(end - begin, 1)) for label, number, begin, end in calls
        if (label, str(number)) not in shown and clear_seconds(day, begin, end) > RIGHT_WITHIN_SECONDS
    ]


def clear_seconds(day, begin, end):
    """The longest time between without a fault."""
    inside = sorted((max(begin, b), min(end, e)) for _, b, e in day.faults if b < end and e > begin)
    edges = [begin, *(edge for fault in inside for edge in fault), end]
    return max(later - earlier for earlier, later in zip(edges[::2], edges[1::2], strict=True))


def untrue(day, seen):
    """Looks at which a counter showed what had not been true for the last three seconds, while nothing was broken."""
    return [
        (round(at, 1), number, label) for at, fresh, cells, _ in seen
        if fresh and not day.is_troubled(at, RIGHT_WITHIN_SECONDS) for number, label in cells.items()
        if not day.was_true(int(number), label, at - RIGHT_WITHIN_SECONDS, at)
    ]


def slowest(day, seen):
    """Seconds from the end of a fault to the last look at which the screen still called itself old, the longest of all."""
    old = [at for at, fresh, *_ in seen if not fresh and not day.is_troubled(at, 0)]
    return max((at - max((ended for *_, ended in day.faults if ended < at), default=at) for at in old), default=0.0)
