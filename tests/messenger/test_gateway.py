"""Messages to phones through a real HTTP gateway: what is posted, what it may answer, how long we wait."""

import hashlib
import hmac
import json
import time

import pytest
from post_office import gateway, rude

from messenger.gateway import Gateway
from messenger.senders import Letter, Limits, TryLater, Undeliverable

LETTER = Letter("m1", "booked", "+6281234567890", "id", "Jadwal", "Kode: PFQ 7PN", "http://antre.test/b/PFQ7PN")


@pytest.fixture
def gate():
    with gateway() as made:
        yield made


def test_a_message_is_posted(gate):
    """One JSON object to the gateway's own address, its name as the key against doubles."""
    Gateway(gate.url, authorization="Token 123").send(LETTER)
    ((path, headers, body),) = gate.got
    assert (path, headers["Idempotency-Key"], headers["Authorization"]) == ("/kirim?akun=7", "m1", "Token 123")
    assert json.loads(body) == {"id": "m1", "kind": "booked", "to": "+6281234567890", "lang": "id", "text": "Kode: PFQ 7PN",
                               "link": "http://antre.test/b/PFQ7PN"}
    assert "X-Giliran-Signature" not in headers


def test_it_is_signed(gate):
    """Who knows the secret can check that it is ours and fresh: the HMAC of "timestamp.body"."""
    Gateway(gate.url, secret="kunci", seconds=lambda: 1_795_000_000.9).send(LETTER)
    _, headers, body = gate.got[0]
    expected = hmac.new(b"kunci", b"1795000000." + body, hashlib.sha256).hexdigest()
    assert (headers["X-Giliran-Timestamp"], headers["X-Giliran-Signature"]) == ("1795000000", "sha256=" + expected)


@pytest.mark.parametrize(("status", "error"), [
    (201, None), (204, None), (302, TryLater), (400, Undeliverable), (401, TryLater), (408, TryLater), (422, Undeliverable),
    (429, TryLater), (500, TryLater), (503, TryLater),
])  # fmt: skip
def test_what_a_gateway_answers(gate, status, error):
    """2xx: taken. Its own trouble, or our password: later. A complaint about the message: final. Never followed elsewhere."""
    gate.statuses.append(status)
    if error is None:
        Gateway(gate.url, "kunci").send(LETTER)
    else:
        with pytest.raises(error) as refused:
            Gateway(gate.url, "kunci").send(LETTER)
        assert refused.value.reason == f"http_{status}"
    assert len(gate.got) == 1


@pytest.mark.parametrize(("manner", "reason"), [
    ("gone", "unreachable"), ("close", "disconnected"), ("hang", "timeout"), ("drip", "timeout"),
])  # fmt: skip
def test_no_gateway_holds_us_up(manner, reason):
    """Nobody there, hung up, silent, or a byte at a time: given up within the limits."""
    began = time.monotonic()
    with rude(manner) as port, pytest.raises(TryLater) as refused:
        Gateway(f"http://127.0.0.1:{port}/", "kunci", limits=Limits(step=0.3, whole=0.6)).send(LETTER)
    assert refused.value.reason == reason
    assert time.monotonic() - began < 2
