"""What a decision says of a step, as rows, written inside its lock: opinions, observations, what became of it."""

from collections.abc import Callable
from datetime import datetime

from django.db.models import Q

from docs_store.enums import DocumentState
from organization.models import Person
from workflows.enums import DeliverableOutcome, OpinionOutcome, StepKind
from workflows.models import Deliverable, Observation, Opinion, Task
from workflows.ports import Step
from workflows.selectors import parts
from workflows.services import cases, notices, separation
from workflows.services.decisions import Decision

OUTCOME_OF_OPINION = {
    OpinionOutcome.FAVOURABLE: DeliverableOutcome.FAVOURED,
    OpinionOutcome.UNFAVOURABLE: DeliverableOutcome.NOT_FAVOURED,
    OpinionOutcome.OBSERVED: DeliverableOutcome.OBSERVED,
}


def record_outcome(task: Task, step: Step, decision: Decision, by: Person, at: datetime) -> None:
    """Write what the decision says, as the step's kind asks.

    :raises TwoPeopleNeeded: who drafted a document does not favour it.
    """
    record = RECORD.get(step.kind)
    if record is not None:
        record(task, step, decision, by, at)


def _record_opinion(task: Task, step: Step, decision: Decision, by: Person, at: datetime) -> None:
    about = parts.document_of(task.process, step.about) if step.about else None
    if about is not None and decision.outcome == OpinionOutcome.FAVOURABLE:
        separation.check_two_people(document=about, post=task.post, by=by, at=at)
    version = about.versions.order_by("-number").first() if about else None
    deliverables = list(task.process.expediente.deliverables.all())
    for deliverable in deliverables:
        said = OpinionOutcome(decision.opinions.get(deliverable.pk, decision.outcome))
        deliverable.outcome = OUTCOME_OF_OPINION[said]
    if deliverables:
        Deliverable.objects.bulk_update(deliverables, ["outcome"])
    Opinion.objects.bulk_create(
        Opinion(
            task=task,
            deliverable=deliverable,
            version=version,
            outcome=OpinionOutcome(decision.opinions.get(deliverable.pk if deliverable else 0, decision.outcome)),
            given_at=at,
            given_by=by,
        )
        for deliverable in deliverables or [None]
    )
    _record_observation(task, step, decision, by, at)


def _record_observation(task: Task, step: Step, decision: Decision, by: Person, at: datetime) -> None:
    if decision.outcome == "observed":
        about = parts.document_of(task.process, step.about) if step.about else None
        version = about.versions.order_by("-number").first() if about else None
        Observation.objects.create(task=task, version=version, text=decision.observation, made_at=at, made_by=by)


def _record_draft(task: Task, step: Step, decision: Decision, by: Person, at: datetime) -> None:
    """Going on answers the observations; who drafts an act says which deliverables it will approve."""
    Observation.objects.filter(task__process=task.process, settled_at__isnull=True).update(settled_at=at)
    if step.per_deliverable:
        task.process.data["approves"] = sorted(
            pk for pk, said in decision.opinions.items() if said == DeliverableOutcome.APPROVED
        )
        task.process.save(update_fields=["data"])


def _record_sign(task: Task, step: Step, decision: Decision, by: Person, at: datetime) -> None:
    """The act decides the deliverables when its last signature is there, not before."""
    document = parts.needed_document(task.process, step.about)
    if document.state != DocumentState.EMITTED or "approves" not in task.process.data:
        return
    approved = Q(pk__in=task.process.data["approves"])
    deliverables = task.process.expediente.deliverables
    deliverables.filter(approved).update(outcome=DeliverableOutcome.APPROVED)
    deliverables.filter(~approved, outcome=DeliverableOutcome.FAVOURED).update(outcome=DeliverableOutcome.NOT_APPROVED)


def _record_notify(task: Task, step: Step, decision: Decision, by: Person, at: datetime) -> None:
    for document in parts.documents_of(task.process, step.about):
        if document.state == DocumentState.EMITTED:
            notices.queue(document=document, by=by, at=at)


def _record_archive(task: Task, step: Step, decision: Decision, by: Person, at: datetime) -> None:
    cases.close_case(expediente=task.process.expediente, by=by, at=at)


Record = Callable[[Task, Step, Decision, Person, datetime], None]
RECORD: dict[str, Record] = {
    StepKind.OPINION: _record_opinion,
    StepKind.DRAFT: _record_draft,
    StepKind.VISADO: _record_observation,
    StepKind.TASK: _record_observation,
    StepKind.SIGN: _record_sign,
    StepKind.NOTIFY: _record_notify,
    StepKind.ARCHIVE: _record_archive,
}
