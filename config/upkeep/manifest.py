"""What a backup says of itself. Written last: a backup without it was never finished."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Self

from django.conf import settings

from config.upkeep.errors import NewerFormat, WrongPassphrase
from config.upkeep.sealed import Derivation, Keys
from config.upkeep.tables import Column, ColumnKind, Migration, Table
from ledger.ports import Head

FORMAT = 1
BELONGINGS, OBJECT_LIST = "belongings", "objects"


def table_part(table: Table) -> str:
    return f"table/{table.name}"


@dataclass(frozen=True)
class Part:
    """A sealed part: where it lies, and how large it is (bytes)."""

    sha256: str
    size: int


@dataclass(frozen=True)
class Manifest:
    """``made_at``: the moment at which the rows stand. ``counts``: rows of each table."""

    program: str
    entity: str
    made_at: datetime
    finished_at: datetime
    engine: str
    head: Head | None
    migrations: list[Migration]
    tables: list[Table]
    counters: Mapping[str, int]
    counts: Mapping[str, int]
    objects: int
    object_bytes: int
    derivation: Derivation
    parts: Mapping[str, Part] = field(default_factory=dict)

    def signed(self, keys: Keys) -> str:
        """Return the manifest as text, with what proves that it was written by who knows the passphrase."""
        plain = asdict(self) | {"format": FORMAT}
        plain["made_at"], plain["finished_at"] = self.made_at.isoformat(), self.finished_at.isoformat()
        return json.dumps(plain | {"mac": keys.mac(_canonical(plain))}, indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def opened(cls, text: str, passphrase: str) -> tuple[Self, Keys]:
        """Return the manifest and the keys of its parts.

        :raises NewerFormat: a later program wrote it.
        :raises WrongPassphrase: the passphrase is another, or somebody changed the text.
        """
        try:
            plain: dict[str, Any] = json.loads(text)
            written_as = plain.pop("format")
            mac = plain.pop("mac")
            derivation = Derivation(**plain["derivation"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise WrongPassphrase from error
        if written_as != FORMAT:
            raise NewerFormat(format=written_as)
        keys = Keys(passphrase, derivation)
        if not keys.proves(mac, _canonical(plain | {"format": written_as})):
            raise WrongPassphrase
        return cls._from_plain(plain, derivation), keys

    @classmethod
    def _from_plain(cls, plain: dict[str, Any], derivation: Derivation) -> Self:
        return cls(
            **plain
            | {
                "made_at": datetime.fromisoformat(plain["made_at"]),
                "finished_at": datetime.fromisoformat(plain["finished_at"]),
                "head": Head(**plain["head"]) if plain["head"] else None,
                "migrations": [(app, name) for app, name in plain["migrations"]],
                "tables": [_table(each) for each in plain["tables"]],
                "derivation": derivation,
                "parts": {name: Part(**part) for name, part in plain["parts"].items()},
            }
        )


def program_version() -> str:
    """Return the version of this program, as its project file says."""
    path = settings.BASE_DIR / "pyproject.toml"
    return str(tomllib.loads(path.read_text())["project"]["version"]) if path.exists() else ""


def _table(plain: dict[str, Any]) -> Table:
    columns = tuple(Column(column["name"], ColumnKind(column["kind"])) for column in plain["columns"])
    return Table(plain["name"], columns, plain["counter"])


def _canonical(plain: dict[str, Any]) -> str:
    return json.dumps(plain, sort_keys=True, ensure_ascii=True)
