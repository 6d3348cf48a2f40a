"""The entity, and its units under the names that they bore on a day."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from organization.errors import EntityMissing
from organization.models import Entity, Post, Unit, UnitMove, UnitName
from organization.rules.holding import Span, covers, overlap
from organization.rules.tree import Move, Tree


def entity() -> Entity:
    """Return the entity that this installation serves.

    :raises EntityMissing: no profile was loaded yet.
    """
    found = Entity.objects.first()
    if found is None:
        raise EntityMissing
    return found


def units_on(on: date) -> list[Unit]:
    """Return the units that exist that day."""
    return list(living_units(on))


def unit_name(unit: Unit, on: date) -> UnitName:
    """Return the unit's name that day; on a day outside its life, the nearest one that it bore."""
    return unit_names([unit.pk], on)[unit.pk]


def unit_names(unit_ids: Iterable[int], on: date) -> dict[int, UnitName]:
    """Return the name of each unit that day, by its id."""
    by_unit: dict[int, list[UnitName]] = defaultdict(list)
    for name in UnitName.objects.filter(unit__in=set(unit_ids)).order_by("valid_from"):
        by_unit[name.unit_id].append(name)
    return {unit: _nearest(names, on) for unit, names in by_unit.items()}


def unit_label(unit: Unit, on: date) -> str:
    """Return the unit's siglas that day."""
    return unit_name(unit, on).siglas


def unit_labels(unit_ids: Iterable[int], on: date) -> dict[int, str]:
    """Return the siglas of each unit that day, by its id."""
    return {unit: name.siglas for unit, name in unit_names(unit_ids, on).items()}


def unit_by_siglas(siglas: str, on: date) -> Unit | None:
    """Return the unit that a document cites under these siglas: its own that day, else one of its aliases."""
    spelled = Q(siglas__iexact=siglas) | Q(siglas_path__iexact=siglas)
    for name in UnitName.objects.filter(spelled).select_related("unit"):
        if covers(Span(name.valid_from, name.valid_to), on):
            return name.unit
    return Unit.objects.filter(Q(aliases__siglas__iexact=siglas)).first()


def head_post(unit: Unit) -> Post | None:
    """Return the post that heads the unit, held or vacant."""
    return head_posts([unit.pk]).get(unit.pk)


def head_posts(unit_ids: Iterable[int]) -> dict[int, Post]:
    """Return the post that heads each unit, by the unit's id."""
    return {post.unit_id: post for post in Post.objects.filter(unit__in=set(unit_ids), is_head=True).order_by("-slug")}


def living_units(on: date) -> QuerySet[Unit]:
    return Unit.objects.filter(valid_from__lte=on).exclude(valid_to__lt=on)


def living_posts(on: date) -> QuerySet[Post]:
    """Return the posts that exist that day, each in a unit that does."""
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=on)
    return Post.objects.filter(begun, unit__in=living_units(on)).exclude(valid_to__lt=on)


def _nearest(names: list[UnitName], on: date) -> UnitName:
    """Return the name valid that day, else the last one before it, else the first."""
    started = [name for name in names if name.valid_from <= on]
    return started[-1] if started else names[0]


# What hangs from what


def tree() -> Tree[int]:
    """Return what every unit hangs from on every day, by its id: two queries."""
    return tree_of(Unit.objects.order_by("pk"))


def tree_of(units: Iterable[Unit]) -> Tree[int]:
    """Return what each of these units hangs from on every day, by its id: one query."""
    moves = UnitMove.objects.values_list("unit_id", "parent_id", "from_on")
    return Tree({unit.pk: unit.parent_id for unit in units}, (Move(*move) for move in moves))


def units_above(unit: Unit, on: date) -> list[Unit]:
    """Return what the unit hangs from that day, and so on upwards, the nearest first: three queries."""
    above = tree().above(unit.pk, on)
    units = Unit.objects.in_bulk(above)
    return [units[pk] for pk in above]


def hanging_from(unit: Unit, since: date) -> list[Unit]:
    """Return the units that hang from this one that day or on a later one, by what is registered."""
    placed = tree()
    ahead = Span(since)
    return [
        other
        for other in Unit.objects.exclude(valid_to__lt=since)
        if any(
            parent == unit.pk and overlap(span, ahead)
            for span, parent in placed.places(other.pk, Span(other.valid_from, other.valid_to))
        )
    ]


# Where the work of what has ended goes


def unit_after(unit: Unit, on: date) -> Unit:
    """Return the unit itself while it lives that day, else who succeeds it; without a successor, itself."""
    seen = {unit.pk}
    while unit.valid_to is not None and unit.valid_to < on and unit.successor is not None:
        if unit.successor_id in seen:
            break
        unit = unit.successor
        seen.add(unit.pk)
    return unit


def post_after(post: Post, on: date) -> tuple[Post, Unit]:
    """Return the post that has its work that day, and the unit where that stands."""
    seen = {post.pk}
    while (_has_ended(post, on) or _has_ended(post.unit, on)) and post.successor is not None:
        if post.successor_id in seen:
            break
        post = post.successor
        seen.add(post.pk)
    goes_to = post.next_unit if _has_ended(post.unit, on) and post.next_unit is not None else post.unit
    return post, unit_after(goes_to, on)


def _has_ended(row: Unit | Post, on: date) -> bool:
    return row.valid_to is not None and row.valid_to < on


def with_predecessors(units: Iterable[Unit], on: date) -> frozenset[int]:
    """Return the ids of the units and of those whose work they took over: one query for each generation."""
    found = {unit.pk for unit in units}
    newest = found
    while newest:
        former = Unit.objects.filter(successor__in=newest, valid_to__lt=on).values_list("pk", flat=True)
        newest = set(former) - found
        found |= newest
    return frozenset(found)
