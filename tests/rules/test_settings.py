"""Settings: defaults, and one line that names a wrong value."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from settings import ROOT, BadSetting, from_environment, kept_secret

SECRET = {"KIOSK_SECRET_KEY": "s"}


def test_defaults():
    """Nothing set: SQLite in var/, this machine only, real time, the four offices."""
    settings = from_environment(SECRET)
    assert settings.database_url == f"sqlite:///{ROOT}/var/kiosk.db"
    assert (settings.host, settings.port, settings.public_url) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")
    assert (settings.clock, settings.clock_rate, settings.redis_url) == (None, 1.0, None)
    assert settings.offices == ROOT / "data/ppu.toml"


def test_an_empty_value_is_no_value():
    """A variable that is set to nothing counts as not set."""
    assert from_environment({**SECRET, "KIOSK_PORT": "", "KIOSK_CLOCK": ""}) == from_environment(SECRET)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KIOSK_DATABASE_URL", "mysql://x"), ("KIOSK_DATABASE_URL", "kiosk.db"), ("KIOSK_REDIS_URL", "localhost"),
        ("KIOSK_PORT", "http"), ("KIOSK_PORT", "0"), ("KIOSK_PORT", "65536"), ("KIOSK_PORT", "-1"),
        ("KIOSK_PROXIES", "nginx"), ("KIOSK_PROXIES", "-1"), ("KIOSK_PUBLIC_URL", "antre.example"),
        ("KIOSK_CLOCK", "nine"), ("KIOSK_CLOCK", "2026-11-24T09:00:00"),
        ("KIOSK_CLOCK_RATE", "fast"), ("KIOSK_CLOCK_RATE", "0"), ("KIOSK_CLOCK_RATE", "-2"),
        ("KIOSK_CLOCK_RATE", "nan"), ("KIOSK_CLOCK_RATE", "inf"),
        ("KIOSK_SMTP_URL", "mail.example.id"), ("KIOSK_SMTP_URL", "smtp://"), ("KIOSK_SMTP_URL", "smtp://mail:tls"),
        ("KIOSK_MAIL_FROM", "Disdukcapil"), ("KIOSK_GATEWAY_URL", "wa.example.id"), ("KIOSK_GATEWAY_URL", "https://wa.example.id"),
        ("KIOSK_GATEWAY_AUTHORIZATION", "Token 1\r\nX: 2"), ("KIOSK_ONLINE_URL", "serambi.example.id"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named(name, value):
    """The start stops with one line that names the setting."""
    with pytest.raises(BadSetting, match=f"^{name}: ") as refused:
        from_environment({**SECRET, name: value})
    assert "\n" not in str(refused.value)


def test_values_are_read():
    """Addresses, clock and rate as they are given; a trailing slash is no part of the public address."""
    settings = from_environment({
        **SECRET, "KIOSK_DATABASE_URL": "sqlite:////tmp/x.db", "KIOSK_PUBLIC_URL": "https://antre.example/",
        "KIOSK_CLOCK": "2026-11-24T09:00:00+08:00", "KIOSK_CLOCK_RATE": "60",
    })
    assert (settings.database_url, settings.public_url) == ("sqlite:////tmp/x.db", "https://antre.example")
    assert settings.clock == datetime(2026, 11, 24, 1, tzinfo=UTC)
    assert settings.clock_rate == 60


def test_the_secret_is_made_once(tmp_path: Path):
    """Kept over restarts, readable by this user only."""
    path = tmp_path / "var" / "secret"
    first = kept_secret(path)
    assert kept_secret(path) == first
    assert len(first) >= 32
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_mail_server_needs_a_sender():
    """An e-mail comes from somebody; and what is wrong is named without the password."""
    with pytest.raises(BadSetting, match=r"^KIOSK_MAIL_FROM: "):
        from_environment({**SECRET, "KIOSK_SMTP_URL": "smtp://mail.example.id"})
    with pytest.raises(BadSetting) as refused:
        from_environment({**SECRET, "KIOSK_SMTP_URL": "mail://antrean:rahasia@mail.example.id"})
    assert "rahasia" not in str(refused.value)


def test_ways_of_telling():
    """Nothing set: no message can be promised; passwords stay out of what may be printed."""
    plain = from_environment(SECRET)
    assert (plain.has_mail, plain.has_gateway) == (False, False)
    told = from_environment({**SECRET, "KIOSK_SMTP_URL": "smtp://antrean:rahasia@mail.example.id", "KIOSK_MAIL_FROM": "A <a@example.id>",
                             "KIOSK_GATEWAY_URL": "https://wa.example.id", "KIOSK_GATEWAY_SECRET": "rahasia"})  # fmt: skip
    assert (told.has_mail, told.has_gateway) == (True, True)
    assert "rahasia" not in repr(told)
