"""The bucket of an archive on S3: made with versions and locks, and looked at for what it lacks of them."""

import logging

from django.utils.translation import gettext as _
from minio import Minio
from minio.commonconfig import ENABLED, Filter
from minio.error import S3Error
from minio.lifecycleconfig import AbortIncompleteMultipartUpload, LifecycleConfig, Rule
from minio.objectlockconfig import DAYS, ObjectLockConfig

from docs_store.adapters.s3_store import Location

FIRST_LOCK_DAYS = 7
"""What the bucket gives every new object, until the night's check locks those that belong to a row for their term."""
logger = logging.getLogger(__name__)


class S3Bucket:
    """One bucket, through a client of its owner. What the store answers wrong is told as the SDK tells it."""

    def __init__(self, at: Location, client: Minio) -> None:
        self._at = at
        self._client = client

    def prepare(self) -> list[str]:
        """Make the bucket and what it lacks, and return a sentence for each thing that was made."""
        made, bucket = [], self._at.bucket
        if not self._client.bucket_exists(bucket):
            self._client.make_bucket(bucket, object_lock=True)
            made.append(_("Se creó el depósito %(bucket)s, con versiones y bloqueo de borrado.") % {"bucket": bucket})
        lock = self._lock()
        if lock is not None and lock.mode is None:
            self._client.set_object_lock_config(bucket, ObjectLockConfig(self._at.mode, FIRST_LOCK_DAYS, DAYS))
            made.append(_("Cada objeto nuevo queda bloqueado %(days)d días.") % {"days": FIRST_LOCK_DAYS})
        if self._ends_broken_uploads():
            made.append(_("Las subidas a medias se borran a los dos días."))
        return made

    def weaknesses(self) -> list[str]:
        """Return a sentence for what lets somebody delete from it for good."""
        bucket = {"bucket": self._at.bucket}
        if self._client.get_bucket_versioning(self._at.bucket).status != ENABLED:
            return [_("El depósito %(bucket)s no guarda versiones: lo borrado se pierde.") % bucket]
        lock = self._lock()
        if lock is None:
            return [
                _(
                    "El depósito %(bucket)s no bloquea el borrado. El bloqueo se elige al crearlo: "
                    "cree otro con «manage.py make_bucket» y mude el archivo."
                )
                % bucket
            ]
        if lock.mode is None:
            return [_("El depósito %(bucket)s no bloquea lo nuevo. Ejecute «manage.py make_bucket».") % bucket]
        return []

    def _lock(self) -> ObjectLockConfig | None:
        """Return how the bucket locks a new object, if it does; nothing if it was made without locks."""
        try:
            return self._client.get_object_lock_config(self._at.bucket)
        except S3Error as error:
            if error.code == "ObjectLockConfigurationNotFoundError":
                return None
            raise
        except ValueError:  # a rule without a term, which some stores tell where there is none, is none to the SDK
            return ObjectLockConfig(None, None, None)

    def _ends_broken_uploads(self) -> bool:
        """Have the store drop the parts of uploads that a crash broke off; return whether that is new.

        A store that has no such rule has a term of its own for them.
        """
        rule = Rule(
            ENABLED,
            rule_filter=Filter(prefix=self._at.prefix),
            rule_id="broken-uploads",
            abort_incomplete_multipart_upload=AbortIncompleteMultipartUpload(2),
        )
        try:
            if self._client.get_bucket_lifecycle(self._at.bucket) is not None:
                return False
            self._client.set_bucket_lifecycle(self._at.bucket, LifecycleConfig([rule]))
        except S3Error as error:
            logger.info("the store takes no rule for broken uploads", extra={"reason": error.code})
            return False
        return True
