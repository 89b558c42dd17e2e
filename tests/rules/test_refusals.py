"""Refusals as sentences: what a resident reads when the answer is no."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from office import errors
from refusals import sentence

WARU, JAYAPURA = ZoneInfo("Asia/Makassar"), ZoneInfo("Asia/Jayapura")


def at(text, zone=WARU, on="2026-11-25"):
    return datetime.fromisoformat(f"{on}T{text}").replace(tzinfo=zone)


NEXT = ["2026-11-25T09:15:00+08:00", "2026-11-26T08:00:00+08:00"]


@pytest.mark.parametrize(("error", "said"), [
    (errors.TooEarly(start=at("09:00"), opens=at("08:30")), "Jadwal Anda pukul 09.00 WITA. Lapor hadir mulai pukul 08.30 WITA."),
    (errors.TooEarly(start=at("09:00", JAYAPURA), opens=at("08:30", JAYAPURA)),
     "Jadwal Anda pukul 09.00 WIT. Lapor hadir mulai pukul 08.30 WIT."),
    (errors.NotToday(start=at("09:00"), opens=at("08:30")),
     "Jadwal Anda Rabu, 25 November 2026, bukan hari ini. Silakan ubah jadwal atau ambil nomor antrean biasa."),
    (errors.TooLate(start=at("09:00")), "Jadwal Anda pukul 09.00 WITA sudah lewat. Silakan ambil nomor antrean biasa."),
    (errors.WrongOffice(office="waru", point="Waru", start=at("09:00")),
     "Jadwal Anda di Waru, bukan di sini. Silakan ubah jadwal atau ambil nomor antrean biasa."),
    (errors.OneActiveBooking(start=at("09:00")), "Nomor HP ini sudah dipakai untuk jadwal pada 25 November 2026."),
    (errors.TooManyBookings(limit=4), "Dari HP ini sudah ada beberapa jadwal. Batalkan salah satu dulu, atau tanya petugas."),
    (errors.SlotFull(start=at("09:00"), next=NEXT), "Tempat ini baru saja terisi. Jam yang masih ada: 09.15, 26 Nov 2026 08.00"),
    (errors.SlotFull(start=at("09:00"), next=[]), "Belum ada tempat kosong"),
    (errors.SlotClosed(next=NEXT), "Jam ini sudah tidak dibuka. Silakan pilih jam lain."),
])  # fmt: skip
def test_each_says_what_to_do(error, said):
    """Times are the office's own, in its zone's name; a start of another date is named with it."""
    assert sentence(error, "id") == said


def test_a_missing_fact_is_no_blank():
    """A refusal without its facts is said in general, never with a hole in it."""
    assert sentence(errors.TooLate(), "en") == sentence(errors.Refused(), "en")
