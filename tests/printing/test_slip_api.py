"""The slip over HTTP: its state, its picture, printing it again."""

import io

import zxingcpp
from PIL import Image

from printer.spooler import Spooler


def codes(png: bytes) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(Image.open(io.BytesIO(png)).convert("L"))]


def print_all(office) -> None:
    for thread in Spooler(office.db, "http://antre.test").look():
        thread.join(20)


def test_the_picture_opens_the_ticket(office):
    """A PNG in every state, with one code on it: the address that the kiosk showed."""
    kiosk = office.device()
    ticket = office.take(kiosk)
    path = f"/slips/{ticket['slip']['id']}"
    assert kiosk.get(path).ok()["state"] == "pending"
    before = kiosk.get(f"{path}.png")
    assert before.headers["Content-Type"] == "image/png"
    assert codes(before.body) == [ticket["track_url"]]
    print_all(office)
    assert kiosk.get(path).ok()["state"] == "printed"
    assert kiosk.get(f"{path}.png").body == before.body


def test_printing_again_makes_a_marked_copy(office):
    """The same number once more; the picture changes by the mark, the code stays."""
    kiosk = office.device()
    ticket = office.take(kiosk)
    path = f"/slips/{ticket['slip']['id']}"
    print_all(office)
    first = kiosk.get(f"{path}.png").body
    assert kiosk.post(f"{path}/reprint").ok()["state"] == "pending"
    second = kiosk.get(f"{path}.png").body
    assert second != first
    assert codes(second) == [ticket["track_url"]]
    print_all(office)
    view = kiosk.get(path).ok()
    assert (view["state"], view["copy"]) == ("printed", True)


def test_strangers_see_no_slip(office):
    """A slip leads to a ticket: only its office's devices and people may look; an unknown one is 404."""
    ticket = office.take(office.device())
    path = f"/slips/{ticket['slip']['id']}"
    for what in (path, f"{path}.png"):
        assert office.anybody.get(what).code == "unauthenticated"
        assert office.at("timur").device().get(what).code == "forbidden"
    assert office.device(name="lain").get("/slips/nosuch").code == "unknown_slip"
    assert office.device(name="lagi").get("/slips/nosuch.png").code == "unknown_slip"
