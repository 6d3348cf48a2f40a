"""The ways of files as legs of the relay line, of one or of a whole page, at a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.utils import timezone

from law import selectors as law
from law.errors import CalendarMissing, OutsideCalendar
from law.rules.business_days import Calendar, add_business_days
from organization.models import Entity, Post, UnitName
from organization.rules.holding import Span, covers
from workflows.enums import MovementKind
from workflows.models import OPEN_STATUSES, Movement, Process, Task
from workflows.ports import Step
from workflows.rules.foresight import Stage, foreseen
from workflows.rules.relay import Course, Leg, LegKind
from workflows.selectors.steps import drawing_of, step_of

OUTSIDE = "Externo"
LONGEST_ROW = 20
SHORTEST_SIGLAS = 2


@dataclass(frozen=True)
class Way:
    """A file's course, and for each leg the pase that began it and the tasks that were done on it."""

    course: Course
    movements: Mapping[int, Movement]
    tasks: Mapping[int, tuple[Task, ...]]


@dataclass(frozen=True)
class Names:
    """What units are called on a day, which unit a slug of a post or unit stands for, which posts somebody holds."""

    units: Mapping[int, UnitName]
    by_slug: Mapping[str, int]
    held: frozenset[int]

    def row(self, unit_id: int | None) -> str:
        """Return what stands before a row: the siglas, or the name where they are but one letter."""
        name = self.units.get(unit_id or 0)
        if name is None:
            return OUTSIDE
        return name.siglas if len(name.siglas) >= SHORTEST_SIGLAS else _short(name.name)

    def full(self, unit_id: int | None) -> str:
        name = self.units.get(unit_id or 0)
        return name.name if name else ""


def names_on(day: date) -> Names:
    """Return the names of every unit and the posts that are held that day: two queries, whatever is asked of them."""
    units: dict[int, UnitName] = {}
    for name in UnitName.objects.select_related("unit").order_by("valid_from"):
        if name.valid_from <= day or name.unit_id not in units:
            units[name.unit_id] = name
    slugs, held = {name.unit.slug: unit_id for unit_id, name in units.items()}, set()
    posts = Post.objects.values_list("pk", "slug", "unit_id", "appointments__from_on", "appointments__to_on")
    for pk, slug, unit_id, first, last in posts.order_by():
        slugs.setdefault(slug, unit_id)
        if first is not None and covers(Span(first, last), day):
            held.add(pk)
    return Names(units, slugs, frozenset(held))


def way_of(expediente_id: int, *, today: date, names: Names | None = None) -> Way:
    """Return the way of one file."""
    return ways_of([expediente_id], today=today, names=names)[expediente_id]


def ways_of(
    expediente_ids: Iterable[int],
    *,
    today: date,
    names: Names | None = None,
    calendar: Calendar | None = None,
    with_plan: bool = True,
) -> dict[int, Way]:
    """Return the ways of these files by their id: two queries for all, and one for the calendar.

    :param names: those of ``names_on``, where the caller has them already; likewise the calendar.
    :param with_plan: add what the routes still foresee.
    """
    ids = list(expediente_ids)
    movements: dict[int, list[Movement]] = defaultdict(list)
    for movement in _movements(ids):
        movements[movement.expediente_id].append(movement)
    tasks: dict[int, list[Task]] = defaultdict(list)
    for task in _tasks(ids):
        tasks[task.process.expediente_id].append(task)
    setting = _Setting(today, calendar or calendar_on_hand(today), names or names_on(today), with_plan)
    return {pk: _Builder(setting, movements[pk], tasks[pk]).way() for pk in ids}


def _movements(ids: Sequence[int]) -> Iterable[Movement]:
    rows = Movement.objects.filter(expediente__in=ids, taken_back_at__isnull=True)
    return rows.select_related("document__kind", "sent_by", "received_by", "from_post", "to_post").order_by("id")


def _tasks(ids: Sequence[int]) -> Iterable[Task]:
    rows = Task.objects.filter(process__expediente__in=ids).exclude(kind="")
    return rows.select_related("process__route_version", "owner").defer("process__route_version__bpmn").order_by("id")


def calendar_on_hand(today: date, *, place: str = "") -> Calendar:
    """Return the calendar of the place, else the entity's; weekends alone where none is loaded: a drawing goes on."""
    if not place:
        entity = Entity.objects.first()
        place = entity.place if entity else "PE"
    try:
        return law.calendar_of(place)
    except CalendarMissing:
        return Calendar(today, today, frozenset())


@dataclass(frozen=True)
class _Setting:
    today: date
    calendar: Calendar
    names: Names
    with_plan: bool


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()


@dataclass
class _Builder:
    """Builds the way of one file from its pases and tasks."""

    setting: _Setting
    movements: Sequence[Movement]
    tasks: Sequence[Task]
    legs: list[Leg] = field(default_factory=list)
    began: dict[int, Movement] = field(default_factory=dict)
    leg_of_task: dict[int, int] = field(default_factory=dict)
    moved_from: dict[int, int] = field(default_factory=dict)

    def way(self) -> Way:
        self._begin()
        self._assign()
        self._join()
        self._close()
        if self.setting.with_plan:
            self._foresee()
        on_leg: dict[int, list[Task]] = defaultdict(list)
        for task in self.tasks:
            if task.pk in self.leg_of_task:
                on_leg[self.leg_of_task[task.pk]].append(task)
        return Way(
            Course(tuple(self.legs), self.setting.today, self._calendar()),
            self.began,
            {place: tuple(found) for place, found in on_leg.items()},
        )

    # 1. A leg for each pase

    def _begin(self) -> None:
        for movement in self.movements:
            if movement.from_outside and not self.legs:
                day = _day(movement.sent_at)
                self.legs.append(Leg(_short(movement.from_outside), day, day, name=movement.from_outside))
            place = len(self.legs)
            self.legs.append(self._leg(movement))
            self.began[place] = movement
            if movement.kind != MovementKind.COPY and movement.task_id is not None:
                self._move_on(movement, place)

    def _move_on(self, movement: Movement, place: int) -> None:
        """Let the task be on its newest leg; an earlier one, from which it was moved as it stood, ends there."""
        task_id = movement.task_id or 0
        former = self.leg_of_task.get(task_id)
        if former is not None:
            until = max(self.legs[former].since, _day(movement.sent_at))
            self.legs[former] = replace(self.legs[former], until=until)
            self.moved_from[place] = former
        self.leg_of_task[task_id] = place

    def _leg(self, movement: Movement) -> Leg:
        is_copy = movement.kind == MovementKind.COPY
        return Leg(
            holder=self.setting.names.row(movement.to_unit_id),
            since=_day(movement.sent_at),
            kind=LegKind.COPY if is_copy else LegKind.HELD,
            is_return=movement.is_return,
            note=_note(movement),
            name=self.setting.names.full(movement.to_unit_id),
            href=f"#pase-{movement.pk}",
        )

    # 2. Which leg each task belongs to, and where each leg came from

    def _assign(self) -> None:
        """A task that came by no pase stayed with the holder of the leg before."""
        by_holder: dict[tuple[int | None, int | None], int] = {}
        for task in self.tasks:
            holder = (task.unit_id, task.post_id)
            if task.pk in self.leg_of_task:
                by_holder[holder] = self.leg_of_task[task.pk]
            elif holder in by_holder:
                self.leg_of_task[task.pk] = by_holder[holder]
        for place, movement in self.began.items():
            source = self.moved_from.get(place, self.leg_of_task.get(movement.from_task_id or 0))
            if source is None and movement.from_outside and place > 0:
                source = 0
            if source is not None and source < place:
                self.legs[place] = replace(self.legs[place], sources=(source,))

    def _join(self) -> None:
        """Legs that were handed out at once and then led to one holder join there."""
        course = Course(tuple(self.legs), self.setting.today, self.setting.calendar)
        for place, leg in enumerate(self.legs):
            if leg.kind == LegKind.COPY or len(leg.sources) != 1:
                continue
            beside = course.siblings(leg.sources[0])
            free = [p for p in beside if p < place and not course.successors[p] and self._is_closed(p)]
            if beside and len(free) == len(beside) and not course.is_split(place):
                self.legs[place] = replace(leg, sources=tuple(sorted((*leg.sources, *free))))

    # 3. When each leg ended, and its term

    def _tasks_on(self, place: int) -> list[Task]:
        return [task for task in self.tasks if self.leg_of_task.get(task.pk) == place]

    def _is_closed(self, place: int) -> bool:
        return all(task.status not in OPEN_STATUSES for task in self._tasks_on(place))

    def _close(self) -> None:
        for place, leg in enumerate(self.legs):
            if leg.kind != LegKind.COPY:
                self.legs[place] = self._ended(place, leg)

    def _ended(self, place: int, leg: Leg) -> Leg:
        """Return the leg with its term and, once it is over, its last day; one without steps ended as it began."""
        tasks = self._tasks_on(place)
        if not tasks:
            return leg if leg.until is not None else replace(leg, until=leg.since)
        ends = [_day(task.finished) for task in tasks if task.finished]
        until = max([leg.since, *ends]) if self._is_closed(place) else None  # not before: a clock may be set back
        steps = [step for task in tasks if (step := step_of(task)) is not None]
        term = sum(step.term_days for step in steps if step.term_days)
        return replace(leg, until=until, term=term or None, verb=_verb(steps) if leg.sources else leg.verb)

    # 4. What the route still foresees

    def _foresee(self) -> None:
        open_tasks = [task for task in self.tasks if task.status in OPEN_STATUSES and task.pk in self.leg_of_task]
        if not open_tasks:
            return
        last = open_tasks[-1]
        drawing = drawing_of(last.process.route_version)
        if drawing is None:
            return
        begun = max(last.due_on or self.setting.today, self.setting.today)
        sources = tuple(sorted({self.leg_of_task[task.pk] for task in open_tasks}))
        try:
            self._plan(foreseen(drawing, last.step), last.process, sources, begun)
        except OutsideCalendar:
            return

    def _plan(self, stages: Iterable[Stage], process: Process, sources: tuple[int, ...], begun: date) -> None:
        for stage in stages:
            ends = [self._planned(step, process, sources, begun) for step in stage.steps]
            places = tuple(place for found in ends for place in found)
            if places:
                sources = places
                begun = max(self.legs[place].until or begun for place in places)
            else:
                begun = max(self._after(begun, step.term_days) for step in stage.steps)

    def _planned(self, step: Step, process: Process, sources: tuple[int, ...], begun: date) -> list[int]:
        """Add a planned leg for each holder of the step that does not have the file already then."""
        found = []
        for unit_id in self._units(step, process):
            row = self.setting.names.row(unit_id)
            if any(self.legs[source].holder == row for source in sources):
                continue
            found.append(len(self.legs))
            self.legs.append(
                Leg(
                    row,
                    begun,
                    self._after(begun, step.term_days),
                    sources,
                    term=step.term_days or 1,
                    kind=LegKind.PLANNED,
                    verb=step.kind.label.lower(),
                    name=self.setting.names.full(unit_id),
                )
            )
        return found

    def _after(self, day: date, term: int | None) -> date:
        return add_business_days(self.setting.calendar, day, term or 1)

    def _units(self, step: Step, process: Process) -> list[int]:
        who = step.who
        slugs = list(who.each) or [who.post or who.unit]
        if who.role:
            slugs = [process.data.get("roles", {}).get(who.role, "")]
        if who.each_from:
            slugs = list(process.data.get(who.each_from, ()))
        if who.drafter_head:
            return [process.drafter_unit_id] if process.drafter_unit_id else []
        return list(dict.fromkeys(self.setting.names.by_slug[s] for s in slugs if s in self.setting.names.by_slug))

    def _calendar(self) -> Calendar:
        """Return the calendar, stretched where a file is older than what is loaded: the drawing goes on."""
        days = [leg.since for leg in self.legs] + [leg.until for leg in self.legs if leg.until]
        days += [self.setting.today]
        calendar, first, last = self.setting.calendar, min(days), max(days)
        if calendar.first <= first and last <= calendar.last:
            return calendar  # the same for every file: what it has counted once it knows
        return replace(calendar, first=min(calendar.first, first), last=max(calendar.last, last))


def _short(name: str) -> str:
    """Return a name that fits before a row."""
    return name if len(name) <= LONGEST_ROW else f"{name[: LONGEST_ROW - 1].rstrip()}…"


def _note(movement: Movement) -> str:
    """Return what is written under the day: ``Informe 432``."""
    document = movement.document
    if document is None or not document.label:
        return ""
    return f"{document.kind} {document.label.partition('-')[0]}"


def _verb(steps: Sequence[Step]) -> str:
    visados = [step.visado.partition(" ")[0] for step in steps if step.visado]
    return visados[0] if visados else ""
