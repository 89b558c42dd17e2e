"""What rarely changes about an office, as one frozen picture, remembered by its revision."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, or_, select

from office.db import Look
from office.errors import UnknownCounter, UnknownOffice, UnknownService
from office.hours import Schedule, Season, Span, Special, read_span
from office.kept import kept
from office.models import Closure, Counter, Offer, Office, Outage, Printer, Service
from office.posted import Notice

Words = dict[str, str]


@dataclass(frozen=True)
class ServiceProfile:
    """A service as this office offers it. `notes`: who may ask for it, and what to do when a paper is missing;
    `reason`: why it is not available here."""

    id: int
    code: str
    letter: str
    minutes: int
    rank: int
    name: Words
    plain: Words
    group: str | None
    presence: str | None
    words: tuple[str, ...]
    requirements: tuple[dict[str, Any], ...]
    notes: tuple[Words, ...]
    available: bool
    reason: Words | None
    confirmed: bool
    home: bool = False


@dataclass(frozen=True)
class CounterProfile:
    """`services`: ids of what its equipment allows."""

    id: int
    number: int
    name: str | None
    services: frozenset[int]


@dataclass(frozen=True)
class PrinterProfile:
    id: int
    name: str
    device: str
    width_mm: int
    options: dict[str, Any]


@dataclass(frozen=True)
class OutageNow:
    """`service_id` None: everything stands still."""

    id: int
    service_id: int | None
    reason: str
    since_at: datetime
    until_at: datetime | None


@dataclass(frozen=True)
class NoticeNow:
    """`until_on`: its last day; None: until somebody takes it away."""

    id: int
    text: Words
    until_on: date | None


@dataclass(frozen=True)
class Profile:
    id: int
    code: str
    revision: int
    name: str
    short: str
    address: str
    timezone: str
    schedule: Schedule
    settings: dict[str, Any]
    slip: dict[str, Words]
    confirmed: bool
    groups: tuple[dict[str, Any], ...]
    life_events: tuple[dict[str, Any], ...]
    services: dict[str, ServiceProfile]
    counters: dict[int, CounterProfile]
    printers: tuple[PrinterProfile, ...]
    outages: tuple[OutageNow, ...]
    notices: tuple[NoticeNow, ...]
    by_id: dict[int, ServiceProfile]
    rivals: dict[int, frozenset[int]]

    def service(self, code: str) -> ServiceProfile:
        """Errors: unknown_service when the office does not list it."""
        if code not in self.services:
            raise UnknownService(service=code)
        return self.services[code]

    def counter(self, number: int) -> CounterProfile:
        """Errors: unknown_counter."""
        if number not in self.counters:
            raise UnknownCounter(counter=number)
        return self.counters[number]

    def counter_number(self, counter_id: int | None) -> int | None:
        return next((c.number for c in self.counters.values() if c.id == counter_id), None)

    def outage_of(self, service_id: int) -> OutageNow | None:
        return next((o for o in self.outages if o.service_id in (None, service_id)), None)


def papers_of(services: list[ServiceProfile]) -> list[dict[str, str]]:
    """What to bring for all of them; a paper that several ask for is named once."""
    papers = {paper["id"]: {"id": paper["id"], "en": paper["en"]} for service in services for paper in service.requirements}
    return list(papers.values())


_HEAD: Any = select(Office.id, Office.revision, Office.v, Office.today, Office.timezone).where(Office.code == bindparam("code"))
_HEAD_LOCKED = _HEAD.with_for_update()


def read_head(conn: Connection, code: str, lock: bool = False) -> Row[Any]:
    """The office's own row: id, revision, v, today, timezone. `lock`: until the commit (a no-op on SQLite)."""
    row: Row[Any] | None = conn.execute(_HEAD_LOCKED if lock else _HEAD, {"code": code}).one_or_none()
    if row is None:
        raise UnknownOffice(office=code)
    return row


def profile_of(look: Look, code: str, head: Row[Any] | None = None) -> Profile:
    """From the memo when the revision still stands, else from the rows. Errors: unknown_office."""
    head = read_head(look.conn, code) if head is None else head
    known: Profile | None = look.memo.get("profile:" + code)
    if known is None or known.revision != head.revision:
        known = _load(look.conn, code)
        look.memo["profile:" + code] = known
    return known


def office_codes(conn: Connection) -> list[str]:
    return list(conn.execute(select(Office.code).order_by(Office.id)).scalars())


def _load(conn: Connection, code: str) -> Profile:
    office = conn.execute(select(Office.__table__).where(Office.code == code)).one()
    services = _services(conn, office.id)
    counters = _counters(conn, office.id, services)
    return Profile(
        id=office.id, code=code, revision=office.revision, name=office.name,
        short=office.settings.get("short") or office.name,
        address=office.address, timezone=office.timezone, schedule=_schedule(conn, office),
        settings=office.settings, slip=office.slip or {}, confirmed=office.confirmed, groups=_listed(conn, "groups"),
        life_events=_listed(conn, "life_events"),
        services={s.code: s for s in services}, counters={c.number: c for c in counters},
        printers=_printers(conn, office.id), outages=_outages(conn, office.id), notices=_notices(conn, office.id),
        by_id={s.id: s for s in services}, rivals=_rivals(services, counters),
    )


def _services(conn: Connection, office_id: int) -> list[ServiceProfile]:
    rows = conn.execute(
        select(Service.__table__, Offer.available, Offer.reason, Offer.confirmed.label("offer_confirmed"))
        .join(Offer, Offer.service_id == Service.id)
        .where(Offer.office_id == office_id)
        .order_by(Service.rank)
    )
    return [
        ServiceProfile(
            id=r.id, code=r.code, letter=r.letter, minutes=r.minutes, rank=r.rank,
            name=r.content["name"], plain=r.content["plain"], group=r.content.get("group"),
            presence=r.content.get("presence"), words=tuple(r.content["words"]),
            requirements=tuple(r.content["requirements"]), notes=tuple(r.content.get("notes", ())), available=r.available, reason=r.reason,
            confirmed=r.confirmed and r.offer_confirmed, home=r.content.get("home", False),
        )
        for r in rows
    ]


def _counters(conn: Connection, office_id: int, services: list[ServiceProfile]) -> list[CounterProfile]:
    ids = {s.code: s.id for s in services}
    every = frozenset(ids.values())
    rows = conn.execute(
        select(Counter.id, Counter.number, Counter.name, Counter.services)
        .where(Counter.office_id == office_id, Counter.in_use.is_(True))
        .order_by(Counter.number)
    )
    return [
        CounterProfile(r.id, r.number, r.name, every if r.services is None else frozenset(ids[c] for c in r.services if c in ids))
        for r in rows
    ]


def _printers(conn: Connection, office_id: int) -> tuple[PrinterProfile, ...]:
    rows = conn.execute(
        select(Printer.id, Printer.name, Printer.device, Printer.width_mm, Printer.options)
        .where(Printer.office_id == office_id, Printer.in_use.is_(True))
        .order_by(Printer.id)
    )
    return tuple(PrinterProfile(*r) for r in rows)


def _outages(conn: Connection, office_id: int) -> tuple[OutageNow, ...]:
    rows = conn.execute(
        select(Outage.id, Outage.service_id, Outage.reason, Outage.since_at, Outage.until_at)
        .where(Outage.office_id == office_id, Outage.ended_at.is_(None))
        .order_by(Outage.id)
    )
    return tuple(OutageNow(*r) for r in rows)


def _notices(conn: Connection, office_id: int) -> tuple[NoticeNow, ...]:
    rows = conn.execute(
        select(Notice.id, Notice.text, Notice.until_on).where(Notice.office_id == office_id).order_by(Notice.id)
    )
    return tuple(NoticeNow(*r) for r in rows)


def _rivals(services: list[ServiceProfile], counters: list[CounterProfile]) -> dict[int, frozenset[int]]:
    """For each service, the services that share at least one counter with it: who can be ahead of whom."""
    return {
        s.id: frozenset({s.id}).union(*(c.services for c in counters if s.id in c.services))
        for s in services
    }


def _listed(conn: Connection, key: str) -> tuple[dict[str, Any], ...]:
    """What the data file says for every office alike."""
    return tuple(kept(conn, key) or ())


def _schedule(conn: Connection, office: Row[Any]) -> Schedule:
    s = office.settings
    closures = conn.execute(
        select(Closure.on_day, Closure.hours, Closure.reason)
        .where(or_(Closure.office_id == office.id, Closure.office_id.is_(None)))
        .order_by(Closure.office_id.is_not(None))  # the office's own line wins over the regency's
    )
    return Schedule(
        zone=office.timezone, week=_week(s["hours"]), first_ticket=time.fromisoformat(s["first_ticket"]),
        last_ticket=timedelta(minutes=s["last_ticket_minutes"]),
        seasons=tuple(
            Season(date.fromisoformat(x["from"]), date.fromisoformat(x["until"]), _week(x["hours"]))
            for x in s.get("seasons", ())
        ),
        exceptions={r.on_day: Special(tuple(read_span(h) for h in r.hours), r.reason) for r in closures},
        keeps_holidays=s.get("keeps_holidays", True),
    )


def _week(hours: dict[str, list[str]]) -> dict[str, tuple[Span, ...]]:
    return {day: tuple(read_span(text) for text in spans) for day, spans in hours.items()}
