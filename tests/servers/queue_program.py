"""What the processes of the queue's tests run: the product's own worker and Celery application, with consumers whose
effects can be counted: a row, an object of the archive, an entry of the index, a mail.

``celery -A tests.servers.queue_program worker …`` and ``python -m tests.servers.queue_program``, the latter standing
for ``manage.py work``.
"""

import io
import os
import signal
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.mail import EmailMessage  # noqa: E402 -- after the settings
from django.db import connection  # noqa: E402 -- after the settings

from config.celery import app  # noqa: E402 -- after the settings
from docs_store.archive import get_archive  # noqa: E402 -- after the settings
from ledger.enums import Queue  # noqa: E402 -- after the settings
from ledger.ports import Delivery  # noqa: E402 -- after the settings
from ledger.services import subscribe  # noqa: E402 -- after the settings
from tests.servers.queue_town import content, search  # noqa: E402 -- after the settings

__all__ = ["app"]
WORK_SECONDS = float(os.environ.get("TEST_WORK_SECONDS", "0.01"))
SLOW_MAIL_SECONDS = float(os.environ.get("TEST_SLOW_MAIL_SECONDS", "0"))


@subscribe("test.row", ["thing.done"])
def write_row(delivery: Delivery) -> None:
    """Exactly once: in the transaction of the mark."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO effect VALUES (%s)", [delivery.event_id])
    time.sleep(WORK_SECONDS)


@subscribe("test.object", ["thing.done"], in_transaction=False, queue=Queue.SIGNING)
def put_object(delivery: Delivery) -> None:
    """Twice is once: the archive finds the same bytes under the same name."""
    get_archive().put(io.BytesIO(content(delivery.event_id)))


@subscribe("test.index", ["thing.done"], in_transaction=False, queue=Queue.INDEXING)
def index_entry(delivery: Delivery) -> None:
    """Twice is once: the second entry replaces the first."""
    with search() as client:
        client.index(index=os.environ["TEST_INDEX"], id=str(delivery.event_id), document={"entry": delivery.entry_id})


@subscribe("test.mail", ["thing.done"], in_transaction=False, queue=Queue.NOTICES)
def send_mail(delivery: Delivery) -> None:
    """At least once, always with the same Message-ID."""
    headers = {"Message-ID": f"<event-{delivery.event_id}@test>"}
    EmailMessage("Aviso", "Vea su expediente.", to=["ana@example.org"], headers=headers).send()
    time.sleep(WORK_SECONDS + SLOW_MAIL_SECONDS)


def main() -> None:
    """Work as ``manage.py work`` does, until a signal."""
    from config.worker import Worker

    worker = Worker()
    signal.signal(signal.SIGTERM, lambda *_: worker.stop())
    worker.run()


if __name__ == "__main__":
    main()
