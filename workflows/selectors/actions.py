"""What a person may do now on a task, as its route says it: all that the panel «Le toca a usted» needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from docs_store import selectors as stored
from docs_store.enums import DocumentState
from docs_store.models import Document, DocumentKind, Version
from law.enums import TermUnit
from law.rules.business_days import Calendar, is_business_day
from signing.models import Visado
from signing.selectors import valid_visados
from workflows.enums import StepKind
from workflows.models import Clock, Deliverable, Observation, ProcessDocument, Task
from workflows.ports import Step
from workflows.rules.drawing import Drawing
from workflows.selectors.steps import drawing_of, step_of

OBSERVED = "observed"
UNREMARKABLE = ("done", "favourable", "endorsed", "numbered", "signed", "derived", "notified", "published", "archived")
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Way:
    """A step to which the file may be returned."""

    step: str
    name: str


@dataclass(frozen=True)
class Action:
    """A task with what it asks, works on and allows."""

    task: Task
    step: Step
    document: Document | None
    text: Version | None
    about: Document | None
    writes: str
    deliverables: Sequence[Deliverable]
    observations: Sequence[Observation]
    needs_units: bool
    returns_to: tuple[Way, ...]
    clock: Clock | None

    @property
    def outcome(self) -> str:
        """Return the word of going on."""
        return next((word for word in self.step.outcomes if word in UNREMARKABLE), "done")

    @property
    def may_return(self) -> bool:
        return OBSERVED in self.step.outcomes

    @property
    def is_writing(self) -> bool:
        return bool(self.step.emits or self.step.drafts)

    @property
    def needs_pin(self) -> bool:
        return bool(self.step.emits) or self.step.kind in {StepKind.VISADO, StepKind.SIGN}

    @property
    def is_text_missing(self) -> bool:
        return self.is_writing and self.text is None

    @property
    def votes(self) -> bool:
        """Return whether each deliverable gets its own word in this step."""
        return self.step.per_deliverable and bool(self.deliverables)


def action_of(task: Task) -> Action | None:
    """Return what the task asks, or nothing if its route is not published here."""
    step = step_of(task)
    if step is None:
        return None
    document = _own(task, step)
    return Action(
        task=task,
        step=step,
        document=document,
        text=stored.latest_text(document) if document else None,
        about=part(task.process_id, step.about) if step.about else None,
        writes=_kind_name(step),
        deliverables=list(task.process.expediente.deliverables.all()),
        observations=_unsettled(task, step),
        needs_units=_needs_units(drawing_of(task.process.route_version), step.id),
        returns_to=_ways_back(task, step),
        clock=Clock.objects.filter(task=task).first(),
    )


def may_write(task: Task) -> bool:
    """Return whether a step writes a document whose text and annexes may still change."""
    step = step_of(task)
    if step is None or not (step.emits or step.drafts):
        return False
    document = _own(task, step)
    fixed = {DocumentState.FOR_DISPATCH, DocumentState.EMITTED, DocumentState.ANNULLED}
    return document is None or document.state not in fixed


def part(process_id: int, key: str) -> Document | None:
    """Return the newest document that plays this part in the process."""
    parts = ProcessDocument.objects.filter(process=process_id, key=key).order_by("-id")
    row = parts.select_related("document__kind", "document__unit", "document__expediente").first()
    return row.document if row else None


def _own(task: Task, step: Step) -> Document | None:
    """Return the document that this step writes, once it was started."""
    if step.emits:
        return Document.objects.select_related("kind").filter(pk=task.document_id).first()
    current = part(task.process_id, step.key or step.drafts) if step.drafts else None
    return current if current and current.state not in {DocumentState.EMITTED, DocumentState.ANNULLED} else None


def _kind_name(step: Step) -> str:
    slug = step.emits or step.drafts
    kind = DocumentKind.objects.filter(slug=slug).first() if slug else None
    return kind.name if kind else ""


def _unsettled(task: Task, step: Step) -> list[Observation]:
    """Return what was observed and this step must answer."""
    if step.kind != StepKind.DRAFT:
        return []
    rows = Observation.objects.filter(task__process=task.process_id, settled_at__isnull=True)
    return list(rows.select_related("task__unit", "task__post", "made_by"))


def _needs_units(drawing: Drawing | None, step_id: str) -> bool:
    """Return whether the next step goes to units that are chosen in this one."""
    if drawing is None or step_id not in drawing.elements:
        return False
    choices, otherwise = drawing.choices(step_id)
    nexts = [drawing.elements.get(target) for target in {*choices.values(), otherwise}]
    return any(e is not None and e.step is not None and bool(e.step.who.each_from) for e in nexts)


def _ways_back(task: Task, step: Step) -> tuple[Way, ...]:
    drawing = drawing_of(task.process.route_version) if step.returns_to else None
    if drawing is None:
        return ()
    return tuple(Way(back, drawing.elements[back].name) for back in step.returns_to if back in drawing.elements)


def visados_of(document: Document) -> tuple[list[Visado], list[Visado]]:
    """Return the visados that fit the newest text, and those that lost effect and were not given again."""
    fitting = valid_visados(document)
    posts = {visado.post_id for visado in fitting}
    voided = Visado.objects.filter(version__document=document, voided_at__isnull=False).select_related("post")
    latest = {visado.post_id: visado for visado in voided.order_by("id") if visado.post_id not in posts}
    return fitting, list(latest.values())


@dataclass(frozen=True)
class CountedDay:
    """One day of the strip that shows how a term was counted."""

    day: date
    number: int | None
    is_due: bool
    is_today: bool


def counted_days(clock: Clock, calendar: Calendar, today: date) -> list[CountedDay]:
    """Return the days from the first one counted to the last one due, weekends left out."""
    due_on = clock.due_on
    if due_on is None or clock.unit != TermUnit.BUSINESS_DAYS:
        return []
    if due_on > calendar.last or clock.event_on < calendar.first:
        return []
    found, number, day = [], 0, clock.event_on
    while day < due_on:
        day += ONE_DAY
        counts = is_business_day(calendar, day)
        number += counts
        if counts or day in calendar.holidays:
            found.append(CountedDay(day, number if counts else None, day == due_on, day == today))
    return found
