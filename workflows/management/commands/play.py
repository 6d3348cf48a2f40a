"""Plays the entity's real case from its script, through the same services as the screens."""

import json
import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import connection

from docs_store import selectors as stored
from docs_store.models import Document
from ledger import services as ledger
from organization import selectors as organization
from search import selectors as search
from signing import services as signing
from workflows.errors import WorkflowsError
from workflows.services.play import PlayedStep, Player
from workflows.services.scripts import read_script

DEMO_MARK = "demo"
ENTITY_TABLE = "organization_entity"
WORKER = "play"


class Command(BaseCommand):
    help = "Juega el caso real de la entidad según su guion y muestra cada paso."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("entity", nargs="?", default=settings.ENTITY)
        parser.add_argument("--json", action="store_true", help="un objeto JSON por línea")

    def handle(self, *, entity: str, json: bool, **options: Any) -> None:
        _run_as(entity)
        _prepare(entity)
        player = Player(read_script(settings.BASE_DIR / "entities" / entity / "case.toml"))
        try:
            for step in player.play():
                self.stdout.write(_as_json(asdict(step)) if json else _line(step))
            for name, value in _ending(player):
                self.stdout.write(_as_json({name: value}) if json else f"{name}: {value}")
        except WorkflowsError as error:
            raise CommandError(str(error)) from error


def _run_as(entity: str) -> None:
    """Start again with the entity and the demo's authority in the environment, where they are not there yet.

    Only an empty data folder or one that the demo made gets the authority: nobody can date a real signature back.
    """
    if entity != settings.ENTITY and "DATA_DIR" in os.environ and "ENTITY" in os.environ:
        raise CommandError(f"ENTITY es {settings.ENTITY}; quítela o juegue esa entidad.")
    if entity != settings.ENTITY or not settings.DEMO:
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "ENTITY": entity, "DEMO": "1"})
    if not (settings.DATA_DIR / DEMO_MARK).exists() and not _is_empty():
        raise CommandError("Estos datos no son de la demostración; use otra carpeta con DATA_DIR=…")


def _is_empty() -> bool:
    """Return whether nothing was ever loaded here."""
    return ENTITY_TABLE not in connection.introspection.table_names()


def _prepare(entity: str) -> None:
    """Migrate and load the profile where that was not done yet."""
    if _is_empty():
        (settings.DATA_DIR / DEMO_MARK).touch()
        call_command("migrate", verbosity=0)
    call_command("load_entity", entity, verbosity=0)
    signing.ensure_authority()


def _ending(player: Player) -> Iterator[tuple[str, object]]:
    """Work the queue, then tell what a citizen, a verifier and a searcher get of the act."""
    while ledger.deliver_due(worker=WORKER):
        continue
    ledger.seal_pending()
    act = player.act
    verdict = signing.verdict_of_document(document=act)
    results = search.find(act.label, tokens=frozenset({"public"}), limit=1)
    yield "expediente", player.process.expediente.label
    yield "key", player.key
    yield "act", act.label
    yield "path", str(_copy(act))
    yield "verdict", verdict.sentence
    yield "search_hit", results.hits[0].label if results.hits else ""
    yield "entity", organization.entity().name


def _copy(act: Document) -> Path:
    """Lay a copy of the act where a person can open it, and return its path."""
    folder = Path(settings.DATA_DIR) / "played"
    folder.mkdir(exist_ok=True)
    assert act.emitted_version is not None
    path = folder / act.emitted_version.name
    with stored.open_version(act.emitted_version) as content:
        path.write_bytes(content.read())
    return path


def _line(step: PlayedStep) -> str:
    return f"{step.day} {step.post:28} {step.act:44} {step.document:36} {step.state:18} {step.business_days:3}"


def _as_json(values: dict[str, object]) -> str:
    return json.dumps(values, ensure_ascii=False, default=str)
