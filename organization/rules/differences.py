"""What loading a profile would change: two profiles compared line by line, each by the columns that name it."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from organization.ports import OrganizationProfile

KEYS: Mapping[str, tuple[str, ...]] = {
    "units": ("slug",),
    "moves": ("unit", "first"),
    "names": ("unit", "first"),
    "aliases": ("unit", "siglas"),
    "posts": ("slug",),
    "people": ("username",),
    "appointments": ("post", "username", "first"),
    "absences": ("username", "first"),
    "grants": ("kind", "post", "username", "first"),
    "abstentions": ("expediente", "post", "username", "first"),
}
LAST = "last"


class Change(StrEnum):
    """What became of a line. ``ABSENT`` is known here and not in the profile."""

    ADDED = "added"
    CHANGED = "changed"
    ENDED = "ended"
    ABSENT = "absent"


@dataclass(frozen=True)
class Difference:
    """A line that differs: its table and key, and what each differing column says before and after."""

    change: Change
    table: str
    key: tuple[str, ...]
    before: Mapping[str, str]
    after: Mapping[str, str]


def differences(here: OrganizationProfile, profile: OrganizationProfile) -> list[Difference]:
    """Return each line in which the profile differs from what is here, table by table, in the order of the keys."""
    found = list(_compare("entity", (), {(): vars(here.entity)}, {(): vars(profile.entity)}))
    for table, columns in KEYS.items():
        found += _compare(
            table, columns, _keyed(getattr(here, table), columns), _keyed(getattr(profile, table), columns)
        )
    return found


def _keyed(lines: Sequence[object], columns: tuple[str, ...]) -> dict[tuple[Hashable, ...], Mapping[str, object]]:
    return {tuple(getattr(line, column) for column in columns): vars(line) for line in lines}


def _compare(
    table: str,
    columns: tuple[str, ...],
    here: Mapping[tuple[Hashable, ...], Mapping[str, object]],
    there: Mapping[tuple[Hashable, ...], Mapping[str, object]],
) -> Iterator[Difference]:
    for key in sorted(here.keys() | there.keys(), key=lambda key: tuple(map(str, key))):
        before, after = here.get(key), there.get(key)
        names = [
            name
            for name in (before or after or {})
            if name not in columns and (before is None or after is None or before[name] != after[name])
        ]
        if before is not None and after is not None and not names:
            continue
        yield Difference(
            _change(before, after, names), table, tuple(map(cell, key)), _words(before, names), _words(after, names)
        )


def _change(before: Mapping[str, object] | None, after: Mapping[str, object] | None, names: Sequence[str]) -> Change:
    if before is None:
        return Change.ADDED
    if after is None:
        return Change.ABSENT
    return Change.ENDED if LAST in names and before[LAST] is None else Change.CHANGED


def _words(line: Mapping[str, object] | None, names: Sequence[str]) -> dict[str, str]:
    return {name: cell(line[name]) for name in names} if line else {}


def cell(value: object) -> str:
    """Return the value as a cell says it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return " ".join(value) if isinstance(value, tuple) else str(value)
