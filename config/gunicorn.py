"""How gunicorn serves the site. Given to it as ``--config python:config.gunicorn``."""

from typing import Any

from config import lifeline

wsgi_app = "config.wsgi:application"
worker_class = "gthread"
workers = 2
threads = 8
timeout = 60
graceful_timeout = 10
loglevel = "warning"
control_socket_disable = True


def on_starting(server: Any) -> None:
    """Stop with the process that started us."""
    lifeline.watch()
