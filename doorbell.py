"""Several processes: whoever changed something rings at the others through Redis.

It only rings: "this office has news". What the news is stands in the rows, so a ring that is lost costs a second.
"""

import logging
import time
from collections.abc import Callable

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

log = logging.getLogger(__name__)
CHANNEL = "giliran"
# A ring is part of somebody's request: an answer may take so long, and a line that lay idle is tried once more. Of itself
# the library tries ten times more, for seconds.
PATIENCE_SECONDS = 1.0
TRIES_MORE = 1
AGAIN_SECONDS = 1.0


class Doorbell:
    """`url`: redis://, rediss:// or unix://. Nothing is connected before the first ring."""

    def __init__(self, url: str) -> None:
        self._ears = redis.Redis.from_url(url, socket_connect_timeout=PATIENCE_SECONDS)
        self._bell = redis.Redis.from_url(
            url, socket_timeout=PATIENCE_SECONDS, socket_connect_timeout=PATIENCE_SECONDS, retry=Retry(NoBackoff(), TRIES_MORE)
        )

    def ring(self, office: str) -> None:
        """An office has news. When Redis is away, nobody hears: the others look by themselves every second."""
        try:
            self._bell.publish(CHANNEL, office)
        except redis.RedisError as error:
            log.warning("could not ring at the other processes: %s", type(error).__name__)

    def hear(self, rung: Callable[[], object]) -> None:
        """Calls `rung` at each ring, as long as the process lives."""
        while True:
            try:
                ears = self._ears.pubsub(ignore_subscribe_messages=True)
                ears.subscribe(CHANNEL)
                for _ in ears.listen():
                    rung()
            except redis.RedisError:
                log.warning("the message queue is away; looking every second instead")
                time.sleep(AGAIN_SECONDS)

    def trouble(self) -> str | None:
        """Why nobody can be rung at; None when all is well."""
        try:
            self._bell.ping()
        except redis.RedisError as error:
            return f"the message queue does not answer: {type(error).__name__}"
        return None
