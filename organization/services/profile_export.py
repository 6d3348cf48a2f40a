"""The organization written as files of a profile: what ``read_profile`` reads, it gives back."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from organization.errors import ExportRefused
from organization.ports import OrganizationProfile
from organization.rules.differences import cell
from organization.services.profile import COLUMNS, MORE_COLUMNS, OPTIONAL_COLUMNS

FIELDS = {"valid_from": "first", "from_on": "first", "valid_to": "last", "to_on": "last"}
TABLES = {"unit_moves": "moves", "unit_names": "names", "unit_aliases": "aliases"}


def export_profile(profile: OrganizationProfile, folder: Path) -> list[Path]:
    """Write entity.toml and the tables of the organization into an empty or new folder, and return the files.

    :raises ExportRefused: the folder holds something already, or cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise ExportRefused(folder)
        return [_written(folder / name, text) for name, text in texts_of(profile)]
    except OSError as error:
        raise ExportRefused(folder) from error


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def texts_of(profile: OrganizationProfile) -> Iterator[tuple[str, str]]:
    """Yield each file's name and text."""
    yield "entity.toml", "".join(f"{name} = {_toml(value)}\n" for name, value in vars(profile.entity).items())
    for table, columns in (COLUMNS | OPTIONAL_COLUMNS).items():
        lines = getattr(profile, TABLES.get(table, table))
        if lines or table in COLUMNS:
            yield f"{table}.csv", _table((*columns, *MORE_COLUMNS.get(table, ())), [vars(line) for line in lines])


def _toml(value: object) -> str:
    return str(value) if isinstance(value, int) else json.dumps(str(value), ensure_ascii=False)


def _table(columns: Sequence[str], lines: Sequence[Mapping[str, object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([cell(line[FIELDS.get(column, column)]) for column in columns] for line in lines)
    return out.getvalue()
