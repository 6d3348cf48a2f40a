"""The application's own user of a MinIO store, with a policy by which nothing is deleted and no lock is shortened.

S3 has no word for users: this speaks MinIO's own interface, and nothing else in Chasqui does (docs/adr/0019). On any
other store the operator makes the user by that store's tools, with the policy of docs/archive.md.
"""

import json
import re
from typing import Any

from django.utils.translation import gettext as _
from minio import MinioAdmin
from minio.credentials.providers import StaticProvider
from minio.error import MinioAdminException, S3Error

from docs_store.adapters.s3_store import Location, told_as_domain_errors
from docs_store.errors import ArchiveUnavailable, RightsNotGiven

OF_THE_BUCKET = (
    "s3:GetBucketLocation",
    "s3:GetBucketVersioning",
    "s3:GetBucketObjectLockConfiguration",
    "s3:ListBucket",
    "s3:ListBucketVersions",
)
OF_ITS_OBJECTS = (
    "s3:PutObject",
    "s3:AbortMultipartUpload",
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3:GetObjectRetention",
    "s3:PutObjectRetention",
)
UNKNOWN_USER, UNKNOWN_POLICY = "XMinioAdminNoSuchUser", "XMinioAdminNoSuchPolicy"
IN_TROUBLE = re.compile(r"Status: 50[0234]")
OTHER_KEY = {"InvalidAccessKeyId", "SignatureDoesNotMatch", "AccessDenied"}


def app_policy(bucket: str) -> dict[str, Any]:
    """Return what the application may do in its bucket: put, get and list with versions, lock for longer."""
    resource = f"arn:aws:s3:::{bucket}"
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": list(OF_THE_BUCKET), "Resource": [resource]},
            {"Effect": "Allow", "Action": list(OF_ITS_OBJECTS), "Resource": [f"{resource}/*"]},
        ],
    }


def admit(owner: Location, app: Location) -> list[str]:
    """Make the user by whose name the application comes, with that policy and no other; say what was made.

    :raises RightsNotGiven: both are one user, or the store has no users of MinIO's kind; nothing was changed.
    :raises ArchiveUnavailable: the store does not answer.
    """
    if app.access_key == owner.access_key:
        raise RightsNotGiven(_("ARCHIVE_URL lleva la clave del dueño: quien entre al sitio podría borrar el archivo."))
    with told_as_domain_errors():
        admin = MinioAdmin(
            endpoint=owner.endpoint,
            credentials=StaticProvider(owner.access_key, owner.secret_key),
            region=owner.region,
            secure=owner.is_secure,
            http_client=owner.pool(),
        )
        try:
            return [*_give_policy(admin, app), *_make_user(admin, app)]
        except MinioAdminException as error:
            if IN_TROUBLE.search(str(error)):
                raise ArchiveUnavailable("MinioAdminException") from None
            raise RightsNotGiven(
                _("El depósito no deja crear aquí el usuario del sitio: créelo con la política de docs/archive.md.")
            ) from None


def _give_policy(admin: MinioAdmin, app: Location) -> list[str]:
    wanted = app_policy(app.bucket)
    known = _asked(admin.policy_info, _policy_name(app), unknown=UNKNOWN_POLICY)
    if known is not None and _sorted(known) == _sorted(wanted):
        return []
    admin.policy_add(_policy_name(app), policy=wanted)
    return [_("Se dictó la política %(name)s: guardar, leer y listar, sin borrar.") % {"name": _policy_name(app)}]


def _make_user(admin: MinioAdmin, app: Location) -> list[str]:
    user = _asked(admin.user_info, app.access_key, unknown=UNKNOWN_USER) or {}
    made = []
    if user.get("status") != "enabled" or not _is_let_in(app):
        admin.user_add(app.access_key, app.secret_key)
        made.append(_("Se creó el usuario %(user)s del sitio, o se le dio su clave.") % {"user": app.access_key})
    if user.get("policyName") != _policy_name(app):
        admin.policy_set(_policy_name(app), user=app.access_key)
        made.append(_("El usuario %(user)s tiene esa política y ninguna otra.") % {"user": app.access_key})
    return made


def _is_let_in(app: Location) -> bool:
    try:
        return app.patient_client().bucket_exists(app.bucket)
    except S3Error as error:
        if error.code in OTHER_KEY:
            return False
        raise


def _asked(ask: Any, name: str, *, unknown: str) -> dict[str, Any] | None:
    try:
        told: dict[str, Any] = json.loads(ask(name))
    except MinioAdminException as error:
        if unknown in str(error):
            return None
        raise
    return told


def _policy_name(app: Location) -> str:
    return f"{app.bucket}-app"


def _sorted(policy: dict[str, Any]) -> list[tuple[list[str], list[str]]]:
    """Return the statements in one order: MinIO tells them in its own."""
    return sorted((sorted(each["Action"]), sorted(each["Resource"])) for each in policy["Statement"])
