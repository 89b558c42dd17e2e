"""An address to write to: only what a mail server would refuse at once is refused here."""

import re

from office.errors import Invalid

_ADDRESS = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")


def normal_email(text: str | None) -> str | None:
    """None when nothing was given. Errors: invalid."""
    if text is None or not text.strip():
        return None
    address = text.strip()
    if len(address) > 120 or not _ADDRESS.fullmatch(address):
        raise Invalid(fields={"email": "book.err_email"}, n=1)
    return address
