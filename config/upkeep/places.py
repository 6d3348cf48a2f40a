"""Where backups lie: a folder, or a bucket. Objects once for all backups, the parts of each beside its manifest.

``objects/``                      every content, under its SHA-256, shared by all backups
``2026-11-21T134501Z/``           one backup: ``manifest.json``, written last, and its parts under their SHA-256
``pruning``                       stands while objects are deleted
"""

import contextlib
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol, cast
from urllib.parse import quote, urlsplit, urlunsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from django.utils.module_loading import import_string

from config import backends
from config.upkeep.errors import PlaceFails, PlaceIsPruned, PlaceRefused
from docs_store.ports import Archive
from docs_store.rules.digests import object_key

OBJECTS, MANIFEST, MARK = "objects", "manifest.json", "pruning"
NAME_FORMAT = "%Y-%m-%dT%H%M%SZ"
MARK_HOLDS = timedelta(hours=6)
"""Whoever deletes stops well before; a mark that a kill left is not minded then."""
NAME = re.compile(r"\d{4}-\d\d-\d\dT\d{6}Z")


class Place(Protocol):
    """A folder or a bucket with backups."""

    shown: str
    """Its address without secrets."""

    def archive(self, name: str) -> Archive:
        """Return what keeps the objects, or the parts of the backup of this name."""
        ...

    def write_manifest(self, name: str, text: str) -> None:
        """Write the manifest of the backup of this name; never twice.

        :raises PlaceFails: it may be repeated.
        """
        ...

    def manifest(self, name: str) -> str:
        """:raises PlaceFails: it cannot be read."""
        ...

    def names(self) -> list[str]:
        """Return the backups that have a manifest, the newest last. :raises PlaceFails: nothing answers."""
        ...

    def unfinished(self) -> list[str]:
        """Return the backups that have none, the newest last. :raises PlaceFails: nothing answers."""
        ...

    def remove(self, name: str) -> bool:
        """Delete a backup, its manifest first; return whether it is gone: a store that locks it keeps it whole.

        :raises PlaceFails: it may be repeated.
        """
        ...

    def remove_object(self, sha256: str, *, before: datetime) -> bool:
        """Delete an object that was stored before, and return whether it is gone. :raises PlaceFails: see above."""
        ...

    def mark(self, at: datetime) -> None:
        """Say to whoever comes that objects are being deleted since then. :raises PlaceFails: see above."""
        ...

    def unmark(self) -> None:
        """Take the mark away. :raises PlaceFails: see above."""
        ...

    def marked_at(self) -> datetime | None:
        """Return since when the mark stands, if it does. :raises PlaceFails: see above."""
        ...


def place_of(address: str) -> Place:
    """Return the place of a folder's path, or of ``s3://key:secret@host/bucket/folder?secure=false``.

    :raises PlaceRefused: it is neither.
    """
    scheme = urlsplit(address).scheme
    if scheme == "s3":
        return BucketPlace(address)
    if scheme or not address:
        raise PlaceRefused(place=_without_secrets(address))
    return FolderPlace(Path(address).absolute())


def built_archive(url: str) -> Archive:
    """Return the archive adapter for the URL.

    :raises PlaceRefused: no adapter serves it.
    """
    try:
        return cast(Archive, import_string(backends.adapter("ARCHIVE_URL", url)["class"])(url))
    except ImproperlyConfigured as error:
        raise PlaceRefused(place=_without_secrets(url)) from error


def moment_of(name: str) -> datetime:
    """Return when the backup of this name was begun."""
    return datetime.strptime(name, NAME_FORMAT).replace(tzinfo=UTC)


def check_unmarked(place: Place) -> None:
    """Return if nobody deletes objects in this place.

    :raises PlaceIsPruned: somebody does.
    """
    since = place.marked_at()
    if since is not None and since > timezone.now() - MARK_HOLDS:
        raise PlaceIsPruned(place=place.shown, since=f"{timezone.localtime(since):%d/%m/%Y %H:%M}")


class FolderPlace:
    def __init__(self, root: Path) -> None:
        self._root = root
        self.shown = str(root)

    def archive(self, name: str) -> Archive:
        with self._failures_named():
            (self._root / name).mkdir(parents=True, exist_ok=True, mode=0o700)
        return built_archive(f"file://{quote(str(self._root / name))}")

    def write_manifest(self, name: str, text: str) -> None:
        path = self._root / name / MANIFEST
        with self._failures_named():
            staged = path.with_suffix(".new")
            staged.write_text(text)
            staged.chmod(0o400)
            staged.replace(path)

    def manifest(self, name: str) -> str:
        with self._failures_named():
            return (self._root / name / MANIFEST).read_text()

    def names(self) -> list[str]:
        with self._failures_named():
            return sorted(name for name in self._folders() if (self._root / name / MANIFEST).exists())

    def unfinished(self) -> list[str]:
        with self._failures_named():
            return sorted(name for name in self._folders() if not (self._root / name / MANIFEST).exists())

    def remove(self, name: str) -> bool:
        with self._failures_named():
            (self._root / name / MANIFEST).unlink(missing_ok=True)
            shutil.rmtree(self._root / name)
        return True

    def remove_object(self, sha256: str, *, before: datetime) -> bool:
        return self.archive(OBJECTS).remove(sha256, before=before)

    def mark(self, at: datetime) -> None:
        with self._failures_named():
            (self._root / MARK).write_text(at.isoformat())

    def unmark(self) -> None:
        with self._failures_named():
            (self._root / MARK).unlink(missing_ok=True)

    def marked_at(self) -> datetime | None:
        with self._failures_named():
            path = self._root / MARK
            return datetime.fromisoformat(path.read_text()) if path.exists() else None

    def _folders(self) -> list[str]:
        return [path.name for path in self._root.iterdir() if NAME.fullmatch(path.name)] if self._root.is_dir() else []

    @contextlib.contextmanager
    def _failures_named(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise PlaceFails(place=self.shown, error=type(error).__name__) from error


class BucketPlace:
    """Manifests are objects with a name of their own, beside what the archive adapter keeps."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.shown = _without_secrets(url)

    def archive(self, name: str) -> Archive:
        parts = urlsplit(self._url)
        return built_archive(urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{name}")))

    def write_manifest(self, name: str, text: str) -> None:
        from config.upkeep import bucket

        with self._failures_named():
            bucket.write(self._url, f"{name}/{MANIFEST}", text.encode())

    def manifest(self, name: str) -> str:
        from config.upkeep import bucket

        with self._failures_named():
            return bucket.read(self._url, f"{name}/{MANIFEST}").decode()

    def names(self) -> list[str]:
        from config.upkeep import bucket

        with self._failures_named():
            return sorted(name for name in self._folders() if bucket.has(self._url, f"{name}/{MANIFEST}"))

    def unfinished(self) -> list[str]:
        from config.upkeep import bucket

        with self._failures_named():
            return sorted(name for name in self._folders() if not bucket.has(self._url, f"{name}/{MANIFEST}"))

    def remove(self, name: str) -> bool:
        from config.upkeep import bucket

        with self._failures_named():
            parts = bucket.names(self._url, name)
            is_gone = bucket.remove(self._url, f"{name}/{MANIFEST}")
            if is_gone:
                for part in parts:
                    bucket.remove(self._url, part)
            return is_gone

    def remove_object(self, sha256: str, *, before: datetime) -> bool:
        from config.upkeep import bucket

        with self._failures_named():
            return bucket.remove(self._url, f"{OBJECTS}/{object_key(sha256)}")

    def mark(self, at: datetime) -> None:
        from config.upkeep import bucket

        with self._failures_named():
            bucket.write(self._url, MARK, at.isoformat().encode())

    def unmark(self) -> None:
        from config.upkeep import bucket

        with self._failures_named():
            bucket.remove(self._url, MARK)

    def marked_at(self) -> datetime | None:
        from config.upkeep import bucket

        with self._failures_named():
            if not bucket.has(self._url, MARK):
                return None
            return datetime.fromisoformat(bucket.read(self._url, MARK).decode())

    def _folders(self) -> list[str]:
        from config.upkeep import bucket

        return [name for name in bucket.folders(self._url) if NAME.fullmatch(name)]

    @contextlib.contextmanager
    def _failures_named(self) -> Iterator[None]:
        from config.upkeep import bucket

        try:
            yield
        except bucket.FAILURES as error:
            raise PlaceFails(place=self.shown, error=type(error).__name__) from error


def _without_secrets(url: str) -> str:
    """Return the address as it may be shown: without key, secret and parameters."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query="")) if parts.netloc else parts.path
