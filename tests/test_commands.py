"""The terminal's commands: what they do, what they print where, and that importing the server starts nothing."""

import os
import re
import subprocess
import sys

import pytest
from bookings import book
from factories import HALLS, PASSWORD, Caller, Clock, Hall, by_client
from sqlalchemy import text

from settings import ROOT

TOKEN = re.compile(r"[A-Za-z0-9_-]{32,}")


@pytest.fixture
def run(app):
    """One command on a filled database; standard output and standard error apart."""

    def command(*words, say=None):
        return app.test_cli_runner().invoke(args=words, input=say)

    return command


@pytest.fixture
def fresh(make_app, tmp_path):
    """The same on a machine where there is no database yet."""
    app = make_app(database_url=f"sqlite:///{tmp_path}/fresh.db", public_url="http://127.0.0.1:8000")
    return lambda *words, say=None: app.test_cli_runner().invoke(args=words, input=say)


def python(*words, **environment):
    """A process of its own with these settings; nothing else of ours is set."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KIOSK_")}
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, env={**kept, "KIOSK_SECRET_KEY": "s", **environment}, capture_output=True,
        text=True, timeout=60,
    )  # fmt: skip


def test_tables_are_made_and_made_again(fresh, tmp_path):
    """db upgrade on nothing makes the tables; on the newest version it changes nothing."""
    for _ in range(2):
        assert fresh("db", "upgrade").exit_code == 0
    assert (tmp_path / "fresh.db").exists()


@pytest.mark.parametrize("words", [("check",), ("purge",), ("offices", "load", str(HALLS))])
def test_tables_of_another_version_are_said(fresh, words):
    """One line that tells what to do, not what the database says."""
    stopped = fresh(*words)
    assert (stopped.exit_code, stopped.stderr.count("\n")) == (1, 1)
    assert "db upgrade" in stopped.stderr


def test_a_start_prepares_itself(fresh):
    """prepare: tables, offices, the first administrator's password once, the address of every page."""
    first, second = fresh("prepare"), fresh("prepare")
    assert first.exit_code == second.exit_code == 0, first.output
    assert re.search(r"admin +password: \S{16} ", first.stdout)
    assert "password" not in second.stdout
    pages = [line.removeprefix("http://127.0.0.1:8000/") for line in second.stdout.split()]
    at_offices = [f"{kind}/{code}" for kind in ("kiosk", "display") for code in ("waru", "penajam", "timur")]
    assert pages == ["", *at_offices, "counter", "admin"]


def test_the_first_password_signs_in(make_app):
    """The password that was printed is the one that opens the door."""
    app = make_app()
    said = app.test_cli_runner().invoke(args=["prepare"]).stdout
    anybody = Caller(by_client(app.test_client()))
    token = anybody.post("/session", username="admin", password=said.split("password: ")[1].split()[0]).ok()
    assert token["operator"]["role"] == "regency_admin"


def test_offices_are_loaded_again(run):
    """The same file again says what it loaded and changes nothing; --if-empty does not even read it."""
    again = run("offices", "load", str(HALLS))
    assert (again.exit_code, again.stdout) == (0, "")
    assert "loaded 3 offices, 4 services" in again.stderr
    assert run("offices", "load", str(HALLS), "--if-empty").stderr == ""


def test_a_bad_file_is_refused_by_line_and_key(run, tmp_path):
    """Exit 1, one line on standard error that names file, line and key."""
    path = tmp_path / "bad.toml"
    path.write_text(HALLS.read_text().replace("minutes = 15", "minutes = 0"))
    refused = run("offices", "load", str(path))
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert re.fullmatch(r"\S+bad\.toml: line \d+: service KK_NEW: minutes: .+\n", refused.stderr)


@pytest.mark.parametrize(
    ("role", "office"), [("operator", "waru"), ("office_admin", "timur"), ("regency_admin", None)]
)
def test_a_person_is_added_and_signs_in(app, run, role, office):
    """The password comes from standard input; the line's end is no part of it."""
    at = ["--office", office] if office else []
    added = run("staff", "add", "siti", "--role", role, *at, "--password-stdin", say=PASSWORD + "\n")
    assert added.exit_code == 0, added.output
    signed_in = Caller(by_client(app.test_client())).post("/session", username="siti", password=PASSWORD).ok()
    assert signed_in["operator"]["role"] == role
    assert signed_in["operator"]["offices"] == ([office] if office else ["waru", "penajam", "timur"])


@pytest.mark.parametrize(
    ("words", "say"),
    [
        (("siti", "--role", "operator", "--password-stdin"), PASSWORD),
        (("siti", "--role", "operator", "--office", "atlantis", "--password-stdin"), PASSWORD),
        (("siti", "--role", "regency_admin", "--office", "waru", "--password-stdin"), PASSWORD),
        (("siti", "--role", "king", "--office", "waru", "--password-stdin"), PASSWORD),
        (("siti", "--role", "operator", "--office", "waru", "--password-stdin"), ""),
        (("siti", "--role", "operator", "--office", "waru", "--password-stdin"), "pendek"),
        (("siti", "--role", "operator", "--office", "waru"), PASSWORD),
    ],
)
def test_people_that_cannot_be_are_refused(run, words, say):
    """No office, an unknown one, one too many, an unknown role, an empty or short password, none asked for: no person."""
    refused = run("staff", "add", *words, say=say)
    assert refused.exit_code != 0
    assert refused.stdout == ""
    assert refused.stderr


def test_a_refusal_names_the_field(run):
    """What is wrong with which field, in one line."""
    run("staff", "add", "siti", "--role", "regency_admin", "--password-stdin", say=PASSWORD)
    again = run("staff", "add", "siti", "--role", "regency_admin", "--password-stdin", say=PASSWORD)
    assert again.stderr == "invalid: username: taken\n"


@pytest.mark.parametrize("kind", ["kiosk", "display", "printer"])
def test_a_devices_token_stands_alone(app, run, kind):
    """The token alone on the last line of standard output, all else on standard error; it works at once."""
    added = run("device", "add", kind, "--office", "waru", "--name", "Pintu")
    assert added.exit_code == 0
    token = added.stdout.splitlines()[-1]
    assert TOKEN.fullmatch(token)
    assert added.stdout == token + "\n"
    assert app.extensions["giliran"].keeper.actor_of(token).role == kind


def test_a_device_needs_its_office(run):
    """An unknown office is refused by its code, and no token is shown."""
    refused = run("device", "add", "kiosk", "--office", "atlantis", "--name", "x")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "unknown_office" in refused.stderr


@pytest.fixture
def busy(app, clock):
    """A database in which something happened."""
    hall = Hall(app.extensions["giliran"].db, clock, "waru")
    for _ in range(3):
        hall.take()
    hall.sit()
    hall.call()
    return hall


def test_check_finds_nothing_wrong(run, busy):
    """Exit 0 and nothing on standard output when every invariant holds."""
    checked = run("check")
    assert (checked.exit_code, checked.stdout) == (0, "")


CALLED_AGAIN = """INSERT INTO events (office_id, day, type, at, ticket_id, data)
    SELECT office_id, day, type, at, ticket_id, data FROM events WHERE type = 'ticket_called'"""


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("UPDATE tickets SET number = 9 WHERE number = 2", "numbers: "),
        ("UPDATE series SET last = 7", "numbers: "),
        ("DELETE FROM series", "numbers: "),
        ("UPDATE tickets SET label = 'A001'", "labels: "),
        ("UPDATE offices SET v = 99 WHERE code = 'waru'", "feed: "),
        ("UPDATE events SET v = NULL WHERE v = 2", "feed: "),
        ("UPDATE tickets SET counter_id = NULL", "counters: "),
        ("UPDATE tickets SET called_at = NULL", "states: "),
        ("UPDATE tickets SET called_at = '2020-01-01 00:00:00.000000'", "states: "),
        (CALLED_AGAIN, "calls: "),
        ("DELETE FROM events WHERE type = 'ticket_taken' AND v = 1", "events: "),
        ("DELETE FROM print_jobs", "slips: "),
    ],
)  # fmt: skip
def test_check_finds_the_damage(run, busy, damage, said):
    """Whatever was broken by hand is found: exit 1, the rows on standard output."""
    busy.do(lambda tx: tx.conn.execute(text(damage)))
    checked = run("check")
    assert checked.exit_code == 1
    assert said in checked.stdout


def test_purge_applies_the_retention_now(run, app, clock):
    """Each office with what it emptied; the server does the same every hour."""
    book(Hall(app.extensions["giliran"].db, clock, "waru"))
    clock.move(days=9)
    purged = run("purge")
    assert purged.exit_code == 0
    assert purged.stdout.splitlines()[0].startswith("waru: 1 ")


@pytest.mark.slow
def test_importing_the_server_starts_nothing(tmp_path):
    """No thread, no patch, no file, no connection: commands and tests stay quiet."""
    asked = (
        "import server, threading, gevent.monkey as m, pathlib, sys;"
        "print(threading.active_count(), m.is_module_patched('socket'), list(pathlib.Path(sys.argv[1]).iterdir()))"
    )
    said = python("-c", asked, str(tmp_path), KIOSK_DATABASE_URL=f"sqlite:///{tmp_path}/kiosk.db")
    assert said.stdout == "1 False []\n", said.stderr


@pytest.mark.slow
@pytest.mark.parametrize("program", ["flask --app server check", "gunicorn -c gunicorn.conf.py server:app"])
def test_a_wrong_setting_stops_the_start(program):
    """One line that names it, and no traceback."""
    stopped = python("-m", *program.split(), KIOSK_PORT="eight thousand")
    assert stopped.returncode != 0
    assert re.fullmatch(r"KIOSK_PORT: .+\n", stopped.stderr)


@pytest.mark.slow
def test_check_and_the_server_agree_on_a_demo_clock(live):
    """Commands run beside a serving process, on its clock: the day they see is the same."""
    waru = live.office("waru")
    waru.take(waru.device("kiosk"))
    checked = live.command("check")
    assert (checked.returncode, checked.stdout) == (0, "")
    assert live.db.now().date() == Clock().at.date()
