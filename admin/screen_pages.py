"""How each screen of the hall is set, and the notices on them."""

from datetime import date
from typing import Any

from flask import request

import pages
import words
from admin.blueprint import act, done, for_admin, form_text, office_choices, show, views
from office import devices, notices, screens
from office.actors import Actor
from office.errors import Invalid, NotFound, Refused
from office.profile import Profile, profile_of
from office.states import DeviceKind
from running import running


@views.get("/admin/devices/<int:device>/screen")
@for_admin
def screen_form(person: Actor, device: int) -> Any:
    return _form(person, device)


def _form(person: Actor, device: int, refusal: Refused | None = None, asked: screens.Screen | None = None) -> Any:
    with running().db.read() as look:
        row = devices.device_row(look.conn, device, person)
        if row["kind"] != DeviceKind.DISPLAY:
            raise NotFound
        profile = profile_of(look, row["office"])
        screen = asked or screens.screen_of(look.conn, device)
    return show(
        "screen", person, refusal, place="devices", device=row, screen=screen, counters=list(profile.counters),
        letters=_letters(profile, pages.language()), rules=screens, folder=f"{running().settings.office_files}/{profile.code}",
    )  # fmt: skip


def _letters(profile: Profile, lang: str) -> list[tuple[str, str]]:
    """(letter, what it stands for) of this office's services."""
    names = {group["letter"]: group["name"][lang] for group in profile.groups}
    return [(letter, names.get(letter, "")) for letter in sorted({s.letter for s in profile.services.values()})]


@views.post("/admin/devices/<int:device>/screen")
@for_admin
def set_screen(person: Actor, device: int) -> Any:
    asked = _asked()
    try:
        row = act(screens.set_screen, person, device_id=device, screen=asked)
    except Invalid as refusal:
        return _form(person, device, refusal, asked)
    return done("admin.devices_page", "admin.screen_saved", name=row["name"])


def _asked() -> screens.Screen:
    """No counter or no letter ticked: all of them, also what is added later."""
    form = request.form
    return screens.Screen(
        lang=form_text("lang"), row=form_text("row") or "auto", sound=form_text("sound") or "voice",
        counters=tuple(sorted(int(n) for n in form.getlist("counters") if n.isdecimal() and len(n) < 5)),
        letters=tuple(sorted(form.getlist("letters"))), twice="twice" in form, whole_numbers="whole_numbers" in form,
        pictures="pictures" in form, video_sound="video_sound" in form,
    )  # fmt: skip


@views.get("/admin/notices")
@for_admin
def notices_page(person: Actor) -> Any:
    return _notices(person)


def _notices(person: Actor, refusal: Refused | None = None) -> Any:
    lang = pages.language()
    with running().db.read() as look:
        rows, offices = notices.notices(look.conn, person), office_choices(look, person)
    shown = [
        {**row, "says": row["text"][lang], "until": words.date_words(lang, row["until_on"]) if row["until_on"] else None}
        for row in rows
    ]  # fmt: skip
    return show("notices", person, refusal, place="notices", notices=shown, offices=offices, longest=notices.LONGEST)


@views.post("/admin/notices")
@for_admin
def add_notice(person: Actor) -> Any:
    try:
        text = {"id": form_text("text_id"), "en": form_text("text_en") or form_text("text_id")}
        act(notices.add_notice, person, office=form_text("office"), text=text, until_on=_day(form_text("until_on")))
    except Refused as refusal:
        return _notices(person, refusal)
    return done("admin.notices_page", "admin.notice_added")


def _day(typed: str) -> date | None:
    """Errors: invalid when it is no date."""
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        raise Invalid(fields={"until_on": "a date"}, n=1) from None


@views.post("/admin/notices/<int:notice>/remove")
@for_admin
def remove_notice(person: Actor, notice: int) -> Any:
    act(notices.remove_notice, person, notice_id=notice)
    return done("admin.notices_page", "admin.notice_removed")
