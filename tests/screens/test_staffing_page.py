"""The head of an office reads how many counters to open, in plain sentences; what is not known is said to be so."""

import pytest
from back_room import entrance

from office.advice import keep_advice
from words import WORDS, say

EFFECT = {"plan": [1, 2], "wait": 61.4, "low": 48.0, "high": 75.0, "by_block": [70.0, None], "late": 0.25, "punctual": None}
MONDAY = {
    "days": 8, "counters": 2, "is_enough": True,
    "blocks": [{"start": 480.0, "end": 600.0, "load": 2.44, "open": 1, "advised": 3},
               {"start": 600.0, "end": 690.0, "load": 0.5, "open": 2, "advised": 2}],
    "now": EFFECT, "advised": {**EFFECT, "plan": [3, 2], "wait": 31.0, "low": 25.0, "high": 40.0},
    "ifs": [{**EFFECT, "add": 0, "drop": None, "wait": 40.0}, {**EFFECT, "add": 0, "drop": 1, "wait": 44.0},
            {**EFFECT, "add": None, "drop": 1, "wait": 80.0}],
}  # fmt: skip


@pytest.fixture
def page(app, office):
    """The page as Waru's administrator reads it, with this advice."""
    reader = entrance(app, office)()

    def get(lang, advice):
        if advice is not None:
            app.extensions["giliran"].db.transaction(keep_advice, office="waru", advice=advice)
        return reader.get(f"/admin/staffing?lang={lang}").text

    return get


@pytest.mark.parametrize("lang", WORDS)
def test_advice_in_sentences(page, lang):
    """What comes in, what is open, what is advised, what it brings and how far that may be off, what if."""
    text = page(lang, {"through": "2026-11-23", "days": 31, "weekdays": {"0": MONDAY}})
    load = {"id": "2,4", "en": "2.4"}[lang]
    for said in (
        say(lang, "staff.change", a="08.00", b="10.00", load=load, open=1, n=3), say(lang, "staff.result", now=61, then=31),
        say(lang, "staff.range", low=25, high=40), say(lang, "staff.over", n=2), say(lang, "staff.late", n=2, m=8),
        say(lang, "staff.if_add", a="08.00", b="10.00", now=61, then=40),
        say(lang, "staff.if_move", a="08.00", b="10.00", c="10.00", d="11.30", now=61, then=44),
        say(lang, "staff.if_drop", a="10.00", b="11.30", now=61, then=80), say(lang, "staff.weekday_unknown", n=4),
    ):  # fmt: skip
        assert said in text
    assert text.count('class="staffing"') == 1


@pytest.mark.parametrize("advice", [None, {"through": "2026-11-23", "days": 19, "weekdays": {}}])
def test_unknown_is_said(page, advice):
    """On fewer than twenty days, and before it was worked out, no number is shown."""
    text = page("id", advice)
    assert say("id", "staff.unknown", n=19 if advice else 0, m=20) in text
    assert "<svg class=\"staffing\"" not in text


def test_the_page_is_reached(app, office):
    """From the administrator's start page."""
    assert 'href="/admin/staffing#waru"' in entrance(app, office)().get("/admin").text
