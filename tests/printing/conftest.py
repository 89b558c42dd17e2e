"""A slip to print, with keyword overrides, and where its texts can be read."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from emulator import Emulator
from printhall import Hall

from printer.slips import PAPERS, Paper, Slip

URL = "https://antre.ppukab.go.id/t/k7q2m9x4b1tz"
AT = datetime(2026, 11, 24, 9, 12, tzinfo=ZoneInfo("Asia/Makassar"))
TITLES = {"id": "DISDUKCAPIL KAB. PENAJAM PASER UTARA", "en": "Civil Registry Office, Penajam Paser Utara"}


@pytest.fixture
def slip() -> Callable[..., Slip]:
    def make(**changes: Any) -> Slip:
        said = {
            "label": "A012", "letter": "A", "service_name": "Perekaman KTP-el", "office_name": "Kecamatan Waru",
            "office_title": TITLES[changes.get("lang", "id")], "at": AT, "url": URL, "ahead": 4,
            "papers": ("fotokopi KK", "KK asli"),
        }  # fmt: skip
        return Slip(**{**said, **changes})

    return make


@pytest.fixture(params=sorted(PAPERS))
def paper(request: pytest.FixtureRequest) -> Paper:
    """Each of the three papers: 384, 512 and 576 dots."""
    return PAPERS[request.param]


@pytest.fixture
def hall(url: str) -> Iterator[Hall]:
    """On both databases, one after the other."""
    hall = Hall(url)
    yield hall
    hall.db.close()


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    emulator = Emulator()
    yield emulator
    emulator.stop()
