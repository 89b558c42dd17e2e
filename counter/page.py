"""What the counter's script is given with the page."""

from typing import Any

from api import reason_view
from office import desk
from office.actors import Actor
from office.db import Look
from office.profile import Profile, read_head
from office.shown import instant
from words import pick, zone_words

PICTURES = {"A": "bird", "L": "boat", "S": "house", "U": "fish", "W": "palm", "Z": "sun"}
#: a full hall of a district office; of a longer line the script fetches the rest, so that it makes the page no heavier
ROWS_AT_FIRST = 40
#: the texts that the script says; what stands still on the page is in the templates
SPOKEN = ("a11y.number", "book.person_n", "disp.outage_all", "err.generic", "err.offline", "err.session_over", "out", "reason.priority")
SPOKEN_HERE = """
alert_box alert_cover alert_kiosk alert_more alert_paper_low alert_paper_out alert_print_failed alert_print_unsure
alert_printer_error alert_printer_off alert_screen alert_sound as_of at_time booked_for called_at called_n called_now
choose_one close_q confirm_skip counter_busy counter_n counter_taken empty free_since given gone held_none
help_asked help_over help_sent kiosk_none kiosk_ok minutes minutes_word missed_none more_waiting move_q new_here
next_up next_why not_mine offline ok online outage_now outage_open outage_over pause pause_break pause_device
pause_meeting pause_papers pause_prayer paused paused_note pick_next pick_why printer_none printer_ok
printer_unknown resume screen_none screen_ok seat_free seat_mine sent_here server_ok service_time serving_now
slip_coming slip_printed taken_at title up_to_date used_by waiting_count waiting_n
"""


def boot_of(look: Look, office: Profile, person: Actor, lang: str, rate: float) -> dict[str, Any]:
    """`rate`: how fast the server's clock runs. `v`, the version of the hall's feed, is that of the same look."""
    services = [service for service in office.services.values() if service.available]
    counters = desk.counters(look, office.code)
    return {
        "office": office.code,
        "timezone": office.timezone,
        "at": instant(look.now, office.timezone),
        "rate": rate,
        "v": read_head(look.conn, office.code).v,
        "person": person.person_id,
        "lang": lang,
        "letters": list(dict.fromkeys(service.letter for service in services)),
        "services": [{"code": s.code, "name": s.name[lang], "letter": s.letter} for s in services],
        "counters": counters,
        "desk": _own_desk(look, office, person, counters),
        "pictures": PICTURES,
        "words": pick(lang, *SPOKEN, *(f"op.{word}" for word in SPOKEN_HERE.split()), zone=zone_words(office.timezone)),
    }


def _own_desk(look: Look, office: Profile, person: Actor, counters: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Of the counter this person already has open, so that a reload leads back to it."""
    own = next((c["number"] for c in counters if c["state"] != "closed" and c["operator_id"] == person.person_id), None)
    if own is None:
        return None
    view = desk.desk(look, office.code, own, person.person_id)
    if view["next"]:
        view["next"]["reason"] = reason_view(view["next"]["reason"])
    return {**view, "waiting": view["waiting"][:ROWS_AT_FIRST]}


def letter_names(office: Profile, lang: str) -> dict[str, str]:
    """What the services of a letter have in common, in words: A is "KTP-el"."""
    return {group["letter"]: group["name"][lang] for group in office.groups}
