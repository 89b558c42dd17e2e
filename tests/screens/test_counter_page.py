"""The counter's page before its script runs: whose counter is whose."""

import json
import re

from back_room import entrance
from sqlalchemy import update

from office.models import Person


def boot(client) -> dict:
    """What the page gives its script."""
    page = client.get("/counter/waru").text
    return json.loads(re.search(r'<script[^>]*id="boot"[^>]*>(.*?)</script>', page, re.DOTALL)[1])


def test_two_people_of_one_name(app, office):
    """An open counter belongs to who opened it, not to a colleague who is called the same."""
    signed_in = entrance(app, office)
    first, second = signed_in("operator", name="siti"), signed_in("operator", name="siti2")
    with office.db.engine.begin() as conn:
        conn.execute(update(Person).values(name="Siti Aminah"))
    token = re.search(r'name="csrf-token" content="([^"]+)"', first.get("/counter/waru").text)[1]
    opened = first.post("/api/v1/offices/waru/counters/1/open", json={}, headers={"X-CSRF-Token": token})
    assert opened.status_code == 200, opened.text
    assert boot(first)["desk"]["counter"]["number"] == 1
    assert boot(second)["desk"] is None
