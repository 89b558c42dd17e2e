"""The office's machines: who is connected since when, and an alert for each that should be there and is not."""

import pytest
from sqlalchemy import update

from access import hash_token
from office import boxes, desk, devices, kiosks, overview, slips
from office.actors import Actor
from office.models import PrintJob
from office.profile import profile_of

ADMIN = Actor("person", 1, "ani", "office_admin", "waru")


@pytest.fixture
def there(hall):
    """Waru and its machines."""

    class There:
        def add(self, kind: str) -> int:
            return hall.do(devices.add_device, "waru", kind, kind, hash_token(kind))

        def see(self, device_id: int, **facts) -> None:
            hall.do(devices.note_seen, [device_id], facts={device_id: facts})

        def gear(self) -> dict:
            with hall.db.read() as look:
                return desk.gear(look, profile_of(look, "waru"))

        def troubles(self) -> list[str]:
            with hall.db.read() as look:
                return [trouble["code"] for trouble in overview.offices_now(look, ADMIN)[0]["troubles"]]

        def slips(self) -> list[dict]:
            hall.sit()
            with hall.db.read() as look:
                return desk.desk(look, "waru", 1, None)["slips"]

    return There()


def test_connected_since(there, clock):
    """From the first sign of life without a break of a minute; what was set for it and what it said stay."""
    kiosk = there.add("kiosk")
    there.see(kiosk, version="a1")
    first = clock().isoformat()
    for _ in range(3):
        clock.move(seconds=50)
        there.see(kiosk)
    assert there.gear()["kiosks"][0]["since"] == first
    clock.move(minutes=5)
    there.see(kiosk, sound="on")
    machine = there.gear()["kiosks"][0]
    assert (machine["since"], machine["sound"], machine["version"]) == (clock().isoformat(), "on", "a1")


@pytest.mark.parametrize(("kind", "code"), [("kiosk", "kiosk"), ("display", "screen"), ("printer", "box")])
def test_who_is_missing_is_said(there, clock, kind, code):
    """Paired and never seen, seen and gone, back again; each is another trouble, or none."""
    machine = there.add(kind)
    assert f"{code}_new" in there.troubles()
    there.see(machine)
    assert there.troubles() == []
    clock.move(seconds=61)
    assert there.troubles() == [f"{code}_away"]


def test_a_printer_behind_a_box_that_is_away(there, hall, clock):
    """The printer is off for kiosk and counter; the trouble is the box, said once."""
    box = there.add("printer")
    there.see(box)
    hall.do(boxes.attach, box)
    with hall.db.read() as look:
        printer_id = boxes.box_now(look.conn, box, look.now).printer_id
    hall.do(slips.note_health, printer_id=printer_id, health={"state": "ok"})
    clock.move(seconds=30)
    assert there.gear()["printers"][0]["state"] == "ok"
    clock.move(seconds=31)
    assert (there.gear()["printers"][0]["state"], there.gear()["printers"][0]["behind"]) == ("off", "printer")
    with hall.db.read() as look:
        assert kiosks.kiosk_view(look, "waru")["printer"]["state"] == "off"
    assert there.troubles() == ["box_away"]


def test_papers_that_did_not_come_stand_at_the_counter(there, hall, clock):
    """While their people wait: those of who was served, of yesterday or seen to are no alert."""
    gone, waits, seen = hall.take(), hall.take(), hall.take()
    for ticket, state in ((gone, "unsure"), (waits, "failed"), (seen, "failed")):
        with hall.db.engine.begin() as conn:
            conn.execute(update(PrintJob).where(PrintJob.id == ticket["slip"]["id"]).values(state=state))
    hall.sit()
    called = hall.call()
    assert called["label"] == gone["label"]
    assert {slip["ticket"] for slip in there.slips()} == {gone["label"], waits["label"], seen["label"]}
    hall.do(slips.drop, seen["slip"]["id"], by=hall.person())
    assert {slip["ticket"] for slip in there.slips()} == {gone["label"], waits["label"]}
    clock.move(days=1)
    assert there.slips() == []


def test_a_kiosk_is_told_how_many_wait(hall):
    """So that people see before they take a number."""
    hall.take(), hall.take()
    with hall.db.read() as look:
        assert kiosks.kiosk_view(look, "waru")["waiting_count"] == 2
