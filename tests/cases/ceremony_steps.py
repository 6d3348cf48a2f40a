"""The steps of the ceremony, each with what comes before it, and what one of them brought about."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from docs_store.enums import NumberState, Stage
from docs_store.models import Number
from ledger.models import Entry
from signing import services as signing
from signing.models import Signature, Visado
from tests.cases.conftest import MONDAY, Town
from workflows.models import OPEN_STATUSES, Movement, Task


@dataclass(frozen=True)
class Passage:
    """A step of a route, who decides it, and how."""

    step: str
    by: str
    outcome: str


@dataclass(frozen=True)
class Way:
    """A route with its passages up to the last signature, and where its files begin."""

    route: str
    unit: str
    opened_by: str
    passages: tuple[Passage, ...]


ONE_SIGNER = Way(
    "resolucion",
    "ois",
    "jefe-ois",
    (
        Passage("informar", "jefe-ois", "done"),
        Passage("opinar", "jefe-oaj", "favourable"),
        Passage("proyectar", "secretario-general", "done"),
        Passage("visar", "jefe-oaj", "endorsed"),
        Passage("numerar", "secretario-general", "numbered"),
        Passage("firmar", "alcalde", "signed"),
    ),
)
TWO_SIGNERS = Way(
    "plan",
    "gi",
    "gerente-gi",
    (
        Passage("informe_gi", "gerente-gi", "done"),
        Passage("proyectar", "secretario-general", "done"),
        Passage("numerar", "secretario-general", "numbered"),
        Passage("firmar_sg", "secretario-general", "signed"),
        Passage("firmar_alcalde", "alcalde", "signed"),
    ),
)
WAY_OF = {"pichari-2023": ONE_SIGNER, "callao-2011": TWO_SIGNERS}


@dataclass(frozen=True)
class Step:
    """One step to complete."""

    way: Way
    name: str
    days_later: int = 0

    def prepare(self) -> int:
        """Bring a file as far as this step, with its text, and return the task."""
        town = Town()
        process = town.opens(self.way.route, self.way.unit, self.way.opened_by)
        for passage in self.way.passages:
            if passage.step == self.name:
                break
            town.passes(process, passage.step, passage.by, passage.outcome)
        task = town.task(process, self.name)
        if passage is self.way.passages[0]:
            town.writes(task, passage.by)
        return int(task.pk)

    def complete(self, task_id: int) -> None:
        passage = next(passage for passage in self.way.passages if passage.step == self.name)
        at = MONDAY + timedelta(days=self.days_later)
        Town().decides(Task.objects.get(pk=task_id), passage.by, passage.outcome, at=at)


STEPS = {
    "draft": Step(ONE_SIGNER, "informar"),
    "visado": Step(ONE_SIGNER, "visar"),
    "number": Step(ONE_SIGNER, "numerar"),
    "sign": Step(ONE_SIGNER, "firmar"),
    "sign-next-day": Step(ONE_SIGNER, "firmar", days_later=1),
    "sign-first": Step(TWO_SIGNERS, "firmar_sg"),
    "sign-last": Step(TWO_SIGNERS, "firmar_alcalde"),
}


def effect(task_id: int) -> dict[str, Any]:
    """Return what one completed step brought about, as counts."""
    task = Task.objects.select_related("document").get(pk=task_id)
    document = task.document
    assert document is not None
    completions = Entry.objects.filter(kind="task.completed")
    paper = document.versions.filter(stage=Stage.TYPESET).order_by("-number").first()
    standing = Signature.objects.filter(slot__version=paper, withdrawn_at=None) if paper else Signature.objects.none()
    return {
        "status": task.status,
        "successors": Task.objects.filter(previous=task, status__in=OPEN_STATUSES).exclude(kind="").count(),
        "open": Task.objects.filter(process=task.process, status__in=OPEN_STATUSES).exclude(kind="").count(),
        "closings": sum(facts["task"] == task_id for facts in completions.values_list("facts", flat=True)),
        "documents": task.process.expediente.documents.filter(kind=document.kind, unit=document.unit).count(),
        "numbers": Number.objects.filter(document=document).count(),
        "used": Number.objects.filter(document=document, state=NumberState.USED).count(),
        "signatures": standing.count(),
        "visados": Visado.objects.filter(version__document=document, voided_at=None).count(),
        "passes_on": Movement.objects.filter(from_task=task).count(),
        "state": document.state,
        "verdict": str(signing.verdict_of_document(document=document).status) if document.emitted_at else "",
    }
