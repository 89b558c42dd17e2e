"""A browser in the back room: signing in through the form, sending our own forms, looking into the rows."""

import re

from factories import PASSWORD

PAGES = ("/admin", "/admin/devices", "/admin/people", "/admin/printers", "/admin/slips/waru",
         "/admin/outages", "/admin/notices", "/admin/messages", "/admin/affected", "/admin/staffing")


def entrance(app, office):
    """Makes browsers, each of a person with this role at this office."""

    def enter(role="office_admin", code="waru", name="hendra"):
        client, place = app.test_client(), office.at(code)
        username = place.add_person(name, role)
        form = client.get("/login").text
        client.post("/login", data={"csrf_token": token_of(form), "username": username, "password": PASSWORD})
        return client

    return enter


def token_of(text):
    return re.search(r'name="csrf_token" value="([^"]+)"', text)[1]


def send(client, path, page="/admin", **values):
    """Our own form, sent; then the page it leads to."""
    return client.post(path, data={"csrf_token": token_of(client.get(page).text), **values}, follow_redirects=True)


def rows(app, statement):
    with app.extensions["giliran"].db.read() as look:
        return look.conn.exec_driver_sql(statement).all()
