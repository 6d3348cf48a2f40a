"""An installation of its own on the servers that the environment names: database, bucket folder, index, data folder."""

import os
import secrets
import shutil
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from minio import Minio
from minio.commonconfig import CopySource
from psycopg import sql

ROOT = Path(__file__).resolve().parents[2]
BUCKET = "chasqui-scale"
URLS = ("DATABASE_URL", "ARCHIVE_URL", "SEARCH_URL")
BROKER_DATABASE = "13"


@dataclass(frozen=True)
class Place:
    """One installation, by its name: ``scale``, ``scale-small``."""

    name: str

    @property
    def database(self) -> str:
        return self.name.replace("-", "_")

    @property
    def folder(self) -> Path:
        return ROOT / "build" / self.name

    @property
    def archive(self) -> str:
        """Return its folder of the bucket, which no other filling has: an archive keeps the heads of one chain."""
        return (self.folder / "archive").read_text()

    def environment(self) -> dict[str, str]:
        """Return what a process needs to run there. The broker is used by those alone that are told to."""
        return {
            **os.environ,
            "DATABASE_URL": _with_path(os.environ["DATABASE_URL"], self.database),
            "ARCHIVE_URL": _with_path(os.environ["ARCHIVE_URL"], f"{BUCKET}/{self.archive}"),
            "SEARCH_URL": _with_path(os.environ["SEARCH_URL"], self.name),
            "BROKER_URL": "",
            "DATA_DIR": str(self.folder),
            "DEMO": "1",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(_with_path(os.environ["DATABASE_URL"], self.database), autocommit=True)

    def exists(self) -> bool:
        with self._server() as server:
            found = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.database]).fetchone()
        return found is not None

    def make(self, *, cases_of: str = "") -> None:
        """Make what the installation needs on each server.

        :param cases_of: an installation that was not filled beyond its played cases; it is copied.
        """
        _make_bucket()
        if self.exists():
            return
        command = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.database))
        archive = f"{self.name}-{secrets.token_hex(4)}"
        if cases_of:
            source = Place(cases_of)
            shutil.copytree(source.folder, self.folder, dirs_exist_ok=True)
            _copy_objects(source.archive, archive)
            command += sql.SQL(" TEMPLATE {}").format(sql.Identifier(source.database))
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "archive").write_text(archive)
        with self._server() as server:
            server.execute(command)

    def has_cases(self) -> bool:
        """Return whether the cases were played here."""
        with self.connect() as connection:
            known = connection.execute("SELECT to_regclass('scale.stage')").fetchone()
            if known is None or known[0] is None:
                return False
            return connection.execute("SELECT 1 FROM scale.stage WHERE name = 'stage cases'").fetchone() is not None

    def drop(self) -> None:
        """Remove the installation. Its objects stay: they are few, and locked as an archive's are."""
        with self._server() as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(self.database)))
        self.drop_index()
        shutil.rmtree(self.folder, ignore_errors=True)

    def drop_index(self) -> None:
        server = _with_path(os.environ["SEARCH_URL"], "").rstrip("/")
        for index in self._indices(server):
            with suppress(OSError):
                urllib.request.urlopen(urllib.request.Request(f"{server}/{index}", method="DELETE")).close()

    def index_bytes(self) -> int:
        """Return what the index takes on disk."""
        server = _with_path(os.environ["SEARCH_URL"], "").rstrip("/")
        total = 0
        for index in self._indices(server):
            with urllib.request.urlopen(f"{server}/_cat/indices/{index}?h=store.size&bytes=b") as answer:
                total += int(answer.read() or 0)
        return total

    def _indices(self, server: str) -> list[str]:
        with urllib.request.urlopen(f"{server}/_cat/indices/{self.name}-0*?h=index") as answer:
            return [str(name) for name in answer.read().decode().split()]

    @staticmethod
    def _server() -> psycopg.Connection:
        return psycopg.connect(_with_path(os.environ["DATABASE_URL"], "postgres"), autocommit=True)


def _with_path(url: str, path: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{path}"))


def _make_bucket() -> None:
    client = _store()
    if not client.bucket_exists(BUCKET):
        client.make_bucket(BUCKET, object_lock=True)


def _copy_objects(source: str, target: str) -> None:
    """Copy the objects of an archive, and leave the heads: those of another chain."""
    client = _store()
    for each in client.list_objects(BUCKET, prefix=f"{source}/", recursive=True):
        name = str(each.object_name).removeprefix(source)
        if not name.startswith("/heads/"):
            client.copy_object(BUCKET, target + name, CopySource(BUCKET, str(each.object_name)))


def _store() -> Minio:
    parts = urlsplit(os.environ["ARCHIVE_URL"])
    return Minio(
        parts.netloc.rpartition("@")[2],
        access_key=parts.username,
        secret_key=parts.password,
        secure="secure=false" not in parts.query,
    )


def missing_urls() -> list[str]:
    return [name for name in URLS if not os.environ.get(name)]
