"""The organization as lines of a profile, as the database has them."""

from organization.models import Absence, Appointment, Grant, Person, Post, Unit, UnitAlias, UnitMove, UnitName
from organization.ports import (
    AbsenceLine,
    AppointmentLine,
    EntityLine,
    GrantLine,
    OrganizationProfile,
    PersonLine,
    PostLine,
    UnitAliasLine,
    UnitLine,
    UnitMoveLine,
    UnitNameLine,
)
from organization.selectors.units import entity


def profile_here() -> OrganizationProfile:
    """Return everything that a profile would say of the organization as it is: eleven queries.

    Citizens, who cannot sign in, and what waits for its act to be signed are left out. Abstentions name expedientes:
    ``workflows`` adds them.

    :raises EntityMissing: no profile was loaded yet.
    """
    return OrganizationProfile(
        entity=_entity(),
        units=_units(),
        moves=_moves(),
        names=_names(),
        aliases=tuple(
            UnitAliasLine(row.unit.slug, row.siglas)
            for row in UnitAlias.objects.select_related("unit").order_by("unit__slug", "siglas")
        ),
        posts=_posts(),
        people=_people(),
        appointments=_appointments(),
        absences=_absences(),
        grants=_grants(),
    )


def _entity() -> EntityLine:
    served = entity()
    return EntityLine(**{name: getattr(served, name) for name in EntityLine.__dataclass_fields__})


def _units() -> tuple[UnitLine, ...]:
    return tuple(
        UnitLine(
            slug=row.slug,
            parent=row.parent.slug if row.parent else "",
            first=row.valid_from,
            last=row.valid_to,
            role=row.role,
            is_outside=row.is_outside,
            successor=row.successor.slug if row.successor else "",
        )
        for row in Unit.objects.select_related("parent", "successor").order_by("pk")
    )


def _moves() -> tuple[UnitMoveLine, ...]:
    return tuple(
        UnitMoveLine(row.unit.slug, row.parent.slug if row.parent else "", row.from_on, row.act)
        for row in UnitMove.objects.select_related("unit", "parent").order_by("unit_id", "from_on")
    )


def _names() -> tuple[UnitNameLine, ...]:
    return tuple(
        UnitNameLine(row.unit.slug, row.name, row.siglas, row.siglas_path, row.valid_from, row.valid_to)
        for row in UnitName.objects.select_related("unit").order_by("unit_id", "valid_from")
    )


def _posts() -> tuple[PostLine, ...]:
    return tuple(
        PostLine(
            slug=row.slug,
            unit=row.unit.slug,
            title=row.title,
            is_head=row.is_head,
            is_single_seat=row.is_single_seat,
            next_unit=row.next_unit.slug if row.next_unit else "",
            successor=row.successor.slug if row.successor else "",
            first=row.valid_from,
            last=row.valid_to,
        )
        for row in Post.objects.select_related("unit", "next_unit", "successor").order_by("pk")
    )


def _people() -> tuple[PersonLine, ...]:
    return tuple(
        PersonLine(
            username=row.username or "",
            given_names=row.given_names,
            surnames=row.surnames,
            id_kind=row.id_kind,
            id_number=row.id_number,
            initials=row.initials,
            email=row.email,
        )
        for row in Person.objects.exclude(username=None).order_by("pk")
    )


def _appointments() -> tuple[AppointmentLine, ...]:
    rows = Appointment.objects.filter(awaits_act=False, person__username__isnull=False)
    return tuple(
        AppointmentLine(row.post.slug, row.person.username or "", row.from_on, row.to_on, row.act)
        for row in rows.select_related("post", "person").order_by("pk")
    )


def _absences() -> tuple[AbsenceLine, ...]:
    rows = Absence.objects.filter(person__username__isnull=False)
    return tuple(
        AbsenceLine(row.person.username or "", row.from_on, row.to_on, row.reason)
        for row in rows.select_related("person").order_by("pk")
    )


def _grants() -> tuple[GrantLine, ...]:
    rows = Grant.objects.filter(awaits_act=False, person__username__isnull=False)
    return tuple(
        GrantLine(
            kind=row.kind,
            post=row.post.slug,
            username=row.person.username or "",
            own_post=row.own_post.slug,
            first=row.from_on,
            last=row.to_on,
            act=row.act,
            scope=tuple(row.scope),
        )
        for row in rows.select_related("post", "person", "own_post").order_by("pk")
    )
