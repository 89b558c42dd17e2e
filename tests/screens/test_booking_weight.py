"""What the pages of booking weigh with the shipped offices: the resident pays for every kilobyte."""

import pytest

from office import catalog
from office.profile import profile_of
from settings import ROOT

MOST = 20_000
FAMILY = ("1.KK_ADD", "1.KIA_0", "2.KTP_REC", "3.KTP_REC")


def addresses(office):
    """Every page before the name, and a family of three with five documents; each in English, the longer one here and there."""
    yield f"/book/{office.code}"
    for service in office.services.values():
        if service.available:
            yield f"/book/{office.code}/{service.code}"
    for event in office.life_events:
        yield f"/book/{office.code}/{event['services'][0]}?" + "&".join(f"more=1.{code}" for code in event["services"][1:])
    yield f"/book/{office.code}/AKTA_LAHIR?" + "&".join(f"more={item}" for item in FAMILY)


@pytest.mark.parametrize("lang", ["id", "en"])
def test_no_page_weighs_more_than_20_kb(make_app, clock, lang):
    """Uncompressed, on a morning when every time is still free, with every address set."""
    clock.set("2026-11-24T06:30:00+08:00")
    app = make_app(online_url="https://serambi-nusantara.penajamkab.go.id/layanan", public_url="https://antrean.penajamkab.go.id")
    db, browser = app.extensions["giliran"].db, app.test_client()
    db.transaction(catalog.load, data=catalog.read_file(ROOT / "data" / "ppu.toml"))
    with db.read() as look:
        offices = [profile_of(look, code) for code in ("penajam", "waru")]
    pages = ["/book", *(address for office in offices for address in addresses(office))]
    weights = {page: len(browser.get(page, headers={"Cookie": f"lang={lang}"}).data) for page in pages}
    assert len(weights) > 60
    assert {page: weight for page, weight in weights.items() if weight > MOST} == {}
