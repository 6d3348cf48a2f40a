"""Where backups lie: a folder, or a bucket. Objects once for all backups, the parts of each beside its manifest.

``objects/``                      every content, under its SHA-256, shared by all backups
``2026-11-21T134501Z/``           one backup: ``manifest.json``, written last, and its parts under their SHA-256
"""

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, cast
from urllib.parse import quote, urlsplit, urlunsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from config import backends
from config.upkeep.errors import PlaceFails, PlaceRefused
from docs_store.ports import Archive

OBJECTS, MANIFEST = "objects", "manifest.json"
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
            if not self._root.is_dir():
                return []
            return sorted(
                path.parent.name for path in self._root.glob(f"*/{MANIFEST}") if NAME.fullmatch(path.parent.name)
            )

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
            folders = bucket.folders(self._url)
            return sorted(
                name for name in folders if NAME.fullmatch(name) and bucket.has(self._url, f"{name}/{MANIFEST}")
            )

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
