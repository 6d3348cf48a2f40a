"""Signing as a step: one document, several at once, and a signature taken back."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from docs_store.errors import DocsStoreError
from docs_store.models import Document
from ledger import services as ledger
from ledger.models import Entry
from organization.models import Person
from signing import services as signing
from signing.errors import SigningError
from signing.models import Signature
from workflows.enums import StepKind
from workflows.errors import StepRefused, WorkflowsError
from workflows.models import ProcessDocument, Task
from workflows.selectors import parts
from workflows.services import engine, holders, movements
from workflows.services.decisions import Decision
from workflows.services.movements import Handover
from workflows.services.steps import complete_step


@dataclass(frozen=True)
class SignResult:
    """What became of one document of a batch."""

    task_id: int
    document: Document | None
    is_signed: bool
    sentence: str


def complete_sign_step(*, task_id: int, pin: str, by: Person, at: datetime, proof: str = "") -> Task:
    """Sign the document of a sign step and complete the step."""
    return complete_step(task_id=task_id, decision=Decision(outcome="signed", pin=pin, proof=proof), by=by, at=at)


def sign_many(*, task_ids: list[int], pin: str, by: Person, at: datetime, proof: str = "") -> list[SignResult]:
    """Sign several documents, each with its own result: one that fails stops none of the others.

    A wrong PIN counts once, however many documents were marked.
    """
    try:
        signing.check_pin(person=by, pin=pin, at=at)
    except SigningError as error:
        return [SignResult(task_id, None, is_signed=False, sentence=str(error)) for task_id in task_ids]
    return [_sign_one(task_id, pin=pin, proof=proof, by=by, at=at) for task_id in task_ids]


def sign_batch(*, task_ids: list[int], pin: str, by: Person, at: datetime, proof: str = "") -> Entry:
    """Sign several documents and keep what became of each, so that the page of results can be opened again."""
    results = sign_many(task_ids=task_ids, pin=pin, proof=proof, by=by, at=at)
    lines = [{"task": result.task_id, "is_signed": result.is_signed, "sentence": result.sentence} for result in results]
    return ledger.record("batch.signed", subject=by.actor, facts={"results": lines}, by=by.actor, at=at)


def _sign_one(task_id: int, *, pin: str, proof: str, by: Person, at: datetime) -> SignResult:
    document = None
    try:
        task = holders.task_for(task_id, by=by, at=at)
        document = parts.document_of(task.process, engine.step_of(task).about)
        complete_sign_step(task_id=task_id, pin=pin, proof=proof, by=by, at=at)
    except (WorkflowsError, SigningError, DocsStoreError) as error:
        return SignResult(task_id, document, is_signed=False, sentence=str(error))
    return SignResult(task_id, document, is_signed=True, sentence=_("Firmado"))


def withdraw_signature(*, signature: Signature, by: Person, at: datetime) -> Task:
    """Take a signature back until the next one signs: the sign step opens again for its signer.

    :raises CannotWithdraw: it is somebody else's, others signed after it, or the document was emitted.
    """
    part = ProcessDocument.objects.filter(document=signature.document).select_related("process").latest("id")
    done = Task.objects.filter(process=part.process, kind=StepKind.SIGN, post=signature.post, status="DONE").latest(
        "id"
    )
    following = engine.open_tasks(part.process).filter(kind=StepKind.SIGN).first()
    if following is None:
        raise StepRefused(
            _("Ya no se puede retirar la firma: el expediente siguió. Si hay un error, prepare otro documento.")
        )
    with engine.locked(following.pk) as locked:
        signing.withdraw(signature=signature, by=by, at=at)
        opened = engine.take_back(locked, to=done, by=by, at=at)
        movements.hand_over(source=locked, targets=opened, handover=Handover(is_return=True), by=by, at=at)
    return opened[0]
