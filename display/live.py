"""Sockets, namespace /live: watching an office or a ticket. Labels only, so nobody has to sign in."""

import logging
from collections.abc import Callable
from typing import Any

from flask import request
from flask_socketio import Namespace, SocketIO, join_room

from api import DEVICE_COOKIE, tag_of
from display.feed import Feed
from display.said import said_of
from office import devices, reports
from office.actors import Actor
from office.errors import BadRequest, Refused
from running import Running

NAMESPACE = "/live"
#: for the answer to a ping; after it the other end is taken for gone
PATIENCE_SECONDS = 5
log = logging.getLogger(__name__)


def office_room(office: str) -> str:
    return "office:" + office


def ticket_room(key: str) -> str:
    return "ticket:" + key


class Live(Namespace):
    """One per process. Watchers join the room first and are answered then: nothing falls between."""

    def __init__(self, running: Running, sockets: SocketIO) -> None:
        super().__init__(NAMESPACE)
        self._running = running
        self._sockets = sockets
        self._tickets: dict[str, dict[str, set[str]]] = {}
        self._shown: dict[str, str] = {}
        self._moved: set[str] = set()
        self._devices: dict[str, Actor] = {}
        self._said: dict[int, dict[str, Any]] = {}
        self.feed = Feed(running.db, self.emit_changes)

    def spawn(self, work: Callable[[], None]) -> None:
        """Run beside the requests, in whatever way this server has."""
        self._sockets.start_background_task(work)

    def sleep(self, seconds: float) -> None:
        self._sockets.sleep(seconds)

    def drop_dead(self) -> None:
        """Whoever did not answer a ping in time, a pulled cable or a machine without power. The library's own watch wakes up
        for each socket in turn: with 200 it costs more than their pings."""
        sockets = self._sockets.server.eio.sockets
        for sid, socket in list(sockets.items()):
            if socket.closed:
                sockets.pop(sid, None)
            elif not socket.closing:
                socket.check_ping_timeout()

    def on_connect(self, auth: Any = None) -> None:
        """A paired screen is known by its cookie (or a token in `auth`); everybody else may watch as well."""
        token = (auth or {}).get("token") if isinstance(auth, dict) else None
        token = token or request.cookies.get(DEVICE_COOKIE)
        who = self._running.keeper.actor_of(token) if isinstance(token, str) and token.isascii() else None
        if who is not None and who.kind == "device":
            self._devices[request.sid] = who  # type: ignore[attr-defined]
            self.note_devices()

    def on_disconnect(self, reason: Any = None) -> None:
        sid: str = request.sid  # type: ignore[attr-defined]
        self._devices.pop(sid, None)
        for keys in self._tickets.values():
            for sids in keys.values():
                sids.discard(sid)

    def on_watch(self, message: Any = None, *_more: Any) -> dict[str, Any]:
        """{office, since?} -> {v, board, missed, missed_complete}; {ticket} -> {ticket}; or {code}."""
        message = message if isinstance(message, dict) else {}
        asked = message.get("ticket"), message.get("office", "")
        try:
            if not all(str(name).isprintable() for name in asked):  # no name of ours, and no text for a database
                raise BadRequest
            if isinstance(asked[0], str):
                return self._watch_ticket(asked[0])
            return self._watch_office(str(asked[1]), message.get("since"))
        except Refused as refusal:
            return {"code": refusal.code}

    def on_say(self, message: Any = None) -> dict[str, Any]:
        """What a paired screen says of itself (said.KEYS) -> {version} that it should have; to others {}."""
        who = self._devices.get(request.sid)  # type: ignore[attr-defined]
        if who is None or who.id is None:
            return {}
        with self._running.db.read() as look:
            said, wanted = said_of(look, who.id, message)
        if self._said.get(who.id) != said:
            self._said[who.id] = said
            self.note_devices()
        return {"version": wanted}

    def _watch_office(self, office: str, since: Any) -> dict[str, Any]:
        with self._running.db.read() as look:
            _, board = reports.board(look, office)
        join_room(office_room(office))
        # Read again after joining: what happened in between is in `missed` or comes as a change.
        with self._running.db.read() as look:
            _, board = reports.board(look, office)
            v, missed, complete = board["v"], [], True
            if isinstance(since, int) and not isinstance(since, bool):
                v, missed, complete = reports.feed_since(look, office, max(0, since))
        return {"v": v, "board": board, "missed": missed, "missed_complete": complete}

    def _watch_ticket(self, key: str) -> dict[str, Any]:
        with self._running.db.read() as look:
            view = reports.ticket_view(look, key)
        join_room(ticket_room(key.lower()))
        self._tickets.setdefault(view["office"], {}).setdefault(key.lower(), set()).add(request.sid)  # type: ignore[attr-defined]
        return {"ticket": view}

    def emit_changes(self, office: str, changes: list[dict[str, Any]]) -> None:
        """To the office's watchers in this process; other processes have their own feed."""
        for change in changes:
            self._sockets.emit("change", change, namespace=NAMESPACE, to=office_room(office))
        self._moved.add(office)

    def tell_tickets(self) -> None:
        """To each phone that follows a ticket, the whole view when it changed. Called now and then, not per
        change: a hall's phones together would cost more than its counters."""
        moved, self._moved = self._moved, set()
        for office in moved:
            watched = self._tickets.get(office, {})
            for key in [key for key, sids in watched.items() if not sids]:
                del watched[key]
                self._shown.pop(key, None)
            if watched:
                self._tell_tickets_of(list(watched))

    def _tell_tickets_of(self, keys: list[str]) -> None:
        with self._running.db.read() as look:
            views = [(key, reports.ticket_view(look, key)) for key in keys]
        for key, view in views:
            tag = tag_of(view)
            if self._shown.get(key) != tag:
                self._shown[key] = tag
                self._sockets.emit("ticket", view, namespace=NAMESPACE, to=ticket_room(key))

    def note_devices(self) -> None:
        """Write down which paired screens are connected, and what they said."""
        here = list({who.id for who in self._devices.values() if who.id is not None})
        if here:
            self._running.db.transaction(devices.note_seen, device_ids=here, facts=dict(self._said))
