"""What every sheet shares: heading, verification band, rubrics."""

from dataclasses import fields, is_dataclass, replace
from math import ceil
from typing import Any, TypeVar

from django.utils.functional import Promise

from docs_store.ports import Frame, Rubric
from docs_store.typesetting import wording
from docs_store.typesetting.printable import printable
from docs_store.typesetting.qr import qr_svg
from docs_store.typesetting.runs import Runs, runs

Value = TypeVar("Value")
NAME_LETTERS = 34
LINE_LETTERS = 46
MOST_ROWS = 3


def clean(value: Value) -> Value:
    """Return the dataclass with each of its texts printable, those inside it too.

    Names come from profiles and from citizens: a strange sign there may not stop a document.
    """
    changes: dict[str, Any] = {}
    for field in fields(value):  # type: ignore[arg-type]  # only dataclasses are handed in
        changes[field.name] = _clean(getattr(value, field.name))
    return replace(value, **changes)  # type: ignore[type-var]


def heading(frame: Frame, line: str) -> dict[str, Any]:
    """Return what the heading shows: the entity and a line under it.

    From page 2 the running head takes half the width: there the line gives way when both would need four lines.
    """
    line = line if line != frame.entity_name else ""
    rows = ceil(len(frame.entity_name) / NAME_LETTERS) + ceil(len(line) / LINE_LETTERS)
    return {
        "entity": runs(frame.entity_name),
        "line": runs(line),
        "later_line": runs(line if rows <= MOST_ROWS else ""),
        "alt": f"Escudo de {wording.with_article(frame.entity_name)}".replace(" de el ", " del "),
    }


def sheet_data(frame: Frame, *, title: str, running: Runs) -> dict[str, Any]:
    """Return what stands around the text on every page."""
    return {
        "title": title,
        "issuer": frame.entity_name,
        "running": running,
        "preview": not frame.label and not frame.cvd,
        "expediente": [[frame.expediente]] if frame.expediente else [],
        "band": _band(frame) if frame.cvd else None,
        "rubrics": [_rubric(rubric) for rubric in frame.rubrics],
    }


def code_address(frame: Frame) -> str:
    """Return where the QR leads: with a scheme, or a telephone would take it for text."""
    address = f"{frame.verify_url.rstrip('/')}/{frame.cvd}"
    return address if "://" in address else f"https://{address}"


def _band(frame: Frame) -> dict[str, Any]:
    since = f", desde el {wording.long_date(frame.date_on)} y sin fecha de término" if frame.date_on else ""
    return {
        "qr": qr_svg(code_address(frame)),
        "alt": f"Código QR para comprobar el documento en {wording.shown_address(code_address(frame))}",
        "keeper": runs(wording.with_article(frame.entity_name)),
        "site": wording.shown_address(frame.verify_url),
        "since": runs(since),
        "cvd": wording.grouped(frame.cvd, "-"),
    }


def _rubric(rubric: Rubric) -> dict[str, Any]:
    return {
        "initials": rubric.initials,
        "siglas": rubric.siglas,
        "on": wording.short_date(rubric.given_on),
    }


def _clean(value: Any) -> Any:
    if isinstance(value, str | Promise):
        return printable(str(value))
    if isinstance(value, tuple):
        return tuple(_clean(item) for item in value)
    return clean(value) if is_dataclass(value) and not isinstance(value, type) else value
