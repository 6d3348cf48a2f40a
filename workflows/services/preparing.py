"""What a step makes before its lock, because it may take time: a paper typeset, signed, numbered or published."""

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from docs_store import services as docs
from docs_store.models import Document
from organization import selectors as organization
from organization.models import Person, Post
from workflows.enums import StepKind
from workflows.errors import StepRefused
from workflows.models import Task
from workflows.ports import Step
from workflows.selectors import parts
from workflows.services import acts, engine, papers, rounds
from workflows.services.decisions import Decision

WEB_CHANNEL = "Portal institucional"


def prepared(task: Task, step: Step, decision: Decision, by: Person, at: datetime) -> Document | None:
    """Prepare the step and return its document, if it has one.

    Whom the same form, sent twice, overtook goes on once from what the other call has made.

    :raises StepRefused: the step's document is missing, or cannot be made so.
    :raises SigningError: the person cannot sign it so.
    """
    prepare = PREPARE.get(step.kind, _nothing)
    try:
        return prepare(task, step, decision, by, at)
    except acts.OVERTAKEN:
        return prepare(task, step, decision, by, at)


def _post_of(task: Task, by: Person, at: datetime) -> Post:
    """Return the post in which the person acts on this task: the task's own, else theirs in its unit."""
    if task.post is not None:
        own: Post = task.post
        return own
    posts = [p for p in organization.posts_of(by, timezone.localdate(at)) if p.unit_id == task.unit_id]
    return next((p for p in posts if p.is_head), posts[0])


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
    acts.emit_alone(document=document, post=_post_of(task, by, at), by=by, at=at, **_key(decision))
    return document


def _key(decision: Decision) -> dict[str, str]:
    """Return what opens the person's key."""
    return {"pin": decision.pin, "proof": decision.proof}


def _prepare_visado(task: Task, step: Step, decision: Decision, by: Person, at: datetime) -> Document | None:
    if decision.outcome == "endorsed":
        rounds.endorse(task=task, step=step, post=_post_of(task, by, at), by=by, at=at, **_key(decision))
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
        acts.sign_next(document=document, post=_post_of(task, by, at), by=by, at=at, **_key(decision))
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
