"""The document store's Celery tasks."""

from celery import shared_task
from django.utils import timezone

from docs_store.errors import ArchiveUnavailable
from docs_store.services import heads


@shared_task(name="docs_store.keep_head", autoretry_for=(ArchiveUnavailable,), retry_backoff=True, max_retries=5)  # type: ignore[untyped-decorator]
def keep_head() -> None:
    """Keep the end of the ledger's chain in the archive; a head that is kept already is not kept again."""
    heads.keep_head(at=timezone.now())
