"""A real server sends what it promised: by the background of the worker, never in the request, and says no name anywhere."""

import json
import time

import pytest
from factories import new_request_id
from post_office import Box, gateway, mail_server

pytestmark = pytest.mark.slow


def until(true, seconds=15):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "never came"
        time.sleep(0.05)


def test_a_booking_is_told(start_live):
    """Booked over HTTP: answered before anything is sent; a moment later phone and mailbox have it; the log has neither."""
    box = Box()
    with gateway() as gate, mail_server(box) as port:
        live = start_live(
            KIOSK_SMTP_URL=f"smtp+plain://127.0.0.1:{port}", KIOSK_MAIL_FROM="antrean@example.go.id",
            KIOSK_GATEWAY_URL=gate.url, KIOSK_GATEWAY_SECRET="kunci",
        )  # fmt: skip
        booked = live.office().anybody.post(
            "/offices/waru/appointments", service="KTP_REC", start="2026-11-25T09:00:00+08:00", name="Surip Widodo",
            phone="0812 3456 7890", email="surip@example.id", request_id=new_request_id(),
        ).ok()  # fmt: skip
        assert (gate.got, box.letters) == ([], [])
        until(lambda: gate.got and box.letters)
    assert json.loads(gate.got[0][2])["to"] == "+6281234567890"
    assert f"http://antre.test/b/{booked['code']}" in box.letters[0][1].replace("=\r\n", "")
    assert not any(word in live.log for word in ("Surip", "81234567890", "surip@"))
