"""Reads of the organization room. Those that trays call in bulk take ids."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from organization.enums import Role
from organization.errors import EntityNotLoaded
from organization.models import Appointment, Entity, Person, Post, Unit, UnitName
from organization.rules.holding import Tenure, holder_on


def entity() -> Entity:
    """Return the one entity of this installation.

    :raises EntityNotLoaded: no profile was loaded yet.
    """
    found = Entity.objects.first()
    if found is None:
        raise EntityNotLoaded
    return found


def holder_of(post: Post, on: date) -> Person | None:
    """Return who holds the post that day, or nobody."""
    return holders_of([post.pk], on).get(post.pk)


def holders_of(post_ids: Iterable[int], on: date) -> dict[int, Person]:
    """Return the holder of each post that has one that day, in one query."""
    rows = Appointment.objects.filter(_on(on), post__in=set(post_ids)).select_related("person")
    people = {row.person_id: row.person for row in rows}
    tenures: dict[int, list[Tenure]] = {}
    for row in rows:
        tenures.setdefault(row.post_id, []).append(Tenure(row.post_id, row.person_id, row.from_on, row.to_on))
    held = {post_id: holder_on(of_post, on) for post_id, of_post in tenures.items()}
    return {post_id: people[person_id] for post_id, person_id in held.items() if person_id is not None}


def posts_of(person: Person, on: date) -> list[Post]:
    """Return the posts that the person holds that day, with their units."""
    posts = Post.objects.filter(pk__in=Appointment.objects.filter(_on(on), person=person).values("post"))
    return list(posts.select_related("unit").order_by("slug"))


def has_role(person: Person, role: Role, on: date) -> bool:
    """Return whether the person holds a post in a unit of that role that day."""
    return Appointment.objects.filter(_on(on), person=person, post__unit__role=role).exists()


def head_post(unit: Unit) -> Post | None:
    """Return the post that heads the unit."""
    return unit.posts.filter(is_head=True).first()


def unit_name(unit: Unit, on: date) -> UnitName:
    """Return the unit's name that day; before its first name, the first one."""
    return unit_names([unit.pk], on)[unit.pk]


def unit_names(unit_ids: Iterable[int], on: date) -> dict[int, UnitName]:
    """Return the name of each unit that day, in one query."""
    names: dict[int, UnitName] = {}
    for row in UnitName.objects.filter(unit__in=set(unit_ids)).order_by("unit", "valid_from"):
        if row.unit_id not in names or row.valid_from <= on:
            names[row.unit_id] = row
    return names


def unit_label(unit: Unit, on: date) -> str:
    """Return the unit's siglas that day."""
    return unit_name(unit, on).siglas


def units(on: date) -> QuerySet[Unit]:
    """Return the units that exist that day."""
    return Unit.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on), valid_from__lte=on)


def _on(on: date) -> Q:
    return Q(from_on__lte=on) & (Q(to_on__isnull=True) | Q(to_on__gte=on))
