"""One file as its page shows it: what happened in order, its documents, who has it now, what each result became."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from docs_store import selectors as stored
from docs_store.models import Annex, Document, Expediente
from docs_store.selectors import FiledDocument
from ledger import selectors as ledger
from signing.models import Signature
from workflows.enums import MovementKind, StepKind
from workflows.models import OPEN_STATUSES, Filing, FilingItem, Movement, Process, Task
from workflows.rules.drawing import TASKS
from workflows.rules.relay import Cell, Leg, gutter, late_days, leg_days
from workflows.selectors.legs import Names, Way, names_on, way_of
from workflows.selectors.steps import drawing_of, step_of, verb_of

ENDINGS = ("task.completed", "task.returned", "task.derived")
VERBS = {
    StepKind.DERIVE: gettext_lazy("%(who)s deriva a %(to)s"),
    StepKind.DRAFT: gettext_lazy("%(who)s remite a %(to)s"),
    StepKind.VISADO: gettext_lazy("%(who)s visa y pasa a %(to)s"),
    StepKind.NUMBER: gettext_lazy("%(who)s numera y pasa a %(to)s"),
    StepKind.SIGN: gettext_lazy("%(who)s firma y pasa a %(to)s"),
    StepKind.NOTIFY: gettext_lazy("%(who)s notifica y pasa a %(to)s"),
    StepKind.PUBLISH: gettext_lazy("%(who)s publica y pasa a %(to)s"),
    StepKind.OPINION: gettext_lazy("%(who)s opina y pasa a %(to)s"),
}


@dataclass(frozen=True)
class Card:
    """A document as the timeline and the list show it."""

    filed: FiledDocument
    signed_by: tuple[str, ...] = ()
    annexes: int = 0

    @property
    def document(self) -> Document:
        return self.filed.document


@dataclass(frozen=True)
class Line:
    """One line of the timeline, with its cell of the gutter."""

    cell: Cell
    leg: Leg
    title: str
    at: datetime | None = None
    movement: Movement | None = None
    cards: tuple[Card, ...] = ()
    done: tuple[Task, ...] = ()
    copies: tuple[str, ...] = ()
    days: int = 0
    is_late: bool = False
    entry: int | None = None


@dataclass(frozen=True)
class Holder:
    """An open task and who has it."""

    task: Task
    verb: str
    name: str


@dataclass(frozen=True)
class CaseView:
    """All that the page of an expediente shows, but for what this person may do."""

    expediente: Expediente
    process: Process | None
    way: Way
    width: float
    lines: tuple[Line, ...]
    cards: tuple[Card, ...]
    drafts: tuple[Card, ...]
    holders: tuple[Holder, ...]
    filings: tuple[Filing, ...]
    folios: int
    names: Names = field(repr=False)


def case_view(
    expediente: Expediente, *, today: date, newest_first: bool = True, names: Names | None = None
) -> CaseView:
    """Return the file as its page shows it; the number of queries does not depend on its length."""
    names = names or names_on(today)
    way = way_of(expediente.pk, today=today, names=names)
    cards = _cards(expediente)
    filings = tuple(
        Filing.objects.filter(expediente=expediente).select_related("party", "cargo", "procedure__norm").order_by("id")
    )
    gutters = gutter(way.course, newest_first=newest_first)
    story = _Story(way, names, {card.document.pk: card for card in cards}, _handed_in(filings), _entries(expediente))
    processes = Process.objects.filter(expediente=expediente).select_related("route_version__route")
    process = processes.defer("route_version__bpmn").first()
    return CaseView(
        expediente=expediente,
        process=process,
        way=way,
        width=gutters.width,
        lines=tuple(story.line(cell) for cell in gutters.cells),
        cards=tuple(card for card in cards if card.filed.leaf is not None),
        drafts=tuple(card for card in cards if card.filed.leaf is None),
        holders=_holders(way, names),
        filings=filings,
        folios=max((card.filed.leaf.folio_to for card in cards if card.filed.leaf), default=0),
        names=names,
    )


def _cards(expediente: Expediente) -> list[Card]:
    filed = stored.documents_of(expediente)
    signers: dict[int, list[str]] = defaultdict(list)
    rows = Signature.objects.filter(document__expediente=expediente, withdrawn_at__isnull=True, post__isnull=False)
    for document_id, title in rows.order_by("id").values_list("document", "post__title"):
        signers[document_id].append(title)
    counted = Annex.objects.filter(document__expediente=expediente).values_list("document").annotate(Count("pk"))
    annexes = dict(counted)
    return [Card(f, tuple(signers[f.document.pk]), annexes.get(f.document.pk, 0)) for f in filed]


def _entries(expediente: Expediente) -> dict[int, int]:
    """Return the entry of the ledger that tells how each task ended, by the task."""
    entries = ledger.entries_about([f"expediente:{expediente.pk}"]).filter(kind__in=ENDINGS)
    return {facts["task"]: pk for pk, facts in entries.values_list("pk", "facts") if "task" in facts}


def _handed_in(filings: Sequence[Filing]) -> tuple[int, ...]:
    first = next((filing.pk for filing in filings if filing.is_first), None)
    if first is None:
        return ()
    return tuple(FilingItem.objects.filter(filing=first).order_by("order").values_list("document_id", flat=True))


def _holders(way: Way, names: Names) -> tuple[Holder, ...]:
    tasks = [task for found in way.tasks.values() for task in found if task.status in OPEN_STATUSES]
    return tuple(Holder(task, verb_of(task), names.full(task.unit_id)) for task in sorted(tasks, key=lambda t: t.pk))


@dataclass(frozen=True)
class _Story:
    """Tells each cell of the gutter in words."""

    way: Way
    names: Names
    cards: Mapping[int, Card]
    handed_in: tuple[int, ...]
    entries: Mapping[int, int]

    def line(self, cell: Cell) -> Line:
        leg = self.way.course.legs[cell.leg]
        if cell.mark == "now":
            return self._now(cell, leg)
        if cell.mark == "plan":
            return Line(cell, leg, _("%(who)s, %(verb)s") % {"who": leg.full_name, "verb": leg.verb})
        movement = self.way.movements.get(cell.leg)
        if movement is None:
            title = _("%(who)s lo presenta") % {"who": leg.full_name}
            return Line(cell, leg, title, self._presented_at(), cards=self._cards(self.handed_in))
        document = (movement.document_id,) if movement.document_id else ()
        return Line(
            cell,
            leg,
            self._title(movement),
            movement.sent_at,
            movement,
            cards=self._cards(document),
            done=tuple(task for task in self.way.tasks.get(cell.leg, ()) if task.status == "DONE"),
            copies=self._copies(movement),
            days=leg_days(self.way.course, leg),
            is_late=late_days(self.way.course, leg) > 0,
            entry=self.entries.get(movement.from_task_id or 0),
        )

    def _now(self, cell: Cell, leg: Leg) -> Line:
        tasks = self.way.tasks.get(cell.leg, ())
        opened = next((task for task in tasks if task.status in OPEN_STATUSES), None)
        return Line(
            cell,
            leg,
            _("Está en %(who)s") % {"who": leg.full_name},
            opened.opened_at if opened else None,
            done=(),
            days=leg_days(self.way.course, leg),
            is_late=late_days(self.way.course, leg) > 0,
        )

    def _presented_at(self) -> datetime | None:
        first = self.way.movements.get(1)
        return first.sent_at if first else None

    def _cards(self, ids: Sequence[int]) -> tuple[Card, ...]:
        return tuple(self.cards[pk] for pk in ids if pk in self.cards)

    def _title(self, movement: Movement) -> str:
        to = self.names.row(movement.to_unit_id)
        if movement.from_unit_id is None:
            begins = _("%(to)s lo recibe") if movement.from_outside else _("%(to)s lo inicia")
            return begins % {"to": self.names.full(movement.to_unit_id) or to}
        who = self.names.row(movement.from_unit_id)
        if movement.is_return:
            return _("%(who)s devuelve a %(to)s") % {"who": who, "to": to}
        source = self._source(movement)
        words = VERBS.get(StepKind(source.kind)) if source is not None and source.kind else None
        return str(words or _("%(who)s pasa a %(to)s")) % {"who": who, "to": to}

    def _source(self, movement: Movement) -> Task | None:
        tasks = (task for found in self.way.tasks.values() for task in found)
        return next((task for task in tasks if task.pk == movement.from_task_id), None)

    def _copies(self, movement: Movement) -> tuple[str, ...]:
        beside = (
            m
            for m in self.way.movements.values()
            if m.kind == MovementKind.COPY and m.from_task_id == movement.from_task_id
        )
        return tuple(self.names.full(m.to_unit_id) for m in beside)


# The diagram


@dataclass(frozen=True)
class DrawnStep:
    """A step of the route, and how far this file is with it."""

    id: str
    name: str
    who: str
    state: str
    times: int
    done_at: datetime | None
    days: int | None
    due_on: date | None


def drawn_steps(process: Process, *, today: date, names: Names) -> list[DrawnStep]:
    """Return the steps of the process's route in the file's order, each done, current or still to come."""
    drawing = drawing_of(process.route_version)
    if drawing is None:
        return []
    tasks: dict[str, list[Task]] = defaultdict(list)
    for task in Task.objects.filter(process=process).exclude(kind="").order_by("id"):
        tasks[task.step].append(task)
    return [
        _drawn(element.id, element.name, element.lane, tasks[element.id], names)
        for element in drawing.of_tag(*TASKS)
        if element.step is not None
    ]


def _drawn(identity: str, name: str, lane: str, tasks: Sequence[Task], names: Names) -> DrawnStep:
    current = next((task for task in tasks if task.status in OPEN_STATUSES), None)
    done = [task for task in tasks if task.status == "DONE"]
    return DrawnStep(
        id=identity,
        name=name,
        who=lane or (names.full(tasks[-1].unit_id) if tasks else ""),
        state="current" if current else ("done" if done else "pending"),
        times=len(done) + (current is not None),
        done_at=done[-1].finished if done and not current else None,
        days=None,
        due_on=current.due_on if current else None,
    )


__all__ = ["Card", "CaseView", "DrawnStep", "Holder", "Line", "case_view", "drawn_steps", "step_of"]
