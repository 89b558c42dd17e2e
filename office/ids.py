"""Names for rows: ids that do not collide between machines, keys that cannot be guessed."""

import secrets
from datetime import datetime

# Without vowels that make words and without 0/o, 1/i/l: read aloud and typed from paper.
_KEY_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
_ID_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id(now: datetime) -> str:
    """18 characters, ordered by time (a millisecond each), with 45 random bits."""
    bits = (int(now.timestamp() * 1000) << 45) | secrets.randbits(45)
    return "".join(_ID_LETTERS[(bits >> shift) & 31] for shift in range(85, -1, -5))


def new_key(length: int = 16) -> str:
    """Unguessable: 16 characters hold 79 bits."""
    return _drawn(_KEY_LETTERS, length)


# 32 signs without 0/O and 1/I: read aloud over the phone, typed at the kiosk.
_CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def new_booking_code() -> str:
    """9 signs, 45 bits; shown in threes."""
    return _drawn(_CODE_LETTERS, 9)


def _drawn(letters: str, length: int) -> str:
    """Each text equally likely, from one draw: a draw for each sign took ten times as long."""
    number, signs = secrets.randbelow(len(letters) ** length), []
    for _ in range(length):
        number, sign = divmod(number, len(letters))
        signs.append(letters[sign])
    return "".join(signs)
