"""What must hold after any death, read from the rows and from the archive; each breach is one sentence."""

import hashlib
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.db.models import QuerySet

from docs_store.archive import get_archive
from docs_store.enums import DocumentState, NumberState, Stage
from docs_store.models import Access, Document, Leaf, Number, SeriesYear, Version
from docs_store.services.heads import keep_head
from ledger import services as ledger
from ledger.models import Entry
from ledger.services.subscriptions import consumers_of
from signing import services as signing
from signing.models import Signature, Visado
from tests.cases.conftest import MONDAY
from workflows.models import Movement, Process, Task

CLOSING_KINDS = ("task.completed", "task.returned", "task.derived", "task.taken_back")
OBJECT_MODE = 0o444


def report() -> dict[str, Any]:
    """Return the counts of the whole database, and every breach."""
    numbers = Number.objects.exclude(document=None)
    return {
        "numbers": Counter(numbers.values_list("state", flat=True)),
        "emitted": Document.objects.filter(state=DocumentState.EMITTED).count(),
        "done": Task.objects.filter(status="DONE").exclude(kind="").count(),
        "without_reason": numbers.filter(state=NumberState.ANNULLED, reason="").count(),
        "faults": faults(),
        "ledger": verified(),
    }


def verified() -> int:
    """Seal what is unsealed, keep the head, verify the whole chain; return the command's exit code."""
    while ledger.seal_pending():
        continue
    keep_head(at=MONDAY)
    try:
        call_command("verify_ledger", stdout=sys.stderr)
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def verdicts(part: int, parts: int) -> list[str]:
    """Return the verdict of each emitted document, of every so many-th one."""
    emitted = list(Document.objects.filter(state=DocumentState.EMITTED).order_by("pk"))
    return [str(signing.verdict_of_document(document=document).status) for document in emitted[part::parts]]


def entries() -> int:
    return int(Entry.objects.count())


def faults() -> list[str]:
    """Return every breach in the rows: each transaction must have left all of its rows or none."""
    return [
        *_tasks_without_entry(),
        *_rows_without_entry(),
        *_entries_without_rows(),
        *_entries_without_events(),
        *_emitted_by_half(),
        *_numbers_out_of_order(),
        *_passes_by_half(),
        *_versions_without_bytes(),
        *_spoilt_objects(),
    ]


def _facts(*kinds: str) -> list[dict[str, Any]]:
    return list(Entry.objects.filter(kind__in=kinds).values_list("facts", flat=True))


def _tasks_without_entry() -> Iterator[str]:
    """A task's status is the last one that the ledger tells of it; a closed one has exactly one closing entry."""
    told: dict[int, str] = {}
    for facts in Entry.objects.order_by("id").values_list("facts", flat=True):
        for change in facts.get("transitions", ()):
            told[change["task"]] = change["to"]
    for task in Task.objects.exclude(kind=""):
        if told.pop(task.pk, None) != task.status:
            yield f"task {task.pk} is {task.status} and the ledger tells otherwise"
    known = set(Task.objects.values_list("pk", flat=True))
    yield from (f"the ledger tells of task {pk}, which does not exist" for pk in told if pk not in known)
    closed = Counter(facts["task"] for facts in _facts(*CLOSING_KINDS))
    done = set(Task.objects.filter(status="DONE").exclude(kind="").values_list("pk", flat=True))
    if closed != Counter(done):
        yield f"closing entries {closed} for the closed tasks {done}"


def _counted(kind: str, fact: str) -> Counter[Any]:
    return Counter(facts[fact] for facts in _facts(kind))


def _rows_without_entry() -> Iterator[str]:
    """Each row that a service writes has exactly one entry that tells of it, and each entry its row."""
    reserved = Number.objects.exclude(document=None)
    emitted = Document.objects.exclude(emitted_version=None)
    pairs: list[tuple[str, str, QuerySet[Any]]] = [
        ("number.reserved", "number", reserved),
        ("number.annulled", "number", reserved.filter(state=NumberState.ANNULLED)),
        ("document.saved", "version", Version.objects.filter(stage=Stage.STRUCTURED)),
        ("document.typeset", "version", Version.objects.filter(stage=Stage.TYPESET)),
        ("document.signed_bytes_kept", "version", Version.objects.filter(stage=Stage.SIGNED)),
        ("document.signed", "signature", Signature.objects.all()),
        ("document.visado_given", "visado", Visado.objects.all()),
        ("process.started", "process", Process.objects.all()),
    ]
    for kind, fact, rows in pairs:
        written = Counter(rows.values_list("pk", flat=True))
        if _counted(kind, fact) != written:
            yield f"{kind}: the ledger tells of {_counted(kind, fact) - written}, rows have {written}"
    if _counted("document.emitted", "version") != Counter(emitted.values_list("emitted_version", flat=True)):
        yield "document.emitted: the ledger and the documents differ"


def _entries_without_rows() -> Iterator[str]:
    started = Entry.objects.filter(kind="document.started").values_list("subject", flat=True)
    rows = Counter(f"document:{pk}" for pk in Document.objects.values_list("pk", flat=True))
    if Counter(started) != rows:
        yield "document.started: the ledger and the documents differ"


def _entries_without_events() -> Iterator[str]:
    """Each consumer of an entry's kind has its event, and no event is without one (the key sees to that)."""
    for entry in Entry.objects.prefetch_related("events"):
        wanted = sorted(consumer.name for consumer in consumers_of(entry.kind))
        if sorted(event.consumer for event in entry.events.all()) != wanted:
            yield f"entry {entry.pk} {entry.kind} has not its events {wanted}"


def _emitted_by_half() -> Iterator[str]:
    """An emitted document has its number used, its one leaf, its signed version with every place signed."""
    for document in Document.objects.filter(state=DocumentState.EMITTED).select_related("emitted_version"):
        version = document.emitted_version
        states = Counter(document.numbers.exclude(state=NumberState.ANNULLED).values_list("state", flat=True))
        leaves = Leaf.objects.filter(version__document=document).values_list("version", flat=True)
        if states != {NumberState.USED: 1} or version is None or list(leaves) != [version.pk]:
            yield f"document {document.pk} is emitted by half: {states}, {list(leaves)}"
            continue
        paper = document.versions.filter(stage=Stage.TYPESET).order_by("-number").first()
        slots = set(paper.slots.values_list("pk", flat=True)) if paper else set()
        signed = Signature.objects.filter(slot__in=slots, withdrawn_at=None)
        if not slots or {row.slot_id for row in signed} != slots or version.pk not in {row.after_id for row in signed}:
            yield f"document {document.pk} is emitted and not signed in every place"
    used = Number.objects.filter(state=NumberState.USED).exclude(document=None)
    yield from (f"number {n.pk} is used by no document" for n in used.exclude(document__state=DocumentState.EMITTED))
    unplanned = Version.objects.filter(stage=Stage.TYPESET, document__numbers__isnull=False, slots=None)
    yield from (f"version {version.pk} is typeset and nobody's place is planned" for version in unplanned)


def _numbers_out_of_order() -> Iterator[str]:
    for counter in SeriesYear.objects.all():
        values = sorted(Number.objects.filter(series=counter.series, year=counter.year).values_list("value", flat=True))
        if values != list(range(1, len(values) + 1)) or counter.next_value != len(values) + 1:
            yield f"series {counter} has {values} and goes on with {counter.next_value}"


def _passes_by_half() -> Iterator[str]:
    """Each open task that came from another holder has exactly one pase, and its unit may read the file."""
    moved = Counter(Movement.objects.filter(task__isnull=False).values_list("task", flat=True))
    yield from (f"task {task} has {count} pases" for task, count in moved.items() if count > 1)
    for task in Task.objects.exclude(kind="").prefetch_related("previous"):
        before = [one for one in task.previous.all() if one.kind]
        is_other = any((one.unit_id, one.post_id) != (task.unit_id, task.post_id) for one in before)
        if is_other and moved[task.pk] != 1:
            yield f"task {task.pk} came without a pase"
        if not Access.objects.filter(expediente=task.process.expediente_id, unit=task.unit_id).exists():
            yield f"unit {task.unit_id} holds task {task.pk} and may not read its file"


def _versions_without_bytes() -> Iterator[str]:
    archive = get_archive()
    yield from (f"version {v.pk} has no bytes" for v in Version.objects.all() if not archive.has(v.sha256))


def _spoilt_objects() -> Iterator[str]:
    """Each object is whole, under its own hash, and writable by nobody. What is only staged is no object yet."""
    root = Path(urlsplit(settings.ARCHIVE["url"]).path)
    for path in root.glob("??/??/*"):
        if hashlib.sha256(path.read_bytes()).hexdigest() != path.name:
            yield f"object {path.name} is half-written"
        if path.stat().st_mode & 0o777 != OBJECT_MODE:
            yield f"object {path.name} can be written"
