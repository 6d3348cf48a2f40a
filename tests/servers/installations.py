"""What an installation that a test raises needs to know: its own place on each server that the environment names."""

import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from tests.servers import backing, databases


@contextmanager
def own_servers() -> Iterator[dict[str, str]]:
    """Give the variables of an installation that shares no row, object, index or queue with another one.

    Nothing where the environment names no server: ``DATA_DIR`` holds it all then. The processes that a test raises
    are this process's guests on the broker.
    """
    name = f"t{secrets.token_hex(5)}"
    variables: dict[str, str] = {}
    with ExitStack() as stack:
        if backing.is_server("DATABASE_URL"):
            variables["DATABASE_URL"] = stack.enter_context(databases.on_server(os.environ["DATABASE_URL"]))
        if backing.is_server("ARCHIVE_URL"):
            variables["ARCHIVE_URL"] = backing.archive_place(os.environ["ARCHIVE_URL"], name)
        if backing.is_server("SEARCH_URL"):
            variables["SEARCH_URL"] = backing.search_place(os.environ["SEARCH_URL"], name)
            stack.callback(backing.drop_indices, os.environ["SEARCH_URL"], name)
        if backing.is_server("BROKER_URL"):
            variables["BROKER_URL"] = os.environ["BROKER_URL"]
        yield variables
