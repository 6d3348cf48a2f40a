"""How rows leave and enter each kind of database: one snapshot out, one transaction in."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from importlib import import_module
from typing import Any, Protocol, cast

from config.upkeep.tables import Migration, Table


class Reading(Protocol):
    """A database as it stands at one moment, while others go on writing."""

    def applied(self) -> list[Migration]:
        """Return the migrations of which its tables are."""
        ...

    def rows(self, table: Table) -> Iterator[bytes]:
        """Yield the table in chunks of COPY's text."""
        ...

    def counter(self, table: Table) -> int:
        """Return the last value that the engine gave for the table's counter; 0 for none."""
        ...

    def values(self, query: str) -> Iterator[tuple[Any, ...]]:
        """Yield the answer to a plain query that every engine understands."""
        ...


class Rows(Protocol):
    """Tables on their way into an empty database."""

    @property
    def engine(self) -> str: ...

    @property
    def tables(self) -> Sequence[Table]: ...

    @property
    def counters(self) -> Mapping[str, int]:
        """The last value that each table's counter gave."""
        ...

    def rows(self, table: Table) -> Iterator[bytes]:
        """Yield the table in chunks of COPY's text."""
        ...


class Engine(Protocol):
    """What a module of this package offers."""

    def reading(self, settings: Mapping[str, Any]) -> AbstractContextManager[Reading]:
        """Open a snapshot of the database that Django's settings name. Nobody's write waits for it."""
        ...

    def load(self, rows: Rows, *, before_commit: Callable[[], object]) -> None:
        """Load everything into Django's default database in one transaction: all of it, or nothing.

        Keys, counters and triggers are as before at the end.

        :param before_commit: called in the same transaction when the rows stand.
        :raises RowsRefused: the database does not take them.
        """
        ...


def engine(vendor: str) -> Engine:
    """Return the module for ``sqlite`` or ``postgresql``."""
    return cast(Engine, import_module(f"config.upkeep.engines.{vendor}"))
