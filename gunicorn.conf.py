"""Production start: gunicorn -c gunicorn.conf.py server:app. Nothing of the app but its settings is imported here: the
worker patches first."""

import ctypes
import gc
import os
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))  # wherever gunicorn was called from

from settings import BadSetting, from_environment

try:
    from_environment()
except BadSetting as wrong:  # here and not in a worker, which the master would start again and again
    sys.exit(str(wrong))

bind = f"{os.environ.get('KIOSK_HOST') or '127.0.0.1'}:{os.environ.get('KIOSK_PORT') or '8000'}"
worker_class = "gevent"
# One serving process; several only with a message queue, which tells the others' screens at once.
workers = int(os.environ.get("WEB_CONCURRENCY", "1")) if os.environ.get("KIOSK_REDIS_URL") else 1
# Sockets stay open: the default of 1,000 would let the 1,001st wait for ever.
worker_connections = 12_000
backlog = 2_048
keepalive = 15
timeout = 60
graceful_timeout = 5
control_socket_disable = True
# A recycled worker would drop every socket.
max_requests = 0
accesslog = None


# Of glibc's malloc.h; another C library may not have it.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8


def give_memory_back() -> None:
    """What a large answer needed goes back to a small machine: 5 MB after a thousand requests."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        for what, value in ((M_TRIM_THRESHOLD, 64 * 1024), (M_MMAP_THRESHOLD, 64 * 1024), (M_ARENA_MAX, 1)):
            mallopt(what, value)


def post_fork(server: Any, worker: Any) -> None:
    """With thousands of sockets the collector walks a million live objects: a fifth of the cost of a broadcast."""
    gc.set_threshold(200_000, 50, 1_000)
    give_memory_back()


def post_worker_init(worker: Any) -> None:
    """Background work starts with the worker, never in a command or a test."""
    worker.wsgi.extensions["giliran_start"]()
