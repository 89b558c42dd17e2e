"""The round: rows become messages on the line, in the resident's language, without name or service; failures go back to the rows."""

import json
import logging

import pytest
from bookings import at, book, rows
from post_office import gateway
from sqlalchemy import select

from messenger.gateway import Gateway
from messenger.rounds import Messenger
from messenger.senders import TryLater
from office import appointments, arrivals, near
from office.booked import Message

PHONE = "+6281234567890"


class Kept:
    """A sender that keeps what it is given, or fails as it is told."""

    def __init__(self, *failures):
        self.letters, self.failures = [], list(failures)

    def send(self, letter):
        if self.failures:
            raise self.failures.pop(0)
        self.letters.append(letter)


def round_of(hall, **senders):
    return Messenger(hall.db, senders, "http://antre.test")


def said(hall):
    kept = Kept()
    round_of(hall, phone=kept).send_due("phone")
    return [letter.text for letter in kept.letters]


def states(hall):
    return [tuple(row) for row in rows(hall, select(Message.kind, Message.state, Message.error).order_by(Message.id))]


def test_what_a_resident_reads(hall):
    """Each kind in the language of the booking: office, time, code, what to do; never a name, never which service."""
    booked = book(hall, on="2026-11-27", phone=PHONE, name="Surip Widodo")
    code = booked["code"]
    shown = f"{code[:3]} {code[3:6]} {code[6:]}"
    first, = said(hall)
    assert first == (f"Jadwal Anda di Disdukcapil Waru: Jumat, 27 November 2026, pukul 09.00 WITA. Kode jadwal: {shown}. Layanan gratis. "
                     f"Ubah atau batalkan jadwal: http://antre.test/b/{code}")
    hall.do(appointments.move_booking, code, at("10:00", "2026-11-27"))
    texts = said(hall)
    hall.clock.at = at("10:00", "2026-11-26")
    texts += said(hall)
    hall.do(appointments.cancel, code)
    texts += said(hall)
    assert [text[:20] for text in texts] == ["Jadwal Anda dipindah", "Pengingat: jadwal An", "Jadwal Anda pada Jum"]
    assert all("10.00" in text and "Surip" not in text and "KTP" not in text for text in texts)


def test_an_english_reader(hall):
    """Who booked in English is written to in English."""
    book(hall, phone=PHONE, lang="en")
    assert said(hall)[0].startswith("Your time at Disdukcapil Waru: Wednesday, 25 November 2026, 09.00 WITA.")


def test_a_turn_that_is_near(hall):
    """How many are before it when it goes out, and the ticket's page."""
    code = book(hall, "09:15", phone=PHONE)["code"]
    hall.clock.at = at("08:50")
    hall.take(lane="priority")
    ticket = hall.do(arrivals.check_in, "waru", code)
    hall.clock.move(minutes=4)
    hall.do(near.tell_near, office="waru")
    assert said(hall)[-1] == f"Tinggal 1 orang di depan Anda. Silakan kembali ke ruang tunggu. http://antre.test/t/{ticket['key']}"


def test_a_closed_way_makes_the_others_wait(hall):
    """The gateway is down: one try, not one for each; later all of them go out."""
    for start in ("09:00", "09:15", "09:30"):
        book(hall, start, phone=PHONE[:-2] + start[-2:])
    down = Kept(TryLater("http_503"))
    assert round_of(hall, phone=down).send_due("phone") == 0
    assert [error for _, _, error in states(hall)].count("http_503") == 1
    hall.clock.move(minutes=1)
    assert round_of(hall, phone=down).send_due("phone") == 3


def test_no_sender_no_message(hall):
    """Without any way the rows are dropped, and say why."""
    book(hall, phone=PHONE)
    round_of(hall).drop_unsendable()
    assert states(hall) == [("booked", "dropped", "no_sender")]


def test_the_log_holds_no_number(hall, caplog):
    """What fails is logged by way and reason."""
    book(hall, phone=PHONE, name="Surip Widodo")
    with caplog.at_level(logging.DEBUG):
        round_of(hall, phone=Kept(TryLater("timeout"))).send_due("phone")
    assert "a message by phone was not sent: timeout" in caplog.text
    assert not any(word in caplog.text for word in ("81234567890", "Surip"))


def test_a_failing_statement_tells_no_name(hall):
    """The error of a statement goes into the log: the values stay out of it."""
    with pytest.raises(Exception, match=r"NOT NULL|not-null") as error:
        hall.do(lambda tx: tx.conn.execute(Message.__table__.insert(), {"id": "Surip Widodo", "kind": "x"}))
    assert "Surip" not in str(error.value).split("DETAIL")[0]


def test_through_a_real_gateway(hall):
    """Refused once by the real gateway, taken at the next round, with the same id both times: sent once more, not twice."""
    book(hall, phone=PHONE)
    with gateway() as gate:
        gate.statuses.append(503)
        runner = round_of(hall, phone=Gateway(gate.url, "kunci"))
        runner.send_due("phone")
        runner.send_due("phone")
        hall.clock.move(minutes=1)
        assert runner.send_due("phone") == 1
        assert runner.send_due("phone") == 0
    assert len({json.loads(body)["id"] for _, _, body in gate.got}) == 1
    assert len(gate.got) == 2
    assert states(hall) == [("booked", "sent", None)]


def test_two_processes_send_each_once(hall):
    """Two rounds over the same rows take turns: nothing goes out twice."""
    for minute in ("00", "15", "30", "45"):
        book(hall, f"09:{minute}", phone=f"+62812345678{minute}")
    one, other = Kept(), Kept()
    rounds = [round_of(hall, phone=kept) for kept in (one, other)]
    for _ in range(4):
        for runner in rounds:
            letter = runner._next("phone")
            if letter is not None:
                runner._send("phone", letter)
    ids = [letter.id for kept in (one, other) for letter in kept.letters]
    assert (len(ids), len(set(ids))) == (4, 4)
