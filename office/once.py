"""The same request twice gives the same answer, and the thing is done once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select

from office.db import Tx
from office.errors import RequestIdReused
from office.models import Request

Answer = dict[str, Any]
#: a retry comes within minutes; days later it is a new request
REQUESTS_KEPT = timedelta(days=2)
_FIND = select(Request.fingerprint, Request.answer).where(Request.id == bindparam("id"))
_KEEP = insert(Request)


class Done(NamedTuple):
    """`created` is False when the request was carried out before."""

    answer: Answer
    created: bool


def once(tx: Tx, request_id: str | None, fingerprint: str, work: Callable[..., Answer], *args: Any, **kwargs: Any) -> Done:
    """Carry out `work` unless this request_id was carried out already; then its first answer.

    `fingerprint` stands for the rest of the request. Errors: request_id_reused when it differs.
    """
    if request_id is None:
        return Done(work(tx, *args, **kwargs), True)
    before = tx.conn.execute(_FIND, {"id": request_id}).one_or_none()
    if before is not None:
        if before.fingerprint != fingerprint:
            raise RequestIdReused()
        return Done(before.answer, False)
    answer = work(tx, *args, **kwargs)
    tx.conn.execute(_KEEP, {"id": request_id, "fingerprint": fingerprint, "answer": answer, "at": tx.now})
    return Done(answer, True)


def is_known(conn: Connection, request_id: str) -> bool:
    """Carried out before: its answer is kept, whatever has changed since."""
    return conn.execute(_FIND, {"id": request_id}).one_or_none() is not None


def forget_old(tx: Tx, older_than: timedelta) -> int:
    """A retry comes within minutes; days later it is a new request. Returns how many were forgotten."""
    return tx.conn.execute(delete(Request).where(Request.at < tx.now - older_than)).rowcount
