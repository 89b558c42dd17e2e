"""data/*.toml -> rows. Strict: an unknown key, a missing one or a wrong kind refuses the file whole, by line and key."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update

from office.db import Tx
from office.hours import WEEKDAYS, read_span, read_time
from office.kept import keep
from office.models import Counter, Offer, Office, Printer, Service
from office.printer_file import DEFAULT_PRINTER, DEVICE, PRINTER, PRINTER_MORE, load_printer

SETTINGS = ("short", "hours", "first_ticket", "last_ticket_minutes", "booking", "when_hopeless", "unconfirmed", "keeps_holidays",
            "call_rule", "place")


class BadFile(Exception):
    """The file says something that cannot be; nothing was loaded. The text names line and key."""


class _Reader:
    """Walks one file and remembers where it stands, so that a complaint can name line and key."""

    def __init__(self, text: str) -> None:
        self.lines = text.splitlines()

    def fail(self, where: str, key: str, why: str) -> None:
        raise BadFile(f"line {self._line(where, key)}: {where}: {key}: {why}")

    def _line(self, where: str, key: str) -> int:
        """The key's first line behind the line that names the record (its code)."""
        code = where.rsplit(" ", maxsplit=1)[-1]
        start = next((i for i, line in enumerate(self.lines) if f'"{code}"' in line and "code" in line), 0)
        here = next((i for i in range(start, len(self.lines)) if re.match(rf"\s*{re.escape(key)}\s*=", self.lines[i])), start)
        return here + 1

    def check(self, where: str, record: dict[str, Any], needed: Mapping[str, type], more: Mapping[str, type]) -> None:
        for key, value in record.items():
            wanted = needed.get(key) or more.get(key)
            if wanted is None:
                self.fail(where, key, "unknown key")
            elif not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
                self.fail(where, key, f"must be {wanted.__name__}")
        for key in needed:
            if key not in record:
                self.fail(where, key, "is missing")

    def tables(self, where: str, record: dict[str, Any], *keys: str) -> None:
        for key in keys:
            if not all(isinstance(row, dict) for row in record.get(key, [])):
                self.fail(where, key, "each must be a table")

    def both(self, where: str, key: str, value: Any) -> None:
        """A text in both languages."""
        if not isinstance(value, dict) or set(value) != {"id", "en"} or not all(isinstance(v, str) and v for v in value.values()):
            self.fail(where, key, "must be { id, en }, both filled")


LIFE_EVENT = {"name": dict, "services": list}
GROUP = {"letter": str, "name": dict, "plain": dict, "picture": str}
SERVICE = {"code": str, "name": dict, "plain": dict, "letter": str, "minutes": int, "words": list, "requirements": list}
SERVICE_MORE = {"group": str, "presence": str, "forms": list, "notes": list, "home": bool, "source": str,
                "confirmed": bool, "unconfirmed": list}
OFFICE = {"code": str, "name": str, "timezone": str, "address": str, "hours": dict, "services": list, "counters": list}
OFFICE_MORE = {"short": str, "first_ticket": str, "last_ticket_minutes": int, "printers": list, "booking": dict,
               "when_hopeless": str, "confirmed": bool, "unconfirmed": list, "ramadan": dict, "keeps_holidays": bool,
               "call_rule": dict, "place": dict}
BOOKING_MORE = {"step_minutes": int, "places": int, "walk_in_share": float, "days_ahead": int, "notice_minutes": int,
                "release_minutes": int, "hold_minutes": int, "phoneless_a_day": int, "phoneless_share": float}
CALL_RULE_MORE = {"promise_prio": int, "promise_walk": int, "promise_late": int, "grace": int, "early": int, "zip": int,
                  "reentry_after": int}
PLACE = {"latitude": float, "longitude": float}
COUNTER = {"number": int}
COUNTER_MORE = {"services": list, "name": str}


def read_file(path: Path) -> dict[str, Any]:
    """The file's content, checked. Errors: BadFile."""
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadFile(f"{path}: {error}") from error
    reader = _Reader(text)
    reader.check("file", data, {"offices": list, "services": list}, {"groups": list, "life_events": list})
    reader.tables("file", data, "groups", "life_events", "services", "offices")
    for group in data.get("groups", []):
        reader.check(f"group {group.get('letter')}", group, GROUP, {})
    for service in data["services"]:
        _check_service(reader, service)
    codes = [s["code"] for s in data["services"]]
    _check_unique(reader, "service", codes)
    for event in data.get("life_events", []):
        _check_life_event(reader, event, codes)
    for office in data["offices"]:
        _check_office(reader, office, codes)
    _check_unique(reader, "office", [o["code"] for o in data["offices"]])
    return data


def _check_unique(reader: _Reader, what: str, codes: list[str]) -> None:
    for code in codes:
        if codes.count(code) > 1:
            reader.fail(f"{what} {code}", "code", "stands there twice")


def _check_life_event(reader: _Reader, event: dict[str, Any], codes: list[str]) -> None:
    where = f"life event {(event.get('services') or ['?'])[0]}"
    reader.check(where, event, LIFE_EVENT, {"confirmed": bool})
    reader.both(where, "name", event["name"])
    if not event["services"] or not set(event["services"]) <= set(codes):
        reader.fail(where, "services", "must name services of this file")


def _check_service(reader: _Reader, service: dict[str, Any]) -> None:
    where = f"service {service.get('code')}"
    reader.check(where, service, SERVICE, SERVICE_MORE)
    reader.both(where, "name", service["name"])
    reader.both(where, "plain", service["plain"])
    if not re.fullmatch(r"[A-Z]", service["letter"]):
        reader.fail(where, "letter", "one letter A-Z")
    if not 1 <= service["minutes"] <= 240:
        reader.fail(where, "minutes", "1 to 240")
    for requirement in service["requirements"]:
        if not isinstance(requirement, dict) or not {"id", "en"} <= set(requirement) <= {"id", "en", "form", "short"}:
            reader.fail(where, "requirements", "each must be { id, en } and may have form and short")


def _check_office(reader: _Reader, office: dict[str, Any], services: list[str]) -> None:
    where = f"office {office.get('code')}"
    reader.check(where, office, OFFICE, OFFICE_MORE)
    reader.tables(where, office, "counters", "printers")
    if not re.fullmatch(r"[a-z]+", office["code"]):
        reader.fail(where, "code", "letters a-z only")
    _check_times(reader, where, office)
    _check_rules(reader, where, office)
    for offer in office["services"]:
        code = offer.get("code") if isinstance(offer, dict) else offer
        if code not in services:
            reader.fail(where, "services", f"unknown service {code}")
        if isinstance(offer, dict):
            reader.check(where, offer, {"code": str}, {"available": bool, "reason": dict, "confirmed": bool})
    for counter in office["counters"]:
        reader.check(where, counter, COUNTER, COUNTER_MORE)
        if not all(code in services for code in counter.get("services", [])):
            reader.fail(where, "counters", f"counter {counter['number']} has an unknown service")
    _check_numbers(reader, where, office)
    for printer in office.get("printers", []):
        reader.check(where, printer, PRINTER, PRINTER_MORE)
        if not DEVICE.match(printer["device"]):
            reader.fail(where, "printers", f"cannot read the device address {printer['device']}")


def _check_rules(reader: _Reader, where: str, office: dict[str, Any]) -> None:
    """Booking and calling: known keys, sensible sizes."""
    booking = office.get("booking", {})
    reader.check(where, {k: float(v) if isinstance(v, int) and k.endswith("_share") else v for k, v in booking.items()}, {}, BOOKING_MORE)
    if not 5 <= booking.get("step_minutes", 15) <= 240 or not 0 <= booking.get("places", 3) <= 500:
        reader.fail(where, "booking", "step_minutes 5 to 240, places 0 to 500")
    if not 0 <= booking.get("walk_in_share", 0.5) <= 1 or not 0 <= booking.get("days_ahead", 30) <= 366:
        reader.fail(where, "booking", "walk_in_share 0 to 1, days_ahead 0 to 366")
    if booking.get("phoneless_a_day", 0) < 0 or not 0 <= booking.get("phoneless_share", 0) <= 1:
        reader.fail(where, "booking", "phoneless_a_day 0 or more, phoneless_share 0 to 1")
    if "place" in office:
        reader.check(where, office["place"], PLACE, {})
    rule = office.get("call_rule", {})
    reader.check(where, rule, {}, CALL_RULE_MORE)
    if any(value < 0 for value in rule.values()):
        reader.fail(where, "call_rule", "minutes and counts from 0 up")


def _check_numbers(reader: _Reader, where: str, office: dict[str, Any]) -> None:
    numbers = [c["number"] for c in office["counters"]]
    if len(set(numbers)) != len(numbers) or not all(1 <= n <= 99 for n in numbers):
        reader.fail(where, "counters", "numbers 1 to 99, each once")
    if office.get("when_hopeless", "warn") not in ("warn", "stop"):
        reader.fail(where, "when_hopeless", "warn or stop")
    if not 0 <= office.get("last_ticket_minutes", 30) <= 600:
        reader.fail(where, "last_ticket_minutes", "0 to 600")


def _check_times(reader: _Reader, where: str, office: dict[str, Any]) -> None:
    try:
        ZoneInfo(office["timezone"])
    except (KeyError, ValueError, OSError):
        reader.fail(where, "timezone", f"unknown zone {office['timezone']}")
    try:
        read_time(office.get("first_ticket", "07:30"))
    except ValueError as error:
        reader.fail(where, "first_ticket", str(error))
    try:
        _check_week(office["hours"])
    except (ValueError, TypeError, AttributeError) as error:
        reader.fail(where, "hours", str(error))
    ramadan = office.get("ramadan")
    if ramadan is not None:
        reader.check(where, ramadan, {"from": str, "until": str, "hours": dict}, {})
        try:
            date.fromisoformat(ramadan["from"]), date.fromisoformat(ramadan["until"])
            _check_week(ramadan["hours"])
        except (ValueError, TypeError, AttributeError) as error:
            reader.fail(where, "ramadan", str(error))


def _check_week(hours: dict[str, Any]) -> None:
    for day, spans in hours.items():
        if day not in WEEKDAYS:
            raise ValueError(f"{day} is no weekday (mon … sun)")
        read = [read_span(text) for text in spans]
        if any(later.start < earlier.end for earlier, later in pairwise(read)):
            raise ValueError(f"{day}: spans overlap or are out of order")


def load(tx: Tx, data: dict[str, Any]) -> dict[str, Any]:
    """Write a checked file into the rows: what is there is updated, what is new is added, nothing is doubled.

    {offices, services, kept}: how many; `kept` names each printer, OFFICE NAME ADDRESS, that stays as a person set it."""
    services = {s["code"]: _load_service(tx, rank, s) for rank, s in enumerate(data["services"])}
    for key in ("groups", "life_events"):
        keep(tx.conn, key, data.get(key, []))  # what has left the file leaves the pages
    kept = [printer for office in data["offices"] for printer in _load_office(tx, office, services)]
    return {"offices": len(data["offices"]), "services": len(services), "kept": kept}


def _load_service(tx: Tx, rank: int, service: dict[str, Any]) -> int:
    content = {key: value for key, value in service.items() if key not in ("code", "letter", "minutes", "confirmed")}
    return _put(tx, Service.__table__, {"code": service["code"]}, {
        "letter": service["letter"], "minutes": service["minutes"], "rank": rank, "content": content,
        "confirmed": service.get("confirmed", True),
    })


def _load_office(tx: Tx, office: dict[str, Any], services: dict[str, int]) -> list[str]:
    """The printers that stay as a person set them."""
    settings = {key: office[key] for key in SETTINGS if key in office}
    settings.setdefault("first_ticket", "07:30")
    settings.setdefault("last_ticket_minutes", 30)
    if "ramadan" in office:
        settings["seasons"] = [office["ramadan"]]
    office_id = _put(tx, Office.__table__, {"code": office["code"]}, {
        "name": office["name"], "address": office["address"], "timezone": office["timezone"], "settings": settings,
        "confirmed": office.get("confirmed", True),
    }, new={"v": 0, "revision": 0})
    _load_offers(tx, office_id, office["services"], services)
    for counter in office["counters"]:
        _put(tx, Counter.__table__, {"office_id": office_id, "number": counter["number"]},
             {"name": counter.get("name"), "services": counter.get("services"), "in_use": True}, new={"state": "closed"})
    kept = [load_printer(tx, office_id, printer) for printer in office.get("printers") or [DEFAULT_PRINTER]]
    _retire(tx, office_id, office)
    tx.conn.execute(update(Office).where(Office.id == office_id).values(revision=Office.revision + 1))
    return [f"{office['code']} {printer}" for printer in kept if printer]


def _load_offers(tx: Tx, office_id: int, offers: list[Any], services: dict[str, int]) -> None:
    listed = set()
    for listing in offers:
        offer = {"code": listing} if isinstance(listing, str) else listing
        listed.add(services[offer["code"]])
        _put(tx, Offer.__table__, {"office_id": office_id, "service_id": services[offer["code"]]}, {
            "available": offer.get("available", True), "reason": offer.get("reason"), "confirmed": offer.get("confirmed", True),
        })
    # A service that left the list stays in the rows: its old tickets still name it.
    tx.conn.execute(update(Offer).where(Offer.office_id == office_id, Offer.service_id.not_in(listed)).values(available=False))


def _retire(tx: Tx, office_id: int, office: dict[str, Any]) -> None:
    """Counters and printers that left the file stay as rows, out of use: history names them."""
    numbers = [c["number"] for c in office["counters"]]
    names = [p["name"] for p in office.get("printers") or [DEFAULT_PRINTER]]
    tx.conn.execute(update(Counter).where(Counter.office_id == office_id, Counter.number.not_in(numbers)).values(in_use=False))
    tx.conn.execute(update(Printer).where(Printer.office_id == office_id, Printer.name.not_in(names)).values(in_use=False))


def _put(tx: Tx, table: Any, key: dict[str, Any], values: dict[str, Any], new: dict[str, Any] | None = None) -> int:
    """Update the row with this key, or add it (with the values in `new` besides). Returns its id, 0 without one."""
    where = [table.c[name] == value for name, value in key.items()]
    if tx.conn.execute(update(table).where(*where).values(**values)).rowcount == 0:
        tx.conn.execute(insert(table).values(**key, **values, **(new or {})))
    if "id" not in table.c:
        return 0
    return int(tx.conn.execute(select(table.c.id).where(*where)).scalar_one())


def any_office(tx: Tx) -> bool:
    return tx.conn.execute(select(Office.id).limit(1)).first() is not None
