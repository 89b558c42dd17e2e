"""The data file, loaded as often as one likes, also while the offices serve."""

import pytest
from factories import HALLS
from sqlalchemy import select

from office import catalog
from office.models import Counter, Offer, Office, Printer, Service
from office.printers import change_printer
from office.profile import profile_of

TEXT = HALLS.read_text(encoding="utf-8")


@pytest.fixture
def load(hall, changed_halls):
    def make(old="", new=""):
        return hall.do(catalog.load, catalog.read_file(changed_halls(old, new)))

    return make


def everything(db):
    tables = (Office, Service, Offer, Counter, Printer)
    with db.read() as look:
        rows = [look.conn.execute(select(t.__table__)).mappings().all() for t in tables]
    return [sorted(repr({**row, "revision": None}) for row in table) for table in rows]


def test_loading_twice_changes_nothing(hall, load):
    """The same file again: the same rows, none doubled, none moved."""
    before = everything(hall.db)
    assert load() == {"offices": 3, "services": 4, "kept": []}
    assert everything(hall.db) == before


def test_a_bad_file_changes_nothing(hall, load):
    """Refused whole: what is right in it is not loaded either."""
    before = everything(hall.db)
    with pytest.raises(catalog.BadFile):
        load('name = "Kecamatan Waru"', 'name = "Waru Baru"\nflag = 1')
    assert everything(hall.db) == before


def test_loading_while_serving(hall, load):
    """New numbers follow the new file at once; who waits, counters that are open and the feed stay as they are."""
    hall.take()
    hall.sit()
    before = hall.board()
    load('name = "Kecamatan Waru"', 'name = "Waru Baru"')
    after = hall.board()
    assert (after["name"], after["v"], after["waiting_count"]) == ("Waru Baru", before["v"], 1)
    assert after["counters"] == before["counters"]
    assert hall.call()["label"] == "A001"


def test_a_changed_letter_counts_for_itself(hall, load):
    """A service that moves to another letter begins that letter's row; old tickets keep their label."""
    old = hall.take("KK_NEW")
    load('letter = "S"', 'letter = "K"')
    assert (hall.take("KK_NEW")["label"], hall.ticket(old["key"])["label"]) == ("K001", "S001")


def test_what_leaves_the_file_is_retired(hall, load):
    """A counter that left is gone from the board, its row stays for the history; the same for a service."""
    load("    { number = 3, services = [\"KK_NEW\"] },\n", "")
    assert [c["number"] for c in hall.board()["counters"]] == [1, 2]
    with hall.db.read() as look:
        assert len(look.conn.execute(select(Counter.id).where(Counter.office_id == 1)).all()) == 3


def test_what_a_person_set_of_a_printer_stays(hall, load):
    """Address, paper and "one way" from the page win over the file, which still decides the rest; once both say the
    same, the file is followed again."""
    mine = {"device": "network://10.0.0.9:9100", "width_mm": 58}

    def printer():
        with hall.db.read() as look:
            return look.conn.execute(select(Printer.device, Printer.width_mm, Printer.options).where(Printer.id == 1)).one()

    line = 'code = "waru"\n'
    other = line + 'printers = [{ name = "kiosk", device = "network://10.0.0.1:9100", dots = 512 }]\n'
    hall.do(change_printer, 1, **mine, one_way=True)
    assert load(line, other)["kept"] == ["waru kiosk network://10.0.0.9:9100"]
    assert printer() == (*mine.values(), {"dots": 512, "one_way": True, "by_hand": True})
    hall.do(change_printer, 1, device="virtual:", width_mm=80)
    assert load()["kept"] == []
    assert load(line, other)["kept"] == []
    assert printer() == ("network://10.0.0.1:9100", 80, {"dots": 512})


def test_a_file_may_add_an_office(hall, changed_halls):
    """Offices that are not in the file are left alone; new ones are there at once."""
    text = TEXT[: TEXT.index('[[offices]]\ncode = "penajam"')].replace('code = "waru"', 'code = "babulu"')
    path = changed_halls()
    path.write_text(text, encoding="utf-8")
    hall.do(catalog.load, catalog.read_file(path))
    with hall.db.read() as look:
        assert profile_of(look, "babulu").id not in {profile_of(look, code).id for code in ("waru", "penajam", "timur")}
    assert hall.take()["label"] == hall.at("babulu").take()["label"] == "A001"


def test_no_printer_named_is_a_virtual_one(hall):
    """Without printers: one, virtual, 80 mm."""
    with hall.db.read() as look:
        printers = profile_of(look, "waru").printers
    assert [(p.device, p.width_mm) for p in printers] == [("virtual:", 80)]


LIFE_EVENT = """[[life_events]]
name = { id = "Kehilangan KTP", en = "Lost card" }
services = ["KTP_LOST", "KTP_REC"]
"""


def test_what_left_the_file_leaves_the_pages(hall, load):
    """Each load says the whole: a life event that is no longer in the file is no longer shown, and comes back with it."""
    def names():
        with hall.db.read() as look:
            return [event["name"]["en"] for event in profile_of(look, "waru").life_events]

    assert names() == ["Lost card"]
    load(LIFE_EVENT)
    assert names() == []
    load()
    assert names() == ["Lost card"]
