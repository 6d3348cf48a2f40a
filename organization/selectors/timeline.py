"""The organisation over a stretch of time: the tree of units, and who held each post by which act."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from organization.models import Appointment, Grant, Post, Unit, UnitName
from organization.selectors.units import tree_of


@dataclass(frozen=True)
class PostLife:
    """A post with all that bears on it on one of the days."""

    post: Post
    appointments: tuple[Appointment, ...]
    grants: tuple[Grant, ...]


@dataclass(frozen=True)
class Branch:
    """A unit of the tree: how deep it hangs, its name on the day, those before it, its posts with the head first."""

    unit: Unit
    depth: int
    name: UnitName
    former: tuple[UnitName, ...]
    posts: tuple[PostLife, ...]
    below: int


def tree_between(first: date, last: date, *, on: date) -> list[Branch]:
    """Return the units that exist on one of the days, each under what it hangs from on the day: six queries."""
    lived = Q(valid_from__lte=last) & (Q(valid_to__isnull=True) | Q(valid_to__gte=first))
    units = {unit.pk: unit for unit in Unit.objects.filter(lived).order_by("pk")}
    children: dict[int, list[Unit]] = defaultdict(list)
    parents = tree_of(units.values()).on(on)
    for unit in units.values():
        parent = parents[unit.pk]
        children[parent if parent in units and parent else 0].append(unit)
    names = _names(units)
    lives = _lives(units, first, last)
    found: list[Branch] = []

    def walk(unit: Unit, depth: int) -> int:
        place = len(found)
        below = sum(walk(child, depth + 1) + 1 for child in children[unit.pk])
        told = names[unit.pk]
        name = next((row for row in reversed(told) if row.valid_from <= on), told[0])
        former = tuple(row for row in told if row.valid_from < name.valid_from)
        found.insert(place, Branch(unit, depth, name, former, tuple(lives[unit.pk]), below))
        return below

    for root in children[0]:
        walk(root, 0)
    return found


def _names(units: dict[int, Unit]) -> dict[int, list[UnitName]]:
    found: dict[int, list[UnitName]] = defaultdict(list)
    for name in UnitName.objects.filter(unit__in=units).order_by("valid_from"):
        found[name.unit_id].append(name)
    return found


def _lives(units: dict[int, Unit], first: date, last: date) -> dict[int, list[PostLife]]:
    bears = Q(post__unit__in=units, from_on__lte=last) & (Q(to_on__isnull=True) | Q(to_on__gte=first))
    held: dict[int, list[Appointment]] = defaultdict(list)
    for row in Appointment.objects.filter(bears).select_related("person").order_by("from_on", "pk"):
        held[row.post_id].append(row)
    given: dict[int, list[Grant]] = defaultdict(list)
    for grant in Grant.objects.filter(bears).select_related("person", "own_post").order_by("from_on", "pk"):
        given[grant.post_id].append(grant)
    found: dict[int, list[PostLife]] = defaultdict(list)
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=last)
    lived = Post.objects.filter(begun, unit__in=units).exclude(valid_to__lt=first)
    for post in lived.order_by("-is_head", "slug"):
        found[post.unit_id].append(PostLife(post, tuple(held[post.pk]), tuple(given[post.pk])))
    return found


def life_of(post: Post) -> PostLife:
    """Return everybody who ever held the post or acted as it."""
    held = post.appointments.select_related("person").order_by("from_on", "pk")
    given = post.grants.select_related("person", "own_post").order_by("from_on", "pk")
    return PostLife(post, tuple(held), tuple(given))


def grants_on(on: date) -> list[Grant]:
    """Return the grants whose days include that day."""
    rows = Grant.objects.filter(from_on__lte=on, awaits_act=False).filter(Q(to_on__isnull=True) | Q(to_on__gte=on))
    return list(rows.select_related("post", "person", "own_post"))


def people_on(on: date) -> int:
    """Return how many people hold a post that day."""
    rows = Appointment.objects.filter(from_on__lte=on, awaits_act=False)
    return rows.filter(Q(to_on__isnull=True) | Q(to_on__gte=on)).values("person").distinct().count()
