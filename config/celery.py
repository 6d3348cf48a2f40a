"""The Celery application: wakes who delivers the outbox, where there is a broker: Redis or RabbitMQ, by ``BROKER_URL``.

``celery -A config worker -Q signing,indexing,notices,maintenance`` runs it, on any number of machines; fewer queues may
be named, so that a queue has machines of its own. Timers and the safety net are ``manage.py work`` (config/worker.py).
Without ``BROKER_URL`` nothing is contacted: the broker is then this process's memory. See docs/queue.md.
"""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_init, worker_process_init
from django.conf import settings
from kombu.entity import Exchange, Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

QUEUES = ("signing", "indexing", "notices", "maintenance")
BROKER_PATIENCE_SECONDS = 2
SOFT_LIMIT_SECONDS, HARD_LIMIT_SECONDS = 120, 150
"""Below the three minutes for which an event is held: a task that is ended never meets another one's delivery."""
VISIBILITY_SECONDS = 600
"""Redis gives a call again that was not acknowledged for so long; four times what the longest task may take."""
PUBLISH_OPTIONS = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}
REDIS_OPTIONS = {
    "socket_connect_timeout": BROKER_PATIENCE_SECONDS,
    "socket_timeout": BROKER_PATIENCE_SECONDS,
    "socket_keepalive": True,
    "health_check_interval": 10,
    "visibility_timeout": VISIBILITY_SECONDS,
    "global_keyprefix": "chasqui:",
}


def configuration(broker_url: str) -> dict[str, object]:
    """Return Celery's settings for the broker."""
    is_redis = broker_url.startswith("redis")
    return {
        "broker_url": broker_url or "memory://",
        "broker_connection_timeout": BROKER_PATIENCE_SECONDS,
        "broker_transport_options": PUBLISH_OPTIONS | (REDIS_OPTIONS if is_redis else {}),
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_heartbeat": 10,
        "task_queues": [Queue(name, Exchange("chasqui"), routing_key=name) for name in QUEUES],  # type: ignore[no-untyped-call]
        "task_default_queue": QUEUES[-1],
        "task_create_missing_queues": False,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_ignore_result": True,
        "task_soft_time_limit": SOFT_LIMIT_SECONDS,
        "task_time_limit": HARD_LIMIT_SECONDS,
        "worker_prefetch_multiplier": 1,
        "worker_cancel_long_running_tasks_on_connection_loss": False,  # the outbox's lease guards a delivery
        "worker_hijack_root_logger": False,
        "task_serializer": "json",
        "accept_content": ["json"],
        "timezone": "America/Lima",
    }


app = Celery("chasqui")
app.config_from_object(configuration(settings.BROKER_URL))
app.set_default()  # for every thread, not only the one that imports this
app.autodiscover_tasks()


@worker_init.connect  # type: ignore[untyped-decorator]
def prepare(sender: Any, **_: object) -> None:
    """Work beside others without talking to them, and import for the children what they need, once.

    Workers have nothing to tell one another, and Celery 5.7's gossip trips over a broker that goes away.
    """
    import config.worker  # noqa: F401 -- a child that replaces a killed one is then there in milliseconds

    sender.options.update(without_gossip=True, without_mingle=True)


@worker_process_init.connect  # type: ignore[untyped-decorator]
def free_what_the_dead_held(**_: object) -> None:
    """Let a child that replaces a killed one free the events that it held: they need not wait for their lease."""
    from config.worker import dead_workers
    from ledger import services as ledger

    ledger.release_leases(workers=dead_workers())
