"""Who may do what: tokens, passwords, forged requests, too many tries."""

import hashlib
import hmac
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from limits import RateLimitItem, RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from office import devices, people
from office.actors import Actor
from office.db import Database
from office.errors import SlowDown

# A revoked device or a signed-out person is a stranger after at most so many seconds.
REMEMBER_SECONDS = 2.0
REMEMBER_AT_MOST = 5_000
# Failures only: 10 in 15 minutes for one name, 60 from one address (an office shares one).
BY_NAME = RateLimitItemPerMinute(10, 15)
BY_ADDRESS = RateLimitItemPerMinute(60, 15)

# Wrong booking codes: by browser; an address alone (a village, a school) only when no person could type so fast.
CODES_BY_BROWSER = RateLimitItemPerMinute(20, 10)
CODES_BY_ADDRESS = RateLimitItemPerSecond(1_000)

# Machines that ask to be paired: more than any office sets up at once, far less than may wait in all.
PAIRINGS_BY_ADDRESS = RateLimitItemPerMinute(60, 15)

# RFC 9106's second recommendation is 64 MiB; 19 MiB with two passes (OWASP) fits the small machine of an office.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Verified when a name is unknown, so that the answer takes as long as for a known one.
_NOBODY = _hasher.hash(secrets.token_urlsafe(16))


def new_token() -> str:
    """43 of A-Za-z0-9_-, 256 bits."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """Tokens are long and random, so a plain SHA-256 is enough; the database never holds one."""
    return hashlib.sha256(token.encode()).hexdigest()


def hash_password(password: str) -> str:
    return _hasher.hash(password)


def password_fits(password_hash: str | None, password: str) -> bool:
    """Takes about 50 ms of one core: never on the event loop."""
    try:
        return _hasher.verify(password_hash or _NOBODY, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def _limits_address(redis_url: str | None) -> str:
    """Redis behind a file is `unix://` to its own client and `redis+unix://` to the limits."""
    if redis_url is None:
        return "memory://"
    return f"redis+{redis_url}" if redis_url.startswith("unix://") else redis_url


class Keeper:
    """Knows whom a token belongs to, and remembers it for a moment: the way of a ticket must not cost a look-up."""

    def __init__(self, db: Database, secret: str, redis_url: str | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self.db = db
        self._secret = secret.encode()
        self._clock = clock
        self._known: dict[str, tuple[float, Actor | None, dict[str, Any]]] = {}
        self._limiter = MovingWindowRateLimiter(storage_from_string(_limits_address(redis_url)))
        self._codes = MovingWindowRateLimiter(storage_from_string(_limits_address(redis_url)))
        self._tries, self._under_way = threading.Condition(), Counter[str]()

    def actor_of(self, token: str) -> Actor | None:
        """The device or person that holds this token; None for a stranger."""
        return self._look_up(token)[0]

    def device_facts(self, token: str) -> dict[str, Any]:
        return self._look_up(token)[1]

    def forget(self, token_hash: str | None = None) -> None:
        """After a sign-out or a revocation in this process."""
        if token_hash is None:
            self._known.clear()
        else:
            self._known.pop(token_hash, None)

    def _look_up(self, token: str) -> tuple[Actor | None, dict[str, Any]]:
        key = hash_token(token)
        known = self._known.get(key)
        if known is not None and known[0] > self._clock():
            return known[1], known[2]
        if len(self._known) >= REMEMBER_AT_MOST:
            self._known.clear()
        actor, facts = self._ask(key)
        self._known[key] = (self._clock() + REMEMBER_SECONDS, actor, facts)
        return actor, facts

    def _ask(self, key: str) -> tuple[Actor | None, dict[str, Any]]:
        with self.db.read() as look:
            device = devices.device_of_token(look.conn, key)
            if device is not None:
                return device
            person = people.person_of_session(look.conn, key, look.now)
            return (person[0], {}) if person else (None, {})

    def csrf_token(self, cookie: str) -> str:
        """Bound to the browser's cookie and unforgeable without the secret (signed double submit)."""
        return hmac.new(self._secret, cookie.encode(), hashlib.sha256).hexdigest()

    def csrf_fits(self, cookie: str, token: str) -> bool:
        return bool(cookie) and hmac.compare_digest(self.csrf_token(cookie).encode(), token.encode())  # bytes: a str must be ASCII

    @contextmanager
    def trying(self, username: str, address: str) -> Iterator[None]:
        """Around the look at one password. All that are looked at may turn out wrong: never more at once than failures are
        left, the others wait. Errors: slow_down after too many failures for this name or from this address."""
        limits = {"name:" + username: BY_NAME, "address:" + address: BY_ADDRESS}
        with self._tries:
            while not self._has_room(limits):
                self._tries.wait()
            self._under_way.update(limits.keys())
        try:
            yield
        finally:
            with self._tries:
                self._under_way -= Counter(limits.keys())
                self._tries.notify_all()

    def _has_room(self, limits: dict[str, RateLimitItem]) -> bool:
        """Errors: slow_down."""
        for key, limit in limits.items():
            if not self._limiter.test(limit, "login", key):
                again = self._limiter.get_window_stats(limit, "login", key).reset_time
                seconds = max(1, int(again - time.time()) + 1)
                raise SlowDown(retry_after_seconds=seconds, n=-(-seconds // 60))
        return all(self._limiter.test(limit, "login", key, cost=self._under_way[key] + 1) for key, limit in limits.items())

    def count_failure(self, username: str, address: str) -> None:
        _let_go(self._limiter.storage)
        self._limiter.hit(BY_NAME, "login", "name:" + username)
        self._limiter.hit(BY_ADDRESS, "login", "address:" + address)

    def count_pairing(self, address: str) -> None:
        """Errors: slow_down when one address would take the places of those who wait to be paired."""
        _let_go(self._limiter.storage)
        if not self._limiter.hit(PAIRINGS_BY_ADDRESS, "pair", address):
            raise SlowDown(retry_after_seconds=int(PAIRINGS_BY_ADDRESS.get_expiry()), n=15)

    def check_codes(self, browser: str | None, address: str) -> None:
        """Errors: slow_down after too many wrong codes."""
        for limit, key in _code_limits(browser, address):
            if not self._codes.test(limit, "code", key):
                raise SlowDown(retry_after_seconds=int(limit.get_expiry()), n=-(-int(limit.get_expiry()) // 60))

    def count_wrong_code(self, browser: str | None, address: str) -> None:
        _let_go(self._codes.storage, is_all=True)  # an attacker's browser is a new one each time anyway
        for limit, key in _code_limits(browser, address):
            self._codes.hit(limit, "code", key)


def _let_go(storage: Storage, is_all: bool = False) -> None:
    """In memory the library keeps each key for good and walks through all of them after a hit: who sends 100,000 tries, each
    from a new browser, would make every later one cost the whole server 0.1 s. Redis lets go by itself."""
    hits = storage.events if isinstance(storage, MemoryStorage) else {}
    if len(hits) < REMEMBER_AT_MOST:
        return
    for key in [key for key, times in list(hits.items()) if is_all or not times]:
        hits.pop(key, None)


def _code_limits(browser: str | None, address: str) -> list[tuple[RateLimitItem, str]]:
    by_browser: list[tuple[RateLimitItem, str]] = [(CODES_BY_BROWSER, "browser:" + browser)] if browser else []
    return [*by_browser, (CODES_BY_ADDRESS, "address:" + address)]
