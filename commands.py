"""The flask commands: what is asked of the terminal. Output for programs goes to stdout, words for people to stderr."""

import importlib
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import click
from flask import Flask
from flask.cli import AppGroup

import words
from access import hash_password, hash_token, new_token
from health import CHECKS
from office import catalog, check, devices, people, printers, retention, trials
from office.errors import Refused
from office.once import REQUESTS_KEPT, forget_old
from office.profile import office_codes
from office.states import DeviceKind, Role
from printer import trial
from running import Running
from signing_in import PASSWORD_AT_LEAST, PASSWORD_AT_MOST

#: KIOSK_HOST that listens on every address; it is none that a phone could open
EVERY_ADDRESS = "0.0.0.0"  # noqa: S104  told from others, not listened on

#: longer than a slip is in hand
TURN_SECONDS = 100.0


def register(app: Flask, here: Running) -> None:
    for group in (_database(here), _offices(here), _staff(here), _device(here), _printers(here)):
        if group.name != "db":
            group.callback = partial(_need_tables, here)
        app.cli.add_command(group)
    app.cli.add_command(_check(here))
    app.cli.add_command(_purge(here))
    app.cli.add_command(_prepare(here))


def _upgrade(here: Running) -> None:
    # The migration tool weighs 9 MB, which a serving process (it registers these commands too) need not carry.
    importlib.import_module("migrate").upgrade(here.settings.database_url)


def _stop(reason: str) -> NoReturn:
    click.echo(reason, err=True)
    sys.exit(1)


def _need_tables(here: Running) -> None:
    """After an update, or before the first start, one line instead of what the database says."""
    if reason := CHECKS["migrations"](here):
        _stop(f"{reason} (.venv/bin/flask --app server db upgrade)")


def _refuse(refusal: Refused) -> NoReturn:
    """One line: the code, then what is wrong with which field."""
    facts = refusal.facts.get("fields") or refusal.facts
    _stop(f"{refusal.code}: " + ", ".join(f"{name}: {value}" for name, value in facts.items()))


def _database(here: Running) -> AppGroup:
    group = AppGroup("db", help="The tables.")

    @group.command("upgrade")
    def upgrade() -> None:
        """Bring the tables to this version."""
        _upgrade(here)
        click.echo("the tables are those of this version", err=True)

    return group


def _offices(here: Running) -> AppGroup:
    group = AppGroup("offices", help="Offices, services, counters, printers.")

    @group.command("load")
    @click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
    @click.option("--if-empty", is_flag=True, help="Only when there is no office yet.")
    def load(file: Path, if_empty: bool) -> None:
        """Create or update from a TOML file; a bad file is refused whole."""
        _load_offices(here, file, if_empty=if_empty)

    return group


def _load_offices(here: Running, file: Path, *, if_empty: bool) -> None:
    if if_empty and here.db.transaction(catalog.any_office):
        return
    try:
        counted = here.db.transaction(catalog.load, data=catalog.read_file(file))
    except catalog.BadFile as error:
        _stop(f"{file}: {error}")
    click.echo(f"loaded {counted['offices']} offices, {counted['services']} services", err=True)
    for printer in counted["kept"]:
        click.echo(f"kept as set at /admin/printers, not as in the file: {printer}", err=True)


def _staff(here: Running) -> AppGroup:
    group = AppGroup("staff", help="People who work here.")

    @group.command("add")
    @click.argument("name")
    @click.option("--role", type=click.Choice([str(r) for r in Role]), required=True)
    @click.option("--office", help="Office code; needed for operator and office_admin.")
    @click.option("--full-name", help="The name colleagues see; NAME when not given.")
    @click.option("--password-stdin", is_flag=True, required=True, help="Read the password from standard input.")
    def add(name: str, role: str, office: str | None, full_name: str | None, password_stdin: bool) -> None:
        """Add a person who can sign in at once."""
        password = sys.stdin.read().rstrip("\r\n")
        if not PASSWORD_AT_LEAST <= len(password) <= PASSWORD_AT_MOST:
            _stop(f"the password on standard input must have {PASSWORD_AT_LEAST} to {PASSWORD_AT_MOST} characters, not {len(password)}")
        _add_person(here, name, full_name or name, role, office, password)
        click.echo(f"{name} can sign in as {role}", err=True)

    return group


def _first_person(here: Running) -> None:
    """The first administrator with a random password, once: nothing when anybody is there already."""
    with here.db.read() as look:
        if people.anybody_here(look.conn):
            return
    password = new_token()[:16]
    _add_person(here, "admin", "Administrator", str(Role.REGENCY_ADMIN), None, password)
    click.echo(f"first administrator: admin   password: {password}   (shown once)")


def _add_person(here: Running, username: str, name: str, role: str, office: str | None, password: str) -> None:
    try:
        here.db.transaction(people.add_person, username=username, name=name, role=role, office=office,
                            password_hash=hash_password(password))
    except Refused as refusal:
        _refuse(refusal)


def _device(here: Running) -> AppGroup:
    group = AppGroup("device", help="Kiosks, screens, printer boxes.")

    @group.command("add")
    @click.argument("kind", type=click.Choice([str(k) for k in DeviceKind]))
    @click.option("--office", required=True, help="Office code.")
    @click.option("--name", required=True)
    def add(kind: str, office: str, name: str) -> None:
        """Print one device token, once, alone on the last line of standard output."""
        token = new_token()
        try:
            here.db.transaction(devices.add_device, office=office, kind=kind, name=name, token_hash=hash_token(token))
        except Refused as refusal:
            _refuse(refusal)
        if kind != DeviceKind.PRINTER:
            click.echo(f"open {here.settings.public_url}/{kind}/{office}?token=TOKEN once on the device", err=True)
        click.echo(token)

    return group


def _printers(here: Running) -> AppGroup:
    group = AppGroup("printers", help="The printers of the offices.")

    @group.command("test")
    @click.argument("office")
    @click.option("--printer", "name", help="Its name; the office's first when not given.")
    @click.option("--lang", type=click.Choice(words.LANGUAGES), default="id")
    def test(office: str, name: str | None, lang: str) -> None:
        """Print a test slip and name the fault in plain words; exit 1 when there is one."""
        try:
            with here.db.read() as look:
                wanted = printers.printer_to_test(look, office, name)
        except Refused as refusal:
            _refuse(refusal)
        if wanted["box"]:
            _stop(words.say(lang, "box.behind", name=wanted["name"], box=wanted["box"]))
        result = _try_out(here, wanted, lang)
        click.echo("\n".join(result.lines))
        sys.exit(0 if result.went_well else 1)

    return group


def _try_out(here: Running, printer: dict[str, Any], lang: str) -> trial.Result:
    """In its turn, as the page's: a printer that takes two clients would mix the test slip with a resident's."""
    until = time.monotonic() + TURN_SECONDS
    while not here.db.transaction(trials.take_turn, printer_id=printer["id"], lang=lang):
        if time.monotonic() > until:
            _stop(words.say(lang, "box.test_busy", name=printer["name"]))
        time.sleep(0.2)
    outcome, health = trial.on_printer(printer, lang)
    result = trial.in_words(outcome, health, printer["name"], lang)
    here.db.transaction(
        trials.settle, printer_id=printer["id"], keys=trial.keys_of(outcome, health), why=health.why, well=result.went_well
    )
    return result


def _check(here: Running) -> click.Command:
    @click.command("check")
    def run() -> None:
        """Recount every invariant; exit 1 and the rows when one fails. Safe while serving."""
        _need_tables(here)
        with here.db.read() as look:
            wrong = check.recount(look)
        for line in wrong:
            click.echo(line)
        click.echo(f"{len(wrong)} findings" if wrong else "all invariants hold", err=True)
        sys.exit(1 if wrong else 0)

    return run


def _purge(here: Running) -> click.Command:
    @click.command("purge")
    def run() -> None:
        """Apply the retention rules now: names a week after the visit, old request ids. The server does so every hour by itself."""
        _need_tables(here)
        with here.db.read() as look:
            codes = office_codes(look.conn)
        for code in codes:
            click.echo(f"{code}: {here.db.transaction(retention.erase_old, office=code)} bookings without a name from now on")
        here.db.transaction(forget_old, older_than=REQUESTS_KEPT)

    return run


def _prepare(here: Running) -> click.Command:
    @click.command("prepare")
    def run() -> None:
        """All that a start needs in one step: tables, offices when there are none, the first person, the addresses."""
        _upgrade(here)
        _load_offices(here, here.settings.offices, if_empty=True)
        _first_person(here)
        with here.db.read() as look:
            codes = office_codes(look.conn)
        for page in ("", *(f"{kind}/{code}" for kind in ("kiosk", "display") for code in codes), "counter", "admin"):
            click.echo(f"{here.settings.public_url}/{page}")
        if here.settings.public_url == f"http://{EVERY_ADDRESS}:{here.settings.port}":
            click.echo("KIOSK_PUBLIC_URL is not set: no phone can open the QR codes. Set it to this machine's own address.", err=True)

    return run
