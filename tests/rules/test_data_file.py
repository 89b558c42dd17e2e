"""What must hold in the shipped data file, whatever the office corrects in it later."""

import textwrap
import tomllib
from collections.abc import Iterator
from datetime import date, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import words

DATA = tomllib.loads((Path(__file__).parents[2] / "data" / "ppu.toml").read_text(encoding="utf-8"))
SERVICES = DATA["services"]
OFFICES = DATA["offices"]
CODES = [service["code"] for service in SERVICES]
LETTERS = set("ALSUWZ")

NAME_CHARS = 32  # a kiosk button, and one line of a 58 mm slip
PLAIN_CHARS = 52
ROW_CHARS = 60
SLIP_COLUMNS, SLIP_LINES = 32, 2

each_service = pytest.mark.parametrize("service", SERVICES, ids=CODES)
each_office = pytest.mark.parametrize("office", OFFICES, ids=lambda office: office["code"])


def texts(part: object) -> Iterator[dict[str, str]]:
    """Every {id, en} in the file, wherever it stands."""
    if isinstance(part, dict):
        if part.keys() & {"id", "en"}:
            yield part
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from texts(inner)


def offer(office: dict, code: str) -> dict | None:
    entries = [{"code": entry} if isinstance(entry, str) else entry for entry in office["services"]]
    return next((entry for entry in entries if entry["code"] == code), None)


def minutes_of(span: str) -> tuple[time, time]:
    start, end = span.split("-")
    return time.fromisoformat(start), time.fromisoformat(end)


def test_every_text_is_in_both_languages():
    """No text without its twin, none blank, ASCII only for the slip."""
    found = list(texts(DATA))
    assert len(found) > 200
    for text in found:
        for lang in words.LANGUAGES:
            assert text[lang].strip() == text[lang] != "", text
            assert text[lang].isascii(), text


def test_codes_are_unique():
    """A code names one service, one office."""
    assert len(set(CODES)) == len(CODES) == 30
    assert [office["code"] for office in OFFICES] == ["penajam", "waru", "sepaku", "babulu"]


def test_groups_fill_one_kiosk_page():
    """At most six groups, one for each letter and picture, in which every service has its place."""
    groups = {group["letter"]: group for group in DATA["groups"]}
    assert groups.keys() == LETTERS
    assert len({group["picture"] for group in DATA["groups"]}) == len(DATA["groups"])
    for group in DATA["groups"]:
        assert max(len(text) for text in group["name"].values()) <= 18
        assert max(len(text) for text in group["plain"].values()) <= 36
    assert {service["letter"] for service in SERVICES} == {service["group"] for service in SERVICES} == LETTERS


@each_service
def test_service(service):
    """Names fit the kiosk and the slip; times, presence and search words are there."""
    for lang in words.LANGUAGES:
        assert len(service["name"][lang]) <= NAME_CHARS
        assert len(service["plain"][lang]) <= PLAIN_CHARS
    assert 1 <= service["minutes"] <= 60
    assert service["presence"] in {"self", "both", "reporter", "any"}
    assert len(set(service["words"])) == len(service["words"]) > 0
    assert service["source"]


@each_service
def test_requirements_fit_a_kiosk_row(service):
    """A paper is one short row, at most five of them; a form on the list is one of the service's forms."""
    assert len(service["requirements"]) <= 5
    for row in [*service["requirements"], *service.get("notes", [])]:
        assert max(len(row[lang]) for lang in words.LANGUAGES) <= ROW_CHARS, row
    for paper in service["requirements"]:
        assert "form" not in paper or (paper["form"] in service["forms"] and paper["form"] in paper["id"])


@each_service
@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_papers_fit_the_slip(service, lang):
    """The short names of the papers take at most two lines of the narrow slip."""
    short = [paper["short"][lang] for paper in service["requirements"] if "short" in paper]
    assert len(short) <= 3
    assert short or not service["requirements"]
    line = words.say(lang, "slip.docs", papers=", ".join(short))
    assert len(textwrap.wrap(line, SLIP_COLUMNS)) <= SLIP_LINES, line


@each_service
def test_somebody_offers_it(service):
    """Every service is available in at least one office; the main office has all of them."""
    assert offer(OFFICES[0], service["code"]) == {"code": service["code"]}


@each_office
def test_office_lists_every_service_once(office):
    """What an office does not do is listed too, with the reason in both languages."""
    listed = [entry if isinstance(entry, str) else entry["code"] for entry in office["services"]]
    assert sorted(listed) == sorted(CODES)
    for entry in office["services"]:
        if isinstance(entry, dict):
            assert entry["available"] is False
            assert entry["reason"].keys() == {"id", "en"}


@each_office
def test_some_counter_takes_each_service(office):
    """No resident waits for a service that no counter of the office may serve."""
    assert [counter["number"] for counter in office["counters"]] == list(range(1, len(office["counters"]) + 1))
    for code in CODES:
        if offer(office, code) == {"code": code}:
            assert any(code in counter.get("services", CODES) for counter in office["counters"]), code
    for counter in office["counters"]:
        assert set(counter.get("services", [])) <= set(CODES)


@each_office
def test_hours_are_in_order(office):
    """Spans of a day follow one another, in ordinary weeks and in Ramadan; nothing is promised around Friday prayer."""
    ZoneInfo(office["timezone"])
    for week in (office["hours"], office["ramadan"]["hours"]):
        assert list(week) == ["mon", "tue", "wed", "thu", "fri"]
        for spans in week.values():
            moments = [moment for span in spans for moment in minutes_of(span)]
            assert moments == sorted(set(moments))
    friday = [minutes_of(span) for span in office["hours"]["fri"]]
    assert all(end <= time(11, 30) or start >= time(13, 30) for start, end in friday)
    assert time.fromisoformat(office["first_ticket"]) <= minutes_of(office["hours"]["mon"][0])[0]
    assert date.fromisoformat(office["ramadan"]["from"]) < date.fromisoformat(office["ramadan"]["until"])


@each_office
def test_office_gear(office):
    """A virtual printer of a width that slips are made for; no daily quota anywhere."""
    assert {printer["width_mm"] for printer in office["printers"]} <= {58, 80}
    assert {printer["device"] for printer in office["printers"]} == {"virtual:"}
    assert office["when_hopeless"] in {"warn", "stop"}
    assert "quota" not in office


def test_guesses_are_named():
    """Where confirmed is false, `unconfirmed` names keys that exist and that the administrator's page can say."""
    for entry in [*SERVICES, *OFFICES]:
        assert entry["confirmed"] is (entry["unconfirmed"] == []), entry["code"]
        for key in entry["unconfirmed"]:
            assert key in entry, (entry["code"], key)
            assert words.say("id", f"admin.fact_{key}")
