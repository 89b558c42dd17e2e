"""The resident's pages: the start page and the ticket in the hand."""

from flask import Blueprint

views = Blueprint("resident", __name__)
