"""Completing a step, by its kind. Each kind is one function; effects that may take time come before the lock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from docs_store import services as docs
from docs_store.enums import DocumentState
from docs_store.errors import DocsStoreError
from docs_store.models import Document
from ledger import services as ledger
from ledger.models import Entry
from organization import selectors as organization
from organization.models import Person, Post, Unit
from signing import services as signing
from signing.errors import SigningError
from signing.models import Signature
from workflows.enums import DeliverableOutcome, OpinionOutcome, StepKind
from workflows.errors import StepRefused, WorkflowsError
from workflows.models import OPEN_STATUSES, Deliverable, Observation, Opinion, Process, ProcessDocument, Task
from workflows.ports import Step
from workflows.selectors import parts
from workflows.services import acts, bars, cases, engine, holders, movements, notices, papers, rounds, separation
from workflows.services.movements import Handover

WEB_CHANNEL = "Portal institucional"


@dataclass(frozen=True)
class Decision:
    """What the person decided on a step, as the form or the script says it.

    ``opinions`` gives an outcome for each deliverable by its id; ``units`` the slugs to derive to; ``return_to``
    the step that gets the file back; ``proof`` says that the person has just confirmed with a second factor.
    """

    outcome: str = "done"
    pin: str = field(default="", repr=False)
    proof: str = field(default="", repr=False)
    proveido: str = ""
    observation: str = ""
    opinions: Mapping[int, str] = field(default_factory=dict)
    return_to: str = ""
    units: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()


@dataclass(frozen=True)
class SignResult:
    """What became of one document of a batch."""

    task_id: int
    document: Document | None
    is_signed: bool
    sentence: str


def complete_step(*, task_id: int, decision: Decision, by: Person, at: datetime) -> Task:
    """Complete a task as its kind asks, and hand the file to whoever comes next.

    Repeating the same decision answers the task that is already done, also while the first call is still at work.

    :raises TaskNotFound: not a task of this person.
    :raises TaskAlreadyDone: somebody decided otherwise before.
    :raises StepRefused: the step does not allow this decision.
    """
    task = holders.task_for(task_id, by=by, at=at)
    step = engine.step_of(task)
    _check_decision(step, decision)
    if task.status not in OPEN_STATUSES:
        return engine.answer_repeated(task, outcome=decision.outcome, by=by)
    bars.check_bar(task.process, step.kind)
    try:
        document = _prepared(task, step, decision, by, at)
    except (DocsStoreError, SigningError, StepRefused):
        task.refresh_from_db(fields=["status", "outcome", "owner", "finished"])
        if task.status in OPEN_STATUSES:
            raise
        return engine.answer_repeated(task, outcome=decision.outcome, by=by)
    with engine.locked(task_id, holders.stance(by, at)) as locked:
        if locked.status not in OPEN_STATUSES:
            return engine.answer_repeated(locked, outcome=decision.outcome, by=by)
        holders.check_not_aside(locked)
        RECORD.get(step.kind, _record_nothing)(locked, step, decision, by, at)
        locked.document = document
        _move_on(locked, step, decision, by, at)
    return locked


def _prepared(task: Task, step: Step, decision: Decision, by: Person, at: datetime) -> Document | None:
    """Prepare the step; whom the same form, sent twice, overtook goes on once from what the other call has made."""
    prepare = PREPARE.get(step.kind, _nothing)
    try:
        return prepare(task, step, decision, by, at)
    except acts.OVERTAKEN:
        return prepare(task, step, decision, by, at)


def _check_decision(step: Step, decision: Decision) -> None:
    if step.outcomes and decision.outcome not in step.outcomes:
        raise StepRefused(_("Este paso no admite esa decisión. Vuelva a abrir la tarea y elija una de las que ofrece."))
    if decision.return_to and decision.return_to not in step.returns_to:
        raise StepRefused(_("Desde este paso no se puede devolver allí. Elija uno de los pasos que se ofrecen."))
    if decision.outcome == "observed" and not decision.observation.strip():
        raise StepRefused(_("Escriba el motivo de la devolución."))


def _move_on(task: Task, step: Step, decision: Decision, by: Person, at: datetime) -> None:
    """Move the token and record the pases; runs inside the lock."""
    bars.check_bar(task.process, step.kind)
    document = task.document
    if decision.units:
        task.process.data["units"] = list(decision.units)
        task.process.save(update_fields=["data"])
    if decision.return_to:
        opened = engine.send_back(task, step=decision.return_to, outcome=decision.outcome, by=by, at=at)
    else:
        opened = engine.complete(task, outcome=decision.outcome, by=by, at=at)
    handover = Handover(
        proveido=decision.proveido or decision.observation,
        document=document,
        is_return=decision.outcome == "observed",
        copies=tuple(Unit.objects.filter(slug__in=decision.copies)),
    )
    movements.hand_over(source=task, targets=opened, handover=handover, by=by, at=at)
    if handover.copies:
        movements.send_copies(expediente=task.process.expediente, source=task, handover=handover, by=by, at=at)
    if decision.outcome == "observed":
        _mark_observed(task.process, step)
    elif document is not None and step.drafts and any(following.kind == StepKind.VISADO for following in opened):
        docs.submit_for_visado(document=document)


def _mark_observed(process: Process, step: Step) -> None:
    """Give the observed draft back its text, and show it as observed."""
    document = parts.document_of(process, step.about) if step.about else None
    if document is not None and document.state != DocumentState.EMITTED:
        docs.reopen_draft(document=document)


def post_of(task: Task, by: Person, at: datetime) -> Post:
    """Return the post in which the person acts on this task: the task's own, else theirs in its unit."""
    if task.post is not None:
        own: Post = task.post
        return own
    posts = [p for p in organization.posts_of(by, engine.lima_day(at)) if p.unit_id == task.unit_id]
    return next((p for p in posts if p.is_head), posts[0])


# Before the lock: what may take time.


def _nothing(task: Task, step: Step, decision: Decision, by: Person, at: datetime) -> Document | None:
    return parts.document_of(task.process, step.about) if step.about else None


def _prepare_draft(task: Task, step: Step, decision: Decision, by: Person, at: datetime) -> Document | None:
    """Emit the step's own document, or check that the draft it writes has a text."""
    if step.drafts:
        document = parts.needed_document(task.process, step.key or step.drafts)
        parts.latest_text(document)
        return document
    if not step.emits:
        return None
    if task.document is None:
        raise StepRefused(_("Todavía no hay un documento para este paso. Escríbalo antes de continuar."))
    document = papers.own_document(task, step, by=by, at=at, outcome=decision.outcome)
    parts.latest_text(document)
    acts.emit_alone(document=document, post=post_of(task, by, at), by=by, at=at, **_key(decision))
    return document


def _key(decision: Decision) -> dict[str, str]:
    """Return what opens the person's key."""
    return {"pin": decision.pin, "proof": decision.proof}


def _prepare_visado(task: Task, step: Step, decision: Decision, by: Person, at: datetime) -> Document | None:
    if decision.outcome == "endorsed":
        rounds.endorse(task=task, step=step, post=post_of(task, by, at), by=by, at=at, **_key(decision))
    return parts.needed_document(task.process, step.about)


def _prepare_number(task: Task, step: Step, decision: Decision, by: Person, at: datetime) -> Document | None:
    document = parts.needed_document(task.process, step.about)
    if decision.outcome == "numbered":
        posts = engine.signing_posts(task.process, step.about)
        acts.number_document(document=document, posts=posts, by=by, at=at)
    return document


def _prepare_sign(task: Task, step: Step, decision: Decision, by: Person, at: datetime) -> Document | None:
    document = parts.needed_document(task.process, step.about)
    if decision.outcome == "signed":
        acts.sign_next(document=document, post=post_of(task, by, at), by=by, at=at, **_key(decision))
    return document


def _prepare_publish(task: Task, step: Step, decision: Decision, by: Person, at: datetime) -> Document | None:
    document = parts.needed_document(task.process, step.about)
    docs.publish(document=document, channel=WEB_CHANNEL, by=by, at=at)
    return document


Prepare = Callable[[Task, Step, Decision, Person, datetime], Document | None]
PREPARE: dict[str, Prepare] = {
    StepKind.DRAFT: _prepare_draft,
    StepKind.OPINION: _prepare_draft,
    StepKind.VISADO: _prepare_visado,
    StepKind.NUMBER: _prepare_number,
    StepKind.SIGN: _prepare_sign,
    StepKind.PUBLISH: _prepare_publish,
}


# Inside the lock: what the decision says, as rows.


def _record_nothing(task: Task, step: Step, decision: Decision, by: Person, at: datetime) -> None:
    return None


OUTCOME_OF_OPINION = {
    OpinionOutcome.FAVOURABLE: DeliverableOutcome.FAVOURED,
    OpinionOutcome.UNFAVOURABLE: DeliverableOutcome.NOT_FAVOURED,
    OpinionOutcome.OBSERVED: DeliverableOutcome.OBSERVED,
}


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
        raise StepRefused(_("Ya no se puede retirar la firma: el expediente siguió su camino."))
    with engine.locked(following.pk) as locked:
        signing.withdraw(signature=signature, by=by, at=at)
        opened = engine.take_back(locked, to=done, by=by, at=at)
        movements.hand_over(source=locked, targets=opened, handover=Handover(is_return=True), by=by, at=at)
    return opened[0]


def derive(
    *, task_id: int, units: tuple[str, ...], proveido: str, by: Person, at: datetime, copies: tuple[str, ...] = ()
) -> Task:
    """Derive the file to a unit that the route does not name; afterwards it comes back to this step.

    :raises StepRefused: no unit, or one that the entity does not have.
    """
    task = holders.task_for(task_id, by=by, at=at)
    targets = list(Unit.objects.filter(slug__in=units))
    if not targets or len(targets) != len(set(units)):
        raise StepRefused(_("Elija a qué unidad deriva el expediente."))
    with engine.locked(task_id) as locked, transaction.atomic():
        bars.check_bar(locked.process, StepKind.DERIVE)
        opened = engine.insert_step(locked, units=targets, title=proveido, by=by, at=at)
        handover = Handover(proveido=proveido, copies=tuple(Unit.objects.filter(slug__in=copies)))
        movements.hand_over(source=locked, targets=opened, handover=handover, by=by, at=at)
        if opened:
            movements.send_copies(expediente=locked.process.expediente, source=locked, handover=handover, by=by, at=at)
    return task
