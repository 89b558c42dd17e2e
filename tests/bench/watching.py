"""Screens on the wire: Engine.IO v4 and Socket.IO v5 written by hand over raw sockets, so that a thousand of them cost
the client little, and the moment of arrival is the moment a frame is read."""

import base64
import json
import os
import select
import socket
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

PING, PONG = b"2", b"3"
TEXT, CLOSE = 0x1, 0x8


@dataclass
class Screen:
    """One socket in one namespace. `got`: bytes of a frame that is not whole yet."""

    socket: socket.socket
    namespace: str
    got: bytearray = field(default_factory=bytearray)

    def send(self, packet: str) -> None:
        """A masked text frame; the mask is zero, which the protocol allows and costs nothing."""
        data = packet.encode()
        size = bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + struct.pack(">H", len(data))
        self.socket.sendall(b"\x81" + size + b"\0\0\0\0" + data)

    def emit(self, event: str, message: Any, ack: int | None = None) -> None:
        self.send(f"42{self.namespace},{'' if ack is None else ack}" + json.dumps([event, message]))

    def receive(self) -> list[bytes]:
        """The packets that are whole now; a ping is answered on the spot. Errors: ConnectionError when it is over."""
        data = self.socket.recv(262_144)
        if not data:
            raise ConnectionError("the server closed a screen")
        self.got += data
        packets = []
        while (packet := self._next()) is not None:
            if packet == PING:
                self.send(PONG.decode())
            else:
                packets.append(packet)
        return packets

    def _next(self) -> bytes | None:
        got = self.got
        if len(got) < 2:
            return None
        size, at = got[1] & 0x7F, 2
        if size == 126:
            size, at = (struct.unpack_from(">H", got, 2)[0], 4) if len(got) >= 4 else (0, 1 << 40)
        elif size == 127:
            size, at = (struct.unpack_from(">Q", got, 2)[0], 10) if len(got) >= 10 else (0, 1 << 40)
        if len(got) < at + size:
            return None
        opcode, packet = got[0] & 0x0F, bytes(got[at : at + size])
        del got[: at + size]
        if opcode == CLOSE:
            raise ConnectionError("the server said goodbye to a screen")
        return packet

    def wait_for(self, start: str) -> bytes:
        """The next packet that begins so; others are dropped."""
        while True:
            for packet in self.receive():
                if packet.startswith(start.encode()):
                    return packet


def open_screen(port: int, namespace: str, watch: Any) -> Screen:
    """Upgrade, CONNECT, watch: what a screen does before its first picture."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=20)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    key = base64.b64encode(os.urandom(16)).decode()
    connection.sendall(
        f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    head = b""
    while b"\r\n\r\n" not in head:
        head += connection.recv(1)
    if b" 101 " not in head.split(b"\r\n", 1)[0]:
        raise ConnectionError(head.decode(errors="replace"))
    screen = Screen(connection, namespace)
    screen.wait_for("0")
    screen.send(f"40{namespace},")
    screen.wait_for(f"40{namespace}")
    screen.emit("watch", watch, ack=1)
    screen.wait_for(f"43{namespace},1")
    return screen


class Hall:
    """Many screens and one epoll over them."""

    def __init__(self, port: int, count: int, namespace: str, watch: Any) -> None:
        self._poll = select.epoll()
        self._screens: dict[int, Screen] = {}
        for _ in range(count):
            screen = open_screen(port, namespace, watch)
            self._screens[screen.socket.fileno()] = screen
            self._poll.register(screen.socket, select.EPOLLIN)
            self.stay(0.0)

    @property
    def first(self) -> Screen:
        return next(iter(self._screens.values()))

    def arrivals(self, mark: bytes, at_most_seconds: float = 10.0) -> list[int]:
        """monotonic_ns of each screen's first packet that holds `mark`. Errors: TimeoutError when one gets none."""
        seen: dict[int, int] = {}
        until = time.monotonic() + at_most_seconds
        while len(seen) < len(self._screens):
            if time.monotonic() > until:
                raise TimeoutError(f"{len(self._screens) - len(seen)} of {len(self._screens)} screens got nothing")
            for fd, packets in self._listen(1.0):
                if fd not in seen and any(mark in packet for packet in packets):
                    seen[fd] = time.monotonic_ns()
        return list(seen.values())

    def _listen(self, seconds: float) -> Iterator[tuple[int, list[bytes]]]:
        for fd, _ in self._poll.poll(seconds):
            yield fd, self._screens[fd].receive()

    def stay(self, seconds: float) -> None:
        """Only answer pings."""
        until = time.monotonic() + seconds
        while True:
            for _ in self._listen(max(0.0, until - time.monotonic())):
                pass
            if time.monotonic() >= until:
                return

    def close(self) -> None:
        for screen in self._screens.values():
            screen.socket.close()
        self._poll.close()


def watch_quietly(port: int, count: int, namespace: str, watch: Any, ready: Any, done: Any) -> None:
    """Runs in a process of its own: `count` screens that only answer pings, until `done` is set."""
    hall = Hall(port, count, namespace, watch)
    ready.set()
    while not done.is_set():
        hall.stay(0.2)
    hall.close()
