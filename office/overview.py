"""What the administrator asks first: what is broken now, how each office stands, what is still a guess."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from office import affected, messages, retention
from office.actors import Actor
from office.clock import day_of
from office.counters import COUNTER
from office.db import Look
from office.desk import gear
from office.events import IS_WAITING
from office.expected import score
from office.hours import Opening, opening_at
from office.models import Counter, Event, Offer, PrintJob, Service, Ticket
from office.printers import job_counts
from office.profile import Profile, office_codes, profile_of
from office.reports import opening_view, outage_view
from office.shown import instant
from office.states import CounterState, TicketState

#: somebody has waited so long that the office should act
LONG_WAIT = timedelta(minutes=60)
#: the worst first: people in need, then nobody gets a number, nobody hears a call, paper, single services
WORST_FIRST = (
    "help", "outage_all", "nobody", "kiosk_away", "box_away", "printer_off", "printer_paper_out", "printer_cover", "printer_error",
    "screen_away", "bookings_closed", "slips_failed", "slips_unsure", "messages_failed", "names_overdue", "outage", "long_wait",
    "messages_stuck", "sound_off", "printer_paper_low", "kiosk_new", "box_new", "screen_new",
)  # fmt: skip
#: what a screen says of its sound when nobody hears it (static/display/later/sound.js)
MUTE = ("blocked", "broken")
PRINTER_TROUBLES = ("off", "paper_out", "cover", "error", "paper_low")


def codes_for(look: Look, by: Actor) -> list[str]:
    """The offices that `by` looks after."""
    return [by.office_code] if by.office_code else office_codes(look.conn)


def offices_now(look: Look, by: Actor) -> list[dict[str, Any]]:
    """Each office's figures of this moment and its troubles, the worst first."""
    return [office_now(look, profile_of(look, code)) for code in codes_for(look, by)]


def office_now(look: Look, profile: Profile) -> dict[str, Any]:
    """`longest_minutes` None: nobody waits. `last_at`: when anything last happened in the hall. `yesterday`: expected.score."""
    opening = opening_at(profile.schedule, look.now)
    figures = _figures(look, profile)
    found = [*_of_counters(look, profile), *_of_line(figures, opening), *_of_machines(look, profile, opening),
             *_of_slips(look, profile), *_of_messages(look, profile), *_of_bookings(look, profile),
             *_of_outages(profile)]  # fmt: skip
    return {
        "code": profile.code, "name": profile.name, "short": profile.short, "timezone": profile.timezone,
        "open_now": opening.open_now, **opening_view(profile, opening), **figures, "erasing": retention.last_run(look.conn, profile.code),
        "yesterday": score(look.conn, profile, day_of(look.now, profile.timezone) - timedelta(days=1)),
        "troubles": sorted(found, key=lambda trouble: WORST_FIRST.index(trouble["code"])),
    }  # fmt: skip


def _figures(look: Look, profile: Profile) -> dict[str, Any]:
    of = Ticket.office_id == profile.id, Ticket.day == day_of(look.now, profile.timezone)
    count, since = look.conn.execute(select(func.count(), func.min(Ticket.waiting_at)).where(*of, IS_WAITING)).one()
    finished = select(func.count()).where(*of, Ticket.state == str(TicketState.FINISHED))
    last = select(Event.at).where(Event.office_id == profile.id, Event.v.is_not(None)).order_by(Event.v.desc()).limit(1)
    states = (
        look.conn.execute(select(Counter.state).where(Counter.office_id == profile.id, Counter.in_use.is_(True)))
        .scalars()
        .all()
    )
    return {
        "waiting": count, "longest_minutes": _minutes(since, look.now) if count else None,
        "finished": look.conn.execute(finished).scalar_one(), "counters": len(states),
        "counters_open": sum(1 for state in states if state == CounterState.OPEN),
        "last_at": instant(look.conn.execute(last).scalar_one_or_none(), profile.timezone),
    }  # fmt: skip


def _minutes(since: datetime, now: datetime) -> int:
    return max(0, int((now - since).total_seconds() // 60))


def _of_counters(look: Look, profile: Profile) -> list[dict[str, Any]]:
    rows = [(c.number, look.conn.execute(COUNTER, {"id": c.id}).one()) for c in profile.counters.values()]
    return [
        {"code": "help", "counter": number, "since": instant(row.help_at, profile.timezone)}
        for number, row in rows if row.help_at
    ]  # fmt: skip


def _of_line(figures: dict[str, Any], opening: Opening) -> list[dict[str, Any]]:
    if not opening.open_now or not figures["waiting"]:
        return []
    if not figures["counters_open"]:
        return [{"code": "nobody", "n": figures["waiting"]}]
    is_long = timedelta(minutes=figures["longest_minutes"]) >= LONG_WAIT
    return [{"code": "long_wait", "n": figures["longest_minutes"]}] if is_long else []


def _of_machines(look: Look, profile: Profile, opening: Opening) -> list[dict[str, Any]]:
    """Machines that are switched off at night are not broken: only while numbers are given or counters work."""
    machines = gear(look, profile)
    printers = [
        {"code": f"printer_{p['state']}", "name": p["name"], "since": p["since"]}
        for p in machines["printers"] if p["state"] in PRINTER_TROUBLES and not p["behind"]
    ]  # fmt: skip
    if opening.code is not None and not opening.open_now:
        return printers
    return [*printers, *_away(machines["boxes"], "box"), *_away(machines["kiosks"], "kiosk"),
            *_away(machines["displays"], "screen"), *_mute(machines["displays"])]  # fmt: skip


def _away(machines: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    """`new`: it has never been seen yet."""
    return [
        {"code": f"{kind}_{'away' if m['seen_at'] else 'new'}", "name": m["name"], "since": m["seen_at"]}
        for m in machines if m["state"] == "away"
    ]  # fmt: skip


def _mute(displays: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"code": "sound_off", "name": m["name"]} for m in displays if m["state"] == "connected" and m["sound"] in MUTE
    ]


def _of_slips(look: Look, profile: Profile) -> list[dict[str, Any]]:
    counts = job_counts(look, PrintJob.office_id == profile.id, profile.timezone)
    return [{"code": f"slips_{state}", "n": counts[state]} for state in ("failed", "unsure") if counts.get(state)]


def _of_messages(look: Look, profile: Profile) -> list[dict[str, Any]]:
    counts = messages.troubles(look.conn, profile.id, look.now)
    return [{"code": f"messages_{state}", "n": count} for state, count in counts.items() if count]


def _of_bookings(look: Look, profile: Profile) -> list[dict[str, Any]]:
    untold = affected.count_untold(look, profile)
    overdue = retention.count_overdue(look, profile)
    return [{"code": code, "n": n} for code, n in (("bookings_closed", untold), ("names_overdue", overdue)) if n]


def _of_outages(profile: Profile) -> list[dict[str, Any]]:
    views = [outage_view(profile, outage) for outage in profile.outages]
    return [{**view, "code": "outage" if view["service"] else "outage_all"} for view in views]


def guesses(look: Look, by: Actor) -> dict[str, Any]:
    """What nobody has confirmed: by office its keys and its offers, and the services by key."""
    codes = codes_for(look, by)
    profiles = [profile_of(look, code) for code in codes]
    return {
        "offices": [
            {"code": p.code, "name": p.name, "keys": p.settings.get("unconfirmed") or ["address", "hours"],
             "offers": _offers(look, p)}
            for p in profiles if not p.confirmed or _offers(look, p)
        ],
        "services": _services(look),
    }  # fmt: skip


def _offers(look: Look, profile: Profile) -> list[dict[str, Any]]:
    """Whether the office really offers these is a guess."""
    rows = look.conn.execute(
        select(Service.code, Service.content)
        .join(Offer, Offer.service_id == Service.id)
        .where(Offer.office_id == profile.id, Offer.confirmed.is_(False))
        .order_by(Service.rank)
    )
    return [{"code": row.code, "name": row.content["name"]} for row in rows]


def _services(look: Look) -> list[dict[str, Any]]:
    """{key, services: [{code, name}]} for each key that is a guess anywhere."""
    rows = look.conn.execute(
        select(Service.code, Service.content).where(Service.confirmed.is_(False)).order_by(Service.rank)
    ).all()
    keys = list(dict.fromkeys(key for row in rows for key in row.content.get("unconfirmed") or ["requirements"]))
    return [
        {"key": key, "services": [
            {"code": row.code, "name": row.content["name"]}
            for row in rows if key in (row.content.get("unconfirmed") or ["requirements"])
        ]}
        for key in keys
    ]  # fmt: skip
