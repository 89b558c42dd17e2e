"""GET /healthz, /readyz, /metrics."""

import os
import shutil
import time
from typing import Any

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from office import messages, reports
from running import Running, running
from settings import ROOT

views = Blueprint("health", __name__)
DISK_AT_LEAST_BYTES = 100 * 1024 * 1024


@views.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return jsonify({"ok": True})


@views.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Database, migrations, message queue, disk: 503 with the reason."""
    wrong = {name: reason for name, check in CHECKS.items() if (reason := check(running())) is not None}
    return jsonify({"ready": not wrong, "reasons": wrong}), 503 if wrong else 200


def _database(here: Running) -> str | None:
    try:
        with here.db.read() as look:
            look.conn.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        return f"the database does not answer: {type(error).__name__}"
    return None


def _migrations(here: Running) -> str | None:
    try:
        return None if _is_current(here) else "the tables are of another version: run db upgrade"
    except SQLAlchemyError:
        return "cannot be read"


def _is_current(here: Running) -> bool:
    """Whether the tables are those of the newest file in migrations/versions."""
    newest = max(path.name.split("_")[0] for path in (ROOT / "migrations" / "versions").glob("[0-9]*.py"))
    with here.db.read() as look:
        return look.conn.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none() == newest


def _queue(here: Running) -> str | None:
    return None if here.doorbell is None else here.doorbell.trouble()


def _disk(here: Running) -> str | None:
    free = shutil.disk_usage(ROOT).free
    return None if free > DISK_AT_LEAST_BYTES else f"only {free // 1024 // 1024} MB free"


CHECKS: dict[str, Any] = {"database": _database, "migrations": _migrations, "queue": _queue, "disk": _disk}


@views.get("/metrics")
def metrics() -> Response:
    """Prometheus text, counted at the moment of asking: no state of its own."""
    registry = CollectorRegistry()
    waiting = Gauge("giliran_waiting", "people waiting now", ["office"], registry=registry)
    version = Gauge("giliran_feed_version", "version of the office's hall feed", ["office"], registry=registry)
    opened = Gauge("giliran_counters_open", "counters open now", ["office"], registry=registry)
    jobs = Gauge("giliran_print_jobs", "print jobs by state", ["state"], registry=registry)
    told = Gauge("giliran_messages", "messages to residents by state", ["state"], registry=registry)
    Gauge("giliran_up_seconds", "since this process started", registry=registry).set(time.time() - running().started_at)
    Gauge("giliran_process_id", "of the answering process", registry=registry).set(os.getpid())
    with running().db.read() as look:
        for row in reports.figures(look):
            waiting.labels(row["office"]).set(row["waiting"])
            version.labels(row["office"]).set(row["v"])
            opened.labels(row["office"]).set(row["open"])
        for state, count in reports.job_counts(look).items():
            jobs.labels(state).set(count)
        for state, count in messages.open_counts(look.conn).items():
            told.labels(state).set(count)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
