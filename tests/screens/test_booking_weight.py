"""What the pages of booking weigh with the shipped offices: the resident pays for every kilobyte."""

from datetime import date, timedelta

import pytest
from bookings import at, book
from factories import Hall

from office import appointments, busy, catalog, closures
from office.profile import office_codes, profile_of
from office.quiet import HourCount
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


def counted(db):
    """Five weeks of waits in every office, so that everything is drawn."""
    with db.read() as look:
        codes = office_codes(look.conn)
    for code in codes:
        for days in range(1, 36):
            day = date(2026, 11, 24) - timedelta(days=days)
            hours = [HourCount(day, hour, 9, 9, 9.0 * (10 + abs(hour - 10) * 7)) for hour in range(7, 17)]
            db.transaction(busy.keep_count, office=code, day=day, hours=hours)


@pytest.mark.parametrize("lang", ["id", "en"])
def test_nor_one_with_everything_on_it(make_app, clock, lang):
    """Quiet hours drawn for each office; a form that promises both ways; a booking whose time was closed, with other times to choose."""
    clock.set("2026-11-24T06:30:00+08:00")
    app = make_app(
        public_url="https://antrean.penajamkab.go.id", smtp_url="smtp+plain://127.0.0.1", mail_from="antrean@example.go.id",
        gateway_url="http://127.0.0.1:9/", gateway_secret="kunci",
    )  # fmt: skip
    db, browser = app.extensions["giliran"].db, app.test_client()
    db.transaction(catalog.load, data=catalog.read_file(ROOT / "data" / "ppu.toml"))
    counted(db)
    hall, people = Hall(db, clock, "penajam"), [{"services": ["AKTA_LAHIR", "KK_ADD"]}, {"services": ["KTP_REC", "KIA_0"]}]
    held = hall.do(appointments.hold, "penajam", "AKTA_LAHIR", at("09:00"), people, browser="b")["code"]
    kept, closed = (book(hall, service="AKTA_LAHIR", on=day, people=people, phone=phone, email="surip.widodo@example.id")["code"]
                    for day, phone in (("2026-11-26", "+6281234567890"), ("2026-11-27", "+6281234567891")))  # fmt: skip
    hall.do(closures.set_hours, "penajam", date(2026, 11, 27), [], {"id": "Pemadaman listrik bergilir PLN", "en": "Rolling power cut"})
    pages = ("/book", f"/book/details/{held}", f"/b/{kept}", f"/b/{closed}", f"/b/{closed}/move")
    texts = {page: browser.get(page, headers={"Cookie": f"lang={lang}"}) for page in pages}
    assert {page: answer.status_code for page, answer in texts.items()} == dict.fromkeys(pages, 200)
    shown = texts["/book"].text
    assert shown.count('<svg class="chart"') == shown.count('class="opt"') >= 4
    assert {page: len(answer.data) for page, answer in texts.items() if len(answer.data) > MOST} == {}
