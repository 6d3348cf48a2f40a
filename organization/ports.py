"""The organization's part of an entity profile, as lines; and whoever keeps accounts elsewhere."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol


@dataclass(frozen=True)
class EntityLine:
    """The entity, as ``entity.toml`` gives it."""

    slug: str
    name: str
    short_name: str
    ruc: str
    location: str
    city: str
    place: str
    public_url: str
    phone: str
    address: str
    vacancy_days: int
    second_factor: str = ""


@dataclass(frozen=True)
class UnitLine:
    """A node of the tree, as ``units.csv`` gives it. Its parent is what it hangs from when it begins."""

    slug: str
    parent: str
    first: date
    last: date | None
    role: str
    is_outside: bool
    successor: str = ""


@dataclass(frozen=True)
class UnitMoveLine:
    """What a unit hangs from since a day, as ``unit_moves.csv`` gives it. Without a parent: from none."""

    unit: str
    parent: str
    first: date
    act: str


@dataclass(frozen=True)
class UnitNameLine:
    """A unit's name while it bore it, as ``unit_names.csv`` gives it."""

    unit: str
    name: str
    siglas: str
    siglas_path: str
    first: date
    last: date | None


@dataclass(frozen=True)
class UnitAliasLine:
    """Other siglas of a unit, as ``unit_aliases.csv`` gives them."""

    unit: str
    siglas: str


@dataclass(frozen=True)
class PostLine:
    """A seat in a unit, as ``posts.csv`` gives it."""

    slug: str
    unit: str
    title: str
    is_head: bool
    is_single_seat: bool
    next_unit: str = ""
    successor: str = ""
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class PersonLine:
    """A person, as ``people.csv`` gives them."""

    username: str
    given_names: str
    surnames: str
    id_kind: str
    id_number: str
    initials: str
    email: str


@dataclass(frozen=True)
class AppointmentLine:
    """Who holds a post, as ``appointments.csv`` gives it."""

    post: str
    username: str
    first: date
    last: date | None
    act: str


@dataclass(frozen=True)
class AbsenceLine:
    """Who is away, as ``absences.csv`` gives it."""

    username: str
    first: date
    last: date | None
    reason: str


@dataclass(frozen=True)
class GrantLine:
    """Who acts as a post that is not theirs, as ``grants.csv`` gives it. Without a scope: for every kind."""

    kind: str
    post: str
    username: str
    own_post: str
    first: date
    last: date | None
    act: str
    scope: tuple[str, ...]


@dataclass(frozen=True)
class AbstentionLine:
    """Who keeps out of one expediente as which post, and who acts there instead, as ``abstentions.csv`` gives it."""

    expediente: str
    post: str
    username: str
    designee: str
    designee_post: str
    first: date
    last: date | None
    reason: str
    act: str


@dataclass(frozen=True)
class OrganizationProfile:
    """Everything that a profile says of the organization."""

    entity: EntityLine
    units: tuple[UnitLine, ...]
    names: tuple[UnitNameLine, ...]
    aliases: tuple[UnitAliasLine, ...]
    posts: tuple[PostLine, ...]
    people: tuple[PersonLine, ...]
    appointments: tuple[AppointmentLine, ...]
    absences: tuple[AbsenceLine, ...] = ()
    grants: tuple[GrantLine, ...] = ()
    abstentions: tuple[AbstentionLine, ...] = ()
    moves: tuple[UnitMoveLine, ...] = ()


@dataclass(frozen=True)
class Vouched:
    """Whom a server of identities vouches for: by the user name in Chasqui, the number of their DNI, or their mail."""

    username: str = ""
    id_number: str = ""
    email: str = ""


class IdentityServer(Protocol):
    """A server that keeps the entity's accounts."""

    def check(self) -> None:
        """Reach it, and see that it would serve.

        :raises IdentityUnavailable: its ``reason`` says what is wrong.
        """
        ...


class Directory(IdentityServer, Protocol):
    """The accounts that the entity keeps elsewhere, and whose passwords only that place knows."""

    def identify(self, *, login: str, password: str) -> Vouched | None:
        """Return who that is, or nothing: unknown there, wrong or empty password, account disabled there.

        :raises DirectoryUnavailable: nothing can be said.
        """
        ...

    def confirm(self, *, whom: Vouched, password: str) -> bool:
        """Return whether the password is that person's, whom Chasqui knows; it is tried once.

        :raises DirectoryUnavailable: nothing can be said.
        """
        ...
