"""What the desk's pages know of the person who looks at them."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from organization import selectors as organization
from organization.enums import Role
from organization.models import Entity, Person, Post, Unit
from workflows.selectors.legs import Names, names_on
from workflows.selectors.trays import Seat


@dataclass(frozen=True)
class Desk:
    """A person at a unit, on a day: the unit in view is one of their own."""

    person: Person
    posts: tuple[Post, ...]
    unit: Unit | None
    names: Names
    entity: Entity | None
    today: date

    @property
    def units(self) -> list[Unit]:
        """Return the units in which the person holds a post, each once."""
        return list({post.unit_id: post.unit for post in self.posts}.values())

    @property
    def post(self) -> Post | None:
        """Return the post in which the person sits at the unit in view; a head's before any other."""
        own = [post for post in self.posts if self.unit is not None and post.unit_id == self.unit.pk]
        return next((post for post in own if post.is_head), own[0] if own else None)

    @property
    def unit_name(self) -> str:
        return self.names.full(self.unit.pk) if self.unit is not None else ""

    @property
    def siglas(self) -> str:
        return self.names.units[self.unit.pk].siglas if self.unit is not None else ""

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(post.unit.role for post in self.posts if post.unit.role)

    @property
    def is_intake(self) -> bool:
        return Role.INTAKE in self.roles

    @property
    def administers(self) -> bool:
        """Return whether the person looks after how others sign in."""
        return bool(self.roles & organization.ADMINISTERING)

    @property
    def seat(self) -> Seat:
        """Return the place from which trays are read.

        :raises ValueError: the person holds no post today.
        """
        if self.unit is None:
            raise ValueError("nobody sits without a post")
        place = self.entity.place if self.entity else ""
        return Seat(self.unit, self.posts, self.person.pk, self.today, self.names, place)


def desk_of(person: Person, *, unit_id: int | None, at: datetime) -> Desk:
    """Return the person's desk at that unit, or at the first of theirs if it is not theirs today."""
    today = timezone.localdate(at)
    posts = tuple(organization.posts_of(person, today))
    units = {post.unit_id: post.unit for post in posts}
    unit = units.get(unit_id or 0) or next(iter(units.values()), None)
    return Desk(person, posts, unit, names_on(today), Entity.objects.first(), today)
