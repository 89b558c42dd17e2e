"""The line at any minute, as everybody reads it: without an account, without script, labels only."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from words import WORDS, say


@pytest.fixture
def page(app):
    """GET the page of Waru's line; `asked` is its query."""

    def get(asked="", lang="id"):
        answer = app.test_client().get(f"/office/waru/line?lang={lang}{asked}")
        assert answer.status_code == 200
        return answer.text

    return get


@pytest.fixture
def morning(office, clock):
    """A001 ordinary at nine, A002 priority at ten past, counter 1 calls A002 at eleven past."""
    kiosk, siti = office.device(), office.person()
    office.take(kiosk)
    clock.move(minutes=10)
    office.take(kiosk, lane="priority")
    clock.move(minutes=1)
    siti.post(f"{office.path}/counters/1/open").ok()
    siti.post(f"{office.path}/counters/1/call-next").ok()
    clock.move(minutes=30)


@pytest.mark.parametrize("lang", WORDS)
def test_why_each_call_was_made(page, morning, lang):
    """The ticket's own times, why it, and the times of who waited longest: three short sentences."""
    text = page(lang=lang)
    passed = say(lang, "line.facts_ordinary", a="09.00", b="11.00")
    for said in (
        say(lang, "line.facts_priority", a="09.10", b="09.25"), say(lang, "line.why_promise"),
        say(lang, "line.passed", number="A001", facts=passed[:1].lower() + passed[1:]),
    ):  # fmt: skip
        assert said in text
    assert say(lang, "line.now", time="09.41") in text


def test_any_minute_is_shown(page, morning):
    """Of a minute that somebody chose, the whole minute; before the call both wait, in the order of their turns."""
    text = page("&day=2026-11-24&time=09:10")
    assert text.index("<b>A002</b>") < text.index("<b>A001</b>")
    assert say("id", "disp.none") in text
    assert "<b>A002</b>" not in page("&day=2026-11-24&time=09:09")


def test_step_by_step(page, morning, clock):
    """Links lead to the event before and the next one; after the last there is no next."""
    at = quote((clock.at - timedelta(minutes=35)).isoformat())
    text = page(f"&at={at}")
    assert say("id", "line.before") in text
    assert say("id", "line.after") in text
    assert say("id", "line.after") not in page()


@pytest.mark.parametrize(
    "asked", ["at=besok", "at=2026-11-24T09:00", "day=besok&time=09:00", "day=2026-11-24&time=x", "day=0001-01-01&time=00:00",
              "day=2026-10-24&time=09:00", "at=0001-01-01T00:00:00%2B14:00", "day=9999-12-31"],
)  # fmt: skip
def test_no_such_moment(app, asked):
    """Not a moment, or too long ago: said so, not crashed on; what is still to come is now."""
    status = app.test_client().get(f"/office/waru/line?{asked}").status_code
    assert status == (200 if "9999" in asked else 422)


def test_the_page_is_reached(app):
    """From the office's page, and from how it calls; an office that does not exist has no line."""
    ask = app.test_client().get
    for path in ("/office/waru", "/office/waru/rule"):
        assert 'href="/office/waru/line"' in ask(path).text
    assert ask("/office/nirwana/line").status_code == 404
