"""Turns the URL of a backing service into its adapter: the scheme chooses."""

from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SQLITE_LOCK_WAIT_SECONDS = 20
CONNECT_SECONDS = 5
MAIL_WAIT_SECONDS = 20
REDIS_SCHEMES, BROKER_SCHEMES = {"redis", "rediss"}, {"redis", "rediss", "amqp", "amqps"}
COUNTS_WAIT_SECONDS = 0.5
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
LONGEST_ISSUER = 200
OIDC_PROVIDER = "organization.adapters.oidc.InstitutionalProvider"
ADAPTERS = {
    "ARCHIVE_URL": {
        "file": "docs_store.adapters.filesystem.FilesystemArchive",
        "s3": "docs_store.adapters.s3.S3Archive",
    },
    "SEARCH_URL": {
        "sqlite": "search.adapters.fts5.Fts5Index",
        "http": "search.adapters.elasticsearch.ElasticsearchIndex",
        "https": "search.adapters.elasticsearch.ElasticsearchIndex",
    },
    "IDENTITY_URL": {
        "ldap": "organization.adapters.ldap.LdapDirectory",
        "ldaps": "organization.adapters.ldap.LdapDirectory",
    },
}


def database(url: str, *, lock_seconds: int = 10, statement_seconds: int = 300, pool: int = 0) -> dict[str, Any]:
    """Return Django's settings for ``sqlite:///path`` or ``postgresql://user:password@host/name?sslmode=require``.

    SQLite is opened with ``IMMEDIATE``: it has no row locks, and without this two writers fail.

    PostgreSQL: what stands behind ``?`` goes to libpq. Each thread keeps its connection, which is looked at before
    each request: gunicorn's and the worker's threads live as long as their process, so that this costs the least
    (measured, 8 threads: 0.28 ms of processor time for a request of eight queries, 0.34 with a pool, 3.2 with neither).

    :param lock_seconds: a statement that waits longer for somebody's row gives up (``errors.is_busy``).
    :param statement_seconds: no statement, and no transaction that does nothing, lasts longer; 0: for ever.
    :param pool: connections that each process shares among its threads; for servers whose threads come and go.
    :raises ImproperlyConfigured: the scheme is another, or libpq does not know the parameter.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(parts.path)
    if parts.scheme in {"postgres", "postgresql"}:
        return _postgresql(parts, lock_seconds=lock_seconds, statement_seconds=statement_seconds, pool=pool)
    raise ImproperlyConfigured(f"DATABASE_URL: {parts.scheme}:// is not a database that Chasqui knows")


def _sqlite(path: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": SQLITE_LOCK_WAIT_SECONDS,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000;",
        },
    }


def _postgresql(parts: SplitResult, *, lock_seconds: int, statement_seconds: int, pool: int) -> dict[str, Any]:
    limits = {
        "lock_timeout": lock_seconds,
        "statement_timeout": statement_seconds,
        "idle_in_transaction_session_timeout": statement_seconds,
    }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": parts.port or "",
        "CONN_MAX_AGE": 0 if pool else None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "application_name": "chasqui",
            "connect_timeout": CONNECT_SECONDS,
            "options": " ".join(f"-c {name}={seconds}s" for name, seconds in limits.items()),
            **_libpq_parameters(parts.query),
            **({"pool": {"min_size": 1, "max_size": pool, "timeout": CONNECT_SECONDS}} if pool else {}),
        },
    }


def _libpq_parameters(query: str) -> dict[str, str]:
    from psycopg import ProgrammingError
    from psycopg.conninfo import make_conninfo

    parameters = dict(parse_qsl(query))
    try:
        make_conninfo("", **parameters)
    except ProgrammingError as error:
        raise ImproperlyConfigured(f"DATABASE_URL: {str(error).strip()}") from error
    return parameters


def mail(url: str, folder: str) -> dict[str, Any]:
    """Return Django's mail settings for ``smtp://`` or ``smtps://``; empty: letters are laid in a folder.

    :raises ImproperlyConfigured: the scheme is another.
    """
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend", "EMAIL_FILE_PATH": folder}
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"}:
        raise ImproperlyConfigured(f"EMAIL_URL: {parts.scheme}:// is not served; use smtp:// or smtps://")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": MAIL_WAIT_SECONDS,
    }


def broker(url: str) -> str:
    """Return the URL of the broker, or nothing where there is none.

    :raises ImproperlyConfigured: the scheme is another.
    """
    scheme = urlsplit(url).scheme
    if url and scheme not in BROKER_SCHEMES:
        raise ImproperlyConfigured(f"BROKER_URL: {scheme}:// is not served; use redis:// or amqp://")
    return url


def cache(broker_url: str, folder: Path) -> dict[str, Any]:
    """Return Django's settings for the counts of tries: in Redis where the broker is one, which all web servers share.

    Else in a folder, which the web processes of one machine share.
    """
    if urlsplit(broker_url).scheme not in REDIS_SCHEMES:
        return {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": folder}
    waits = {"socket_connect_timeout": COUNTS_WAIT_SECONDS, "socket_timeout": COUNTS_WAIT_SECONDS}
    return {
        "BACKEND": "config.counts.SharedCounts",
        "LOCATION": broker_url,
        "KEY_PREFIX": "chasqui-counts",
        "OPTIONS": {"folder": folder, **waits},
    }


def oidc(issuer: str, **told: Any) -> dict[str, Any]:
    """Return django-allauth's settings for the entity's one OpenID Connect server; empty: none.

    :param told: ``client_id``, ``secret``, ``scope``, ``claim``, ``means``, ``second_factors``.
    :raises ImproperlyConfigured: its address is not encrypted, or it would not know us.
    """
    if not issuer:
        return {"openid_connect": {"provider_class": OIDC_PROVIDER, "APPS": []}}
    parts = urlsplit(issuer)
    is_here = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not parts.hostname or not (parts.scheme == "https" or is_here) or len(issuer) > LONGEST_ISSUER:
        raise ImproperlyConfigured("OIDC_ISSUER must be https://… and no longer than 200 characters")
    if not told["client_id"]:
        raise ImproperlyConfigured("OIDC_CLIENT_ID lacks: the name under which the server of accounts knows Chasqui")
    app = {
        "provider_id": issuer,
        "name": "OpenID Connect",
        "client_id": told["client_id"],
        "secret": told["secret"],
        "settings": {
            "server_url": issuer.rstrip("/"),
            "oauth_pkce_enabled": True,
            "scope": ["openid", *told["scope"]],
            "claim": told["claim"],
            "means": told["means"],
            "second_factors": told["second_factors"],
        },
    }
    return {"openid_connect": {"provider_class": OIDC_PROVIDER, "APPS": [app]}}


def readable(variable: str, path: str) -> str:
    """Return the path of a file that is there; empty: none.

    :raises ImproperlyConfigured: there is no such file.
    """
    if path and not Path(path).is_file():
        raise ImproperlyConfigured(f"{variable} names a file that cannot be read: {path}")
    return path


def adapter(variable: str, url: str) -> dict[str, str]:
    """Return ``{"class": dotted path, "url": url}`` of the adapter for the URL's scheme.

    :raises ImproperlyConfigured: no adapter serves that scheme.
    """
    scheme = urlsplit(url).scheme
    try:
        return {"class": ADAPTERS[variable][scheme], "url": url}
    except KeyError as error:
        known = ", ".join(f"{name}://" for name in ADAPTERS[variable])
        raise ImproperlyConfigured(f"{variable}: {scheme}:// is not served; use {known}") from error
