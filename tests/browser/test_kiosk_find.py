"""Finding at the kiosk: by search, by what is not offered here, by a slip under the scanner. On the shipped offices."""

import pytest
from kiosk_walk import check_weight, shipped_offices
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def live(start_live, tmp_path_factory):
    return start_live(url=shipped_offices(f"sqlite:///{tmp_path_factory.mktemp('kiosk') / 'kiosk.db'}"))


SAID = [
    ("surat lahir", "AKTA_LAHIR"), ("akte lahir", "AKTA_LAHIR"), ("ektp hilang", "KTP_LOST"), ("kehilngan ktp", "KTP_LOST"),
    ("C1", "KK_"), ("ktp anak", "KIA_"), ("ktp digital", "IKD"), ("nik mati", "SYNC"), ("pindah jiwa", "MOVE_"),
    ("legalisir", "LEGAL"), ("family card", "KK_"), ("birth", "AKTA_LAHIR"), ("surat nikah", "AKTA_KAWIN"),
    ("lapor hadir", "MOVE_IN"), ("aktakematian", "AKTA_MATI"),
]  # fmt: skip


def test_search_finds_what_people_say(walk):
    """People's own words, both languages, small typos: the service they mean comes first."""
    person = walk()
    person.groups()
    person.act("search")
    wrong = {}
    for said, meant in SAID:
        person.page.locator("#query").fill(said)
        first = person.page.locator("#found .pick").first.get_attribute("data-value")
        if not first.startswith(meant):
            wrong[said] = first
    assert wrong == {}


def test_an_office_with_every_service_is_light_too(live, open_page):
    """Thirty services weigh most; the words of the search come with its script, when somebody searches."""
    check_weight(open_page(), live, "penajam")


def test_search_by_the_keys_on_the_screen(walk):
    """The keys on the screen type, delete and clear; nothing found says what to do."""
    person = walk()
    person.groups()
    person.act("search")
    for letter in "qqxqw":
        person.page.wait_for_timeout(130)
        person.press(f"[data-key={letter}]")
    expect(person.page.locator("#found-note")).to_contain_text("tanya petugas")
    person.press("[data-key=delete]")
    expect(person.page.locator("#query")).to_have_value("qqxq")
    person.act("clear")
    expect(person.page.locator("#query")).to_have_value("")


def test_a_service_that_is_not_here_says_where(walk):
    """Dashed in the list with its reason; a touch explains it and offers the way on."""
    person = walk()
    person.services()
    person.act("next")
    person.press("#services [data-value=KTP_PHOTO].pick--off")
    expect(person.page.locator("#stop-title")).to_contain_text("kantor utama Penajam")
    person.act("others")
    person.at("services")


def test_a_scanned_slip_shows_where_it_stands(walk, live):
    """The scanner types the slip's address into whatever has the focus; another code is said to be none."""
    person = walk()
    key = live.office().take(live.office().device("kiosk", "Lain"))["key"]
    person.groups()
    person.scan(f"http://antre.test/t/{key}")
    person.at("number")
    expect(person.page.locator("#slip")).to_have_text("Menunggu")
    person.act("done")
    person.scan("8992761136017")
    expect(person.page.locator("#stop-title")).to_contain_text("bukan kode jadwal")
