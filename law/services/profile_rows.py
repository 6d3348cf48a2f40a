"""Rows that follow the lines of an entity profile. Every room brings its own up to date with this."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.db.models import Model

ACTOR = "system:profile"
M = TypeVar("M", bound=Model)


def bring_up_to_date(model: type[M], lines: Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> int:
    """Write each row that is new or says something else, and return how many were.

    :param lines: the columns by which a row is known, and what the others must say.
    """
    return sum(_write(model, dict(key), dict(values)) for key, values in lines)


def _write(model: type[M], key: dict[str, Any], values: dict[str, Any]) -> bool:
    row = model._default_manager.filter(**key).first()
    if row is None:
        model._default_manager.create(**{**key, **values})
        return True
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        row.save(update_fields=changed)
    return bool(changed)
