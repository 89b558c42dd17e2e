"""Why others were first, and how an office calls, as residents read it."""

import pytest

from words import WORDS, say


@pytest.mark.parametrize("lang", WORDS)
def test_the_rule_is_public(app, lang):
    """Anybody reads the rule with this office's numbers; a score that nobody knows is said to be unknown."""
    text = app.test_client().get(f"/office/waru/rule?lang={lang}").text
    assert say(lang, "stat.rule", n=15, m=120, k=2) in text
    assert say(lang, "rule.promise_walk") in text
    assert say(lang, "rule.minutes", n=120) in text
    assert say(lang, "rule.people", n=2) in text
    assert say(lang, "rule.yesterday_unknown") in text
    assert text.count(say(lang, "rule.day_unknown")) >= 14


def test_no_such_office(app):
    """An office that does not exist has no rule."""
    assert app.test_client().get("/office/nirwana/rule").status_code == 404


@pytest.mark.parametrize("lang", WORDS)
def test_why_another_was_first(app, office, clock, lang):
    """Who waits reads why somebody who came later was called first, the own times, and where the rule stands."""
    kiosk, siti = office.device(), office.person()
    key = office.take(kiosk, lang=lang)["key"]
    clock.move(minutes=1)
    other = office.take(kiosk, lane="priority")["label"]
    siti.post(f"{office.path}/counters/1/open").ok()
    siti.post(f"{office.path}/counters/1/call-next").ok()
    text = app.test_client().get(f"/t/{key}").text
    assert say(lang, "stat.why_priority", number=other) in text
    assert say(lang, "stat.why_you", a="09.00", b="11.00") in text
    assert 'href="/office/waru/rule"' in text
