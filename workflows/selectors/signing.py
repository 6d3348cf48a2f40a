"""What a person may sign today, and what waits for something before they can."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from docs_store.models import Annex, Document, Version
from docs_store.selectors import latest_paper
from ledger.models import Entry, Reading
from organization import selectors as organization
from organization.models import Person, Post
from signing.models import Signature
from signing.selectors import valid_visados
from workflows.enums import StepKind
from workflows.models import OPEN_STATUSES, ProcessDocument, Task

AT_MOST = 200


@dataclass(frozen=True)
class ToSign:
    """A document that waits for this person's signature, with what must be known before."""

    task: Task
    document: Document
    version: Version | None
    visados: Sequence[str]
    was_read: bool


@dataclass(frozen=True)
class NotYet:
    """A document that this person will sign, and what it still waits for."""

    document: Document
    task: Task
    waits_for: str


@dataclass(frozen=True)
class Withdrawable:
    """A signature that can still be taken back: nobody signed after it."""

    signature: Signature
    document: Document


def signed_together(documents: Sequence[Document]) -> list[int]:
    """Return the ids of the documents with their annexes, which bear a rubric each: what one confirmation covers."""
    own = [document.pk for document in documents]
    annexes = Annex.objects.filter(document__in=own).values_list("annex_id", flat=True)
    return [*own, *annexes]


def to_sign(posts: Sequence[Post], *, person: Person) -> list[ToSign]:
    """Return the documents that wait for a signature of these posts, the first due first."""
    tasks = list(
        Task.objects.filter(kind=StepKind.SIGN, post__in=posts, status__in=OPEN_STATUSES)
        .select_related("process__expediente", "post")
        .order_by("due_on", "id")[:AT_MOST]
    )
    acts = acts_of([task.process_id for task in tasks])
    read = _read_by(person, [document.pk for document in acts.values()])
    return [
        ToSign(task, acts[task.process_id], latest_paper(acts[task.process_id]), _visados(acts[task.process_id]),
               acts[task.process_id].pk in read)
        for task in tasks
        if task.process_id in acts
    ]  # fmt: skip


def not_yet(posts: Sequence[Post]) -> list[NotYet]:
    """Return the acts of these posts that still wait for a visado or a number."""
    tasks = (
        Task.objects.filter(kind__in=[StepKind.VISADO, StepKind.NUMBER], status__in=OPEN_STATUSES)
        .filter(process__process_documents__document__post__in=posts)
        .select_related("process", "post", "unit")
        .distinct()
        .order_by("due_on", "id")[:AT_MOST]
    )
    acts = acts_of([task.process_id for task in tasks])
    return [NotYet(acts[task.process_id], task, _wait(task)) for task in tasks if task.process_id in acts]


def acts_of(process_ids: Sequence[int]) -> dict[int, Document]:
    """Return the newest act of each process."""
    parts = (
        ProcessDocument.objects.filter(process__in=process_ids, document__kind__is_act=True)
        .select_related("document__kind", "document__expediente")
        .order_by("id")
    )
    return {part.process_id: part.document for part in parts}


def withdrawable(person: Person, *, since: date) -> list[Withdrawable]:
    """Return this person's signatures after which nobody signed and nothing was emitted."""
    rows = (
        Signature.objects.filter(
            person=person,
            withdrawn_at__isnull=True,
            signed_at__date__gte=since,
            document__emitted_version__isnull=True,
        )
        .select_related("document__kind", "slot")
        .order_by("-id")
    )
    later = {
        row.pk
        for row in rows
        if Signature.objects.filter(
            document=row.document, withdrawn_at__isnull=True, slot__version=row.slot.version_id, id__gt=row.pk
        ).exists()
    }
    return [Withdrawable(row, row.document) for row in rows if row.pk not in later]


@dataclass(frozen=True)
class BatchLine:
    """What became of one document of a batch, and what follows."""

    task: Task
    document: Document | None
    is_signed: bool
    sentence: str
    signature: Signature | None
    follows: Sequence[str]


def batch_results(entry: Entry, *, person: Person, today: date) -> list[BatchLine]:
    """Return the lines of a batch in the order in which they were signed."""
    lines = entry.facts["results"]
    tasks = Task.objects.select_related("process__expediente").in_bulk([line["task"] for line in lines])
    acts = acts_of([task.process_id for task in tasks.values()])
    made = Signature.objects.filter(document__in=acts.values(), person=person).order_by("id")
    signatures = {signature.document_id: signature for signature in made}
    follows = _holders([task.process_id for task in tasks.values()], today)
    return [
        _batch_line(line, tasks[line["task"]], acts, signatures, follows) for line in lines if line["task"] in tasks
    ]


def _batch_line(
    line: Mapping[str, Any],
    task: Task,
    acts: Mapping[int, Document],
    signatures: Mapping[int, Signature],
    follows: Mapping[int, Sequence[str]],
) -> BatchLine:
    document = acts.get(task.process_id)
    signature = signatures.get(document.pk) if document is not None and line["is_signed"] else None
    return BatchLine(task, document, line["is_signed"], line["sentence"], signature, follows.get(task.process_id, ()))


def _holders(process_ids: Sequence[int], today: date) -> dict[int, list[str]]:
    """Return who has each process now, and what for."""
    waiting = Task.objects.filter(process__in=process_ids, status__in=OPEN_STATUSES).exclude(kind="")
    tasks = list(waiting.select_related("post").order_by("id"))
    names = organization.unit_names([task.unit_id for task in tasks if task.unit_id], today)
    found: dict[int, list[str]] = {}
    for task in tasks:
        holder = str(task.post) if task.post else (names[task.unit_id].name if task.unit_id in names else "")
        found.setdefault(task.process_id, []).append(f"{holder}: {task.title.lower()}" if holder else task.title)
    return found


def _read_by(person: Person, document_ids: Sequence[int]) -> set[int]:
    subjects = {f"document:{pk}": pk for pk in document_ids}
    seen = Reading.objects.filter(actor=person.actor, subject__in=subjects).values_list("subject", flat=True)
    return {subjects[subject] for subject in seen}


def _visados(document: Document) -> list[str]:
    return [str(visado.post) for visado in valid_visados(document)]


def _wait(task: Task) -> str:
    holder = task.post or task.unit
    if task.kind == StepKind.VISADO:
        return _("Falta el visado de %(post)s.") % {"post": holder}
    return _("Falta numerarlo: lo tiene %(post)s.") % {"post": holder}
