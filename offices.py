"""What is due in every office, one office after the other."""

import logging
from collections.abc import Callable
from typing import Any

from office.db import Database
from office.profile import office_codes

log = logging.getLogger(__name__)


def in_each_office(db: Database, what: str, work: Callable[[str], Any]) -> None:
    """`work` is given each office's code. Where it fails the log says so, by `what`, and the next office has its turn."""
    with db.read() as look:
        codes = office_codes(look.conn)
    for code in codes:
        try:
            work(code)
        except Exception:  # one office's odd day must not be the others'
            log.exception("%s of %s failed", what, code)
