"""Printers and their slips on a page."""

import pytest
from back_room import entrance, rows, send

from office import slips
from office.states import JobState
from words import say


@pytest.fixture
def signed_in(app, office):
    return entrance(app, office)


def test_a_printer_s_change_is_shown_first(app, office, signed_in):
    """The first form only shows what would change; with the second it is done, and the profile is read anew."""
    admin = signed_in()
    asked = send(admin, "/admin/printers/1", device="network://127.0.0.1:9100", width_mm="58")
    assert "network://127.0.0.1:9100" in asked.text
    assert rows(app, "SELECT device, width_mm FROM printers WHERE id = 1") == [("virtual:", 80)]
    before = rows(app, "SELECT revision FROM offices WHERE code = 'waru'")[0][0]
    done = send(admin, "/admin/printers/1", device="network://127.0.0.1:9100", width_mm="58", sure="1")
    assert say("id", "admin.printer_changed", name="kiosk") in done.text
    assert rows(app, "SELECT device, width_mm FROM printers WHERE id = 1") == [("network://127.0.0.1:9100", 58)]
    assert rows(app, "SELECT revision FROM offices WHERE code = 'waru'")[0][0] == before + 1


def test_a_printer_that_never_answers(app, signed_in):
    """One box ticked, shown before it counts; the next change without it takes it back."""
    admin = signed_in()
    asked = send(admin, "/admin/printers/1", device="virtual:", width_mm="80", one_way="1")
    assert say("id", "admin.printer_answers") in asked.text
    for ticked, stored in (({"one_way": "1"}, "true"), ({}, "false")):
        send(admin, "/admin/printers/1", device="virtual:", width_mm="80", sure="1", **ticked)
        assert f'"one_way": {stored}' in rows(app, "SELECT options FROM printers WHERE id = 1")[0][0]


REFUSED = [
    ("ftp://x", "80", "admin.wrong_device"), ("file:///opt/giliran/var/kiosk.db", "80", "admin.wrong_device"),
    ("file:///dev/../opt/giliran/var/kiosk.db", "80", "admin.wrong_device"),
    ("virtual:", "70", "admin.wrong_width"),
    ("virtual:", "", "admin.wrong_width"),
]


@pytest.mark.parametrize(("device", "width", "word"), REFUSED)
def test_a_printer_s_address_follows_the_rule_of_the_data_file(app, signed_in, device, width, word):
    """What the data file would refuse is refused here, in words, and stays in the form."""
    page = send(signed_in(), "/admin/printers/1", device=device, width_mm=width, sure="1")
    assert page.status_code == 422
    assert say("id", word) in page.text
    assert f'value="{device}"' in page.text


def test_a_test_slip_at_a_press(app, signed_in):
    """Asked for once however often it is pressed, in the language of the page; not for a picture, a box's printer or
    another office's, and not by a link."""
    admin = signed_in()
    assert send(admin, "/admin/printers/1/trial").status_code == 422, "there is no printer to print on"
    send(admin, "/admin/printers/1", device="network://127.0.0.1:9", width_mm="58", sure="1")
    assert send(signed_in(code="penajam"), "/admin/printers/1/trial").status_code == 403
    assert admin.get("/admin/printers/1/trial").status_code == 405
    assert rows(app, "SELECT trial FROM printers WHERE id = 1") in ([(None,)], [("null",)])
    page = send(admin, "/admin/printers/1/trial")
    assert say("id", "admin.printer_test_asked", name="kiosk") in page.text
    asked = rows(app, "SELECT trial FROM printers WHERE id = 1")
    send(admin, "/admin/printers/1/trial")
    assert rows(app, "SELECT trial FROM printers WHERE id = 1") == asked


@pytest.fixture
def failed_slip(app, office):
    """A slip that was not printed."""
    slip = office.take(office.device())["slip"]["id"]
    db = app.extensions["giliran"].db
    db.transaction(slips.claim_next, printer_id=1, owner="x")
    for _ in range(8):
        db.transaction(slips.settle, job_id=slip, outcome=JobState.PENDING, error="refused")
        db.transaction(
            lambda tx: tx.conn.exec_driver_sql("UPDATE print_jobs SET state = 'sending' WHERE state = 'pending'")
        )
    return slip


def test_slips_are_seen_and_sent_again(app, office, signed_in, failed_slip):
    """A slip in trouble stands on both pages, can be printed again, or dropped."""
    admin = signed_in()
    assert say("id", "admin.trouble_slips_failed", n=1) in admin.get("/admin").text
    page = admin.get("/admin/printers").text
    assert say("id", "slip.state_failed") in page
    assert f"/api/v1/slips/{failed_slip}.png" in page
    assert say("id", "admin.slip_printing", number="A001") in send(admin, f"/admin/slips/{failed_slip}/reprint").text
    assert say("id", "admin.slip_dropped", number="A001") in send(admin, f"/admin/slips/{failed_slip}/drop").text
    assert rows(app, "SELECT state FROM print_jobs") == [("dropped",)]


def test_another_office_s_slip_is_out_of_reach(app, office, signed_in, failed_slip):
    """Neither printed again nor dropped by another office's administrator."""
    other = signed_in(code="penajam")
    assert send(other, f"/admin/slips/{failed_slip}/drop").status_code == 403
    assert rows(app, "SELECT state FROM print_jobs")[0][0] != "dropped"
