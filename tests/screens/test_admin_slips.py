"""The office's own words on its slips: seen before they are saved, printed from then on."""

import io

import pytest
from back_room import entrance, send
from PIL import Image
from sqlalchemy import select

from office.models import PrintJob
from words import say

PAGE = "/admin/slips/waru"
OWN = {"header_id": "Pengaduan: 0811 2345", "header_en": "", "footer_id": "", "footer_en": "Thank you"}


@pytest.fixture
def signed_in(app, office):
    return entrance(app, office)


def printed(office, **changes) -> bytes:
    """The bytes of a new slip, as its picture shows them."""
    kiosk = office.device()
    slip = office.take(kiosk, **changes)["slip"]["id"]
    kiosk.get(f"/slips/{slip}.png").ok()
    with office.db.read() as look:
        return bytes(look.conn.execute(select(PrintJob.bytes).where(PrintJob.id == slip)).scalar_one())


def test_seen_before_saved(office, signed_in):
    """The page shows how it would look; nothing is printed so until it is saved, then every slip is."""
    admin = signed_in()
    looked = send(admin, PAGE, **OWN)
    assert "header=Pengaduan%3A+0811+2345" in looked.text or "header=Pengaduan%3A%200811%202345" in looked.text
    assert b"Pengaduan" not in printed(office)
    saved = send(admin, PAGE, **OWN, save="1")
    assert say("id", "admin.slip_words_set", name="Kecamatan Waru") in saved.text
    first, second = printed(office), printed(office, lang="en")
    assert first.index(b"Pengaduan: 0811 2345") < first.index(b"Perekaman KTP-el")
    assert b"Thank you" in first
    assert b"Pengaduan" in second, "where there is no English, the Indonesian stands"


def test_the_sample_is_what_the_printer_would_get(office, signed_in):
    """A picture, taller by the words; for people of the office alone."""
    admin = signed_in()

    def tall(query: str) -> int:
        answer = admin.get(f"/api/v1/offices/waru/slip.png?{query}")
        return Image.open(io.BytesIO(answer.data)).height

    assert tall("header=Pengaduan") > tall("lang=en")
    assert office.anybody.get("/offices/waru/slip.png").code == "unauthenticated"
    assert admin.get("/api/v1/offices/penajam/slip.png").status_code == 403
    assert admin.get(f"/api/v1/offices/waru/slip.png?header={'x' * 65}").status_code == 422


def test_too_long_stays_in_the_form(signed_in):
    """Nothing is saved, nothing that was typed is lost."""
    admin = signed_in()
    refused = send(admin, PAGE, **{**OWN, "footer_id": "y" * 65}, save="1")
    assert say("id", "admin.wrong_slip_words") in refused.text
    assert "Pengaduan: 0811 2345" in refused.text
    assert "Pengaduan" not in admin.get(PAGE).text


def test_another_offices_slips(signed_in):
    """Are not mine to change."""
    admin = signed_in()
    assert admin.get("/admin/slips/penajam").status_code == 403
    assert send(admin, "/admin/slips/penajam", **OWN, save="1").status_code == 403
