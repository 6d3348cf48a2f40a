"""The backing services of one test process: none meets what another one left on the same server."""

import atexit
import os
import secrets
import urllib.request
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit, urlunsplit

URLS = ("DATABASE_URL", "BROKER_URL", "ARCHIVE_URL", "SEARCH_URL")
SERVER_SCHEMES = {
    "DATABASE_URL": {"postgres", "postgresql"},
    "BROKER_URL": {"redis", "amqp"},
    "ARCHIVE_URL": {"s3"},
    "SEARCH_URL": {"http", "https"},
}
REDIS_DATABASES = 16
BUCKET = "chasqui-tests"


def is_server(variable: str) -> bool:
    """Return whether the environment names a real server for this service."""
    return urlsplit(os.environ.get(variable, "")).scheme in SERVER_SCHEMES[variable]


def missing() -> list[str]:
    """Return the variables that name no real server."""
    return [variable for variable in URLS if not is_server(variable)]


def isolate() -> None:
    """Give this process a place of its own on each server that the environment names; called before the settings.

    The database is pytest-django's business: it makes one for each process.
    """
    os.environ.pop("MIGRATE_DATABASE_URL", None)
    name = f"t{secrets.token_hex(5)}"
    if is_server("ARCHIVE_URL"):
        os.environ["ARCHIVE_URL"] = archive_place(os.environ["ARCHIVE_URL"], name)
        _make_bucket(os.environ["ARCHIVE_URL"])
    if is_server("SEARCH_URL"):
        os.environ["SEARCH_URL"] = search_place(os.environ["SEARCH_URL"], name)
        atexit.register(drop_indices, os.environ["SEARCH_URL"], name)
    if urlsplit(os.environ.get("BROKER_URL", "")).scheme == "redis":
        os.environ["BROKER_URL"] = _with_path(os.environ["BROKER_URL"], str(1 + os.getpid() % (REDIS_DATABASES - 1)))


def archive_place(url: str, name: str) -> str:
    """Return the URL of an empty place in the tests' bucket."""
    return _with_path(url, f"{BUCKET}/{name}")


def search_place(url: str, name: str) -> str:
    """Return the URL of an index of its own on the server, whose indices bear the name as their prefix."""
    return _with_path(url, name)


def _with_path(url: str, path: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{path}"))


def _make_bucket(url: str) -> None:
    """Make the tests' bucket, with object lock; another process may do so at the same moment."""
    from minio import Minio
    from minio.error import S3Error

    parts = urlsplit(url)
    is_secure = parse_qs(parts.query).get("secure", ["true"])[0] != "false"
    endpoint = f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
    client = Minio(endpoint, access_key=parts.username, secret_key=parts.password, secure=is_secure)
    if not client.bucket_exists(BUCKET):
        with suppress(S3Error):
            client.make_bucket(BUCKET, object_lock=True)


def drop_indices(url: str, name: str) -> None:
    """Remove the indices of this name from the server of the URL, one by one: it may refuse wildcards."""
    server = _with_path(url, "").rstrip("/")
    with suppress(OSError), urllib.request.urlopen(f"{server}/_cat/indices/{name}*?h=index") as answer:
        for index in answer.read().decode().split():
            request = urllib.request.Request(f"{server}/{index}", method="DELETE")
            with suppress(OSError):
                urllib.request.urlopen(request).close()
