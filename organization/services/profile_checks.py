"""What the lines of a profile's organization must hold together. Each fault stands on the line to correct."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Protocol, TypeVar

from django.utils.translation import gettext as _

from law.services.profile_files import Row, Table
from organization.enums import Role
from organization.ports import AppointmentLine, OrganizationProfile, PostLine, UnitLine, UnitNameLine
from organization.rules.holding import Dated, gaps, overlap, overlaps

NEEDED_ROLES = (Role.INTAKE, Role.SECRETARIAT, Role.ARCHIVE)


class _Spanned(Dated, Protocol):
    """A line with a span."""


L = TypeVar("L", bound=_Spanned)
Names = Mapping[str, Sequence[UnitNameLine]]


def check_units(table: Table, units: Sequence[UnitLine]) -> None:
    """Check the units: one code each, days in order, the functions that are needed."""
    table.check_unique("slug")
    _check_order(table, units)
    _check_roles(table, units)


def _check_roles(table: Table, units: Sequence[UnitLine]) -> None:
    """Mesa de partes is one; secretaría general and archive there must be."""
    held = [unit.role for unit in units]
    for role in NEEDED_ROLES:
        if role not in held:
            table.fault(
                1,
                _("Falta la unidad con la función «%(role)s» (%(label)s). Escríbala en «role» de su línea.")
                % {"role": role.value, "label": role.label},
            )
    extra = [row for row, unit in zip(table.rows, units, strict=True) if unit.role == Role.INTAKE][1:]
    for row in extra:
        row.fault(_("Ya hay otra unidad con la función «intake». Mesa de partes es una: deje solo una."))


def check_names(tables: Mapping[str, Table], profile: OrganizationProfile) -> None:
    """Check names and siglas: one name a day for each unit, and no siglas of two units on one day."""
    table = tables["unit_names"]
    _check_order(table, profile.names)
    by_unit: dict[str, list[UnitNameLine]] = defaultdict(list)
    by_siglas: dict[str, list[UnitNameLine]] = defaultdict(list)
    for name in profile.names:
        by_unit[name.unit].append(name)
        by_siglas[name.siglas.casefold()].append(name)
    _check_one_name(by_unit, _rows_of(table.rows, profile.names))
    _check_siglas(by_siglas, _rows_of(table.rows, profile.names))
    _check_always_named(tables["units"], profile.units, by_unit)
    _check_aliases(tables["unit_aliases"], profile, by_siglas)


def _check_one_name(by_unit: Names, row_of: Mapping[int, Row]) -> None:
    for names in by_unit.values():
        for one, other in overlaps(names):
            row_of[id(other)].fault(
                _("La unidad ya se llama «%(name)s» en esas fechas. Termine ese nombre el día anterior.")
                % {"name": one.name}
            )


def _check_siglas(by_siglas: Names, row_of: Mapping[int, Row]) -> None:
    for names in by_siglas.values():
        for one, other in overlaps(names):
            if one.unit != other.unit:
                row_of[id(other)].fault(
                    _("Las siglas %(siglas)s son de «%(unit)s» en esas fechas. Cambie unas o sus fechas.")
                    % {"siglas": other.siglas, "unit": one.unit}
                )


def _check_always_named(table: Table, units: Sequence[UnitLine], by_unit: Names) -> None:
    for unit, row in zip(units, table.rows, strict=True):
        for day in gaps(by_unit.get(unit.slug, ()), unit):
            row.fault(
                _("La unidad no tiene nombre ni siglas desde el %(day)s. Añada su línea en unit_names.csv.")
                % {"day": day}
            )


def _check_aliases(table: Table, profile: OrganizationProfile, by_siglas: Mapping[str, Sequence[UnitNameLine]]) -> None:
    """Siglas by which a unit was cited must not lead to another one."""
    table.check_unique("siglas")
    for alias, row in zip(profile.aliases, table.rows, strict=True):
        others = {name.unit for name in by_siglas.get(alias.siglas.casefold(), ())} - {alias.unit}
        for other in sorted(others):
            row.fault(
                _("%(siglas)s son las siglas de «%(unit)s». Quite este alias.")
                % {"siglas": alias.siglas, "unit": other}
            )


def check_posts(table: Table, posts: Sequence[PostLine]) -> None:
    """Check the posts: one code each, and one head a unit, in a single seat."""
    table.check_unique("slug")
    heads: dict[str, str] = {}
    for post, row in zip(posts, table.rows, strict=True):
        _check_days(row, post)
        if not post.is_head:
            continue
        first = heads.setdefault(post.unit, post.slug)
        if first != post.slug:
            row.fault(
                _("La unidad «%(unit)s» ya la dirige «%(post)s». Deje una sola jefatura.")
                % {"unit": post.unit, "post": first}
            )
        if not post.is_single_seat:
            row.fault(_("Quien dirige una unidad es una sola persona. Escriba 1 en «is_single_seat»."))


def _check_days(row: Row, post: PostLine) -> None:
    if post.first and post.last and post.last < post.first:
        row.fault(_("Termina antes de empezar. Corrija una de las dos fechas."))
    if post.last and post.is_head:
        row.fault(_("La jefatura termina con su unidad. Quite «valid_to», o deje que otro puesto la dirija."))
    if post.last and not post.successor:
        row.fault(_("Escriba en «successor» el puesto que recibe su trabajo cuando este termina."))


def check_appointments(table: Table, profile: OrganizationProfile) -> None:
    """Check who holds what: never two holders of a single seat on one day, nor one person twice in a post."""
    _check_order(table, profile.appointments)
    single = {post.slug for post in profile.posts if post.is_single_seat}
    by_post: dict[str, list[AppointmentLine]] = defaultdict(list)
    row_of = _rows_of(table.rows, profile.appointments)
    for line in profile.appointments:
        for other in by_post[line.post]:
            in_the_way = line.post in single or line.username == other.username
            if in_the_way and overlap(line, other):
                row_of[id(line)].fault(
                    _("«%(post)s» ya lo ocupa %(person)s en esas fechas. Corrija las fechas de una de las dos líneas.")
                    % {"post": line.post, "person": other.username}
                )
        by_post[line.post].append(line)


def _check_order(table: Table, lines: Sequence[L]) -> None:
    for line, row in zip(lines, table.rows, strict=True):
        if line.last is not None and line.last < line.first:
            row.fault(_("Termina antes de empezar. Corrija una de las dos fechas."))


def _rows_of(rows: Sequence[Row], lines: Sequence[object]) -> dict[int, Row]:
    """Return the row of each line, by the line's identity: two lines may say the same."""
    return {id(line): row for line, row in zip(lines, rows, strict=True)}
