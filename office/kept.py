"""What stands once, under a name of its own: JSON in one row of `meta`."""

import json
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from office.models import Meta


def kept(conn: Connection, key: str) -> Any:
    """None: nothing was kept under this name yet."""
    text = conn.execute(select(Meta.value).where(Meta.key == key)).scalar_one_or_none()
    return None if text is None else json.loads(text)


def keep(conn: Connection, key: str, value: Any) -> None:
    """In place of what was kept under this name."""
    conn.execute(delete(Meta).where(Meta.key == key))
    conn.execute(insert(Meta).values(key=key, value=json.dumps(value, separators=(",", ":"))))
