"""Figures: a median with its spread, the limit beside it, and the table they are printed in."""

import os
import platform
import sqlite3
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

PARTS = ("flask", "flask-socketio", "gevent", "gunicorn", "sqlalchemy", "simple-websocket")


class Several(NamedTuple):
    """The middle of several runs, the lowest and the highest."""

    middle: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{shown(self.middle)} ({shown(self.low)}–{shown(self.high)})"


@dataclass(frozen=True)
class Figure:
    """One line of the table. `beside`: the limit on this machine; `wanted`: what the issue asks for."""

    what: str
    measured: str
    beside: str = ""
    share: str = ""
    wanted: str = ""


def shown(number: float) -> str:
    """Three figures that mean something."""
    if number >= 100:
        return f"{number:,.0f}"
    return f"{number:.1f}" if number >= 10 else f"{number:.2f}"


def several(runs: int, measure: Callable[[], float]) -> Several:
    found = [measure() for _ in range(runs)]
    return Several(statistics.median(found), min(found), max(found))


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of them lie; nothing is interpolated."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def percentiles(values: Sequence[float]) -> str:
    """p50 / p95 / p99 of milliseconds; a dash when a run was too short for any."""
    if not values:
        return "–"
    return " / ".join(shown(quantile(values, share)) for share in (0.5, 0.95, 0.99))


def machine() -> list[str]:
    """What a reader needs to judge the figures: the machine, the versions, what else ran."""
    parts = ", ".join(f"{name} {version(name)}" for name in PARTS)
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return [
        f"{os.cpu_count()} cores ({_processor()}), {_memory_gib():.0f} GiB, Linux {platform.release()}",
        f"Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}, {parts}",
        f"load average at the start (1, 5, 15 min): {load}",
        "server, load generator and whatever else runs share these cores",
    ]


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def _memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def table(title: str, figures: Sequence[Figure]) -> str:
    """One section as Markdown."""
    lines = [f"## {title}", "", "| what | measured | limit here | share | wanted |", "| --- | --- | --- | --- | --- |"]
    lines += [f"| {f.what} | {f.measured} | {f.beside} | {f.share} | {f.wanted} |" for f in figures]
    return "\n".join(lines)


def document(command: str, facts: Sequence[str], sections: Sequence[str]) -> str:
    """docs/benchmarks.md, written by the run itself."""
    when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    head = [
        "# Benchmarks", "", f"Written by `{command}` on {when}. Do not edit by hand.", "",
        *[f"- {fact}" for fact in facts],
        "- a figure is the median of several runs, with the lowest and the highest in brackets; times are p50 / p95 / p99",
        "- ceiling for tickets: `1 / (1/constant + 1/rows)`; constant: a fixed JSON from the same server and Flask,",
        "  rows: the same rows through SQLAlchemy Core",
        "- after each load the product recounts every invariant (`flask --app server check`)",
    ]
    return "\n".join([*head, "", *"\n\n".join(sections).splitlines(), ""])
