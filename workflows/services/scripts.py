"""A case as a script: an entity's real file, step by step, read from ``case.toml``."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from docs_store.ports import Draft

LIMA = ZoneInfo("America/Lima")


@dataclass(frozen=True)
class ScriptedAnnex:
    """An annex of a scripted document: the plan's own text where present, else ``paragraphs``.

    ``form`` is ``outside`` (attached as a text file, byte-identical) or ``typeset``.
    """

    title: str
    form: str = "outside"
    plan: str = ""
    paragraphs: tuple[str, ...] = ()


@dataclass(frozen=True)
class ScriptedStep:
    """One line of the script. ``number`` and ``days`` are what the case must give; empty: not compared.

    ``days`` are business days since the step before.
    """

    at: datetime
    step: str
    by: str
    outcome: str = "done"
    number: str = ""
    days: int | None = None
    proveido: str = ""
    observation: str = ""
    return_to: str = ""
    opinions: Mapping[int, str] = field(default_factory=dict)
    units: tuple[str, ...] = ()
    text: Draft | None = None
    annexes: tuple[ScriptedAnnex, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class ScriptedFiling:
    """The letter with which an outsider starts the case."""

    at: datetime
    by: str
    number: str
    party: Mapping[str, str]
    title: str
    text: str
    annexes: tuple[ScriptedAnnex, ...] = ()


@dataclass(frozen=True)
class Script:
    """A whole case: how it opens, its steps, and the path of the act that it ends with."""

    subject: str
    route: str
    unit: str
    opened_at: datetime
    opened_by: str
    deliverables: tuple[str, ...]
    filing: ScriptedFiling | None
    outside_reason: str
    act: str
    business_days: int | None
    steps: tuple[ScriptedStep, ...]


def read_script(path: Path) -> Script:
    """Read a case from its file.

    :raises KeyError: a field that must be there is missing.
    """
    values = tomllib.loads(path.read_text())
    steps = tuple(_step(line) for line in values["step"])
    filing = _filing(values["filing"]) if "filing" in values else None
    opening = values.get("opening", {})
    return Script(
        subject=values["subject"],
        route=values["route"],
        unit=values["unit"],
        opened_at=filing.at if filing else _moment(opening["at"]),
        opened_by=filing.by if filing else opening["by"],
        deliverables=tuple(values.get("deliverables", ())),
        filing=filing,
        outside_reason=values["outside_reason"],
        act=values["act"],
        business_days=values.get("business_days"),
        steps=steps,
    )


def _moment(local: datetime) -> datetime:
    """A script tells Lima's time."""
    return local.replace(tzinfo=LIMA)


def _annexes(lines: list[dict[str, Any]]) -> tuple[ScriptedAnnex, ...]:
    return tuple(
        ScriptedAnnex(
            title=line["title"],
            form=line.get("form", "outside"),
            plan=line.get("plan", ""),
            paragraphs=tuple(line.get("paragraphs", ())),
        )
        for line in lines
    )


def _filing(values: dict[str, Any]) -> ScriptedFiling:
    return ScriptedFiling(
        at=_moment(values["at"]),
        by=values["by"],
        number=values["number"],
        party=values["party"],
        title=values["title"],
        text=values["text"],
        annexes=_annexes(values.get("annex", [])),
    )


def _step(values: dict[str, Any]) -> ScriptedStep:
    plain = {
        name: values[name]
        for name in ("step", "by", "outcome", "number", "days", "proveido", "observation", "return_to", "note")
        if name in values
    }
    return ScriptedStep(
        at=_moment(values["at"]),
        opinions={int(order): word for order, word in values.get("opinions", {}).items()},
        units=tuple(values.get("units", ())),
        text=Draft.from_json(values["text"]) if "text" in values else None,
        annexes=_annexes(values.get("annex", [])),
        **plain,
    )
