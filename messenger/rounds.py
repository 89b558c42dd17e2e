"""The round that sends what is due, one message at a time. Any number of processes may run one: rows are claimed."""

import logging

from messenger.letters import letter_of
from messenger.senders import Letter, NotSent, Sender, Undeliverable
from office import messages
from office.db import Database
from office.profile import profile_of
from office.tickets import count_ahead, ticket_by_key

log = logging.getLogger(__name__)
CHANNELS = (messages.EMAIL, messages.PHONE)
# So that a rush of one way does not keep this round for ever from being stopped.
AT_MOST = 100


class Messenger:
    """`senders` by channel; what is due by a way that nobody has set up is dropped."""

    def __init__(self, db: Database, senders: dict[str, Sender], public_url: str) -> None:
        self._db, self._senders, self._public_url = db, senders, public_url

    def send_due(self, channel: str) -> int:
        """Until nothing is due, or the way is closed just now. Returns how many were taken."""
        taken = 0
        while taken < AT_MOST and (letter := self._next(channel)) is not None:
            if not self._send(channel, letter):
                break
            taken += 1
        return taken

    def drop_unsendable(self) -> None:
        absent = tuple(channel for channel in CHANNELS if channel not in self._senders)
        with self._db.read() as look:
            is_any = any(messages.is_due(look.conn, channel, look.now) for channel in absent)
        if is_any:
            self._db.transaction(messages.drop_due, channels=absent)

    def _next(self, channel: str) -> Letter | None:
        """Looked for without a write first: most rounds find nothing."""
        with self._db.read() as look:
            if not messages.is_due(look.conn, channel, look.now):
                return None
        row = self._db.transaction(messages.take_due, channel=channel)
        if row is None:
            return None
        with self._db.read() as look:
            profile = profile_of(look, row.office_code)
            ahead = None
            if row.kind == messages.NEAR:
                ticket = ticket_by_key(look.conn, row.key)
                ahead = count_ahead(look.conn, profile, ticket.day, ticket._asdict())
            return letter_of(row, profile, ahead, self._public_url)

    def _send(self, channel: str, letter: Letter) -> bool:
        """False when the others of this way had better wait."""
        try:
            self._senders[channel].send(letter)
        except NotSent as failure:
            is_final = isinstance(failure, Undeliverable)
            log.warning("a message by %s was not sent: %s", channel, failure.reason)
            self._db.transaction(messages.settle, message_id=letter.id, error=failure.reason, is_final=is_final)
            return is_final
        self._db.transaction(messages.settle, message_id=letter.id)
        return True
