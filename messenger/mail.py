"""E-mail through the office's own mail server: smtplib, with TLS as the address of the server says."""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from urllib.parse import unquote, urlsplit

from messenger.senders import Letter, Limits, TryLater, Undeliverable, within

PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
# Permanent by RFC 5321, when a server says it of the address or of the letter.
PERMANENT = 500


class Mail:
    """`url`: smtp://USER:PASSWORD@HOST:587 begins in the clear and insists on STARTTLS; smtps:// is TLS from the first
    byte; smtp+plain:// is for a server on this machine."""

    def __init__(self, url: str, sender: str, limits: Limits | None = None) -> None:
        parts = urlsplit(url)
        self._scheme, self._host = parts.scheme, parts.hostname or ""
        self._port = parts.port or PORTS[parts.scheme]
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._sender, self._limits = sender, limits or Limits()
        self._domain = parseaddr(sender)[1].partition("@")[2]
        # Once: reading the machine's certificates takes longer than a letter.
        self._tls = ssl.create_default_context()

    def send(self, letter: Letter) -> None:
        """Errors: TryLater, Undeliverable."""
        message = self._message(letter)
        line = self._line()
        with within(self._limits.whole, lambda: line.sock) as is_over, _told_apart(is_over.is_set), closing(line):
            line.connect(self._host, self._port)
            if self._scheme == "smtp":
                line.starttls(context=self._tls)
            if self._user:
                line.login(self._user, self._password)
            line.send_message(message, parseaddr(self._sender)[1], [letter.to])
            with suppress(smtplib.SMTPException, OSError):  # it was taken, however we part
                line.quit()

    def _line(self) -> smtplib.SMTP:
        """Not connected yet, so that the whole time can be watched."""
        # Our name in the greeting: without it the library asks the network for one, and waits where there is none.
        common = {"local_hostname": self._domain, "timeout": self._limits.step}
        line = smtplib.SMTP_SSL(context=self._tls, **common) if self._scheme == "smtps" else smtplib.SMTP(**common)
        line._host = self._host  # noqa: SLF001  # the name that the certificate must have: connect() alone leaves it empty
        return line

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        try:
            message["To"] = Address(addr_spec=letter.to)
        except (ValueError, IndexError, HeaderParseError):
            raise Undeliverable("bad_address") from None
        message["From"] = self._sender
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(datetime.now(UTC))
        message["Message-ID"] = f"<{letter.id}@{self._domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message["Content-Language"] = letter.lang
        message.set_content(letter.text)
        return message


@contextmanager
def _told_apart(is_over: Callable[[], bool]) -> Iterator[None]:
    """What a mail server or the line to it says, as ours. Errors: TryLater, Undeliverable."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as refused:
        raise _refused(next(iter(refused.recipients.values()))[0]) from None
    except smtplib.SMTPDataError as refused:
        raise _refused(refused.smtp_code) from None
    except smtplib.SMTPNotSupportedError:
        raise TryLater("smtp_not_supported") from None
    except smtplib.SMTPServerDisconnected as closed:
        is_silent = is_over() or isinstance(closed.__context__, TimeoutError)  # smtplib says both in one
        raise TryLater("timeout" if is_silent else "disconnected") from None
    except smtplib.SMTPResponseException as refused:  # greeting, sign-in, sender: ours to mend, then it is sent
        raise TryLater(f"smtp_{refused.smtp_code}") from None
    except ssl.SSLError:
        raise TryLater("timeout" if is_over() else "tls") from None
    except TimeoutError:
        raise TryLater("timeout") from None
    except (OSError, smtplib.SMTPException):
        raise TryLater("timeout" if is_over() else "unreachable") from None


def _refused(code: int) -> TryLater | Undeliverable:
    return Undeliverable(f"smtp_{code}") if code >= PERMANENT else TryLater(f"smtp_{code}")
