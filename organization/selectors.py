"""Who may, and who is competent on a day. Trays ask in bulk: each ``…s`` takes ids and costs one query."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from organization.enums import Role
from organization.errors import EntityMissing
from organization.models import Appointment, Entity, Person, Post, Unit, UnitName
from organization.rules.holding import Holding, Span, covers, holder_on, holders_on


def entity() -> Entity:
    """Return the entity that this installation serves.

    :raises EntityMissing: no profile was loaded yet.
    """
    found = Entity.objects.first()
    if found is None:
        raise EntityMissing
    return found


# Who holds a post


def holder_of(post: Post, on: date) -> Person | None:
    """Return who holds the post that day, or nobody: then it is vacant."""
    return holders_of([post.pk], on).get(post.pk)


def holders_of(post_ids: Iterable[int], on: date) -> dict[int, Person]:
    """Return the holder of each post by its id; a vacant post has no entry."""
    by_post: dict[int, list[Appointment]] = defaultdict(list)
    for appointment in Appointment.objects.filter(post__in=set(post_ids)).select_related("person"):
        by_post[appointment.post_id].append(appointment)
    people = {a.person_id: a.person for appointments in by_post.values() for a in appointments}
    held = {post: holder_on(map(_holding, appointments), on) for post, appointments in by_post.items()}
    return {post: people[person] for post, person in held.items() if person is not None}


def holders(post: Post, on: date) -> list[Person]:
    """Return everybody who holds the post that day: several where it has more than one seat."""
    appointments = list(post.appointments.select_related("person"))
    people = {a.person_id: a.person for a in appointments}
    return [people[person] for person in holders_on(map(_holding, appointments), on)]


def posts_of(person: Person, on: date) -> list[Post]:
    """Return the posts that the person holds that day, with their units; heads first."""
    appointments = person.appointments.select_related("post__unit")
    posts = {a.post_id: a.post for a in appointments if covers(_holding(a), on)}
    return sorted(posts.values(), key=lambda post: (not post.is_head, post.slug))


def vacant_posts(on: date) -> list[Post]:
    """Return the posts of living units that nobody holds that day."""
    posts = list(Post.objects.select_related("unit").filter(unit__in=_living_units(on)))
    held = holders_of((post.pk for post in posts), on)
    return [post for post in posts if post.pk not in held]


def members_of(unit: Unit, on: date) -> list[Person]:
    """Return everybody who holds a post of the unit that day, its head first."""
    appointments = Appointment.objects.filter(post__unit=unit).select_related("person", "post")
    valid = sorted((a for a in appointments if covers(_holding(a), on)), key=lambda a: (not a.post.is_head, a.pk))
    return list({a.person_id: a.person for a in valid}.values())


def _holding(appointment: Appointment) -> Holding:
    return Holding(appointment.post_id, appointment.person_id, appointment.from_on, appointment.to_on)


# Units


def units_on(on: date) -> list[Unit]:
    """Return the units that exist that day."""
    return list(_living_units(on))


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


def _living_units(on: date) -> QuerySet[Unit]:
    return Unit.objects.filter(valid_from__lte=on).exclude(valid_to__lt=on)


def _nearest(names: list[UnitName], on: date) -> UnitName:
    """Return the name valid that day, else the last one before it, else the first."""
    started = [name for name in names if name.valid_from <= on]
    return started[-1] if started else names[0]


# Rights that do not follow from holding a file


def roles_of(person: Person, on: date) -> frozenset[str]:
    """Return the roles of the units in which the person holds a post that day."""
    return frozenset(post.unit.role for post in posts_of(person, on) if post.unit.role)


def has_role(person: Person, role: Role, on: date) -> bool:
    """Return whether the person holds a post in a unit with that role."""
    return role in roles_of(person, on)


@dataclass(frozen=True)
class Seat:
    """A post, the unit where it stands, and who holds it on the day that was asked."""

    post: Post
    unit_name: str
    person: Person


def seats_on(on: date) -> list[Seat]:
    """Return who sits where that day, the entity's top and the heads first; vacant posts are left out."""
    posts = list(Post.objects.select_related("unit").order_by("unit__parent_id", "unit_id", "-is_head"))
    held = holders_of((post.pk for post in posts), on)
    names = unit_names((post.unit_id for post in posts), on)
    return [Seat(post, names[post.unit_id].name, held[post.pk]) for post in posts if post.pk in held]
