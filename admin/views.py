"""The back room's pages, and signing in."""

from flask import Blueprint

views = Blueprint("admin", __name__)


@views.get("/login")
def sign_in_page() -> str:
    return "login"
