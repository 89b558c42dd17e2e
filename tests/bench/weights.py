"""What the first view of each page loads: the page, its scripts, styles and pictures, the fonts of plain letters, and
what its script asks for at once. Uncompressed, as a browser without a cache would."""

import re
from dataclasses import dataclass

from api import DEVICE_COOKIE, PERSON_COOKIE
from tests.bench.bench import Bench
from tests.bench.figures import Figure
from tests.bench.load import Answer, ask, drive, taking
from tests.bench.place import OFFICE, Place, Server, service_codes

REQUESTS_AT_MOST = 6
# An operator's full hall. Its rows come with the page of the counter; of more, the script asks for the rest.
WAITING = 40
_LINKED = re.compile(r"""<(?:script|img|link)\b[^>]*?\b(?:src|href)="(/[^"]+)\"""")
_FACE = re.compile(r"@font-face\s*{[^}]*}")
_ADDRESS = re.compile(r"""url\(["']?(/[^"')]+)""")
# The faces of plain letters say so; the others are fetched when a letter beyond them is shown.
_PLAIN_LETTERS = "unicode-range"


@dataclass(frozen=True)
class Page:
    """`asks`: addresses that its script asks for by itself at once; `sockets`: how many it opens."""

    name: str
    path: str
    cookie: str
    limit_kb: int
    sockets: int = 0
    asks: tuple[str, ...] = ()


def weights(bench: Bench) -> list[Figure]:
    """kB and requests of the kiosk, the screen, the counter and a ticket."""
    place = bench.place("weights")
    with place.serving() as server:
        return [_weigh(server, page) for page in _pages(server, place)]


def _pages(server: Server, place: Place) -> list[Page]:
    taken = drive(server.port, [taking(OFFICE, place.kiosk, service_codes(), WAITING)])
    device, person = f"{DEVICE_COOKIE}={place.kiosk}", f"{PERSON_COOKIE}={place.sign_in(server, 1)[0]}"
    screen = f"{DEVICE_COOKIE}={place.display}"
    return [
        Page("kiosk", f"/kiosk/{OFFICE}", device, 130, asks=(f"/api/v1/offices/{OFFICE}/kiosk",)),
        Page("display", f"/display/{OFFICE}", screen, 110, sockets=1),
        Page("counter", f"/counter/{OFFICE}", person, 150, sockets=1),
        Page("ticket", f"/t/{taken[-1].json['key']}", "", 15),
    ]


def _weigh(server: Server, page: Page) -> Figure:
    first = _get(server, page.path, page)
    html = first.body.decode()
    fonts = [address for face in _FACE.findall(html) if _PLAIN_LETTERS in face for address in _ADDRESS.findall(face)]
    linked = list(dict.fromkeys([*_LINKED.findall(html), *fonts, *page.asks]))
    sizes = {address: len(_get(server, address, page).body) for address in linked}
    size, requests = len(first.body) + sum(sizes.values()), 1 + len(linked) + page.sockets
    parts = ", ".join(f"{address.rsplit('/', 1)[-1].split('?')[0]} {_kb(size)}" for address, size in sizes.items())
    return Figure(
        f"kB and requests of the {page.name} page's first view", f"{_kb(size)} kB, {requests}",
        beside=f"page {_kb(len(first.body))}" + (f", {parts}" if parts else "") + (", a socket" if page.sockets else ""),
        wanted=f"≤ {page.limit_kb} kB, ≤ {REQUESTS_AT_MOST}",
    )


def _get(server: Server, path: str, page: Page) -> Answer:
    """Errors: RuntimeError when the page is not there."""
    answer = ask(server.port, "GET", path, headers=f"Cookie: {page.cookie}\r\n" if page.cookie else "")
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}")
    return answer


def _kb(size: int) -> str:
    return f"{size / 1000:.1f}"
