"""Steps that were done after their due day, or still wait: who answers for each, and who above them (PL-15).

A report, not a judgement: what was suspended, or no calendar reached, is not in it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db.models import F, Q
from django.utils import timezone

from law import selectors as law
from law.errors import LawError
from law.rules.procedure import days_late
from organization import selectors as organization
from organization.models import Person, Post
from organization.rules.tree import Tree
from workflows.enums import ClockState
from workflows.models import Clock


@dataclass(frozen=True)
class LateTerm:
    """A step that missed its day. ``done_on`` is nothing while it waits; ``days`` are business days, nothing where no
    calendar reaches them. ``official`` and ``superior`` are those of the due day; empty where the post was vacant."""

    expediente: str
    step: str
    unit: str
    official: str
    superior: str
    due_on: date
    done_on: date | None
    days: int | None


@dataclass(frozen=True)
class Answerable:
    """Who answered for steps that missed their day, who above, and those steps, the oldest first."""

    official: str
    superior: str
    terms: tuple[LateTerm, ...]


def by_official(found: Iterable[LateTerm]) -> list[Answerable]:
    """Return the steps by who answered for them and who above: who missed most comes first."""
    people: dict[tuple[str, str], list[LateTerm]] = defaultdict(list)
    for term in found:
        people[term.official, term.superior].append(term)
    ordered = sorted(people.items(), key=lambda item: (-len(item[1]), item[0]))
    return [Answerable(official, superior, tuple(terms)) for (official, superior), terms in ordered]


def late_terms(first: date, last: date, *, today: date) -> list[LateTerm]:
    """Return the steps whose due day fell between both and was missed, the oldest first.

    Queries grow with the days, not with the steps.
    """
    waits = Q(state=ClockState.RUNNING, stopped_at__isnull=True, due_on__lt=today)
    was_late = Q(state=ClockState.DONE, stopped_at__date__gt=F("due_on"))
    clocks = Clock.objects.filter(waits | was_late, task__isnull=False, due_on__range=(first, last))
    rows = ("task__process__expediente", "task__unit", "task__post", "task__owner")
    found = list(clocks.select_related(*rows).order_by("due_on", "pk"))
    tree = organization.tree()
    heads = organization.head_posts(unit for clock in found for unit in _units(clock, tree) if unit)
    return [
        _told(clock, tree, heads, people, today)
        for _day, group in groupby(found, key=lambda clock: clock.due_day)
        for clock, people in _with_people(list(group), heads)
    ]


def _units(clock: Clock, tree: Tree[int]) -> tuple[int | None, int | None]:
    """Return the unit of the clock's task and the one above it on the due day."""
    unit = clock.task.unit_id if clock.task else None
    return unit, tree.parent(unit, clock.due_day) if unit else None


def _with_people(clocks: Sequence[Clock], heads: Mapping[int, Post]) -> Iterator[tuple[Clock, Mapping[int, Person]]]:
    """Yield the clocks of one day, each with who exercised the posts that day."""
    posts = {head.pk for head in heads.values()} | {c.task.post_id for c in clocks if c.task and c.task.post_id}
    people = organization.holders_of(posts, clocks[0].due_day)
    for clock in clocks:
        yield clock, people


def _told(
    clock: Clock, tree: Tree[int], heads: Mapping[int, Post], people: Mapping[int, Person], today: date
) -> LateTerm:
    task = clock.task
    assert task is not None
    own, above = (heads.get(unit) if unit else None for unit in _units(clock, tree))
    head = people.get(own.pk) if own else None
    official = task.owner or (people.get(task.post_id) if task.post_id else head)
    superior = head if official != head else (people.get(above.pk) if above else None)
    done_on = timezone.localdate(clock.stopped_at) if clock.stopped_at else None
    return LateTerm(
        expediente=task.process.expediente.label,
        step=task.title,
        unit=organization.unit_name(task.unit, clock.due_day).name if task.unit else "",
        official=official.full_name if official else "",
        superior=superior.full_name if superior else "",
        due_on=clock.due_day,
        done_on=done_on,
        days=_days(clock, done_on or today),
    )


def _days(clock: Clock, until: date) -> int | None:
    try:
        return days_late(clock.due_day, until, law.calendar_of(clock.place))
    except LawError:
        return None
