"""E-mail over a real line to a real mail server: with STARTTLS, with TLS, in the clear; what it refuses, and how long we wait."""

import email
import time
from email.policy import default
from urllib.parse import quote

import pytest
import trustme
from post_office import PASSWORD, USER, Box, mail_server, rude

from messenger.mail import Mail
from messenger.senders import Letter, Limits, TryLater, Undeliverable

FROM = "Disdukcapil PPU <antrean@example.go.id>"
SIGN_IN = f"{USER}:{quote(PASSWORD, safe='')}@"


def letter(**changes):
    told = {"id": "m1", "kind": "booked", "to": "surip@example.id", "lang": "id", "subject": "Jadwal Anda", "text": "Kode: PFQ 7PN",
            "link": "http://antre.test/b/PFQ7PN"}
    return Letter(**{**told, **changes})


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture(scope="module")
def certificate(authority):
    return authority.issue_cert("localhost")


@pytest.fixture
def trusted(authority, tmp_path, monkeypatch):
    """This machine trusts the authority, as an administrator would set it."""
    path = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))


@pytest.fixture
def box():
    return Box()


def refusal(sender, error, letter_=None):
    with pytest.raises(error) as refused:
        sender.send(letter_ or letter())
    return refused.value.reason


def test_a_letter_arrives(box):
    """To the one address, from ours, with a name that stays the same over all tries, marked as sent by a machine."""
    with mail_server(box) as port:
        Mail(f"smtp+plain://127.0.0.1:{port}", FROM).send(letter())
    ((to, content),) = box.letters
    message = email.message_from_string(content, policy=default)
    assert (to, message["To"], message["From"]) == (["surip@example.id"], "surip@example.id", FROM)
    assert (message["Subject"], message["Message-ID"], message["Auto-Submitted"]) == ("Jadwal Anda", "<m1@example.go.id>", "auto-generated")
    assert message.get_content().strip() == "Kode: PFQ 7PN"


# Of the test's own mail server: it does not count TLS from the first byte as TLS.
in_the_clear = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")


@in_the_clear
@pytest.mark.parametrize(("scheme", "from_start"), [("smtp", False), ("smtps", True)])
def test_encrypted_and_signed_in(box, certificate, trusted, scheme, from_start):
    """STARTTLS or TLS, the certificate checked against the host's name, the password as it was typed."""
    with mail_server(box, certificate, from_start, needs_sign_in=True) as port:
        Mail(f"{scheme}://{SIGN_IN}localhost:{port}", FROM).send(letter())
    assert (len(box.letters), box.signed_in) == (1, [True])


def test_a_stranger_s_certificate(box, certificate):
    """Not trusted: nothing is sent, the password neither."""
    with mail_server(box, certificate, needs_sign_in=True) as port:
        assert refusal(Mail(f"smtp://{SIGN_IN}localhost:{port}", FROM), TryLater) == "tls"
    assert (box.letters, box.signed_in) == ([], [])


def test_a_server_without_starttls_gets_nothing(box):
    """smtp:// insists: in the clear neither letter nor password goes out."""
    with mail_server(box) as port:
        assert refusal(Mail(f"smtp://{SIGN_IN}127.0.0.1:{port}", FROM), TryLater) == "smtp_not_supported"
    assert box.letters == []


@in_the_clear
def test_a_wrong_password(box):
    """Ours to mend: tried again later."""
    with mail_server(box, needs_sign_in=True) as port:
        assert refusal(Mail(f"smtp+plain://{USER}:salah@127.0.0.1:{port}", FROM), TryLater) == "smtp_535"


@pytest.mark.parametrize(("where", "answer", "error", "reason"), [
    ("rcpt", "550 no such user surip@example.id", Undeliverable, "smtp_550"), ("rcpt", "451 later", TryLater, "smtp_451"),
    ("data", "554 spam", Undeliverable, "smtp_554"), ("data", "452 full", TryLater, "smtp_452"),
])  # fmt: skip
def test_what_a_server_refuses(box, where, answer, error, reason):
    """5xx of an address or a letter is final, 4xx is not; the reason is a code, without what the server said."""
    getattr(box, where).append(answer)
    with mail_server(box) as port:
        assert refusal(Mail(f"smtp+plain://127.0.0.1:{port}", FROM), error) == reason


def test_what_was_taken_is_not_sent_again(box):
    """A server that is rude when we part has the letter all the same."""
    box.farewell = "421 too many of you"
    with mail_server(box) as port:
        Mail(f"smtp+plain://127.0.0.1:{port}", FROM).send(letter())
    assert len(box.letters) == 1


@pytest.mark.parametrize("address", ["a,b@example.id", "two words@example.id", "x@exa<mple.id", "@", "x@y\r\nBcc: z@y"])
def test_an_address_is_one_address(box, address):
    """What would be read as two, or as a header, is not sent to anybody."""
    with mail_server(box) as port:
        assert refusal(Mail(f"smtp+plain://127.0.0.1:{port}", FROM), Undeliverable, letter(to=address)) == "bad_address"
    assert box.letters == []


@pytest.mark.parametrize(("manner", "reason"), [
    ("gone", "unreachable"), ("close", "disconnected"), ("hang", "timeout"), ("drip", "timeout"),
])  # fmt: skip
def test_no_server_holds_us_up(manner, reason):
    """Nobody there, hung up, silent, or a byte at a time: given up within the limits, never for ever."""
    began = time.monotonic()
    with rude(manner) as port:
        sender = Mail(f"smtp+plain://127.0.0.1:{port}", FROM, Limits(step=0.3, whole=0.6))
        assert refusal(sender, TryLater) == reason
    assert time.monotonic() - began < 2
