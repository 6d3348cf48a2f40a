"""The Celery application: the wake-up for the outbox, where there is a broker.

``celery -A config worker`` runs it. Without ``BROKER_URL`` nothing is contacted: its broker is this process's memory.
"""

import os

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

BROKER_PATIENCE_SECONDS = 2
PUBLISH_OPTIONS = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}
REDIS_OPTIONS = {"socket_connect_timeout": BROKER_PATIENCE_SECONDS, "socket_timeout": BROKER_PATIENCE_SECONDS}

app = Celery("chasqui")
app.config_from_object(
    {
        "broker_url": settings.BROKER_URL or "memory://",
        "broker_connection_timeout": BROKER_PATIENCE_SECONDS,
        "broker_transport_options": PUBLISH_OPTIONS
        | (REDIS_OPTIONS if settings.BROKER_URL.startswith("redis") else {}),
        "broker_connection_retry_on_startup": True,
        "task_acks_late": True,
        "task_ignore_result": True,
        "task_serializer": "json",
        "accept_content": ["json"],
        "timezone": "America/Lima",
    }
)
app.set_default()  # for every thread, not only the one that imports this
app.autodiscover_tasks()
