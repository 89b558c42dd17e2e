"""`python -m tests.bench`: one run, one table, also written to docs/benchmarks.md."""

import argparse
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from settings import ROOT
from tests.bench.bench import Bench
from tests.bench.booking_storm import bookings
from tests.bench.figures import Figure, document, machine, table
from tests.bench.growth import growth
from tests.bench.many_processes import postgres
from tests.bench.resting import memory, rest, start
from tests.bench.screens import screens
from tests.bench.throughput import acts, polls, tickets
from tests.bench.weights import weights

SECTIONS: dict[str, tuple[str, Callable[[Bench], list[Figure]]]] = {
    "tickets": ("Tickets through HTTP", tickets),
    "acts": ("Acts at the counters", acts),
    "screens": ("From the call to the screens", screens),
    "polls": ("Polls of the board", polls),
    "bookings": ("Bookings", bookings),
    "growth": ("As the day and the years fill up", growth),
    "start": ("Start", start),
    "memory": ("Memory", memory),
    "rest": ("At rest", rest),
    "pages": ("Weight of the pages", weights),
    "postgres": ("PostgreSQL, several processes, Redis", postgres),
}
# Only with --full, or when asked for by name.
LONG = ("postgres",)


def main() -> int:
    asked = arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends like Ctrl-C, so that no server stays
    directory = Path(tempfile.mkdtemp(prefix="giliran-bench-"))
    bench = Bench(directory, asked.quick, asked.full)
    facts, sections, began = machine(), [], time.monotonic()
    try:
        for name in asked.only or [name for name in SECTIONS if asked.full or name not in LONG]:
            title, measure = SECTIONS[name]
            sections.append(table(title, measure(bench)))
            print(sections[-1], "\n", flush=True)
            if asked.out:  # after each section: a run that is broken off has measured something
                spent = f"until here the run took {time.monotonic() - began:.0f} s"
                write(asked.out, [*facts, spent], sections)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    return 0


def write(out: Path, facts: list[str], sections: list[str]) -> None:
    command = " ".join(["python -m tests.bench", *sys.argv[1:]])
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(document(command, facts, sections), encoding="utf-8")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="How fast it is, beside what this machine could do.")
    parser.add_argument("--quick", action="store_true", help="seconds instead of minutes; the figures mean nothing and are not written")
    parser.add_argument("--full", action="store_true", help="also PostgreSQL with several processes; 5,000,000 old rows")
    parser.add_argument("--only", nargs="+", choices=SECTIONS, help="some sections; nothing is written unless --out is given")
    parser.add_argument("--out", type=Path, help="file to write (docs/benchmarks.md for a whole run)")
    asked = parser.parse_args()
    if asked.out is None and not asked.quick and not asked.only:
        asked.out = ROOT / "docs" / "benchmarks.md"
    return asked


if __name__ == "__main__":
    raise SystemExit(main())
