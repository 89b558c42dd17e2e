"""`python -m printer --server URL --token TOKEN --device DEVICE`: a printer box. With --test: one test slip, in plain words."""

import argparse
import hashlib
import logging
import os
import signal
import sys
from pathlib import Path

import words
from printer.agent import Box, NoAnswer, Server, Stranger
from printer.journal import Journal, Taken
from printer.transport import BadDevice, Transport, transport_for
from printer.trial import columns_on, try_out
from printer.waiting import Pace

VAR = Path(__file__).resolve().parent.parent / "var"
PROBE = {"journal": "trial" * 2, "ready": False}


def read(arguments: list[str]) -> argparse.Namespace:
    """Each of the first three may stand in the environment instead, where no list of processes shows it."""
    parser = argparse.ArgumentParser("python -m printer", description=__doc__)
    about = {
        "server": "the server's address", "token": "what pairing this box printed",
        "device": "network://HOST[:9100], serial:///dev/ttyUSB0?baudrate=9600, usb://VID:PID, file:///dev/usb/lp0, cups://NAME",
    }  # fmt: skip
    for name, what in about.items():
        parser.add_argument(f"--{name}", default=os.environ.get(f"BOX_{name.upper()}"), help=f"{what}; or BOX_{name.upper()}")
    parser.add_argument("--one-way", action="store_true", help="the printer never answers")
    parser.add_argument("--journal", type=Path, help="where is written down what was begun; var/box-….journal")
    parser.add_argument("--test", action="store_true", help="print a test slip, say how it went, and end")
    parser.add_argument("--width-mm", type=int, choices=(58, 80), default=58, help="of the test slip's paper")
    parser.add_argument("--lang", choices=words.LANGUAGES, default="id")
    told = parser.parse_args(arguments)
    if not told.device or not (told.test or (told.server and told.token)):
        parser.error("--server, --token and --device are needed (with --test: --device)")
    if told.server and not told.server.startswith(("http://", "https://")):
        parser.error("--server begins with http:// or https://")
    return told


def main(arguments: list[str]) -> int:
    told = read(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    try:
        way = transport_for(told.device, one_way=told.one_way)
    except BadDevice as error:
        return _fail(str(error))
    return _test(told, way) if told.test else _serve(told, way)


def _fail(text: str) -> int:
    sys.stderr.write(text + "\n")
    return 1


def _test(told: argparse.Namespace, way: Transport) -> int:
    result = try_out(way, told.device, told.lang, columns_on(told.width_mm))
    lines = result.lines + ([_line_to_server(told)] if told.server and told.token else [])
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if result.went_well else 1


def _line_to_server(told: argparse.Namespace) -> str:
    try:
        answer = Server(told.server, told.token).post("/boxes/next", PROBE)
    except Stranger:
        return words.say(told.lang, "box.stranger", url=told.server)
    except NoAnswer as error:
        return words.say(told.lang, "box.away", url=told.server) + f" ({error})"
    word = "ready" if answer.get("printer") else "no_printer"
    return words.say(told.lang, f"box.{word}", url=told.server)


def _serve(told: argparse.Namespace, way: Transport) -> int:
    default = VAR / f"box-{hashlib.sha256(told.device.encode()).hexdigest()[:8]}.journal"
    try:
        journal = Journal(told.journal or default)
    except (Taken, OSError) as error:
        return _fail(str(error))

    def note(word: str) -> None:
        logging.getLogger("giliran.box").info("%s", words.say(told.lang, f"box.{word}", url=told.server))

    box = Box(Server(told.server, told.token), way, journal, Pace(rest=0.5, lost=10.0), note)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: box.stop())
    box.run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
