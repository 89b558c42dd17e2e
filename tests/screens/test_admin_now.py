"""The back room: who may open which page, and what the start page says."""

import re
from datetime import timedelta

import pytest
from back_room import PAGES, entrance, rows

from office import catalog, outages, retention
from office.actors import Actor
from office.expected import keep_told
from settings import ROOT
from words import say


@pytest.fixture
def signed_in(app, office):
    return entrance(app, office)


def test_who_may_open_what(app, signed_in):
    """Strangers sign in first, operators go to the counter, administrators come in."""
    stranger, operator = app.test_client(), signed_in("operator", name="siti")
    admin, regency = signed_in(), signed_in("regency_admin", name="rahma")
    for path in PAGES:
        assert stranger.get(path).headers["Location"].startswith("/login?next=")
        assert operator.get(path).headers["Location"] == "/counter"
        assert (admin.get(path).status_code, regency.get(path).status_code) == (200, 200)


CHANGES = (
    "/admin/devices",
    "/admin/devices/pair",
    "/admin/devices/1/revoke",
    "/admin/devices/1/printer",
    "/admin/people",
    "/admin/people/1/password",
    "/admin/people/1/stop",
    "/admin/people/1/allow",
    "/admin/printers/1",
    "/admin/slips/x/reprint",
    "/admin/slips/x/drop",
    "/admin/slips/waru",
    "/admin/outages",
    "/admin/outages/1/end",
    "/admin/closures",
    "/admin/closures/1/remove",
    "/admin/messages/x/again",
    "/admin/affected/waru",
    "/admin/messages/x/drop",
)


def test_changes_need_our_form_and_the_role(app, signed_in):
    """Nothing is changed without the form's token, nor by an operator who has one."""
    admin, operator = signed_in(), signed_in("operator", name="siti")
    token = re.search(r'name="csrf-token" content="([^"]+)"', operator.get("/counter/waru").text)[1]
    for path in CHANGES:
        assert admin.post(path).status_code == 403, path
        assert operator.post(path, data={"csrf_token": token}).status_code == 403, path


def test_each_sees_the_own_office_only(app, office, signed_in):
    """An office's administrator neither sees nor reaches another office's devices, people, printers."""
    office.at("penajam").device(name="Anjungan Penajam")
    office.at("penajam").add_person("budi")
    admin = signed_in()
    printer = rows(app, "SELECT p.id FROM printers p JOIN offices o ON o.id = p.office_id WHERE o.code = 'penajam'")[0][
        0
    ]
    assert "Anjungan Penajam" not in admin.get("/admin/devices").text
    assert "budi.penajam" not in admin.get("/admin/people").text
    assert "Kantor Utama Penajam" not in admin.get("/admin/printers").text
    assert admin.get("/admin/devices/1/revoke").status_code == 403
    assert admin.get("/admin/people/1/password").status_code == 404
    assert admin.get(f"/admin/printers/{printer}").status_code == 403
    assert "Anjungan Penajam" in signed_in("regency_admin", name="rahma").get("/admin/devices").text


def test_the_worst_first(app, office, signed_in, clock):
    """The start page says what is broken, the worst first, with what to do."""
    db = app.extensions["giliran"].db
    office.device("kiosk", "Anjungan depan")
    clock.move(minutes=10)
    kiosk, siti = office.device("kiosk", "Anjungan dalam"), office.person()
    office.take(kiosk)
    db.transaction(outages.report_outage, Actor("system"), "waru", "KTP_LOST", "card_stock", None)
    siti.post(f"{office.path}/counters/2/help").ok()
    text = signed_in().get("/admin").text
    order = [
        say("id", "admin.trouble_help", counter=2), say("id", "admin.trouble_nobody", n=1),
        say("id", "admin.trouble_outage", service="KTP-el hilang", reason=say("id", "out.card_stock")),
        say("id", "admin.trouble_kiosk_new", name="Anjungan depan"),
    ]  # fmt: skip
    places = [text.index(sentence) for sentence in order]
    assert places == sorted(places)
    assert say("id", "admin.todo_nobody") in text


def test_nothing_broken_is_said(app, signed_in):
    """A calm morning reads as one."""
    assert say("id", "admin.nothing_broken") in signed_in().get("/admin").text


def test_figures_of_an_office(app, office, signed_in, clock):
    """Counters open, waiting, longest wait, finished today."""
    kiosk, siti = office.device(), office.person()
    siti.post(f"{office.path}/counters/1/open").ok()
    office.take(kiosk)
    ticket = siti.post(f"{office.path}/counters/1/call-next").ok()["ticket"]
    for act in ("start", "finish"):
        siti.post(f"/tickets/{ticket['id']}/{act}").ok()
    office.take(kiosk)
    clock.move(minutes=17)
    text = re.sub(r"<[^>]+>", " ", signed_in().get("/admin").text)
    assert re.search(r"Waru\s+\S.*?1\s+dari 3\s+1\s+17\s+menit\s+1\s", text, re.DOTALL)


def test_yesterdays_score(app, office, signed_in, clock):
    """How many were called within what they were told; unknown while nobody was told anything."""
    admin, kiosk, siti = signed_in(), office.device(), office.person()
    assert say("id", "rule.yesterday_unknown") in admin.get("/admin").text
    ticket = office.take(kiosk)
    ends = {f"p{q}_at": clock.at + timedelta(minutes=minutes) for q, minutes in ((10, 0), (50, 5), (80, 8), (90, 9))}
    app.extensions["giliran"].db.transaction(keep_told, rows=[
        {"ticket_id": ticket["id"], "office_id": 1, "day": clock.at.date(), "at": clock.at, "is_first_guess": True, **ends}
    ])
    siti.post(f"{office.path}/counters/1/open").ok()
    siti.post(f"{office.path}/counters/1/call-next").ok()
    clock.move(days=1)
    assert say("id", "eta.score", n=10) in entrance(app, office)(name="dewi").get("/admin").text


def test_all_is_confirmed(signed_in):
    """A data file without guesses reads so."""
    assert say("id", "admin.all_confirmed") in signed_in("regency_admin").get("/admin").text


def test_what_wants_confirming(app, signed_in):
    """The guesses of the data file are listed by office and by key, with the file to change and the command."""
    app.extensions["giliran"].db.transaction(catalog.load, data=catalog.read_file(ROOT / "data" / "ppu.toml"))
    text = signed_in("regency_admin", name="rahma").get("/admin").text
    for key in (
        "hours",
        "counters",
        "services",
        "printers",
        "booking",
        "ramadan",
        "address",
        "minutes",
        "presence",
        "requirements",
    ):
        assert f"{say('id', 'admin.fact_' + key)}" in text
    assert "offices load" in text
    assert "Kecamatan Sepaku" in text
    assert "Kecamatan Sepaku" not in signed_in().get("/admin").text


@pytest.mark.parametrize("path", PAGES)
def test_both_languages(signed_in, path):
    """Every page speaks English when asked."""
    text = signed_in().get(f"{path}?lang=en").text
    assert '<html lang="en">' in text
    assert say("en", "admin.outages") in text


def test_when_names_were_erased(app, office, signed_in, clock):
    """The start page says when the job last ran in each office, or that it never did."""
    assert say("id", "admin.erasing_never") in signed_in().get("/admin").text
    app.extensions["giliran"].db.transaction(retention.erase_old, office="waru")
    said = say("id", "admin.erasing_last", moment="pukul 09.00 WITA", n=0)
    assert said in signed_in("regency_admin", name="rahma").get("/admin").text
