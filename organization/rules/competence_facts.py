"""The dated rows from which competence follows, as its rules read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from organization.enums import GrantKind


@dataclass(frozen=True)
class Named:
    """A row that a sentence names."""

    pk: int
    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Held:
    """An appointment."""

    pk: int
    post: Named
    person: Named
    first: date
    last: date | None
    act: str
    is_single_seat: bool = True


@dataclass(frozen=True)
class Away:
    """An absence of a person, from all their posts."""

    pk: int
    person: Named
    first: date
    last: date | None
    act: str


@dataclass(frozen=True)
class Given:
    """A grant: the post's capacity, to the person in their own post; an empty scope is every kind of act."""

    pk: int
    kind: GrantKind
    post: Named
    person: Named
    own_post: Named
    first: date
    last: date | None
    act: str
    scope: frozenset[str] = frozenset()

    def reaches(self, slug: str) -> bool:
        """Return whether the grant is for that kind of act; no kind in particular is in every scope."""
        return not self.scope or not slug or slug in self.scope


@dataclass(frozen=True)
class Aside:
    """An abstention: the person keeps out of the expediente that is asked about, and another acts there as the post."""

    pk: int
    post: Named
    person: Named
    designee: Named
    own_post: Named
    first: date
    last: date | None
    act: str


@dataclass(frozen=True)
class Facts:
    """Every row that may bear on a post: its appointments and grants, the grantees' posts, and their absences.

    ``aside`` are the abstentions from the expediente that is asked about; without one, none.
    """

    held: Sequence[Held] = ()
    away: Sequence[Away] = ()
    given: Sequence[Given] = ()
    aside: Sequence[Aside] = ()
