"""Production start: gunicorn -c gunicorn.conf.py server:app. Nothing of the app but its settings is imported here: the
worker patches first."""

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


def post_fork(server: Any, worker: Any) -> None:
    """With thousands of sockets the collector walks a million live objects: a fifth of the cost of a broadcast."""
    gc.set_threshold(200_000, 50, 1_000)


def post_worker_init(worker: Any) -> None:
    """Background work starts with the worker, never in a command or a test."""
    worker.wsgi.extensions["giliran_start"]()
