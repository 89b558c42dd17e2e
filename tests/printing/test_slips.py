"""What stands on the paper, byte by byte."""

import dataclasses
import os
import subprocess
import sys

import pytest

import words
from printer import lines, slips
from printer.slips import PAPERS, Paper, compose, lay_out
from printer.tokens import tokens

LANGUAGES = ("id", "en")


def texts(data: bytes) -> list[str]:
    return [token.data.decode("ascii").strip() for token in tokens(data) if token.name == "text"]


def fullest(slip, lang):
    """Everything at once, each as long as it gets."""
    return slip(
        lang=lang, label="W1000", letter="W", service_name="Legalisasi fotokopi dokumen lama", priority=True, copy=True,
        booked="09.30", ahead=12, expected=("09.35", "10.00"), unlikely=True, office_name="Kecamatan Penajam (kantor induk)",
        papers=("fotokopi KK", "surat kehilangan dari polisi", "buku nikah", "KTP-el pasangan"),
    )  # fmt: skip


def test_says_what_a_resident_needs(slip, paper):
    """Service, people ahead, papers, what is free, office and time stand on the slip, the office and date last."""
    said = texts(compose(slip(), paper))
    assert said[0] == "Perekaman KTP-el"
    assert "Di depan Anda: 4 orang" in said
    assert "Siapkan: fotokopi KK, KK asli" in said
    assert "SEMUA LAYANAN GRATIS" in said
    assert said[-2] == "DISDUKCAPIL KAB. PENAJAM PASER UTARA"
    assert said[-1].startswith("Kecamatan Waru, 24 Nov")
    assert said[-1].endswith("2026, 09.12 WITA")


def test_english(slip, paper):
    """The language chosen at the kiosk is the language of the slip."""
    said = texts(compose(slip(lang="en", ahead=1), paper))
    assert "Ahead of you: 1 person" in said
    assert "ALL SERVICES ARE FREE" in said
    assert not set(said) & {words.say("id", "slip.free"), words.say("id", "slip.valid")}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_perhaps_not_today(slip, paper, lang):
    """Who will hardly be called before closing reads so on the slip; nobody else does."""
    warning = words.say(lang, "slip.unlikely")
    assert warning in " ".join(texts(compose(slip(lang=lang, expected=("14.35", "15.30"), unlikely=True), paper)))
    assert warning not in " ".join(texts(compose(slip(lang=lang, expected=("14.35", "15.30")), paper)))


def test_never_a_name():
    """There is no field that could hold a resident's name or NIK."""
    fields = {field.name for field in dataclasses.fields(slips.Slip)}
    assert fields == {
        "label", "letter", "service_name", "office_title", "office_name", "at", "url", "lang", "zone", "ahead",
        "expected", "unlikely", "papers", "priority", "booked", "copy", "header", "footer",
    }  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
def test_at_most_twelve_lines_none_too_long(slip, paper, lang):
    """However much there is to say, the slip keeps to twelve lines and none wraps."""
    for wanted in (slip(lang=lang), fullest(slip, lang), slip(lang=lang, papers=(), ahead=None)):
        above, below = lay_out(wanted, paper)
        assert len(above) + len(below) <= 12
        for line in above + below:
            assert 0 < len(line.text) <= (paper.small_columns if line.style == "small" else paper.columns)
        printed = [text for text in texts(compose(wanted, paper)) if text]
        assert printed == [line.text.strip() for line in above + below]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_must_be_said_is_never_left_out(slip, paper, lang):
    """On the fullest slip the copy mark, service, booking, lane, people ahead, call time, papers and price remain."""
    above, below = lay_out(fullest(slip, lang), paper)
    said = " ".join(line.text for line in above + below)
    for key in ("slip.copy", "slip.priority", "slip.free"):
        assert words.say(lang, key) in said
    assert words.say(lang, "slip.booked", time="09.30") in said
    assert words.say(lang, "slip.ahead", n=12) in said
    assert words.say(lang, "slip.eta", a="09.35", b="10.00") in said
    assert "fotokopi KK" in said
    assert "Legalisasi" in said


def test_papers_that_do_not_fit_are_counted(slip):
    """Whole papers only; how many more there are is said, so nobody thinks the list is complete."""
    above, _ = lay_out(fullest(slip, "id"), PAPERS["58"])
    assert above[-1].text == "Siapkan: fotokopi KK, 3 lagi"


def test_a_copy_says_so(slip, paper):
    """SALINAN stands in white on black right below the number, and only on a copy."""
    above, _ = lay_out(slip(copy=True), paper)
    assert above[0] == ("SALINAN", "bar")
    assert "SALINAN" not in texts(compose(slip(), paper))
    inverted = {}
    for name, parameters in tokens(compose(slip(copy=True), paper)):
        if name == "GS B":
            white = parameters == b"\x01"
        elif name == "text":
            inverted[parameters.strip()] = white
    assert inverted[b"SALINAN"]
    assert not inverted[b"Perekaman KTP-el"]


def test_the_offices_own_words(slip, paper):
    """Above the number and at the very bottom, folded to ASCII, two lines at most, beside our own twelve."""
    plain = texts(compose(slip(), paper))
    said = texts(compose(slip(header="Pengaduan: 0811 – 2345", footer="Istirahat 12.00 sampai 13.00. " * 3), paper))
    assert said[0] == "Pengaduan: 0811 - 2345"
    assert said[1 : len(plain) + 1] == plain
    assert said[len(plain) + 1].startswith("Istirahat 12.00")
    assert len(said) <= len(plain) + 3
    assert all(len(text) <= paper.columns for text in said if text not in plain)


def test_another_zone(slip, paper):
    """An office in another zone never prints WITA."""
    said = " ".join(texts(compose(slip(zone="WIB", expected=("09.35", "10.00")), paper)))
    assert "WIB" in said
    assert "WITA" not in said


def test_page_is_pinned_and_only_ascii_goes_out(slip, paper):
    """Accents and dashes are folded; the code page is set once, to CP437 in slot 0."""
    data = compose(slip(service_name="Pérèkaman — “KTP‑el” ± 你", papers=("naïve",)), paper)
    assert data.startswith(b"\x1b@\x1bt\x00")
    assert [token.data for token in tokens(data) if token.name == "ESC t"] == [b"\x00"]
    assert 'Perekaman - "KTP-el" +/- ?' in texts(data)


def test_ends_with_a_cut_where_there_is_a_cutter(slip):
    """80 mm: full cut after the feed; 58 mm without a cutter: feed only, to the tearing edge."""
    assert compose(slip(), PAPERS["80"]).endswith(b"\x1b2\x1bd\x06\x1dV\x00")
    assert compose(slip(), PAPERS["58"]).endswith(b"\x1b2\x1bd\x06")


def test_images_are_sent_in_small_pieces_within_the_paper(slip, paper):
    """No piece is higher than 64 dots or wider than the paper."""
    for token in tokens(compose(slip(), paper)):
        if token.name == "GS v 0":
            wide, high = token.data[1] + 256 * token.data[2], token.data[3] + 256 * token.data[4]
            assert wide * 8 <= paper.dots
            assert high <= 64


def test_same_slip_same_bytes(slip, paper):
    """Pure: the stored bytes could be made again."""
    assert compose(slip(), paper) == compose(slip(), paper)


def test_unknown_profile_is_refused_early():
    """A paper with a profile nobody knows cannot be made."""
    with pytest.raises(ValueError, match="TM-Z99"):
        Paper(profile="TM-Z99")
    with pytest.raises(ValueError, match="383"):
        Paper(dots=383)


@pytest.mark.parametrize(
    ("text", "columns", "lines_"),
    [
        ("", 10, []),
        ("Dipanggil pukul 09.35 sampai 10.00 WITA", 32, ["Dipanggil pukul 09.35", "sampai 10.00 WITA"]),
        ("Expected call: 09.35 to 10.00 WITA", 32, ["Expected call: 09.35", "to 10.00 WITA"]),
        ("satu dua tiga", 8, ["satu dua", "tiga"]),
        ("Missed your call? Tell an officer.", 33, ["Missed your call? Tell an officer"]),
        ("satu dua.", 7, ["satu", "dua."]),
        ("abcdefghijkl x", 5, ["abcde", "fghij", "kl x"]),
    ],
)
def test_lines_break_where_a_reader_pauses(text, columns, lines_):
    """Before 'sampai', 'untuk' or 'to' when both halves fit; else between words; a word too long is cut."""
    assert lines.broken(text, columns) == lines_


def test_importing_escpos_leaves_nothing_behind(tmp_path):
    """No handler on the root logger, no temporary directory: the server's logging stays its own."""
    code = "import logging, printer.slips; print(logging.getLogger().handlers)"
    here = {**os.environ, "TMPDIR": str(tmp_path)}
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=here)
    assert (ran.stdout.strip(), ran.stderr) == ("[]", "")
    assert list(tmp_path.iterdir()) == []
