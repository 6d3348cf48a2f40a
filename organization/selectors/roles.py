"""Rights that do not follow from holding a file, and who sits where."""

from dataclasses import dataclass
from datetime import date

from organization.enums import Role
from organization.models import Person, Post
from organization.selectors.holding import holders_of, posts_of
from organization.selectors.units import tree, unit_names


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
    parents = tree().on(on)
    posts = sorted(
        Post.objects.select_related("unit"),
        key=lambda post: (parents[post.unit_id] or 0, post.unit_id, not post.is_head, post.slug),
    )
    held = holders_of((post.pk for post in posts), on)
    names = unit_names((post.unit_id for post in posts), on)
    return [Seat(post, names[post.unit_id].name, held[post.pk]) for post in posts if post.pk in held]
