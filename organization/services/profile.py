"""The organization's part of an entity profile: entity.toml and its tables, read and checked.

Nobody is in two single seats' way, no two units bear the same siglas on one day, and no unit hangs from itself.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from django.utils.translation import gettext as _

from law.ports import ProfileFault
from law.services.profile_files import ProfileFile, Row, Table, TomlFile
from organization.enums import FactorGroup, GrantKind, IdKind, Role
from organization.errors import undelegable_sentence
from organization.ports import (
    AbsenceLine,
    AbstentionLine,
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
from organization.services import profile_checks as checks
from organization.services.profile_cover_checks import check_absences, check_abstentions, check_grants
from organization.services.profile_loading import load_profile
from organization.services.profile_tree_checks import check_tree

__all__ = ["load_profile", "read_profile"]

COLUMNS = {
    "units": ("slug", "parent", "valid_from", "valid_to", "role", "is_outside"),
    "unit_names": ("unit", "name", "siglas", "siglas_path", "valid_from", "valid_to"),
    "unit_aliases": ("unit", "siglas"),
    "posts": ("slug", "unit", "title", "is_head", "is_single_seat"),
    "people": ("username", "given_names", "surnames", "id_kind", "id_number", "initials", "email"),
    "appointments": ("post", "username", "from_on", "to_on", "act"),
}
MORE_COLUMNS = {"units": ("successor",), "posts": ("next_unit", "successor", "valid_from", "valid_to")}
OPTIONAL_COLUMNS = {
    "unit_moves": ("unit", "parent", "from_on", "act"),
    "absences": ("username", "from_on", "to_on", "reason"),
    "grants": ("kind", "post", "username", "own_post", "from_on", "to_on", "act", "scope"),
    "abstentions": (
        "expediente",
        "post",
        "username",
        "designee",
        "designee_post",
        "from_on",
        "to_on",
        "reason",
        "act",
    ),
}
KIND_COLUMNS, MORE_KIND_COLUMNS = ("slug", "name", "template", "is_act"), ("is_own_signature_only", "two_person_rule")
VACANCY_DAYS, VACANCY_DAYS_AT_MOST = 3, 250
RUC = re.compile(r"\d{11}")
PLACE = re.compile(r"[A-Z]{2}-[A-Z]{3}|\d{2}|\d{4}|\d{6}")
SITE = re.compile(r"https://[a-z0-9-]+(?:\.[a-z0-9-]+)+")


def read_profile(folder: Path) -> tuple[OrganizationProfile, list[ProfileFault]]:
    """Read the organization of an entity's folder, and every fault in it."""
    about = TomlFile(folder / "entity.toml")
    tables = {
        name: Table(folder / f"{name}.csv", columns, more=MORE_COLUMNS.get(name, ()))
        for name, columns in COLUMNS.items()
    }
    optional = OPTIONAL_COLUMNS.items()
    tables |= {name: Table(folder / f"{name}.csv", columns, is_optional=True) for name, columns in optional}
    units = {row.cells["slug"] for row in tables["units"].rows}
    posts = {row.cells["slug"] for row in tables["posts"].rows}
    people = {row.cells["username"] for row in tables["people"].rows}
    kinds = _kinds(folder)
    profile = OrganizationProfile(
        entity=_entity(about, folder.name),
        units=tuple(_unit(row, units) for row in tables["units"].rows),
        moves=tuple(_move(row, units) for row in tables["unit_moves"].rows),
        names=tuple(_name(row, units) for row in tables["unit_names"].rows),
        aliases=tuple(_alias(row, units) for row in tables["unit_aliases"].rows),
        posts=tuple(_post(row, units, posts) for row in tables["posts"].rows),
        people=tuple(_person(row) for row in tables["people"].rows),
        appointments=tuple(_appointment(row, posts, people) for row in tables["appointments"].rows),
        absences=tuple(_absence(row, people) for row in tables["absences"].rows),
        grants=tuple(_grant(row, posts, people, kinds) for row in tables["grants"].rows),
        abstentions=tuple(_abstention(row, posts, people) for row in tables["abstentions"].rows),
    )
    checks.check_units(tables["units"], profile.units)
    check_tree(tables["units"], tables["unit_moves"], profile)
    checks.check_names(tables, profile)
    checks.check_posts(tables["posts"], profile.posts)
    tables["people"].check_unique("username")
    checks.check_appointments(tables["appointments"], profile)
    check_absences(tables["absences"], profile.absences)
    check_grants(tables["grants"], profile)
    check_abstentions(tables["abstentions"], profile)
    files: list[ProfileFile] = [about, *tables.values()]
    return profile, [fault for file in files for fault in sorted(file.faults)]


def _entity(about: TomlFile, slug: str) -> EntityLine:
    return EntityLine(
        slug=about.text("slug", fits=lambda text: text == slug, hint="Es el nombre de la carpeta del perfil."),
        name=about.text("name", hint='Por ejemplo: name = "Municipalidad Distrital de …"'),
        short_name=about.text("short_name", hint="El nombre con que se la conoce."),
        ruc=about.text("ruc", fits=lambda text: bool(RUC.fullmatch(text)), hint="Son once cifras."),
        location=about.text("location", hint="Por ejemplo: provincia y departamento."),
        city=about.text("city", hint="La ciudad donde se fechan los actos."),
        place=about.text(
            "place", fits=lambda text: bool(PLACE.fullmatch(text)), hint="Un código como PE-LIM, o un ubigeo."
        ),
        public_url=about.text(
            "public_url",
            fits=lambda text: bool(SITE.fullmatch(text)),
            hint="La dirección del sitio, como https://entidad.example.",
        ),
        phone=about.text("phone", default=""),
        address=about.text("address", default=""),
        vacancy_days=_vacancy_days(about),
        second_factor=about.text(
            "second_factor",
            default="",
            fits=lambda text: set(text.split()) <= set(FactorGroup.values),
            hint=_("Una o varias de estas palabras, con espacios: %(words)s.")
            % {"words": ", ".join(FactorGroup.values)},
        ),
    )


def _vacancy_days(about: TomlFile) -> int:
    days = about.values.get("vacancy_days", VACANCY_DAYS)
    if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= VACANCY_DAYS_AT_MOST:
        about.fault(
            about.line_of("vacancy_days"),
            _("«vacancy_days»: tras cuántos días hábiles se avisa de un puesto vacante. Escriba de 1 a %(most)d.")
            % {"most": VACANCY_DAYS_AT_MOST},
        )
        return VACANCY_DAYS
    return days


def _move(row: Row, units: set[str]) -> UnitMoveLine:
    return UnitMoveLine(
        unit=row.needed_reference("unit", units, file="units.csv"),
        parent=row.reference("parent", units, file="units.csv"),
        first=row.needed_day("from_on"),
        act=row.needed("act"),
    )


def _unit(row: Row, units: set[str]) -> UnitLine:
    return UnitLine(
        slug=row.slug("slug"),
        parent=row.reference("parent", units, file="units.csv"),
        first=row.needed_day("valid_from"),
        last=row.day("valid_to"),
        role=row.choice("role", Role.values),
        is_outside=row.flag("is_outside"),
        successor=row.reference("successor", units, file="units.csv"),
    )


def _name(row: Row, units: set[str]) -> UnitNameLine:
    return UnitNameLine(
        unit=row.needed_reference("unit", units, file="units.csv"),
        name=row.needed("name"),
        siglas=row.needed("siglas"),
        siglas_path=row.text("siglas_path") or row.text("siglas"),
        first=row.needed_day("valid_from"),
        last=row.day("valid_to"),
    )


def _alias(row: Row, units: set[str]) -> UnitAliasLine:
    return UnitAliasLine(unit=row.needed_reference("unit", units, file="units.csv"), siglas=row.needed("siglas"))


def _post(row: Row, units: set[str], posts: set[str]) -> PostLine:
    return PostLine(
        slug=row.slug("slug"),
        unit=row.needed_reference("unit", units, file="units.csv"),
        title=row.needed("title"),
        is_head=row.flag("is_head"),
        is_single_seat=row.flag("is_single_seat"),
        next_unit=row.reference("next_unit", units, file="units.csv"),
        successor=row.reference("successor", posts, file="posts.csv"),
        first=row.day("valid_from"),
        last=row.day("valid_to"),
    )


def _person(row: Row) -> PersonLine:
    return PersonLine(
        username=row.needed("username"),
        given_names=row.needed("given_names"),
        surnames=row.needed("surnames"),
        id_kind=row.needed_choice("id_kind", IdKind.values),
        id_number=row.needed("id_number"),
        initials=row.needed("initials"),
        email=row.text("email"),
    )


def _appointment(row: Row, posts: set[str], people: set[str]) -> AppointmentLine:
    return AppointmentLine(
        post=row.needed_reference("post", posts, file="posts.csv"),
        username=row.needed_reference("username", people, file="people.csv"),
        first=row.needed_day("from_on"),
        last=row.day("to_on"),
        act=row.needed("act"),
    )


def _absence(row: Row, people: set[str]) -> AbsenceLine:
    return AbsenceLine(
        username=row.needed_reference("username", people, file="people.csv"),
        first=row.needed_day("from_on"),
        last=row.day("to_on"),
        reason=row.needed("reason"),
    )


def _grant(row: Row, posts: set[str], people: set[str], kinds: Mapping[str, bool]) -> GrantLine:
    scope = tuple(sorted(set(row.text("scope").split())))
    undelegable = {slug for slug, is_own_only in kinds.items() if is_own_only}
    for slug in scope:
        if slug not in kinds:
            row.fault(
                _("«%(slug)s» no está en kinds.csv. Escriba en «scope» los códigos, separados por espacios.")
                % {"slug": slug}
            )
    if row.cells["kind"] == GrantKind.SIGNATURE and set(scope) & undelegable:
        row.fault(undelegable_sentence(row.cells["post"], ", ".join(sorted(set(scope) & undelegable))))
    return GrantLine(
        kind=row.needed_choice("kind", GrantKind.values),
        post=row.needed_reference("post", posts, file="posts.csv"),
        username=row.needed_reference("username", people, file="people.csv"),
        own_post=row.needed_reference("own_post", posts, file="posts.csv"),
        first=row.needed_day("from_on"),
        last=row.day("to_on"),
        act=row.needed("act"),
        scope=scope,
    )


def _abstention(row: Row, posts: set[str], people: set[str]) -> AbstentionLine:
    return AbstentionLine(
        expediente=row.needed("expediente"),
        post=row.needed_reference("post", posts, file="posts.csv"),
        username=row.needed_reference("username", people, file="people.csv"),
        designee=row.needed_reference("designee", people, file="people.csv"),
        designee_post=row.needed_reference("designee_post", posts, file="posts.csv"),
        first=row.needed_day("from_on"),
        last=row.day("to_on"),
        reason=row.needed("reason"),
        act=row.needed("act"),
    )


def _kinds(folder: Path) -> dict[str, bool]:
    """Return the kinds of document that a grant may name, and whether their signature is nobody's to delegate.

    The faults of their table are told by its own room.
    """
    rows = Table(folder / "kinds.csv", KIND_COLUMNS, more=MORE_KIND_COLUMNS).rows
    return {row.cells["slug"]: row.flag("is_own_signature_only") for row in rows}
