"""The baton: of all the workers of an installation, on whatever machine, one holds it, and it alone fires timers.

PostgreSQL keeps it as a lock of the session, SQLite's one machine as a lock on a file. Neither looks at a clock, which
may jump, nor writes anything; both are free the moment their holder dies, ``kill -9`` included. A machine that vanishes
without a word loses it within seconds, as the session asks PostgreSQL to look for it.
"""

import fcntl
from contextlib import suppress
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import Error, connection

LOCK = 0xBA70
FILE_NAME = "scheduler.lock"
WATCH_THE_PEER = (
    "SELECT set_config('tcp_keepalives_idle', '3', false), set_config('tcp_keepalives_interval', '2', false),"
    " set_config('tcp_keepalives_count', '3', false)"
)


class Baton:
    """One worker's hold on the baton. ``is_held`` may be read from any thread; the rest belongs to one thread."""

    def __init__(self) -> None:
        self.is_held = False
        self._file: IO[str] | None = None

    def tend(self) -> None:
        """Take the baton if it is free; make sure of it if it is held. Call it every second or so.

        :raises Error: the database does not answer; the baton is lost with its session.
        """
        try:
            self.is_held = self._has_session_lock() if connection.vendor == "postgresql" else self._has_file_lock()
        except Error:
            self.is_held = False
            connection.close()
            raise

    def drop(self) -> None:
        """Let another worker have it, at once. A session in a pool outlives this thread: it is told as well."""
        if self.is_held and connection.vendor == "postgresql":
            with suppress(Error), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
        self.is_held = False
        connection.close()
        if self._file is not None:
            self._file.close()
            self._file = None

    def _has_session_lock(self) -> bool:
        """Return whether this thread's session has the lock; a session that was lost is a new one, without it."""
        with connection.cursor() as cursor:
            if self.is_held:
                cursor.execute(
                    "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND pid = pg_backend_pid()"
                    " AND granted",
                    [LOCK],
                )
                if cursor.fetchone():
                    return True
            cursor.execute(WATCH_THE_PEER)
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
            return bool(cursor.fetchone()[0])

    def _has_file_lock(self) -> bool:
        """Return whether this process has the file. POSIX's lock: no child that is forked meanwhile shares it."""
        if self.is_held:
            return True
        if self._file is None:
            self._file = (Path(settings.DATA_DIR) / FILE_NAME).open("w")
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
