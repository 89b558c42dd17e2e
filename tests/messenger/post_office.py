"""A mail server and a gateway of our own, on real sockets: they take, refuse, hang, drip."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

USER, PASSWORD = "antrean", "rahasia:@/ 1"


class Box:
    """A mailbox with a say: what it answers to RCPT or DATA before anything is taken, and to QUIT."""

    def __init__(self):
        self.letters, self.rcpt, self.data, self.signed_in, self.farewell = [], [], [], [], "221 Bye"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802  # the library's name
        if self.rcpt:
            return self.rcpt.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  # the library's name
        if self.data:
            return self.data.pop(0)
        self.letters.append((envelope.rcpt_tos, envelope.content.decode()))
        return "250 taken"

    async def handle_QUIT(self, server, session, envelope):  # noqa: N802  # the library's name
        return self.farewell

    def authenticate(self, server, session, envelope, mechanism, told):
        is_right = (told.login, told.password) == (USER.encode(), PASSWORD.encode())
        self.signed_in.append(is_right)
        return AuthResult(success=is_right, handled=False)


@contextmanager
def mail_server(box, certificate=None, tls_from_start=False, needs_sign_in=False):
    """Its port. `certificate`: a trustme certificate; without it everything is in the clear."""
    context = None
    if certificate is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        certificate.configure_cert(context)
    options = {"tls_context": context, "require_starttls": True} if context and not tls_from_start else {}
    if needs_sign_in:
        options |= {"authenticator": box.authenticate, "auth_required": True, "auth_require_tls": bool(context) and not tls_from_start}
    port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port, ssl_context=context if tls_from_start else None, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


class Gate(ThreadingHTTPServer):
    """Keeps what is posted: (headers, body). `statuses` are answered one after the other, then 200."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Desk)
        self.got, self.statuses = [], []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/kirim?akun=7"


class Desk(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = self.server.statuses.pop(0) if self.server.statuses else 200
        self.server.got.append((self.path, dict(self.headers), body))
        self.send_response(status)
        self.send_header("Content-Length", "0")
        if status == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_):
        """Quiet."""


@contextmanager
def gateway() -> Iterator[Gate]:
    gate = Gate()
    thread = threading.Thread(target=gate.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield gate
    finally:
        gate.shutdown()
        gate.server_close()
        thread.join()


@contextmanager
def rude(manner):
    """A port that accepts: "hang" says nothing, "drip" a byte at a time, "close" goes at once, "gone" is no port at all."""
    if manner == "gone":
        yield free_port()
        return
    over, lines = threading.Event(), []
    with socket.create_server(("127.0.0.1", 0)) as server:
        threads = [threading.Thread(target=_be_rude, args=(server, manner, over, lines))]
        threads[0].start()
        try:
            yield server.getsockname()[1]
        finally:
            over.set()
            socket.create_connection(server.getsockname()).close()
            threads[0].join()
            for line in lines:
                line.close()


def _be_rude(server, manner, over, lines):
    while not over.is_set():
        line, _ = server.accept()
        lines.append(line)
        if manner == "close":
            line.close()
        while manner == "drip" and not over.is_set():
            try:
                line.send(b"2")
            except OSError:
                break
            time.sleep(0.05)
