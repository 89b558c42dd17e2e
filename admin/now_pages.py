"""The start page: what is broken now, how each office stands, what wants confirming."""

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
from running import running
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
    zone = offices[0]["timezone"] if offices else "Asia/Makassar"
    return show(
        "now", person, place="now", troubles=found, guesses=guesses, data_file=data_file(), zone=words.zone_words(zone),
        offices=[{**office, "last": moment_words(lang, office["last_at"], office["timezone"], at)} for office in offices],
        date=words.date_words(lang, at.astimezone(ZoneInfo(zone)).date()), time=words.clock_words(at.astimezone(ZoneInfo(zone))),
    )  # fmt: skip


def _worst_first(offices: list[dict[str, Any]]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    pairs = [(trouble, office) for office in offices for trouble in office["troubles"]]
    return sorted(pairs, key=lambda pair: overview.WORST_FIRST.index(pair[0]["code"]))


def data_file() -> str:
    """The data file as the technician types it."""
    path = running().settings.offices
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
