"""The archive as files in a folder: content-addressed, write-once, verified on read."""

import contextlib
import errno
import fcntl
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _

from docs_store.errors import ArchiveUnavailable, ObjectDamaged, ObjectMissing
from docs_store.ports import Stored
from docs_store.rules.digests import REFERENCE_DIGITS, is_digest, object_key

READ_ONLY = 0o444
STAGING, GUARD, HEADS = ".staged", ".guard", "heads"
STALE_AFTER_SECONDS = 24 * 60 * 60


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
                if not self._stands(target):
                    target.parent.mkdir(parents=True, exist_ok=True)
                    staged.rename(target)
                    _sync_folder(target.parent)
        except OSError as error:
            raise _unavailable(error) from error
        return digest

    def open(self, sha256: str) -> BinaryIO:
        stored = self._opened(sha256)
        try:
            digest = hashlib.file_digest(stored, "sha256").hexdigest()
            stored.seek(0)
        except OSError as error:
            stored.close()
            raise _unavailable(error) from error
        if digest != sha256:
            stored.close()
            raise ObjectDamaged(ref=sha256[:REFERENCE_DIGITS])
        return stored

    def has(self, sha256: str) -> bool:
        return is_digest(sha256) and self._path(sha256).is_file()

    def stored(self) -> Iterator[Stored]:
        try:
            for folder in sorted(self._root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]")):
                for path in sorted(path for path in folder.iterdir() if is_digest(path.name)):
                    with contextlib.suppress(FileNotFoundError):
                        seen = path.stat()
                        yield Stored(path.name, seen.st_size, datetime.fromtimestamp(seen.st_mtime, UTC))
        except OSError as error:
            raise _unavailable(error) from error

    def check(self) -> None:
        try:
            self._root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unavailable(error) from error
        if not os.access(self._root, os.W_OK | os.X_OK):
            raise ArchiveUnavailable("EACCES")

    def lock(self, sha256: str, *, at: datetime) -> bool:
        if not self.has(sha256):
            raise ObjectMissing(ref=sha256[:REFERENCE_DIGITS])
        return False

    def locked_until(self, sha256: str) -> datetime | None:
        return None

    def is_covered(self, sha256: str) -> bool:
        return False

    def remove(self, sha256: str, *, before: datetime) -> bool:
        try:
            with self._guarded(fcntl.LOCK_EX):
                path = self._path(sha256)
                if path.stat().st_mtime >= before.timestamp():
                    return False
                path.unlink()
                _sync_folder(path.parent)
        except FileNotFoundError:
            return True
        except PermissionError:
            return False
        except OSError as error:
            raise _unavailable(error) from error
        return True

    def list_head(self, name: str) -> None:
        folder = self._root / HEADS
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).touch(mode=READ_ONLY)
            _sync_folder(folder)
        except OSError as error:
            raise _unavailable(error) from error

    def listed_heads(self) -> list[str]:
        try:
            return sorted(path.name for path in (self._root / HEADS).iterdir())
        except FileNotFoundError:
            return []
        except OSError as error:
            raise _unavailable(error) from error

    def prepare(self) -> list[str]:
        is_new = not self._root.exists()
        self.check()
        return [_("Se creó la carpeta %(path)s.") % {"path": self._root}] if is_new else []

    def admit(self, url: str) -> list[str]:
        return []

    def weaknesses(self) -> list[str]:
        return [_("El archivo es una carpeta: quien administra la máquina puede borrar en ella.")]

    def _stands(self, path: Path) -> bool:
        """Return whether the object is there already, and make it young: no sweep takes it before its row is committed.

        :raises ObjectDamaged: other bytes stand in its place.
        """
        with self._guarded(fcntl.LOCK_SH), contextlib.suppress(FileNotFoundError):
            if _sha256(path) != path.name:
                raise ObjectDamaged(ref=path.name[:REFERENCE_DIGITS])
            with contextlib.suppress(PermissionError):  # another user's, as after a restore: he alone sweeps it
                os.utime(path)
            return True
        return False

    @contextlib.contextmanager
    def _guarded(self, kind: int) -> Iterator[None]:
        """Let many store and one sweep, in whatever processes of this machine."""
        with (self._root / GUARD).open("a") as guard:
            fcntl.flock(guard, kind)
            yield

    def _opened(self, sha256: str) -> BufferedReader:
        if not is_digest(sha256):
            raise ObjectMissing(ref="?")
        try:
            return self._path(sha256).open("rb")
        except FileNotFoundError as error:
            raise ObjectMissing(ref=sha256[:REFERENCE_DIGITS]) from error
        except OSError as error:
            raise _unavailable(error) from error

    def _path(self, digest: str) -> Path:
        return self._root / object_key(digest)

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


def _unavailable(error: OSError) -> ArchiveUnavailable:
    return ArchiveUnavailable(errno.errorcode.get(error.errno or 0, type(error).__name__))


def _sha256(path: Path) -> str:
    with path.open("rb") as stored:
        return hashlib.file_digest(stored, "sha256").hexdigest()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
