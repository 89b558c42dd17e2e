"""Messages to phones through a gateway for WhatsApp or SMS: one JSON POST each, signed.

Body: {"id", "kind", "to": "+62…", "lang", "text", "link"}. Headers: Idempotency-Key (the id: the same message may come
twice), X-Giliran-Timestamp (seconds), X-Giliran-Signature: sha256=HEX, the HMAC of "TIMESTAMP.BODY", when there is a
secret; Authorization as the gateway wants it. Any 2xx means that it was taken.
"""

import hashlib
import hmac
import json
import ssl
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from messenger.senders import Letter, Limits, TryLater, Undeliverable, within

# The gateway's own state, or ours to mend: the same message may well be taken later.
LATER = frozenset({401, 403, 404, 405, 407, 408, 409, 421, 423, 425, 429})


class Gateway:
    def __init__(self, url: str, secret: str | None = None, authorization: str | None = None, limits: Limits | None = None,
                 seconds: Callable[[], float] = time.time) -> None:
        parts = urlsplit(url)
        self._is_tls, self._host, self._port = parts.scheme == "https", parts.hostname or "", parts.port
        self._path = (parts.path or "/") + ("?" + parts.query if parts.query else "")
        self._secret, self._authorization = secret, authorization
        self._limits, self._seconds = limits or Limits(), seconds
        self._tls = ssl.create_default_context() if self._is_tls else None

    def send(self, letter: Letter) -> None:
        """Errors: TryLater, Undeliverable."""
        line = self._line()
        with within(self._limits.whole, lambda: line.sock) as is_over:
            try:
                status = self._post(line, letter)
            except TimeoutError:
                raise TryLater("timeout") from None
            except (OSError, HTTPException) as error:
                raise TryLater("timeout" if is_over.is_set() else _reason(error)) from None
            finally:
                line.close()
        if 200 <= status < 300:
            return
        raise (Undeliverable if 400 <= status < 500 and status not in LATER else TryLater)(f"http_{status}")

    def _line(self) -> HTTPConnection:
        if self._is_tls:
            return HTTPSConnection(self._host, self._port, timeout=self._limits.step, context=self._tls)
        return HTTPConnection(self._host, self._port, timeout=self._limits.step)

    def _post(self, line: HTTPConnection, letter: Letter) -> int:
        body = json.dumps({"id": letter.id, "kind": letter.kind, "to": letter.to, "lang": letter.lang, "text": letter.text,
                           "link": letter.link}).encode()
        line.request("POST", self._path, body, self._headers(letter, body))
        return line.getresponse().status

    def _headers(self, letter: Letter, body: bytes) -> dict[str, str]:
        stamp = str(int(self._seconds()))
        headers = {"Content-Type": "application/json", "User-Agent": "giliran", "Idempotency-Key": letter.id, "X-Giliran-Timestamp": stamp}
        if self._secret:
            headers["X-Giliran-Signature"] = "sha256=" + signature(self._secret, stamp, body)
        if self._authorization:
            headers["Authorization"] = self._authorization
        return headers


def signature(secret: str, stamp: str, body: bytes) -> str:
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _reason(error: OSError | HTTPException) -> str:
    if isinstance(error, ssl.SSLError):
        return "tls"
    hung_up = HTTPException, ConnectionResetError, ConnectionAbortedError, BrokenPipeError
    return "disconnected" if isinstance(error, hung_up) else "unreachable"
