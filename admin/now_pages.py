"""The start page: what is broken now, how each office stands, what wants confirming."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import health
import pages
import words
from admin import troubles
from admin.blueprint import for_admin, show, views
from admin.moments import moment_words
from office import overview
from office.actors import Actor
from office.people import REGENCY_ZONE
from office.retention import DAYS_KEPT
from running import running
from scoreboard import yesterday_words
from settings import ROOT


@views.get("/admin")
@for_admin
def now(person: Actor) -> Any:
    lang, here = pages.language(), running()
    with here.db.read() as look:
        offices = overview.offices_now(look, person)
        guesses, at = overview.guesses(look, person), look.now
    found = troubles.of_system([name for name, check in health.CHECKS.items() if check(here)], lang)
    found += [troubles.in_words(trouble, office, lang, at) for trouble, office in _worst_first(offices)]
    shown = [{**o, "last": moment_words(lang, o["last_at"], o["timezone"], at), "score": yesterday_words(o["yesterday"], lang),
              "erasing": _erasing(o, lang, at)} for o in offices]
    return show("now", person, place="now", troubles=found, guesses=guesses, data_file=data_file(), offices=shown,
                days_kept=DAYS_KEPT, **_clock(offices, lang, at))  # fmt: skip


def _erasing(office: dict[str, Any], lang: str, at: datetime) -> str:
    """When names were last looked through, and how many are gone."""
    run = office["erasing"]
    if run is None:
        return words.say(lang, "admin.erasing_never")
    return words.say(lang, "admin.erasing_last", moment=moment_words(lang, run["at"], office["timezone"], at), n=run["erased"])


def _clock(offices: list[dict[str, Any]], lang: str, at: datetime) -> dict[str, str]:
    """Date and time where the first office stands."""
    zone = offices[0]["timezone"] if offices else REGENCY_ZONE
    here = at.astimezone(ZoneInfo(zone))
    return {
        "date": words.date_words(lang, here.date()),
        "time": words.clock_words(here),
        "zone": words.zone_words(zone),
    }


def _worst_first(offices: list[dict[str, Any]]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    pairs = [(trouble, office) for office in offices for trouble in office["troubles"]]
    return sorted(pairs, key=lambda pair: overview.WORST_FIRST.index(pair[0]["code"]))


def data_file() -> str:
    """The data file as the technician types it."""
    path = running().settings.offices
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
