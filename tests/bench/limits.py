"""What the machine could do at best: a fixed JSON through the same server and the same Flask, a bare echo through the
same socket server, the same rows through SQLAlchemy Core. Bench-only: none of it is a route of the product.

Started as `gunicorn -c gunicorn.conf.py tests.bench.limits:app`.
"""

from typing import Any

from flask import Response, jsonify
from flask_socketio import Namespace, join_room

from server import create_app
from tests.bench.load import FIXED


class Echo(Namespace):
    """Says what it hears to everybody in the room."""

    def on_watch(self, message: Any = None) -> dict[str, Any]:
        join_room("all")
        return {"v": 0}

    def on_say(self, message: Any) -> None:
        self.emit("change", message, room="all")


def constant() -> tuple[Response, int]:
    return jsonify(FIXED), 201


app = create_app()
app.add_url_rule("/bench/constant", "constant", constant, methods=["GET", "POST"])
app.extensions["socketio"].on_namespace(Echo("/echo"))
