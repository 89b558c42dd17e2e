"""The back room: the blueprint with every page on it."""

from admin import (
    affected_pages,
    device_pages,
    message_pages,
    now_pages,
    own_password_pages,
    pause_pages,
    person_pages,
    printer_pages,
    screen_pages,
    sign_in_pages,
    slip_pages,
    staffing_pages,
)
from admin.blueprint import views

PAGES = (
    sign_in_pages, now_pages, message_pages, device_pages, person_pages, printer_pages, slip_pages, pause_pages, affected_pages,
    staffing_pages, screen_pages, own_password_pages,
)  # fmt: skip
__all__ = ["views"]
