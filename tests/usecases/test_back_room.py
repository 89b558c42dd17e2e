"""What an administrator changes and asks, on both databases."""

from datetime import date

import pytest

from office import closures, devices, overview, printers
from office.actors import Actor
from office.errors import Forbidden, Invalid, NotFound

WEDNESDAY = date(2026, 11, 25)
REASON = {"id": "Rapat kerja", "en": "Staff meeting"}
HENDRA = Actor("person", None, "hendra", "office_admin", "waru")
RAHMA = Actor("person", None, "rahma", "regency_admin", None)


def close(hall, by=HENDRA, office="waru", hours=(), on_day=WEDNESDAY):
    return hall.do(closures.set_hours, office=office, on_day=on_day, hours=list(hours), reason=REASON, by=by)


def listed(hall, by=HENDRA):
    with hall.db.read() as look:
        return closures.closures(look, by, WEDNESDAY)


def test_a_date_is_fixed_once(hall):
    """The last word for a date stands; a date of every office stands beside the office's own."""
    close(hall)
    close(hall, hours=["08:00-10:00"])
    close(hall, by=RAHMA, office=None)
    assert [(row["office"], row["hours"]) for row in listed(hall)] == [("waru", ["08:00-10:00"]), (None, [])]


def test_the_office_s_own_hours_win(hall, clock):
    """Closed everywhere, but this office opens from eight to ten."""
    close(hall, by=RAHMA, office=None)
    close(hall, hours=["08:00-10:00"])
    clock.set("2026-11-25T09:00:00+08:00")
    assert hall.board()["open_now"]
    assert not hall.at("penajam").board()["open_now"]


def test_an_undone_change_is_forgotten(hall):
    """A change that is undone leaves neither hours nor a remembered profile behind."""

    def fail(tx):
        closures.set_hours(tx, "waru", WEDNESDAY, [], REASON)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        hall.do(fail, by=HENDRA)
    close(hall, hours=["08:00-10:00"])
    assert [row["hours"] for row in listed(hall)] == [["08:00-10:00"]]


@pytest.mark.parametrize("office", ["penajam", None])
def test_beyond_the_own_office(hall, office):
    """An office's administrator fixes and removes that office's dates only."""
    made = close(hall, by=RAHMA, office=office)
    with pytest.raises(Forbidden):
        close(hall, office=office)
    with pytest.raises(Forbidden):
        hall.do(closures.remove, closure_id=made["id"], by=HENDRA)
    assert len(listed(hall, RAHMA)) == 1


def test_removing_what_is_gone(hall):
    """Twice removed is not found, not a crash."""
    made = close(hall)
    hall.do(closures.remove, closure_id=made["id"], by=HENDRA)
    with pytest.raises(NotFound):
        hall.do(closures.remove, closure_id=made["id"], by=HENDRA)


def test_a_printer_moves_with_its_waiting_slips(hall):
    """Another width: what waits is set anew and tried at once."""
    hall.take()
    hall.do(lambda tx: tx.conn.exec_driver_sql("UPDATE print_jobs SET state = 'pending', bytes = 'old'"))
    with hall.db.read() as look:
        printer = next(p for p in printers.printers(look, HENDRA))
    hall.do(printers.change_printer, printer_id=printer["id"], device="file:///dev/usb/lp0", width_mm=58, by=HENDRA)
    with hall.db.read() as look:
        changed = printers.printer_row(look.conn, printer["id"], HENDRA)
        assert look.conn.exec_driver_sql("SELECT bytes FROM print_jobs").scalars().all() == [None]
    assert (changed.device, changed.width_mm, changed.health) == ("file:///dev/usb/lp0", 58, None)


def test_a_kiosk_s_printer_is_of_its_office(hall):
    """Only a kiosk prints, and only where its office has a printer."""
    kiosk = hall.do(devices.add_device, office="waru", kind="kiosk", name="K", token_hash="k" * 64)
    screen = hall.do(devices.add_device, office="waru", kind="display", name="L", token_hash="l" * 64)
    hall.do(devices.choose_printer, device_id=kiosk, printer="kiosk", by=HENDRA)
    for device_id, printer in ((kiosk, "nirwana"), (screen, "kiosk")):
        with pytest.raises(Invalid):
            hall.do(devices.choose_printer, device_id=device_id, printer=printer, by=HENDRA)


def codes_of(hall):
    with hall.db.read() as look:
        return [trouble["code"] for trouble in overview.offices_now(look, HENDRA)[0]["troubles"]]


def test_waiting_without_a_counter_is_a_trouble(hall, clock):
    """Nobody works and somebody waits; then somebody works, and an hour is too long."""
    assert codes_of(hall) == []
    hall.take()
    assert codes_of(hall) == ["nobody"]
    hall.sit()
    assert codes_of(hall) == []
    clock.move(minutes=61)
    assert codes_of(hall) == ["long_wait"]


def test_machines_that_sleep_at_night_are_not_broken(hall, clock):
    """A kiosk that was seen and is silent is a trouble while the office gives numbers, not in the evening."""
    kiosk = hall.do(devices.add_device, office="waru", kind="kiosk", name="K", token_hash="k" * 64)
    assert codes_of(hall) == ["kiosk_new"]
    hall.do(devices.note_seen, device_ids=[kiosk])
    assert codes_of(hall) == []
    clock.move(minutes=5)
    assert codes_of(hall) == ["kiosk_away"]
    clock.set("2026-11-24T20:00:00+08:00")
    assert codes_of(hall) == []


def test_yesterday_s_slips_are_no_trouble_of_today(hall, clock):
    """A slip that failed today is one; tomorrow it is not."""
    hall.take()
    hall.do(lambda tx: tx.conn.exec_driver_sql("UPDATE print_jobs SET state = 'failed'"))
    assert codes_of(hall) == ["nobody", "slips_failed"]
    clock.move(days=1)
    assert "slips_failed" not in codes_of(hall)
