"""Carrying out a move: the only place that writes a ticket's state."""

from functools import lru_cache
from typing import Any

from sqlalchemy import Row, Update, bindparam, update

from office.db import Tx
from office.errors import ChangedMeanwhile, WrongState
from office.models import Ticket
from office.states import TICKET_MOVES, TicketState


def check_seen(ticket: Row[Any], seen_state: str | None) -> None:
    """A page that shows an older state must not act on it."""
    if seen_state is not None and seen_state != ticket.state:
        raise ChangedMeanwhile(number=ticket.label, state=ticket.state)


def check_from(ticket: Row[Any], *among: TicketState) -> None:
    """An act starts from fewer states than the table of moves allows (finish only what is served)."""
    if ticket.state not in among:
        raise WrongState(number=ticket.label, state=ticket.state)


def move(tx: Tx, ticket: Row[Any], to: TicketState, **changes: Any) -> None:
    """Write the new state, stamped with its time, only where the old one still stands.

    Errors: wrong_state when the table has no such move; changed_meanwhile when another writer was
    faster (cannot happen on SQLite, which has one writer, or under the office's row lock).
    """
    if to not in TICKET_MOVES[TicketState(ticket.state)]:
        raise WrongState(number=ticket.label, state=ticket.state)
    changes = {"state": str(to), f"{to}_at": tx.now, **changes}
    values = {f"new_{column}": value for column, value in changes.items()}
    done = tx.conn.execute(_guarded(tuple(changes)), {"ticket": ticket.id, "seen": ticket.state, **values})
    if done.rowcount != 1:
        raise ChangedMeanwhile(number=ticket.label, state=ticket.state)


@lru_cache(maxsize=64)
def _guarded(columns: tuple[str, ...]) -> Update:
    """Built once per set of columns: building a statement costs eight times as much as running it."""
    return (
        update(Ticket)
        .where(Ticket.id == bindparam("ticket"), Ticket.state == bindparam("seen"))
        .values({column: bindparam("new_" + column) for column in columns})
    )
