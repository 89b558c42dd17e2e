"""How one screen of the hall is set: what of its office it shows, in which language, how it sounds."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlalchemy import Connection, select, update

from office.db import Tx
from office.devices import device_row
from office.errors import Invalid
from office.models import Device
from office.profile import Profile, profile_of
from office.states import DeviceKind

LANGUAGES = ("", "id", "en", "both")
SOUNDS = ("voice", "chime", "silent")
ROWS = ("auto", "calls", "counters")


@dataclass(frozen=True)
class Screen:
    """`lang` "": as its page was opened. `counters`, `letters` empty: all of them. `row`: what stands below the call."""

    lang: str = ""
    counters: tuple[int, ...] = ()
    letters: tuple[str, ...] = ()
    row: str = "auto"
    sound: str = "voice"
    twice: bool = True
    whole_numbers: bool = False
    pictures: bool = True
    video_sound: bool = False

    def letters_waiting(self, profile: Profile) -> tuple[str, ...]:
        """Whose waiting people are this screen's to count; empty: everybody."""
        if not self.counters:
            return self.letters
        served = {s for n in self.counters if n in profile.counters for s in profile.counters[n].services}
        letters = {profile.by_id[service].letter for service in served}
        return tuple(sorted(letters & set(self.letters) if self.letters else letters))


def read_screen(stored: Mapping[str, Any] | None) -> Screen:
    """As it was stored; what another version wrote and this one does not know is left out."""
    known = {field.name for field in fields(Screen)}
    values = {key: value for key, value in (stored or {}).items() if key in known}
    return Screen(**{**values, "counters": tuple(values.get("counters", ())), "letters": tuple(values.get("letters", ()))})


def screen_of(conn: Connection, device_id: int | None) -> Screen:
    return read_screen(conn.execute(select(Device.settings).where(Device.id == device_id)).scalar_one_or_none())


def set_screen(tx: Tx, device_id: int, screen: Screen) -> dict[str, Any]:
    """Errors: not_found, forbidden; invalid for a device that is no screen, and for what its office does not have."""
    device = device_row(tx.conn, device_id, tx.by)
    wrong = _wrong(screen, profile_of(tx, device["office"]))
    if device["kind"] != DeviceKind.DISPLAY:
        wrong["device"] = "not a screen"
    if wrong:
        raise Invalid(fields=wrong, n=len(wrong))
    tx.conn.execute(update(Device).where(Device.id == device_id).values(settings=asdict(screen)))
    return device


def _wrong(screen: Screen, profile: Profile) -> dict[str, str]:
    letters = {service.letter for service in profile.services.values()}
    checks = {
        "lang": screen.lang in LANGUAGES, "sound": screen.sound in SOUNDS, "row": screen.row in ROWS,
        "counters": set(screen.counters) <= profile.counters.keys(), "letters": set(screen.letters) <= letters,
    }  # fmt: skip
    return {name: "not one of this office's" for name, is_right in checks.items() if not is_right}
