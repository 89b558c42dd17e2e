"""A printer box beside an office of Flask's own client, and the ways its line to the server can break."""

from pathlib import Path

from emulator import Emulator
from printhall import IMPATIENT

from printer.agent import Box, NoAnswer
from printer.journal import Journal
from printer.transport import transport_for
from printer.waiting import Pace

QUICK = Pace(rest=0, idle=0, ack=0.4, ack_per_kb=0, late=5, late_step=0.05, well_but_wordless=0.1, health=0, lost=0)


class Line:
    """To the server. `lose`: the answers to so many questions from now on get lost; what was asked was done."""

    url = "http://antre.test"

    def __init__(self, caller) -> None:
        self.caller, self.lose, self.is_cut = caller, 0, False

    def post(self, path: str, body: dict) -> dict:
        if self.is_cut:
            raise NoAnswer("cut")
        answer = self.caller.post(path, **body)
        if self.lose:
            self.lose -= 1
            raise NoAnswer("lost")
        return answer.body if answer.status == 200 else {}


def box(line: Line, emulator: Emulator, journal: Path, **pace) -> Box:
    """Made anew: the box that was before is dead (its journal must be closed)."""
    way = transport_for(f"network://127.0.0.1:{emulator.port}", timing=IMPATIENT)
    return Box(line, way, Journal(journal), Pace(**{**QUICK.__dict__, **pace}))


def turn(some: Box) -> bool:
    """One turn; a line that broke is no defect."""
    try:
        return some.turn()
    except NoAnswer:
        return False
