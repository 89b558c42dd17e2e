"""What tests stand on: a moved clock, real databases, an app, a real server. No other machine can be reached."""

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from factories import HALLS, Caller, Clock, Hall, Office, by_client
from flask import Flask
from live import Live
from postgres import Server, started

import migrate
from office import catalog
from office.clock import real_now
from office.db import Database
from settings import Settings

HERE = ("127.0.0.1", "::1", "localhost")


def pytest_configure(config: pytest.Config) -> None:
    """Importing `server` reads the environment: a developer's own settings must not reach the tests."""
    for name in [name for name in os.environ if name.startswith("KIOSK_")]:
        del os.environ[name]
    os.environ["KIOSK_SECRET_KEY"] = "a secret of the tests"
    os.environ["KIOSK_DATABASE_URL"] = "sqlite:////nonexistent/never-opened.db"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long tests run where they are asked for by their mark, and nowhere else."""
    if "long" in config.option.markexpr:
        return
    long = [item for item in items if item.get_closest_marker("long")]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """A test that asks another host fails at once, whoever wrote it."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and address[0] not in HERE:
            raise AssertionError(f"a test tried to reach {address[0]}")
        real(self, address)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect)
        yield


@pytest.fixture
def clock() -> Clock:
    """Tuesday, 24 November 2026, 09.00 in Waru, until a test moves it."""
    return Clock()


def fill(url: str) -> None:
    """The tables of this version and the offices of data/halls.toml."""
    migrate.upgrade(url)
    db = Database(url, real_now)
    db.transaction(catalog.load, data=catalog.read_file(HALLS))
    db.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "kiosk.db"
    fill(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    with started(fill) as server:
        yield server


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A filled database file of this test's own."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'kiosk.db')}"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """A filled database of this test's own, once of each kind."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("sqlite_url"))
    server: Server = request.getfixturevalue("postgresql")
    server.put_back()
    return server.url


@pytest.fixture
def db(url: str, clock: Clock) -> Iterator[Database]:
    """Both databases, one after the other."""
    database = Database(url, clock)
    yield database
    database.close()


@pytest.fixture
def hall(db: Database, clock: Clock) -> Hall:
    """The hall of Waru through its use cases."""
    return Hall(db, clock, "waru")


@pytest.fixture
def changed_halls(tmp_path: Path) -> Callable[..., Path]:
    """The tests' data file with one text replaced, as a path."""

    def make(old: str = "", new: str = "") -> Path:
        text = HALLS.read_text(encoding="utf-8")
        assert old in text
        path = tmp_path / "changed.toml"
        path.write_text(text.replace(old, new, 1) if old else text, encoding="utf-8")
        return path

    return make


@pytest.fixture
def make_app(sqlite_url: str, clock: Clock) -> Iterator[Callable[..., Flask]]:
    """Apps on one database file; settings as keywords. Each runs on the moved clock."""
    from server import create_app  # not above: it reads the environment, which pytest_configure clears first

    made = []

    def make(**changes: object) -> Flask:
        told = {
            "database_url": sqlite_url, "redis_url": None, "host": "127.0.0.1", "port": 8000, "proxies": 0,
            "public_url": "http://antre.test", "secret_key": "a secret of the tests", "clock": None, "clock_rate": 1.0,
            "offices": HALLS, "office_files": HALLS.with_name("offices"), **changes,
        }  # fmt: skip
        app = create_app(Settings(**told))  # type: ignore[arg-type]
        app.extensions["giliran"].db.now = clock
        made.append(app)
        return app

    yield make
    for app in made:
        app.extensions["giliran"].db.close()


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app()


@pytest.fixture
def office(app: Flask, clock: Clock) -> Office:
    """The office of Waru over HTTP (Flask's own client), with its people and devices."""
    return Office(app.extensions["giliran"].db, clock, Caller(by_client(app.test_client(use_cookies=False))), "waru")


@pytest.fixture(scope="module")
def start_live(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Callable[..., Live]]:
    """Start real servers (gunicorn); `clock` and `rate` as in KIOSK_CLOCK and KIOSK_CLOCK_RATE; more of its environment by name."""
    running: list[Live] = []

    def start(clock: str = "2026-11-24T09:00:00+08:00", rate: float = 1, url: str | None = None, **settings: str) -> Live:
        folder = tmp_path_factory.mktemp("live")
        server = Live(url or f"sqlite:///{shutil.copy(sqlite_template, folder / 'kiosk.db')}", folder, clock, rate, **settings)
        running.append(server)
        server.start()
        return server

    yield start
    for server in running:
        server.stop()


@pytest.fixture(scope="module")
def live(start_live: Callable[..., Live]) -> Live:
    """One real server for a file of tests, at nine in the morning."""
    return start_live()
