"""The demo's own database: offices, devices, people, and a clock that begins a working day shortly before eight."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import migrate
from access import hash_password, hash_token, new_token
from office import catalog, devices, people
from office.clock import real_now
from office.db import Database
from office.demo_clock import demo_clock
from office.hours import Schedule, day_of_schedule
from office.profile import Profile, office_codes, profile_of
from settings import ROOT

DATABASE = ROOT / "var" / "demo.db"
OFFICES = ROOT / "data" / "ppu.toml"
BEGINS = time(7, 50)
VISITOR, VISITOR_PASSWORD = "demo", "peragaan-giliran"
LOOK_AHEAD_DAYS = 60
NAMES = ("Sari Wulandari", "Budi Santoso", "Rina Marlina", "Andi Rahman", "Dewi Lestari", "Hasan Basri", "Yuni Astuti",
         "Agus Salim", "Nur Aini", "Joko Susilo", "Fitri Handayani", "Rudi Hartono", "Maya Sari")


@dataclass
class Stage:
    """`tokens`: (office, device kind) -> token. `clerks`: (office, counter number) -> username, all with `password`.

    The last counter of every office stays free for whoever watches.
    """

    url: str
    starts: datetime
    rate: float
    db: Database
    now: Callable[[], datetime]
    profiles: list[Profile]
    tokens: dict[tuple[str, str], str]
    clerks: dict[tuple[str, int], str]
    password: str


def set_stage(rate: float, database: Path = DATABASE) -> Stage:
    """A new database in place of the last demo's."""
    database.parent.mkdir(parents=True, exist_ok=True)
    for old in database.parent.glob(database.name + "*"):
        old.unlink()
    url = f"sqlite:///{database}"
    migrate.upgrade(url)
    db = Database(url, real_now)
    db.transaction(catalog.load, data=catalog.read_file(OFFICES))
    with db.read() as look:
        profiles = [profile_of(look, code) for code in office_codes(look.conn)]
    starts = next_working_day([profile.schedule for profile in profiles], real_now())
    db.now = demo_clock(url, starts, rate)
    stage = Stage(url, starts, rate, db, db.now, profiles, {}, {}, new_token())
    _add_devices(stage)
    _add_people(stage)
    return stage


def next_working_day(schedules: Iterable[Schedule], now: datetime) -> datetime:
    """Ten to eight, in the first office's zone, on the first day from today on which every office works."""
    every = list(schedules)
    zone = ZoneInfo(every[0].zone)
    today = now.astimezone(zone).date()
    days = (today + timedelta(days=n) for n in range(LOOK_AHEAD_DAYS))
    day = next((day for day in days if _all_work(every, day)), today)
    return datetime.combine(day, BEGINS, zone)


def _all_work(schedules: list[Schedule], day: date) -> bool:
    return all(day_of_schedule(schedule, day).spans for schedule in schedules)


def _add_devices(stage: Stage) -> None:
    for profile in stage.profiles:
        for kind, name in (("kiosk", "Anjungan"), ("display", "Layar")):
            token = stage.tokens[profile.code, kind] = new_token()
            stage.db.transaction(
                devices.add_device, office=profile.code, kind=kind, name=name, token_hash=hash_token(token)
            )


def _add_people(stage: Stage) -> None:
    names = iter(NAMES * 3)
    hashed = hash_password(stage.password)
    for profile in stage.profiles:
        for number in list(profile.counters)[:-1]:
            username = stage.clerks[profile.code, number] = f"{profile.code}{number}"
            stage.db.transaction(people.add_person, username=username, name=next(names), role="operator",
                                 office=profile.code, password_hash=hashed)
    stage.db.transaction(people.add_person, username=VISITOR, name="Tamu", role="regency_admin", office=None,
                         password_hash=hash_password(VISITOR_PASSWORD))
