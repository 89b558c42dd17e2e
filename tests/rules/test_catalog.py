"""The data file: read strictly, refused whole with line and key."""

import pytest

from office import catalog


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
        ('address = "Jayapura"', 'address = "Jayapura"\nplace = { latitude = "south" }', "latitude"),
        ('address = "Jayapura"', 'address = "Jayapura"\ncall_rule = { zip = -1 }', "call_rule"),
        ('address = "Jayapura"', 'address = "Jayapura"\nprinters = [{ name = "a", device = "lpt1" }]', "printers"),
        ('address = "Jayapura"\n', "", "address"),
    ],
)
def test_a_bad_file_names_line_and_key(changed_halls, old, new, key):
    """Unknown keys, missing ones, wrong kinds and impossible values: refused, by the line and the key."""
    with pytest.raises(catalog.BadFile) as refused:
        catalog.read_file(changed_halls(old, new))
    said = str(refused.value)
    assert said.startswith("line ")
    assert f": {key}: " in said


def test_the_line_is_the_right_one(changed_halls):
    """The line named is where the key stands in the file, in the right record."""
    path = changed_halls("minutes = 15", "minutes = 999")
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
