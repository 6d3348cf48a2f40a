"""System checks: what this installation must not start with."""

from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import ImproperlyConfigured

from docs_store.archive import get_archive
from docs_store.errors import ArchiveUnavailable
from organization.identity import get_servers

TAG = "chasqui"
DEMO_HOSTS = {"127.0.0.1", "localhost"}


@register(TAG)
def check_demo(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Demo mode signs anybody in with one click: it must not be reachable from another machine."""
    if not settings.DEMO:
        return []
    faults: list[CheckMessage] = []
    if not is_loopback(settings.BIND.rpartition(":")[0]):
        faults.append(
            Error(
                f"El modo de demostración solo puede servirse en esta máquina, no en {settings.BIND}.",
                hint="Use BIND=127.0.0.1:8000, o quite DEMO=1.",
                id="chasqui.E001",
            )
        )
    others = set(settings.ALLOWED_HOSTS) - DEMO_HOSTS
    if others or not settings.ALLOWED_HOSTS:
        faults.append(
            Error(
                f"El modo de demostración no responde a otros nombres: {', '.join(sorted(others)) or 'ninguno'}.",
                hint="Use ALLOWED_HOSTS=127.0.0.1,localhost, o quite DEMO=1.",
                id="chasqui.E002",
            )
        )
    if settings.IS_TLS or settings.SECURE_PROXY_SSL_HEADER or settings.USE_X_FORWARDED_HOST:
        faults.append(
            Error(
                "El modo de demostración no se sirve detrás de un proxy.",
                hint="Quite TLS=1, o quite DEMO=1.",
                id="chasqui.E003",
            )
        )
    return faults


@register(TAG)
def check_sqlite(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """SQLite has no row locks: unless each transaction takes the write lock at once, two writers fail."""
    return sqlite_faults(settings.DATABASES)


def sqlite_faults(databases: Mapping[str, Any]) -> list[CheckMessage]:
    """Return an error for each SQLite database that is not opened with ``IMMEDIATE``."""
    return [
        Error(
            f"La base SQLite «{alias}» debe abrirse con transaction_mode IMMEDIATE.",
            hint="Ponga OPTIONS = {'transaction_mode': 'IMMEDIATE'}; config.backends.database lo hace.",
            id="chasqui.E004",
        )
        for alias, database in databases.items()
        if database["ENGINE"] == "django.db.backends.sqlite3"
        and database.get("OPTIONS", {}).get("transaction_mode") != "IMMEDIATE"
    ]


@register(TAG)
def check_identity(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Where accounts are kept must be understood before somebody wants to enter. No server is asked here."""
    try:
        get_servers()
    except ImproperlyConfigured as error:
        hint = "Vea «Institutional accounts» en docs/operating.md."
        return [
            Error(f"No se entiende dónde están las cuentas institucionales. {error}.", hint=hint, id="chasqui.E006")
        ]
    return []


@register(TAG, deploy=True)
def check_archive(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """A bucket without versions or locks keeps nothing from deletion. A folder never does: docs/archive.md says so."""
    if urlsplit(settings.ARCHIVE["url"]).scheme != "s3":
        return []
    try:
        weaknesses = get_archive().weaknesses()
    except ArchiveUnavailable as error:
        weaknesses = [f"No se pudo revisar el depósito del archivo: {error.reason}."]
    return [Warning(sentence, hint="Vea docs/archive.md.", id="chasqui.W005") for sentence in weaknesses]


def is_loopback(host: str) -> bool:
    """Return whether the host name or address is this machine itself."""
    name = host.strip("[]").lower()
    if name == "localhost":
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def refuse_unsafe_start() -> None:
    """Stop a web server that was started by hand, past ``manage.py``, with settings that the checks refuse.

    :raises ImproperlyConfigured: it says which.
    """
    faults = [*check_demo(None), *check_sqlite(None), *check_identity(None)]
    if faults:
        raise ImproperlyConfigured(" ".join(f"{fault.msg} {fault.hint}" for fault in faults))
