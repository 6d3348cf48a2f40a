"""The Celery application: the wake-up for the outbox, where there is a broker."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("chasqui")
app.config_from_object(
    {
        "broker_connection_retry_on_startup": True,
        "task_acks_late": True,
        "task_ignore_result": True,
        "task_serializer": "json",
        "accept_content": ["json"],
        "timezone": "America/Lima",
    }
)
app.autodiscover_tasks()
