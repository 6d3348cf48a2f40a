"""How gunicorn serves the site. Given to it as ``--config python:config.gunicorn``.

The application is loaded once and its processes are forked from it: nothing there may open a connection, and nothing
does, as adapters are built on first use. A process is replaced after some thousand requests, one at a time, so that no
library's leak lasts. Told to stop (SIGTERM), it takes no new request and ends those under way; who sends large files
over slow lines gets longer by ``--graceful-timeout``.
"""

import atexit
import gc
import os
import shutil
import tempfile
from typing import Any

from django.conf import settings

from config import lifeline

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
wsgi_app = "config.wsgi:application"
preload_app = True
worker_class = "gthread"
workers = settings.WEB_WORKERS
threads = settings.WEB_THREADS
timeout = 60
graceful_timeout = 10
keepalive = 5
max_requests = 5_000
max_requests_jitter = 500
loglevel = "warning"
control_socket_disable = True


def on_starting(server: Any) -> None:
    """Stop with the process that started us."""
    lifeline.watch()


def pre_fork(server: Any, worker: Any) -> None:
    """Have the collector leave alone what was loaded before: it would look at all of it again and again, 50 ms each."""
    gc.collect()
    gc.freeze()


def child_exit(server: Any, worker: Any) -> None:
    """Take a process that ended out of what ``/metrics`` counts as running."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def _share_metrics() -> None:
    """Give the processes a folder for what they count, before any of them loads the library; remove it at the end."""
    folder, first = tempfile.mkdtemp(prefix="chasqui-metrics-"), os.getpid()
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder

    def remove() -> None:
        if os.getpid() == first:
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)


_share_metrics()
