"""The tables. What the database itself refuses stands here too: states, one open ticket a counter, one label a day."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from office.states import CounterState, DeviceKind, JobState, Lane, Role, TicketState
from office.tables import Base, one_of


class Meta(Base):
    """Facts about this database itself: the demo clock's anchor."""

    __tablename__ = "meta"
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class Office(Base):
    """`v` counts the hall feed without gaps; `revision` grows when anything of its profile changes;
    `today` is the day its queue stands on, so that the first act of a new day closes the old one.
    `slip`: the office's own words on the slip, {header: {id, en}, footer: {id, en}}; not the data file's."""

    __tablename__ = "offices"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    address: Mapped[str]
    timezone: Mapped[str]
    v: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=1)
    today: Mapped[date | None]
    settings: Mapped[dict[str, Any]]
    slip: Mapped[dict[str, Any] | None]
    confirmed: Mapped[bool]


class Service(Base):
    __tablename__ = "services"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    letter: Mapped[str]
    minutes: Mapped[int]
    rank: Mapped[int]
    content: Mapped[dict[str, Any]]
    confirmed: Mapped[bool]


class Offer(Base):
    """A service in the list of an office; not available: with the reason why."""

    __tablename__ = "offers"
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"), primary_key=True)
    available: Mapped[bool]
    reason: Mapped[dict[str, Any] | None]
    confirmed: Mapped[bool]


class Counter(Base):
    """`services`: what its equipment allows (null: all); `taking`: its operator's choice; `streak`: policy.Reason.streak, today's last."""

    __tablename__ = "counters"
    __table_args__ = (UniqueConstraint("office_id", "number"), one_of("state", CounterState))
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    number: Mapped[int]
    name: Mapped[str | None]
    services: Mapped[list[Any] | None]
    in_use: Mapped[bool] = mapped_column(default=True)
    state: Mapped[str] = mapped_column(default=CounterState.CLOSED)
    operator_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    taking: Mapped[list[Any] | None]
    reason: Mapped[str | None]
    state_at: Mapped[datetime | None]
    help_at: Mapped[datetime | None]
    streak: Mapped[int] = mapped_column(default=0, server_default=text("0"))


class Printer(Base):
    """`health`: what it last said of itself; null: not asked yet. `trial`: see trials.py. `box_id`: a printer box prints for it."""

    __tablename__ = "printers"
    __table_args__ = (UniqueConstraint("office_id", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    name: Mapped[str]
    device: Mapped[str]
    width_mm: Mapped[int]
    options: Mapped[dict[str, Any]]
    in_use: Mapped[bool] = mapped_column(default=True)
    health: Mapped[dict[str, Any] | None]
    health_at: Mapped[datetime | None]
    trial: Mapped[dict[str, Any] | None]
    box_id: Mapped[int | None] = mapped_column(ForeignKey("devices.id"))


class Person(Base):
    __tablename__ = "people"
    __table_args__ = (one_of("role", Role),)
    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    role: Mapped[str]
    office_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class Session(Base):
    """A signed-in person; only a hash of the token is kept. Ends with the office's day."""

    __tablename__ = "sessions"
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class Device(Base):
    """A kiosk, screen or printer box that may speak for an office until it is revoked. `settings`: screens.Screen."""

    __tablename__ = "devices"
    __table_args__ = (one_of("kind", DeviceKind),)
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    kind: Mapped[str]
    name: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))


class Pairing(Base):
    """A browser that showed a short code and waits for a signed-in person to confirm it."""

    __tablename__ = "pairings"
    code: Mapped[str] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    kind: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]


class Closure(Base):
    """A date on which an office (null: every office) keeps other hours than its week says; no hours: closed."""

    __tablename__ = "closures"
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"), index=True)
    on_day: Mapped[date]
    hours: Mapped[list[Any]]
    reason: Mapped[dict[str, Any]]


class Outage(Base):
    """A pause of one service (null: all) that somebody reported; `until_at` is a guess shown as one."""

    __tablename__ = "outages"
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), index=True)
    service_id: Mapped[int | None] = mapped_column(ForeignKey("services.id"))
    reason: Mapped[str]
    since_at: Mapped[datetime]
    until_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Series(Base):
    """The last number given per office, day and letter: counted up by one UPDATE, never by COUNT or MAX."""

    __tablename__ = "series"
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    letter: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]


class Ticket(Base):
    """`id` is unique across machines (offices merge later); `key` is what the resident holds.
    `promised_at` is fixed at issue and orders the line; `waiting_at` is when this wait began.
    `slot_at`: the booked time, when there was a booking; `is_late`: it was checked in after its grace."""

    __tablename__ = "tickets"
    id: Mapped[str] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    day: Mapped[date]
    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"))
    letter: Mapped[str]
    number: Mapped[int]
    label: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    lane: Mapped[str]
    lang: Mapped[str]
    state: Mapped[str]
    issued_at: Mapped[datetime]
    promised_at: Mapped[datetime]
    counter_id: Mapped[int | None] = mapped_column(ForeignKey("counters.id"))
    only_counter_id: Mapped[int | None] = mapped_column(ForeignKey("counters.id"))
    operator_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    times_called: Mapped[int] = mapped_column(default=0)
    slot_at: Mapped[datetime | None]
    is_late: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    waiting_at: Mapped[datetime]
    called_at: Mapped[datetime | None]
    serving_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    no_show_at: Mapped[datetime | None]
    held_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    carried_over_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("office_id", "day", "letter", "number"),
        one_of("state", TicketState),
        one_of("lane", Lane),
        # Only what is still open is indexed: the cost of a call must not grow with the day's finished tickets.
        # SQLite uses a partial index only for a query that repeats its condition to the letter (tickets.py does).
        Index("ix_tickets_waiting", "office_id", "day", "service_id", "lane", "promised_at", "number",
              sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'")),
        Index("ix_tickets_away", "office_id", "day", "state",
              sqlite_where=text("state IN ('called', 'serving', 'held', 'no_show')"),
              postgresql_where=text("state IN ('called', 'serving', 'held', 'no_show')")),
        Index("uq_tickets_one_at_a_counter", "counter_id", unique=True,
              sqlite_where=text("state IN ('called', 'serving')"),
              postgresql_where=text("state IN ('called', 'serving')")),
        Index("ix_tickets_operator_day", "operator_id", "day"),
        Index("ix_tickets_finished", "office_id", "day", "finished_at",
              sqlite_where=text("state = 'finished'"), postgresql_where=text("state = 'finished'")),
    )


class Event(Base):
    """What happened: audit log, screen feed, statistics and replay are the same row. `v` only for the hall's eyes."""

    __tablename__ = "events"
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    v: Mapped[int | None]
    day: Mapped[date]
    type: Mapped[str]
    at: Mapped[datetime]
    ticket_id: Mapped[str | None]
    counter_id: Mapped[int | None]
    person_id: Mapped[int | None]
    device_id: Mapped[int | None]
    data: Mapped[dict[str, Any]]
    __table_args__ = (
        UniqueConstraint("office_id", "v"),
        Index("ix_events_ticket", "ticket_id"),
        # A past day is learned from by its own events: without it, each day would walk through all the years.
        Index("ix_events_day", "office_id", "day", "v"),
        Index("ix_events_calls", "office_id", "v",
              sqlite_where=text("type IN ('ticket_called', 'ticket_recalled')"),
              postgresql_where=text("type IN ('ticket_called', 'ticket_recalled')")),
    )


class PrintJob(Base):
    """A slip that must not get lost. `bytes` are composed once, on first need, and then stay."""

    __tablename__ = "print_jobs"
    __table_args__ = (
        one_of("state", JobState),
        Index("ix_print_jobs_to_do", "next_try_at",
              sqlite_where=text("state IN ('pending', 'sending')"),
              postgresql_where=text("state IN ('pending', 'sending')")),
        Index("ix_print_jobs_trouble", "office_id", "id",
              sqlite_where=text("state IN ('failed', 'unsure')"), postgresql_where=text("state IN ('failed', 'unsure')")),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    printer_id: Mapped[int] = mapped_column(ForeignKey("printers.id"))
    ticket_id: Mapped[str] = mapped_column(ForeignKey("tickets.id"), index=True)
    state: Mapped[str]
    ahead: Mapped[int | None]
    copies: Mapped[int] = mapped_column(default=0)
    is_copy: Mapped[bool] = mapped_column(default=False)
    bytes: Mapped[bytes | None]
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    error: Mapped[str | None]
    owner: Mapped[str | None]
    created_at: Mapped[datetime]
    state_at: Mapped[datetime]


class Request(Base):
    """A request_id that was carried out, and its answer: the same one again gets the same answer."""

    __tablename__ = "requests"
    id: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    answer: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(index=True)
