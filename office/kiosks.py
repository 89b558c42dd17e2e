"""What a kiosk must know of its office, asked every few seconds."""

from typing import Any

from sqlalchemy import bindparam, select

from office.boxes import state_of
from office.clock import day_of
from office.db import Look
from office.events import count_waiting
from office.hours import opening_at
from office.models import Device, Printer
from office.outlook import Expectations, expectations
from office.profile import Profile, profile_of
from office.reports import opening_view, service_view
from office.shown import instant

EXPECT = ("from", "to", "unlikely")
_HEALTH = (
    select(Printer.name, Printer.health, Printer.box_id, Device.seen_at)
    .outerjoin(Device, Device.id == Printer.box_id).where(Printer.id == bindparam("id"))
)  # fmt: skip


def kiosk_view(look: Look, office: str, printer: str | None = None) -> dict[str, Any]:
    """Open or why not, each service, how many wait, the printer this kiosk prints on. Errors: unknown_office."""
    profile = profile_of(look, office)
    opening, told = opening_at(profile.schedule, look.now), expectations(look.memo, office)
    return {
        "at": instant(look.now, profile.timezone), "office": office, "timezone": profile.timezone,
        "revision": profile.revision,
        "open": {"code": opening.code, "reason": opening.reason, "open_now": opening.open_now, **opening_view(profile, opening)},
        "services": [_service(profile, s, opening, told) for s in profile.services.values()],
        "waiting_count": count_waiting(look.conn, profile.id, day_of(look.now, profile.timezone)),
        "printer": _printer(look, profile, printer),
    }


def _service(profile: Profile, service: Any, opening: Any, told: Expectations) -> dict[str, Any]:
    """`expect`: what who takes an ordinary number now is told; absent while it is not known."""
    view = service_view(profile, service, opening)
    outage = view["outage"]
    paused = {"reason": outage["reason"], "until": outage["until"]} if outage else None
    known = told.newcomers.get((service.code, False))
    expect = {key: known.expect[key] for key in EXPECT} if known else None
    return {"code": service.code, "available": service.available and not paused, "reason": service.reason, "paused": paused,
            **({"expect": expect} if expect else {})}


def _printer(look: Look, profile: Profile, name: str | None) -> dict[str, Any]:
    """Its last known state; `unknown` until it was asked."""
    chosen = next((p for p in profile.printers if p.name == name), profile.printers[0])
    row = look.conn.execute(_HEALTH, {"id": chosen.id}).one()
    return {"name": row.name, "state": state_of(row.health, row.box_id, row.seen_at, look.now)}
