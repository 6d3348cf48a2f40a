"""The archive as files in a folder: content-addressed, write-once, verified on read."""

import contextlib
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from docs_store.errors import ArchiveUnavailable, ObjectDamaged, ObjectMissing

READ_ONLY = 0o444
STAGING = ".staged"
STALE_AFTER_SECONDS = 24 * 60 * 60
SHA256_HEX_DIGITS = 64
REFERENCE_DIGITS = 12


class FilesystemArchive:
    """Keeps each content under ``ab/cd/<sha256>``, readable by all, writable by none.

    It is not WORM storage: whoever owns the folder can delete. What was changed is found on reading.
    """

    def __init__(self, url: str) -> None:
        """``file:///var/lib/chasqui/archive``."""
        self._root = Path(unquote(urlsplit(url).path))
        self._sweep()

    def put(self, content: BinaryIO) -> str:
        try:
            with self._staged(content) as staged:
                digest = _sha256(staged)
                target = self._path(digest)
                if not target.exists():
                    target.parent.mkdir(parents=True, exist_ok=True)
                    staged.rename(target)
                    _sync_folder(target.parent)
        except OSError as error:
            raise ArchiveUnavailable from error
        return digest

    def open(self, sha256: str) -> BinaryIO:
        stored = self._opened(sha256)
        try:
            digest = hashlib.file_digest(stored, "sha256").hexdigest()
            stored.seek(0)
        except OSError as error:
            stored.close()
            raise ArchiveUnavailable from error
        if digest != sha256:
            stored.close()
            raise ObjectDamaged(ref=sha256[:REFERENCE_DIGITS])
        return stored

    def has(self, sha256: str) -> bool:
        return _is_digest(sha256) and self._path(sha256).is_file()

    def _opened(self, sha256: str) -> BufferedReader:
        if not _is_digest(sha256):
            raise ObjectMissing(ref="?")
        try:
            return self._path(sha256).open("rb")
        except FileNotFoundError as error:
            raise ObjectMissing(ref=sha256[:REFERENCE_DIGITS]) from error
        except OSError as error:
            raise ArchiveUnavailable from error

    def _path(self, digest: str) -> Path:
        return self._root / digest[:2] / digest[2:4] / digest

    @contextlib.contextmanager
    def _staged(self, content: BinaryIO) -> Iterator[Path]:
        """Copy the content beside its target and force it to disk; whatever is left there goes away at the end."""
        folder = self._root / STAGING
        folder.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=folder)
        try:
            with os.fdopen(descriptor, "wb") as staged:
                shutil.copyfileobj(content, staged)
                os.fchmod(staged.fileno(), READ_ONLY)
                staged.flush()
                os.fsync(staged.fileno())
            yield Path(name)
        finally:
            Path(name).unlink(missing_ok=True)

    def _sweep(self) -> None:
        """Remove what a crash left half-copied; a copy that still runs is younger than a day."""
        with contextlib.suppress(OSError):
            for leftover in (self._root / STAGING).iterdir():
                if leftover.stat().st_mtime < time.time() - STALE_AFTER_SECONDS:
                    leftover.unlink(missing_ok=True)


def _sha256(path: Path) -> str:
    with path.open("rb") as stored:
        return hashlib.file_digest(stored, "sha256").hexdigest()


def _is_digest(text: str) -> bool:
    return len(text) == SHA256_HEX_DIGITS and set(text) <= set("0123456789abcdef")


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
