"""How the process and its database are, and what is said while they are not well."""

import sqlite3

import pytest
from factories import order


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_health(app, path):
    """The process answers, is ready, and says its figures."""
    answer = app.test_client().get(path)
    assert answer.status_code == 200, answer.get_data()


def test_not_ready_without_its_tables(make_app, tmp_path):
    """503 with the reason while the tables are missing."""
    app = make_app(database_url=f"sqlite:///{tmp_path}/empty.db")
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json["reasons"]


@pytest.fixture(name="impatient")
def _impatient(monkeypatch):
    monkeypatch.setattr("office.db.PATIENCE_SECONDS", 0.05)


@pytest.mark.usefixtures("impatient")
def test_another_program_holds_the_file(sqlite_url, office):
    """A backup that keeps SQLite's file to itself: 503 and when to come again, nothing done, and the same request later."""
    kiosk, body = office.device("kiosk"), order()
    backup = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    backup.execute("BEGIN IMMEDIATE")
    refused = kiosk.post("/offices/waru/tickets", **body)
    assert (refused.status, refused.code, refused.headers["Retry-After"]) == (503, "busy", "2")
    backup.close()
    assert kiosk.post("/offices/waru/tickets", **body).ok()["label"] == "A001"
