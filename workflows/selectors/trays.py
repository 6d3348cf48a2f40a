"""Trays: what a unit has to do, by when, and what it handed to others. Pages go by key, counts have a cap."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db.models import Count, DateField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan
from django.utils import timezone

from organization import selectors as organization
from organization.models import Post, Unit
from workflows.enums import ClockState, MovementKind, StepKind
from workflows.models import Clock, Movement, Task
from workflows.selectors.legs import Names, Way, calendar_on_hand, names_on, ways_of
from workflows.selectors.steps import verb_of

PAGE = 20
COUNT_CAP = 10_000
ELSEWHERE_CAP = 100
"""What others hold is counted no further, on every page: up to 1,000 PostgreSQL first gathers all open tasks (115 ms at
43,000, where this takes 1)."""
OPEN = "NEW"


class Tab(StrEnum):
    """The trays, as their addresses call them."""

    TO_DO = "por-atender"
    DUE_TODAY = "vence-hoy"
    TO_SIGN = "por-firmar"
    DRAFTING = "en-proyecto"
    OBSERVED = "observados"
    ELSEWHERE = "en-otras-unidades"
    DONE = "hechos"


class Group(StrEnum):
    """Under which heading a row stands."""

    LATE = "late"
    TODAY = "today"
    NEXT = "next"
    NONE = "none"
    DONE = "done"


@dataclass(frozen=True)
class Seat:
    """Whose tray it is: a unit, as one of its people sees it on a day."""

    unit: Unit
    posts: tuple[Post, ...]
    person_id: int
    today: date
    names: Names | None = None
    place: str = ""

    @property
    def post_ids(self) -> frozenset[int]:
        return frozenset(post.pk for post in self.posts)

    def may_act(self, task: Task) -> bool:
        """Return whether this person may complete the task, as ``holders.may_act`` says."""
        if getattr(task, "has_abstained", False) or getattr(task, "is_designated", False):
            return not task.has_abstained
        if task.post_id is not None:
            return task.post_id in self.post_ids
        return any(post.unit_id == task.unit_id for post in self.posts)


@dataclass(frozen=True)
class TrayCounts:
    """How many tasks each tray holds; ``elsewhere`` stops at its cap."""

    to_do: int = 0
    late: int = 0
    due_today: int = 0
    to_sign: int = 0
    drafting: int = 0
    observed: int = 0
    without_term: int = 0
    elsewhere: int = 0
    is_elsewhere_capped: bool = False

    @property
    def upcoming(self) -> int:
        return self.to_do - self.late - self.due_today - self.without_term


@dataclass(frozen=True)
class TrayRow:
    """One line of a tray."""

    task: Task
    verb: str
    way: Way
    group: Group
    from_whom: str
    movement: Movement | None
    holder: str
    is_mine: bool
    is_vacant: bool

    @property
    def is_unread(self) -> bool:
        return self.task.opened_at is None and self.task.status == OPEN


@dataclass(frozen=True)
class TrayPage:
    """Rows in order, and the key after which the next ones follow."""

    rows: tuple[TrayRow, ...]
    next: str


def tray_counts(seat: Seat) -> TrayCounts:
    """Return what each tray of the unit holds: two queries, both capped."""
    tasks = Task.objects.filter(unit=seat.unit, status=OPEN).exclude(kind="").order_by()
    capped = tasks.annotate(returned=_was_returned()).values("pk", "due_on", "kind", "returned")[:COUNT_CAP]
    found = capped.aggregate(
        to_do=Count("pk"),
        late=Count("pk", filter=Q(due_on__lt=seat.today)),
        due_today=Count("pk", filter=Q(due_on=seat.today)),
        to_sign=Count("pk", filter=Q(kind=StepKind.SIGN)),
        drafting=Count("pk", filter=Q(kind=StepKind.DRAFT)),
        observed=Count("pk", filter=Q(returned=True)),
        without_term=Count("pk", filter=Q(due_on__isnull=True)),
    )
    elsewhere = _elsewhere(seat).order_by().values("pk")[: ELSEWHERE_CAP + 1].count()
    return TrayCounts(**found, elsewhere=min(elsewhere, ELSEWHERE_CAP), is_elsewhere_capped=elsewhere > ELSEWHERE_CAP)


def tray_page(
    seat: Seat,
    tab: Tab,
    *,
    after: str = "",
    limit: int = PAGE,
    only_mine: bool = False,
    with_undated: bool = True,
) -> TrayPage:
    """Return a page of a tray, what is due first at its head.

    :param after: the ``next`` of the page before.
    :param only_mine: leave out what only other posts of the unit may do.
    :param with_undated: whether any task has no term, where the caller has counted them.
    """
    tasks = _of_tab(seat, tab).annotate(**_stance(seat))
    if only_mine and tab not in {Tab.ELSEWHERE, Tab.DONE}:
        tasks = tasks.filter(Q(post__in=seat.post_ids) | Q(post__isnull=True) | Q(is_designated=True))
    if tab == Tab.DONE:
        found = _after_done(tasks, after, limit + 1)
    else:
        found = _after_due(tasks, after, limit + 1, with_undated=with_undated)
    shown = found[:limit]
    return TrayPage(tuple(_rows(shown, seat, tab)), _key(shown[-1], tab) if len(found) > limit else "")


def first_row(seat: Seat, tab: Tab, task_id: int) -> TrayRow | None:
    """Return one line of a tray, for the preview beside it."""
    tasks = list(_with_heads(_of_tab(seat, tab).annotate(**_stance(seat)).filter(pk=task_id)))
    return next(iter(_rows(tasks, seat, tab)), None)


# What each tray holds


def _of_tab(seat: Seat, tab: Tab) -> QuerySet[Task]:
    if tab == Tab.ELSEWHERE:
        return _elsewhere(seat)
    if tab == Tab.DONE:
        return Task.objects.filter(owner=seat.person_id, status="DONE").exclude(kind="")
    tasks = Task.objects.filter(unit=seat.unit, status=OPEN).exclude(kind="")
    narrower = {
        Tab.DUE_TODAY: Q(due_on=seat.today),
        Tab.TO_SIGN: Q(kind=StepKind.SIGN),
        Tab.DRAFTING: Q(kind=StepKind.DRAFT),
        Tab.OBSERVED: Q(_was_returned()),
    }
    return tasks.filter(narrower[tab]) if tab in narrower else tasks


def _stance(seat: Seat) -> dict[str, Exists]:
    return organization.stance_of(seat.person_id, seat.today, file="process__expediente_id", post="post_id")


def _was_returned() -> Exists:
    return Exists(Movement.objects.filter(task=OuterRef("pk"), is_return=True))


def _elsewhere(seat: Seat) -> QuerySet[Task]:
    """Return the open tasks of other units on files that this unit handed over."""
    # Without the mark the database would look for each open task of the house among all files ever handed over.
    underway = Movement.objects.filter(is_underway=True, kind=MovementKind.ORIGINAL)
    passed_here = underway.filter(expediente=OuterRef("process__expediente"), from_unit=seat.unit)
    # A file with an open task is open itself: told so, the database looks only at open files, which have an index.
    held = Task.objects.filter(Exists(passed_here), status=OPEN, process__status=OPEN)
    return held.exclude(kind="").exclude(unit=seat.unit)


# Pages by key


def _with_heads(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """Return the tasks with what a row shows, and whether the term of one waits for its calendar."""
    waits = Exists(Clock.objects.filter(task=OuterRef("pk"), state=ClockState.UNCOUNTED))
    shown = tasks.select_related("process__expediente", "process__route_version__route", "post", "unit")
    with_waits: QuerySet[Task] = shown.defer("process__route_version__bpmn").annotate(is_uncounted=waits)
    return with_waits


def _after_due(tasks: QuerySet[Task], after: str, limit: int, *, with_undated: bool) -> list[Task]:
    """Return the tasks after the key by due day and order of entry; those without a term come last."""
    day, _dot, number = after.partition(".")
    last = int(number) if number.isdecimal() else 0
    found: list[Task] = []
    if day != "-":
        dated = tasks.filter(due_on__isnull=False)
        if number:
            key = (Value(_date(day), output_field=DateField()), Value(last))
            dated = dated.filter(TupleGreaterThan((F("due_on"), F("pk")), key))
        found = list(_with_heads(dated).order_by("due_on", "pk")[:limit])
        last = 0
    if with_undated and len(found) < limit:
        undated = tasks.filter(due_on__isnull=True, pk__gt=last)
        found += _with_heads(undated).order_by("pk")[: limit - len(found)]
    return found


def _after_done(tasks: QuerySet[Task], after: str, limit: int) -> list[Task]:
    """Return the tasks that were done before the key, the last ones first."""
    moment, _bar, number = after.partition("|")
    if number.isdecimal():
        key = (Value(datetime.fromisoformat(moment)), Value(int(number)))
        tasks = tasks.filter(TupleLessThan((F("finished"), F("pk")), key))
    return list(_with_heads(tasks).order_by("-finished", "-pk")[:limit])


def _key(task: Task, tab: Tab) -> str:
    if tab == Tab.DONE:
        return f"{task.finished.isoformat()}|{task.pk}"
    return f"{task.due_on.isoformat() if task.due_on else '-'}.{task.pk}"


def _date(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return date.min


# Rows


def _rows(tasks: Sequence[Task], seat: Seat, tab: Tab) -> Iterable[TrayRow]:
    if not tasks:
        return
    names = seat.names or names_on(seat.today)
    calendar = calendar_on_hand(seat.today, place=seat.place)
    ids = {task.process.expediente_id for task in tasks}
    ways = ways_of(ids, today=seat.today, names=names, calendar=calendar)
    for task in tasks:
        way = ways[task.process.expediente_id]
        movement = _arrival(way, task)
        yield TrayRow(
            task=task,
            verb=verb_of(task),
            way=way,
            group=_group(task, seat.today, tab),
            from_whom=_from_whom(movement, names),
            movement=movement,
            holder=task.post.title if task.post else names.full(task.unit_id),
            is_mine=seat.may_act(task),
            is_vacant=task.post_id is not None and task.post_id not in names.held,
        )


def _arrival(way: Way, task: Task) -> Movement | None:
    """Return the pase with which the task's leg began."""
    place = next((place for place, tasks in way.tasks.items() if any(t.pk == task.pk for t in tasks)), None)
    return way.movements.get(place) if place is not None else None


def _from_whom(movement: Movement | None, names: Names) -> str:
    if movement is None:
        return ""
    return movement.from_outside or names.row(movement.from_unit_id) if movement.from_unit_id else movement.from_outside


def _group(task: Task, today: date, tab: Tab) -> Group:
    if tab == Tab.DONE:
        return Group.DONE
    if task.due_on is None:
        return Group.NONE
    if task.due_on < today:
        return Group.LATE
    return Group.TODAY if task.due_on == today else Group.NEXT


def seat_of(person_id: int, unit: Unit, posts: Iterable[Post], at: datetime) -> Seat:
    """Return the seat from which a person looks at a unit's trays."""
    return Seat(unit, tuple(posts), person_id, timezone.localdate(at))
