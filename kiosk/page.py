"""What the kiosk's page carries: both languages, all services, one style and one script, in as few bytes as can be.

It changes language, searches and shows papers without asking the server again. A text is a pair [id, en].
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assets import Asset, asset, squeeze_css, squeeze_js, without_weights
from office.profile import Profile, ServiceProfile
from words import LANGUAGES, pick, zone_words
from words import WORDS as WORDS_OF

# The kiosk writes in the ordinary and the heaviest weight only.
UNSEEN_WEIGHTS = (600,)
STATIC = Path(__file__).resolve().parent.parent / "static"
#: in the order in which they need one another; sent as one, because a page may ask for six files only
SCRIPTS = ("kiosk-find.js", "kiosk-line.js", "kiosk-number.js", "kiosk-touch.js", "kiosk.js")
#: fetched when somebody searches, with the words that people use for the services
SEARCH = "kiosk-search.js"
#: fetched when somebody comes with a booking, with the words that only this needs: they carry no zone
LATER = "kiosk-booking.js"
LATER_WORDS = ("book.check_in", "book.ordinary", "kiosk.already_in", "kiosk.camera", "kiosk.camera_hint", "kiosk.checked_in",
               "kiosk.checked_late", "kiosk.scan_code", "kiosk.scan_fail", "kiosk.scan_off", "kiosk.type_again", "kiosk.type_code")
GROUPS_AT_ONCE = 6
#: a person who is not sure is offered a number for this service
ADVICE = "INFO"
PICTURES = {"A": "bird", "L": "boat", "S": "house", "U": "fish", "W": "palm", "Z": "sun"}
WORDS = (
    "a11y.number", "a11y.picture", "a11y.qr", "app.office", "book.holiday", "day", "disp.break", "disp.counter", "disp.go",
    "disp.opens", "disp.outage_all", "err.generic", "err.unknown_ticket", "eta.hopeless", "eta.soon",
    "kiosk", "month", "out", "picture", "state",
)
#: what this page says without a script, fetches later, or has no place for
UNSAID = re.compile(
    r"kiosk\.(scan_(?!other)|type_|camera|checked_|already_in|no_script|presence_any)|day\.short"
)

Pair = list[str]


def boot(office: Profile, now: Mapping[str, Any], lang: str, later: str, version: str) -> dict[str, Any]:
    """`now`: the answer of GET /offices/{office}/kiosk, of which the page takes whether numbers are given.
    `later`: the address of later_script(); `version`: what the page says of itself when it asks."""
    groups = groups_of(office)
    texts: list[Pair] = []
    return {
        "office": {"code": office.code, "name": office.name},
        "lang": lang,
        "later": later,
        "search": f"/kiosk/{office.code}/search.js",
        "version": version,
        "status": {"at": now["at"], "open": now["open"]},
        "advice": ADVICE,
        "pictures": PICTURES,
        "groups": groups,
        "services": [_service(service, groups, texts) for service in office.services.values()],
        "texts": texts,
        "words": _words(zone_words(office.timezone)),
    }


def groups_of(office: Profile) -> list[dict[str, Any]]:
    """The groups this office has a service of, at most six: what is over joins the last one."""
    used = {service.group for service in office.services.values()}
    return [
        {"letter": group["letter"], "name": _pair(group["name"]), "plain": _pair(group["plain"])}
        for group in office.groups
        if group["letter"] in used
    ][:GROUPS_AT_ONCE]


def script() -> Asset:
    return asset("".join(squeeze_js((STATIC / name).read_text(encoding="utf-8")) + "\n" for name in SCRIPTS))


def later_script() -> Asset:
    source = squeeze_js((STATIC / LATER).read_text(encoding="utf-8"))
    said = {key: [WORDS_OF[lang][key] for lang in LANGUAGES] for key in LATER_WORDS}
    return asset(f"window.Giliran.bookingWords={json.dumps(said, ensure_ascii=False, separators=(',', ':'))};\n{source}\n")


def search_script(office: Profile) -> Asset:
    used = {service.code: service.words for service in office.services.values()}
    source = squeeze_js((STATIC / SEARCH).read_text(encoding="utf-8"))
    return asset(f"window.Giliran.searchWords={json.dumps(used, ensure_ascii=False, separators=(',', ':'))};\n{source}\n")


def style() -> str:
    css = "\n".join((STATIC / name).read_text(encoding="utf-8") for name in ("tokens.css", "kiosk.css"))
    return without_weights(squeeze_css(css), *UNSEEN_WEIGHTS)


def _service(service: ServiceProfile, groups: list[dict[str, Any]], texts: list[Pair]) -> dict[str, Any]:
    """Papers are places in `texts`, because most services ask for the same ones."""
    letters = [group["letter"] for group in groups]
    row: dict[str, Any] = {
        "code": service.code,
        "letter": service.letter,
        "group": next((g for g in (service.group, service.letter, *letters[-1:]) if g in letters), None),
        "name": _pair(service.name),
        "plain": _pair(service.plain),
        "presence": service.presence,
        "needs": [_place(_pair(need), texts) for need in service.requirements if "form" not in need],
        "also": [_place(_pair(need), texts) for need in service.requirements if "form" in need],
    }
    if not service.available:
        row["off"] = _pair(service.reason or {})
    return row


def _words(zone: str) -> dict[str, Pair]:
    first, second = (pick(lang, *WORDS, zone=zone) for lang in LANGUAGES)
    return {key: [text, second[key]] for key, text in first.items() if not UNSAID.match(key)}


def _pair(text: Mapping[str, Any]) -> Pair:
    return [text.get(lang, "") for lang in LANGUAGES]


def _place(pair: Pair, texts: list[Pair]) -> int:
    if pair not in texts:
        texts.append(pair)
    return texts.index(pair)
