"""The data file: read strictly, refused whole with line and key, loaded as often as one likes."""

import pytest
from factories import HALLS
from sqlalchemy import select

from office import catalog
from office.models import Counter, Offer, Office, Printer, Service
from office.profile import profile_of

TEXT = HALLS.read_text(encoding="utf-8")


@pytest.fixture
def write(tmp_path):
    """The tests' data file with one text replaced, as a path."""

    def make(old="", new=""):
        assert old in TEXT
        path = tmp_path / "changed.toml"
        path.write_text(TEXT.replace(old, new, 1) if old else TEXT, encoding="utf-8")
        return path

    return make


@pytest.fixture
def load(hall, write):
    def make(old="", new=""):
        return hall.do(catalog.load, catalog.read_file(write(old, new)))

    return make


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('letter = "S"', 'letter = "S"\ncolour = "red"', "colour"),
        ('letter = "S"', 'letter = "SS"', "letter"),
        ('letter = "S"', 'letter = "s"', "letter"),
        ("minutes = 15", 'minutes = "15"', "minutes"),
        ("minutes = 15", "minutes = 0", "minutes"),
        ("minutes = 15", "minutes = true", "minutes"),
        ('words = ["KK"]\n', "", "words"),
        ('code = "KK_NEW"', 'code = "KTP_REC"', "code"),
        ('name = { id = "Informasi", en = "Information" }', 'name = { id = "Informasi" }', "name"),
        ('name = { id = "Informasi", en = "Information" }', 'name = { id = "Informasi", en = "" }', "name"),
        ('[{ id = "Surat kehilangan", en = "Police report" }]', '["Surat kehilangan"]', "requirements"),
        ('code = "waru"', 'code = "waru2"', "code"),
        ('timezone = "Asia/Jayapura"', 'timezone = "Asia/Jaipura"', "timezone"),
        ('timezone = "Asia/Jayapura"', 'timezone = "../etc/passwd"', "timezone"),
        ('first_ticket = "07:30"', 'first_ticket = "07.30"', "first_ticket"),
        ('first_ticket = "07:30"', 'first_ticket = "half past seven"', "first_ticket"),
        ('mon = ["08:00-12:00", "13:00-15:00"]', 'mon = ["08:00-12:00", "11:00-15:00"]', "hours"),
        ('mon = ["08:00-12:00", "13:00-15:00"]', 'mon = ["12:00-08:00"]', "hours"),
        ('mon = ["08:00-12:00", "13:00-15:00"]', 'monday = ["08:00-12:00"]', "hours"),
        ("last_ticket_minutes = 30", "last_ticket_minutes = -1", "last_ticket_minutes"),
        ("last_ticket_minutes = 30", 'when_hopeless = "panic"', "when_hopeless"),
        ('services = ["KTP_REC", "KK_NEW"]', 'services = ["KTP_REC", "NONE"]', "services"),
        ("counters = [{ number = 1 }, { number = 2 }]", "counters = [{ number = 1 }, { number = 1 }]", "counters"),
        ("counters = [{ number = 1 }, { number = 2 }]", "counters = [{ number = 0 }]", "counters"),
        ("counters = [{ number = 1 }, { number = 2 }]", 'counters = [{ number = 1, services = ["X"] }]', "counters"),
        ("counters = [{ number = 1 }, { number = 2 }]", "counters = [{ number = 1, floor = 2 }]", "floor"),
        ("counters = [{ number = 1 }, { number = 2 }]", "counters = [1, 2]", "counters"),
        ('services = ["KTP_REC", "KK_NEW"]', "services = [7, [8]]", "services"),
        ('mon = ["08:00-12:00", "13:00-15:00"]', "mon = [8, 12]", "hours"),
        ('address = "Jayapura"', 'address = "Jayapura"\nbooking = { walk_in_share = "half" }', "walk_in_share"),
        ('address = "Jayapura"', 'address = "Jayapura"\nbooking = { places = 501 }', "booking"),
        ('address = "Jayapura"', 'address = "Jayapura"\ncall_rule = { zip = -1 }', "call_rule"),
        ('address = "Jayapura"', 'address = "Jayapura"\nprinters = [{ name = "a", device = "lpt1" }]', "printers"),
        ('address = "Jayapura"\n', "", "address"),
    ],
)
def test_a_bad_file_names_line_and_key(write, old, new, key):
    """Unknown keys, missing ones, wrong kinds and impossible values: refused, by the line and the key."""
    with pytest.raises(catalog.BadFile) as refused:
        catalog.read_file(write(old, new))
    said = str(refused.value)
    assert said.startswith("line ")
    assert f": {key}: " in said


def test_the_line_is_the_right_one(write):
    """The line named is where the key stands in the file, in the right record."""
    path = write("minutes = 15", "minutes = 999")
    line = next(n for n, text in enumerate(path.read_text().splitlines(), 1) if text == "minutes = 999")
    with pytest.raises(catalog.BadFile, match=f"^line {line}: service KK_NEW: minutes"):
        catalog.read_file(path)


@pytest.mark.parametrize("text", ["[[offices]", "a = ", "\x00"])
def test_what_is_no_toml_is_refused(tmp_path, text):
    """A file that cannot be read at all says where reading stopped."""
    path = tmp_path / "broken.toml"
    path.write_text(text)
    with pytest.raises(catalog.BadFile, match=r"broken\.toml"):
        catalog.read_file(path)


@pytest.mark.parametrize(
    "text",
    ["", "offices = 7\nservices = []", "offices = [7]\nservices = []", "offices = []\nservices = ['KTP_REC']",
     "services = []\n[[offices]]\nx = 1", "offices = []\n[[services]]\nx = 1"],
)  # fmt: skip
def test_a_record_of_the_wrong_kind_is_refused(tmp_path, text):
    """An office or a service that is no table, or has none of its keys, is refused, not crashed on."""
    path = tmp_path / "odd.toml"
    path.write_text(text)
    with pytest.raises(catalog.BadFile):
        catalog.read_file(path)


def everything(db):
    tables = (Office, Service, Offer, Counter, Printer)
    with db.read() as look:
        rows = [look.conn.execute(select(t.__table__)).mappings().all() for t in tables]
    return [sorted(repr({**row, "revision": None}) for row in table) for table in rows]


def test_loading_twice_changes_nothing(hall, load):
    """The same file again: the same rows, none doubled, none moved."""
    before = everything(hall.db)
    assert load() == {"offices": 3, "services": 4}
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


def test_a_file_may_add_an_office(hall, write):
    """Offices that are not in the file are left alone; new ones are there at once."""
    text = TEXT[: TEXT.index('[[offices]]\ncode = "penajam"')].replace('code = "waru"', 'code = "babulu"')
    path = write()
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
