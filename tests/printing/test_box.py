"""A printer behind another machine: whatever is lost or restarted on the way, one slip or a true word, never two."""

import pytest
from boxes import Line, box, turn
from sqlalchemy import select

from office import boxes
from office.devices import choose_printer, revoke_device
from office.models import Device, Event, Printer
from printer.journal import Journal, Taken
from printer.spooler import Spooler


@pytest.fixture
def there(office, emulator, tmp_path):
    """Waru with a printer box that has asked once."""

    class There:
        def __init__(self) -> None:
            self.kiosk, self.line = office.device(), Line(office.device("printer", "kotak"))
            self.path = tmp_path / "box.journal"
            self.box = box(self.line, emulator, self.path)
            turn(self.box)

        def restart(self) -> None:
            """As after kill -9: only what is on disk is known."""
            self.box._journal.close()
            self.box = box(self.line, emulator, self.path)

        def take(self) -> str:
            return office.take(self.kiosk)["slip"]["id"]

        def state(self, slip: str) -> str:
            return self.kiosk.get(f"/slips/{slip}").ok()["state"]

    there = There()
    yield there
    there.box._journal.close()


def test_a_box_prints_what_its_printer_is_to_print(there, emulator):
    """From its first question on, the office's first printer is the box's: the server prints nothing on it."""
    first, second = there.take(), there.take()
    assert [there.state(first), there.state(second)] == ["pending", "pending"]
    assert [turn(there.box), turn(there.box), turn(there.box)] == [True, True, False]
    assert [there.state(first), there.state(second)] == ["printed", "printed"]
    assert emulator.slips == 2


def test_a_server_does_not_print_for_a_box(there, office):
    """A virtual printer that a box has taken over is no longer printed at once on nothing."""
    slip = there.take()
    Spooler(office.db, "http://antre.test").look()
    assert there.state(slip) == "pending"


@pytest.mark.parametrize("lost", [1, 2, 3], ids=["the slip", "the outcome", "both"])
def test_an_answer_that_got_lost(there, emulator, lost):
    """What was handed out is handed out again, what was told is told again; on paper it is once."""
    slip = there.take()
    there.line.lose = lost
    for _ in range(5):
        turn(there.box)
    assert there.state(slip) == "printed"
    assert emulator.slips == 1


def test_killed_after_the_slip_was_fetched(there, emulator):
    """Not begun, so nothing of it went out: the same box prints it after its restart."""
    slip = there.take()
    there.line.lose = 1
    turn(there.box)
    there.restart()
    assert there.state(slip) == "sending"
    turn(there.box)
    turn(there.box)
    assert (there.state(slip), emulator.slips) == ("printed", 1)


def test_killed_while_the_slip_goes_out(there, emulator):
    """Begun, and then nobody knows: unsure, and never printed again by itself."""
    slip = there.take()
    given = there.line.post("/boxes/next", {"journal": there.box._journal.id})["slip"]
    there.box._journal.start(given["claim"], given["id"])
    there.restart()
    for _ in range(3):
        turn(there.box)
    assert (there.state(slip), emulator.slips) == ("unsure", 0)
    there.kiosk.post(f"/slips/{slip}/reprint").ok()
    turn(there.box)
    turn(there.box)
    assert (there.state(slip), emulator.slips) == ("printed", 1)


def test_a_box_without_its_memory(there, emulator):
    """A new memory card knows nothing of what was in hand: that is unsure, the next one is printed."""
    there.take(), there.take()
    slip = there.line.post("/boxes/next", {"journal": there.box._journal.id})["slip"]["id"]
    there.path.unlink()
    there.restart()
    for _ in range(3):
        turn(there.box)
    assert (there.state(slip), emulator.slips) == ("unsure", 1)


def test_printed_while_the_line_is_down(there, emulator, office, clock):
    """The server gives the slip up as unsure; when the line is back the box says that it is out."""
    slip = there.take()
    job = there.box._ask(ready=True)["slip"]
    there.line.is_cut = True
    clock.move(seconds=100)
    Spooler(office.db, "http://antre.test").look()
    assert there.state(slip) == "unsure"
    there.box._print(job["claim"], job["id"], b"\x1b2\x1bd\x06")
    there.line.is_cut = False
    turn(there.box)
    assert (there.state(slip), emulator.slips) == ("printed", 1)


def test_roll_ends_in_mid_slip(there, emulator, office):
    """Unsure for the counter to see while the roll is changed, printed by the late word; health follows."""
    emulator.paper_for = 3000
    slip = there.take()
    seen = []
    real = there.line.post

    def post(path, body):
        answer = real(path, body)
        seen.append((there.state(slip), health(office)))
        if seen[-1] == ("unsure", "paper_out"):
            emulator.load_paper()
        return answer

    there.line.post = post
    turn(there.box)
    turn(there.box)
    assert ("unsure", "paper_out") in seen
    assert (there.state(slip), emulator.slips, health(office)) == ("printed", 1, "ok")


def health(office) -> str:
    with office.db.read() as look:
        return look.conn.execute(select(Printer.health).where(Printer.box_id.is_not(None))).scalar_one()["state"]


def test_refused_is_tried_again(there, emulator, clock):
    """Cover open: not a byte goes out, the server's schedule counts; closed, it is printed at once."""
    emulator.cover = True
    slip = there.take()
    turn(there.box)
    turn(there.box)
    assert there.state(slip) == "pending"
    emulator.cover = False
    turn(there.box)
    turn(there.box)
    turn(there.box)
    assert (there.state(slip), emulator.slips) == ("printed", 1)


def test_a_box_that_is_away_keeps_nobody_waiting(there, office, clock):
    """After four minutes without the box its slips are failed, which is told: nothing went out and nothing will."""
    slip = there.take()
    clock.move(minutes=5)
    Spooler(office.db, "http://antre.test").look()
    assert there.state(slip) == "failed"
    with office.db.read() as look:
        told = look.conn.execute(select(Event.data).where(Event.type == "slip_trouble")).scalars().all()
    assert [trouble.get("slip_state") for trouble in told if trouble.get("slip")] == ["failed"]


def test_a_box_that_never_came_keeps_nobody_waiting(there, office, clock):
    """The printer was given, on the page, to a box that nobody has switched on yet: the same."""
    office.device("printer", "belum")
    with office.db.read() as look:
        device_id = look.conn.execute(select(Device.id).where(Device.name == "belum")).scalar_one()
    office.db.transaction(choose_printer, device_id=device_id, printer="kiosk")
    slip = there.take()
    clock.move(minutes=5)
    Spooler(office.db, "http://antre.test").look()
    assert there.state(slip) == "failed"


def test_a_revoked_box_gives_its_printer_back(there, office):
    """The server prints itself again; the box is a stranger."""
    with office.db.read() as look:
        device_id = look.conn.execute(select(Device.id).where(Device.kind == "printer")).scalar_one()
    office.db.transaction(revoke_device, device_id=device_id)
    slip = there.take()
    for thread in Spooler(office.db, "http://antre.test").look():
        thread.join(20)
    assert there.state(slip) == "printed"


def test_the_word_of_another_box_counts_for_nothing(there, office):
    """A box can neither fetch another's slips nor settle them, at its own office or at another's."""
    slip = there.take()
    given = there.line.post("/boxes/next", {"journal": there.box._journal.id})["slip"]
    said = {"claim": given["claim"], "outcome": "printed"}
    second = office.device("printer", "lain")
    assert second.post("/boxes/next", journal="a" * 16).ok() == {"printer": None, "slip": None}
    assert second.post(f"/boxes/slips/{slip}", **said).ok()["state"] == "sending"
    assert there.kiosk.post(f"/boxes/slips/{slip}", **said).code == "forbidden"
    assert office.at("penajam").device("printer").post(f"/boxes/slips/{slip}", **said).code == "forbidden"


def test_a_slip_is_given_up_only_without_its_box(there, emulator, office, clock):
    """A box that asks but cannot print keeps its slip waiting as the server's own printer would."""
    emulator.cover = True
    slip = there.take()
    clock.move(minutes=5)
    turn(there.box)
    turn(there.box)
    clock.move(seconds=30)
    assert there.state(slip) == "pending"
    with office.db.read() as look:
        assert boxes.unfetched(look.conn, look.now) == []


def test_a_journal_has_one_writer(tmp_path):
    """Two boxes with one journal would print each other's slips: the second does not start."""
    journal = Journal(tmp_path / "j")
    with pytest.raises(Taken):
        Journal(tmp_path / "j")
    journal.close()
    Journal(tmp_path / "j").close()


def test_a_journal_after_a_power_cut(tmp_path):
    """Half a last line was never relied on; damage before it makes the journal another one."""
    path = tmp_path / "j"
    journal = Journal(path)
    journal.start("box:1:a:1", "slip")
    journal.close()
    with path.open("a") as file:
        file.write('{"claim": "box:1:a:2", "sl')
    again = Journal(path)
    assert (again.id, again.knows("box:1:a:1"), again.knows("box:1:a:2")) == (journal.id, True, False)
    assert [entry.outcome for entry in again.untold()] == ["unsure"]
    again.close()
    path.write_text(path.read_text().replace('"slip"', '"sl', 1))
    other = Journal(path)
    assert other.id != journal.id
    other.close()
