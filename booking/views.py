"""Booking at home and on a resident's behalf: the blueprint with every page on it."""

from booking import assist_pages, book_pages, kept_pages
from booking.blueprint import views

PAGES = (book_pages, kept_pages, assist_pages)
__all__ = ["views"]
