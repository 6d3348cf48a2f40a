"""A8, field by field: a form changes what its step asks for, whatever else is sent along with it."""

from typing import Any

import pytest
from django.db import models, transaction
from django.test import Client

from docs_store.models import Access, Document, Expediente, Version
from tests.access.conftest import City
from tests.desk.conftest import PIN
from tests.desk.test_by_hand import SECTIONS
from workflows.models import Clock, Filing, Movement, Notice, Process, Task

KEPT: tuple[type[models.Model], ...] = (
    Access,
    Clock,
    Document,
    Expediente,
    Filing,
    Movement,
    Notice,
    Process,
    Task,
    Version,
)
CHANGING = (models.DateTimeField, models.AutoField, models.UUIDField)
NEVER_THE_SAME = {"token", "cvd", "sha256", "message_id", "size_bytes"}
EXTRAS = {
    # fields of other steps' forms
    "units": ["gds"],
    "copies": ["gds", "opp"],
    "return_to": "derivar",
    "observation": "Vuelve",
    "outcome": "archived",
    "decision": "archived",
    "opinion-1": "favourable",
    "deliverable": "1",
    # columns of the rows
    "id": "1",
    "pk": "1",
    "status": "DONE",
    "step": "archivar",
    "kind": "archive",
    "owner": "1",
    "by": "alcalde",
    "actor": "person:1",
    "post": "1",
    "unit": "1",
    "due_on": "2030-01-01",
    "expediente": "2",
    "process": "2",
    "label": "999999-2030",
    "state": "annulled",
    "access_level": "public",
    "is_public": "on",
    "closed_at": "2020-01-01",
    "emitted_version": "1",
    "at": "2020-01-01T00:00:00",
}
OFFERED = ("derivar", "copies")
"""What the form of a derivation does offer."""


def kept() -> dict[str, list[dict[str, Any]]]:
    """Return all that the rooms keep of files, without moments and drawn values, which no two runs share.

    A row that names another names it by its place: PostgreSQL gives no number twice.
    """
    rows = {model: list(model._default_manager.order_by("pk")) for model in KEPT}
    places = {model: {row.pk: place for place, row in enumerate(found)} for model, found in rows.items()}
    return {model.__name__: [_plain(row, places) for row in found] for model, found in rows.items()}


def _plain(row: models.Model, places: dict[type[models.Model], dict[int, int]]) -> dict[str, Any]:
    fields = [field for field in row._meta.concrete_fields if not isinstance(field, CHANGING)]
    values = {field: getattr(row, field.attname) for field in fields if field.name not in NEVER_THE_SAME}
    return {field.name: _placed(field, value, places) for field, value in values.items()}


def _placed(field: Any, value: Any, places: dict[type[models.Model], dict[int, int]]) -> Any:
    return places[field.related_model].get(value) if field.related_model in places else value


def after(client: Client, path: str, sent: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return what is kept after a form was sent; then it is undone."""
    with transaction.atomic():
        answer = client.post(path, sent)
        assert answer.status_code == 302, answer.content.decode()
        found = kept()
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize(
    ("page", "own"),
    [
        ("decidir", {"pin": PIN, "proveido": "Continúe."}),
        ("texto", {**SECTIONS, "version": "1"}),
        ("derivar", {"units": ["opp"], "proveido": "Opine."}),
    ],
)
def test_a_form_of_a_task_changes_only_what_its_step_asks_for(
    city: City, settings: Any, page: str, own: dict[str, Any]
) -> None:
    settings.DEMO = True
    path, client = f"/mesa/tareas/{city.held['task']}/{page}/", city.client("holder")
    extras = {name: value for name, value in EXTRAS.items() if name not in own and (page, name) != OFFERED}
    before = kept()

    plain = after(client, path, own)

    assert plain != before
    assert after(client, path, extras | own) == plain
    assert kept() == before
