"""A printer that fails, seen from the kiosk, the counter and the back room: all say the same, and it is true."""

import pytest
from emulator import Emulator
from kiosk_walk import shipped_offices
from playwright.sync_api import expect
from storm import point_at

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def live(start_live, tmp_path_factory):
    return start_live(url=shipped_offices(f"sqlite:///{tmp_path_factory.mktemp('paper') / 'kiosk.db'}"))


@pytest.fixture
def emulator(live):
    emulator = Emulator()
    point_at(live.db, f"network://127.0.0.1:{emulator.port}")
    yield emulator
    emulator.stop()


def test_every_fault_ends_in_a_true_state(live, walk, emulator):
    """Paper: take it. None: the number stays and the counter is told to change the roll. Cable pulled in mid slip: not
    sure, the number stays on the screen with its code, and the counter asks what to do with this very slip."""
    siti = live.office("waru").person()
    siti.post("/offices/waru/counters/1/open").ok()

    def desk() -> dict:
        return siti.get("/offices/waru/counters/1").ok()

    person = walk()
    person.number()
    expect(person.page.locator("#slip")).to_contain_text("Silakan ambil kertas nomor")
    person.act("done")
    emulator.paper = "out"
    person.number()
    expect(person.page.locator("#slip")).to_contain_text("Kertas habis", timeout=15_000)
    assert desk()["gear"]["printers"][0]["state"] == "paper_out"
    person.act("done")
    emulator.reset_after = 5_000
    emulator.load_paper()
    label = person.number()
    expect(person.page.locator("#slip")).to_contain_text("Jika kertas nomor tidak keluar", timeout=30_000)
    expect(person.page.locator("#slip")).to_contain_text(label)
    expect(person.page.locator("#qr svg")).to_be_visible()
    assert "unsure" in [slip["state"] for slip in desk()["slips"]]
    assert emulator.slips == 1
