"""Settings, read from the environment once. README's table is compared with `Settings` by a test."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent


class BadSetting(Exception):
    """One line that names the setting and what is wrong with it."""


def setting(name: str, default: str | None, meaning: str) -> Any:
    return field(metadata={"name": name, "default": default, "meaning": meaning})


def optional(name: str, meaning: str) -> Any:
    """A setting without which a part is left out. Never shown: it may hold a password."""
    return field(default=None, repr=False, metadata={"name": name, "default": None, "meaning": meaning})


@dataclass(frozen=True)
class Settings:
    database_url: str = setting("KIOSK_DATABASE_URL", "sqlite:///var/kiosk.db", "or postgresql+psycopg://…")
    redis_url: str | None = setting("KIOSK_REDIS_URL", None, "message queue and rate-limit store when there are several processes")
    host: str = setting("KIOSK_HOST", "127.0.0.1", "listening address")
    port: int = setting("KIOSK_PORT", "8000", "listening port")
    proxies: int = setting("KIOSK_PROXIES", "0", "how many proxies stand in front (nginx: 1): who asks is then what they say")
    public_url: str = setting("KIOSK_PUBLIC_URL", None, "put into QR codes; the listening address when not set")
    secret_key: str = setting("KIOSK_SECRET_KEY", None, "signs cookies; made once and kept in var/ when not set")
    clock: datetime | None = setting("KIOSK_CLOCK", None, "an instant at which the clock starts (demo, practice, tests)")
    clock_rate: float = setting("KIOSK_CLOCK_RATE", "1", "how many times as fast as real time that clock runs")
    offices: Path = setting("KIOSK_OFFICES", "data/ppu.toml", "data file loaded into an empty database")
    office_files: Path = setting("KIOSK_OFFICE_FILES", "var/offices", "each office's folder of its own recordings, pictures, videos")
    smtp_url: str | None = optional(
        "KIOSK_SMTP_URL",
        "mail server: smtp://USER:PASSWORD@HOST:587 (STARTTLS), smtps://…:465 (TLS), smtp+plain://HOST:25 (this machine's own)",
    )
    mail_from: str | None = optional(
        "KIOSK_MAIL_FROM", "sender of e-mails, like Disdukcapil <antrean@example.go.id>; needed with KIOSK_SMTP_URL"
    )
    gateway_url: str | None = optional("KIOSK_GATEWAY_URL", "WhatsApp or SMS gateway: each message is sent there as a JSON POST")
    gateway_secret: str | None = optional(
        "KIOSK_GATEWAY_SECRET", "signs what goes to the gateway (HMAC-SHA256); this or the next is needed with KIOSK_GATEWAY_URL"
    )
    gateway_authorization: str | None = optional("KIOSK_GATEWAY_AUTHORIZATION", "Authorization header for the gateway, as it expects it")
    online_url: str | None = optional("KIOSK_ONLINE_URL", "address of Serambi Nusantara, linked where a service can be done from home")

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def has_mail(self) -> bool:
        """An e-mail can be promised."""
        return self.smtp_url is not None

    @property
    def has_gateway(self) -> bool:
        """A message to a phone can be promised."""
        return self.gateway_url is not None


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Errors: BadSetting, one line that names the wrong value."""
    def text(attribute: str) -> str | None:
        meta = next(f.metadata for f in fields(Settings) if f.name == attribute)
        return environment.get(meta["name"]) or meta["default"]

    host, port = str(text("host")), _port(text("port"))
    return Settings(
        database_url=_database_url(str(text("database_url"))),
        redis_url=_redis_url(text("redis_url")),
        host=host,
        port=port,
        proxies=_proxies(str(text("proxies"))),
        public_url=_public_url(text("public_url") or f"http://{host}:{port}"),
        secret_key=text("secret_key") or kept_secret(ROOT / "var" / "secret_key"),
        clock=_instant(text("clock")),
        clock_rate=_rate(str(text("clock_rate"))),
        offices=ROOT / str(text("offices")),
        office_files=ROOT / str(text("office_files")),
        smtp_url=_smtp_url(text("smtp_url")),
        mail_from=_mail_from(text("mail_from"), is_needed=text("smtp_url") is not None),
        gateway_url=_gateway_url(text("gateway_url"), is_signed=bool(text("gateway_secret") or text("gateway_authorization"))),
        gateway_secret=text("gateway_secret"),
        gateway_authorization=_one_line(text("gateway_authorization")),
        online_url=_online_url(text("online_url")),
    )


def kept_secret(path: Path) -> str:
    """Made once; readable by this user only. Two starts at once agree, because only one can create the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(32))
    except FileExistsError:
        pass
    return path.read_text().strip()


def _database_url(value: str) -> str:
    if value.startswith("sqlite:///"):
        path = value.removeprefix("sqlite:///")
        return value if path.startswith("/") else f"sqlite:///{ROOT / path}"
    if value.startswith("postgresql+psycopg://"):
        return value
    raise BadSetting(f"KIOSK_DATABASE_URL: must begin with sqlite:/// or postgresql+psycopg://, not {value!r}")


def _redis_url(value: str | None) -> str | None:
    if value and not value.startswith(("redis://", "rediss://", "unix://")):
        raise BadSetting(f"KIOSK_REDIS_URL: must begin with redis://, rediss:// or unix://, not {value!r}")
    return value


def _port(value: str | None) -> int:
    if not (value or "").isdigit() or not 1 <= int(value or 0) <= 65535:
        raise BadSetting(f"KIOSK_PORT: must be a number from 1 to 65535, not {value!r}")
    return int(value or 0)


def _proxies(value: str) -> int:
    if not value.isdigit() or int(value) > 9:
        raise BadSetting(f"KIOSK_PROXIES: must be a number from 0 to 9, not {value!r}")
    return int(value)


def _public_url(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise BadSetting(f"KIOSK_PUBLIC_URL: must begin with http:// or https://, not {value!r}")
    return value.rstrip("/")


def _online_url(value: str | None) -> str | None:
    if value is not None and not value.startswith(("http://", "https://")):
        raise BadSetting(f"KIOSK_ONLINE_URL: must begin with http:// or https://, not {value!r}")
    return value


def _instant(value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        raise BadSetting(f"KIOSK_CLOCK: must be an instant like 2026-11-24T09:00:00+08:00, not {value!r}") from None
    if instant.tzinfo is None:
        raise BadSetting(f"KIOSK_CLOCK: needs an offset, like +08:00: {value!r}")
    return instant


def _rate(value: str) -> float:
    try:
        rate = float(value)
    except ValueError:
        rate = 0.0
    if not 0 < rate <= 10_000:
        raise BadSetting(f"KIOSK_CLOCK_RATE: must be a number above 0, at most 10000, not {value!r}")
    return rate


# The values below may hold passwords: what is wrong is named, the value is not repeated.
def _smtp_url(value: str | None) -> str | None:
    if value is None:
        return None
    if not value.startswith(("smtp://", "smtps://", "smtp+plain://")) or not _has_host(value):
        raise BadSetting("KIOSK_SMTP_URL: must be like smtp://USER:PASSWORD@HOST:587, smtps:// or smtp+plain://")
    return value


def _gateway_url(value: str | None, is_signed: bool) -> str | None:
    if value is None:
        return None
    if not value.startswith(("http://", "https://")) or not _has_host(value):
        raise BadSetting("KIOSK_GATEWAY_URL: must begin with http:// or https:// and name a host")
    if not is_signed:
        raise BadSetting("KIOSK_GATEWAY_URL: needs KIOSK_GATEWAY_SECRET or KIOSK_GATEWAY_AUTHORIZATION")
    return value


def _has_host(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number
        return False


def _mail_from(value: str | None, is_needed: bool) -> str | None:
    if value is None and is_needed:
        raise BadSetting("KIOSK_MAIL_FROM: is needed with KIOSK_SMTP_URL")
    if value is not None and ("@" not in parseaddr(value)[1] or not value.isprintable()):
        raise BadSetting("KIOSK_MAIL_FROM: must be an e-mail address, like Disdukcapil <antrean@example.go.id>")
    return value


def _one_line(value: str | None) -> str | None:
    if value is not None and not (value.isprintable() and value.isascii()):
        raise BadSetting("KIOSK_GATEWAY_AUTHORIZATION: must be one line of plain characters")
    return value
