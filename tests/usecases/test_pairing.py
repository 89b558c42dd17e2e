"""Devices: paired by a code, known over restarts, strangers once revoked."""

import pytest

from office import devices
from office.errors import Forbidden, Invalid, NotFound, SlowDown, UnknownCode, UnknownOffice


@pytest.fixture
def boss(hall):
    return hall.person("ani", role="office_admin")


def ask(hall, token="browser", kind="kiosk", office="waru"):
    return hall.do(devices.ask_to_pair, office, kind, token)


def device(hall, token="browser"):
    with hall.db.read() as look:
        found = devices.device_of_token(look.conn, token)
    return found[0] if found else None


def test_a_code_that_is_confirmed_pairs(hall, boss):
    """The browser that showed the code is the office's device from then on."""
    code = ask(hall)
    assert device(hall) is None
    confirmed = hall.do(devices.confirm_pairing, code, "Anjungan 1", by=boss)
    who = device(hall)
    assert (who.id, who.role, who.office_code, who.name) == (confirmed["id"], "kiosk", "waru", "Anjungan 1")


@pytest.mark.parametrize("typed", ["{}", " {} ", "{lower}", "{a}-{b}", "{a} {b}"])
def test_a_code_may_be_typed_as_people_type(hall, boss, typed):
    """Small letters, blanks and hyphens do not matter."""
    code = ask(hall)
    text = typed.format(code, lower=code.lower(), a=code[:3], b=code[3:])
    assert hall.do(devices.confirm_pairing, text, "Layar", by=boss)["kind"] == "kiosk"


def test_the_same_browser_keeps_its_code(hall):
    """Reloading the page shows the same code; another browser gets another."""
    assert ask(hall) == ask(hall)
    assert ask(hall, "another") != ask(hall)
    assert len(ask(hall)) == devices.CODE_LENGTH


def test_a_code_lasts_a_quarter_of_an_hour(hall, boss):
    """Afterwards it is unknown, and so is one that was used or never shown."""
    code = ask(hall)
    hall.clock.move(minutes=15)
    for wrong in (code, "AAAAAA", ""):
        with pytest.raises(UnknownCode):
            hall.do(devices.confirm_pairing, wrong, "x", by=boss)
    fresh = ask(hall)
    hall.do(devices.confirm_pairing, fresh, "x", by=boss)
    with pytest.raises(UnknownCode):
        hall.do(devices.confirm_pairing, fresh, "x", by=boss)


def test_another_offices_device_is_not_ours_to_pair(hall, boss):
    """An administrator of Waru cannot confirm what stands in Timur."""
    code = ask(hall, office="timur")
    with pytest.raises(Forbidden):
        hall.do(devices.confirm_pairing, code, "x", by=boss)
    assert device(hall) is None


def test_revoked_is_a_stranger(hall, boss):
    """From now on; the row stays."""
    hall.do(devices.add_device, "waru", "display", "Layar", "browser")
    hall.do(devices.revoke_device, device(hall).id, by=boss)
    assert device(hall) is None


def test_who_may_revoke(hall, boss):
    """The office's administrators; not its operators, not another office's people."""
    device_id = hall.do(devices.add_device, "waru", "display", "Layar", "browser")
    for stranger in (hall.person("siti"), hall.at("timur").person("yosef", role="office_admin")):
        with pytest.raises(Forbidden):
            hall.do(devices.revoke_device, device_id, by=stranger)
    with pytest.raises(NotFound):
        hall.do(devices.revoke_device, 999, by=boss)
    assert device(hall) is not None


@pytest.mark.parametrize(
    ("office", "kind", "name", "refusal"),
    [("atlantis", "kiosk", "x", UnknownOffice), ("waru", "toaster", "x", Invalid), ("waru", "kiosk", "  ", Invalid)],
)
def test_devices_that_cannot_be(hall, office, kind, name, refusal):
    """An unknown office, an unknown kind, no name."""
    with pytest.raises(refusal):
        hall.do(devices.add_device, office, kind, name, "browser")


def test_somebody_playing_with_codes_is_slowed(hall):
    """More waiting browsers than an office ever sets up: slow down, and old codes make room."""
    for n in range(devices.PAIRINGS_AT_MOST):
        ask(hall, f"browser{n}")
    with pytest.raises(SlowDown) as refused:
        ask(hall, "one more")
    assert refused.value.facts["retry_after_seconds"] == 60
    hall.clock.move(minutes=16)
    assert ask(hall, "one more")
