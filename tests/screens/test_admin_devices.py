"""Pairing, adding and revoking devices on a page."""

import re

import pytest
from back_room import entrance, rows, send
from limits import RateLimitItemPerMinute

import access
from office import devices
from words import say


@pytest.fixture
def signed_in(app, office):
    return entrance(app, office)


def test_pairing_shows_what_it_pairs(app, office, signed_in):
    """The code on the device, typed in any case and with blanks, leads to what it would pair; then it is paired."""
    db, admin = app.extensions["giliran"].db, signed_in()
    code = db.transaction(devices.ask_to_pair, office="waru", kind="display", token_hash="x" * 64)
    page = admin.get("/admin/devices/pair", query_string={"code": f" {code[:3].lower()} {code[3:]} "})
    assert f">{code}<" in page.text
    assert "Kecamatan Waru" in page.text
    assert rows(app, "SELECT count(*) FROM devices")[0][0] == 0
    done = send(admin, "/admin/devices/pair", code=code, name="Layar tamu")
    assert say("id", "admin.device_added", name="Layar tamu") in done.text
    assert say("id", "admin.never_connected") in done.text  # said calmly: it will be there in a moment
    assert 'class="st st--bad"' not in done.text
    assert rows(app, "SELECT kind, name FROM devices") == [("display", "Layar tamu")]


def test_a_wrong_code_stays_in_the_form(signed_in):
    """A code that nobody shows is said, and kept to be corrected."""
    page = signed_in().get("/admin/devices/pair?code=SALAH9")
    assert page.status_code == 404
    assert say("id", "pair.unknown_code") in page.text
    assert 'value="SALAH9"' in page.text


def test_a_code_of_another_office(app, signed_in):
    """Another office's device cannot be paired, nor looked at."""
    code = app.extensions["giliran"].db.transaction(
        devices.ask_to_pair, office="penajam", kind="kiosk", token_hash="y" * 64
    )
    admin = signed_in()
    assert admin.get(f"/admin/devices/pair?code={code}").status_code == 403
    assert send(admin, "/admin/devices/pair", code=code, name="x").status_code == 403
    assert rows(app, "SELECT count(*) FROM devices")[0][0] == 0


def test_a_device_s_address_is_shown_once(app, signed_in):
    """The address works, and stands on no later page."""
    admin = signed_in()
    page = send(admin, "/admin/devices", kind="kiosk", office="waru", name="Anjungan samping")
    address = re.search(r"http://antre\.test(/kiosk/waru\?token=[\w-]{43})", page.text)[1]
    assert app.test_client().get(address).status_code == 302
    assert address not in admin.get("/admin/devices").text


def test_a_printer_box_is_told_how_to_start(signed_in):
    """Its token with the whole command, once; and which printer it serves is chosen like a kiosk's."""
    page = send(signed_in(), "/admin/devices", kind="printer", office="waru", name="Kotak depan")
    assert re.search(r"python3 -m printer --server http://antre\.test --token [\w-]{43} --device", page.text)


def test_a_box_is_given_another_printer(app, office, signed_in):
    """Chosen on the page; an office's box serves one printer, and none of another office."""
    office.device("printer", "Kotak").post("/boxes/next", journal="a" * 16).ok()
    admin = signed_in()
    assert "kiosk" in send(admin, "/admin/devices/1/printer", page="/admin/devices", printer="kiosk").text
    assert rows(app, "SELECT name, box_id FROM printers WHERE box_id IS NOT NULL") == [("kiosk", 1)]
    assert send(admin, "/admin/devices/1/printer", page="/admin/devices", printer="").status_code == 422


def test_revoking_is_asked_and_then_final(app, office, signed_in):
    """After a question the device is a stranger at once."""
    kiosk, admin = office.device(name="Anjungan tua"), signed_in()
    kiosk.get(f"{office.path}/kiosk").ok()
    assert say("id", "admin.device_revoke_q", name="Anjungan tua") in admin.get("/admin/devices/1/revoke").text
    kiosk.get(f"{office.path}/kiosk").ok()
    done = send(admin, "/admin/devices/1/revoke")
    assert say("id", "admin.device_revoked", name="Anjungan tua") in done.text
    assert kiosk.get(f"{office.path}/kiosk").code == "unauthenticated"


def test_a_revoked_machine_may_be_paired_again(app, signed_in):
    """With a token of its own: the old one may be in other hands, and stays worth nothing."""
    admin, machine, here = signed_in(), app.test_client(), app.extensions["giliran"]

    def pair():
        code = "".join(re.search(r'<b aria-labelledby="code-name">(\w+)<i></i>(\w+)', machine.get("/kiosk/waru").text).groups())
        assert send(admin, "/admin/devices/pair", "/admin/devices", code=code, name="Anjungan").status_code == 200
        here.keeper.forget()
        return machine.get_cookie("giliran_device").value

    first = pair()
    send(admin, f"/admin/devices/{here.keeper.actor_of(first).id}/revoke", "/admin/devices")
    second = pair()
    assert (here.keeper.actor_of(first), here.keeper.actor_of(second).role) == (None, "kiosk")


def test_nobody_takes_all_the_places_of_those_who_wait(app, monkeypatch):
    """From one address only so many ask to be paired; who waits already goes on, and another address is not touched."""
    monkeypatch.setattr(access, "PAIRINGS_BY_ADDRESS", RateLimitItemPerMinute(3, 15))
    machines = [app.test_client() for _ in range(4)]
    assert [machine.get("/kiosk/waru").status_code for machine in machines] == [200, 200, 200, 429]
    assert machines[0].get("/kiosk/waru").status_code == 200
    assert machines[3].get("/kiosk/waru", environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 200


def test_a_kiosk_s_printer(app, office, signed_in):
    """A kiosk prints where it was told to; a printer of nowhere is refused in words."""
    office.device()
    admin = signed_in()
    done = send(admin, "/admin/devices/1/printer", printer="kiosk")
    assert say("id", "admin.device_printer_set", name="Anjungan", printer="kiosk") in done.text
    assert '"printer": "kiosk"' in rows(app, "SELECT facts FROM devices")[0][0]
    assert send(admin, "/admin/devices/1/printer", printer="nirwana").status_code == 422


def test_a_name_with_markup_is_text(app, office, signed_in):
    """What people type is never taken for markup."""
    office.device(name="<b>tebal</b>")
    assert "&lt;b&gt;tebal&lt;/b&gt;" in signed_in().get("/admin/devices").text
