"""`python -m demo`: the four offices through one busy day, twenty times as fast as real time."""

import argparse
import logging
import os
import signal
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path
from types import FrameType
from zoneinfo import ZoneInfo

import click

from demo.asking import Asking
from demo.clerk import Clerk
from demo.hall import Hall
from demo.serving import serving
from demo.stage import DATABASE, VISITOR, VISITOR_PASSWORD, Stage, set_stage
from office.hours import opening_at
from words import clock_words

REPORT_EVERY = timedelta(minutes=30)
RATE, SEED = 20.0, 1


def main() -> int:
    asked = arguments()
    logging.basicConfig(format="%(message)s")
    for end in (signal.SIGINT, signal.SIGTERM):  # SIGINT too: whatever a shell starts behind it is born deaf to it
        signal.signal(end, _stop)
    host, port = os.environ.get("KIOSK_HOST") or "127.0.0.1", int(os.environ.get("KIOSK_PORT") or "8000")
    stage = set_stage(asked.rate, asked.database)
    try:
        with serving(stage, host, port):
            click.echo(addresses(stage, os.environ.get("KIOSK_PUBLIC_URL") or f"http://{host}:{port}"))
            play(stage, port, asked.seed)
    except KeyboardInterrupt:
        click.echo("\nthe demo ends")
    except RuntimeError as error:
        click.echo(error, err=True)
        return 1
    finally:
        stage.db.close()
    return 0


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m demo", description="A simulated day of the four offices.")
    parser.add_argument("--rate", type=float, default=float(os.environ.get("KIOSK_CLOCK_RATE") or RATE),
                        help="how many times as fast as real time (KIOSK_CLOCK_RATE; 20)")
    parser.add_argument("--database", type=Path, default=DATABASE, help="its own file, made anew (var/demo.db)")
    parser.add_argument("--seed", type=int, default=SEED, help="another seed, another day")
    return parser.parse_args()


def addresses(stage: Stage, url: str) -> str:
    """Every page, with the token that pairs the browser which opens it."""
    lines = [
        f"A day in {len(stage.profiles)} offices, {stage.rate:g} times as fast;",
        f"it begins {stage.starts:%A %d %B %Y, %H.%M}.",
    ]
    for profile in stage.profiles:
        lines += ["", profile.name]
        for kind in ("kiosk", "display"):
            lines.append(f"  {kind:8} {url}/{kind}/{profile.code}?token={stage.tokens[profile.code, kind]}")
        lines.append(f"  counter  {url}/counter/{profile.code}   (counter {max(profile.counters)} is free for you)")
    sign_in = f"sign in with name {VISITOR}, password {VISITOR_PASSWORD}"
    return "\n".join([*lines, "", f"residents  {url}/", f"back room  {url}/admin", sign_in, "", "Ctrl-C ends it."])


def play(stage: Stage, port: int, seed: int) -> None:
    """Every hall in a thread of its own, until each day is over; then the server goes on for whoever watches."""
    stopped = threading.Event()
    halls = [_hall(stage, profile.code, port, stopped, seed) for profile in stage.profiles]
    threads = [threading.Thread(target=hall.run, name=hall.office, daemon=True) for hall in halls]
    for thread in threads:
        thread.start()
    try:
        _report(stage, halls, threads)
        click.echo(f"{summary(stage, halls)}\nThe day is over. The pages stay until Ctrl-C.")
        threading.Event().wait()
    finally:
        stopped.set()
        for thread in threads:
            thread.join()


def _report(stage: Stage, halls: list[Hall], threads: list[threading.Thread]) -> None:
    report_at = stage.now() + REPORT_EVERY
    while any(thread.is_alive() for thread in threads):
        time.sleep(0.5)
        if stage.now() >= report_at:
            report_at += REPORT_EVERY
            click.echo(summary(stage, halls))


def _hall(stage: Stage, office: str, port: int, stopped: threading.Event, seed: int) -> Hall:
    profile = next(profile for profile in stage.profiles if profile.code == office)
    zone, day = ZoneInfo(profile.timezone), stage.starts.astimezone(ZoneInfo(profile.timezone)).date()
    hall = Hall(office, Asking(port, stage.tokens[office, "kiosk"]), stage.now, stopped, f"{seed} {office}")
    hall.expect_residents(day, profile.timezone)
    noon = datetime.combine(day, datetime.min.time(), zone) + timedelta(hours=12)
    closes_at = opening_at(profile.schedule, noon).closes_at or noon + timedelta(hours=3)
    for (code, number), username in stage.clerks.items():
        if code == office:
            Clerk(hall, number, _signed_in(port, username, stage.password), closes_at).plan_day(day, profile.timezone)
    return hall


def _signed_in(port: int, username: str, password: str) -> Asking:
    status, answer = Asking(port).post("/session", username=username, password=password)
    if status != 200:
        raise RuntimeError(f"{username} could not sign in: {answer}")
    return Asking(port, answer["token"])


def summary(stage: Stage, halls: list[Hall]) -> str:
    """One line: the time there, and of each office numbers taken and people served."""
    offices = ", ".join(f"{hall.office} {hall.taken} taken {hall.served} served" for hall in halls)
    return f"{clock_words(stage.now().astimezone(stage.starts.tzinfo))}  {offices}"


if __name__ == "__main__":
    raise SystemExit(main())
