"""The document store's part of an entity profile: kinds of document, their series and how these print."""

import csv
import io
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import product
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from docs_store.enums import Reset, TwoPersonRule
from docs_store.errors import SeriesInUse
from docs_store.models import DocumentKind, Series, SeriesPattern
from docs_store.rules.numbering import OF_THE_AUTHOR, OF_THE_UNIT, SEQ, TOKENS, YEAR, strange_tokens, tokens_of
from docs_store.typesetting import TEMPLATES, heading_fault
from law.ports import ProfileFault
from law.services.profile_files import Row, Table
from law.services.profile_rows import ACTOR, bring_up_to_date
from ledger import services as ledger
from organization.models import Unit
from organization.rules.holding import overlap, overlaps

KIND_COLUMNS = ("slug", "name", "template", "is_act")
MORE_KIND_COLUMNS = ("is_own_signature_only", "two_person_rule")
SERIES_COLUMNS = ("slug", "kind", "unit", "reset")
PATTERN_COLUMNS = ("series", "pattern", "valid_from", "valid_to")
NEEDED_KINDS = ("cargo", "escrito", "archivo", "anexo")
NEEDED_REGISTERS = ("expediente", "registro-entrada", "registro-salida")
HEADING = "templates/heading.typ"
CARGO = "cargo"


@dataclass(frozen=True)
class KindLine:
    """A kind of document, as ``kinds.csv`` gives it. Without a template it comes from outside."""

    slug: str
    name: str
    template: str
    is_act: bool
    is_own_signature_only: bool
    two_person_rule: str


@dataclass(frozen=True)
class SeriesLine:
    """A series, as ``series.csv`` gives it. Without a kind it is a register."""

    slug: str
    kind: str
    unit: str
    reset: str


@dataclass(frozen=True)
class PatternLine:
    """How a series prints from a day on, as ``patterns.csv`` gives it."""

    series: str
    pattern: str
    first: date
    last: date | None


@dataclass(frozen=True)
class DocsStoreProfile:
    """Everything that a profile says of documents and their numbers."""

    kinds: tuple[KindLine, ...]
    series: tuple[SeriesLine, ...]
    patterns: tuple[PatternLine, ...]


@dataclass(frozen=True)
class _Tables:
    kinds: Table
    series: Table
    patterns: Table


def read_profile(folder: Path) -> tuple[DocsStoreProfile, list[ProfileFault]]:
    """Read kinds, series and patterns of an entity's folder, and every fault in them and in its own heading."""
    units = {row.cells.get("slug", "") for row in _units(folder).rows}
    tables = _Tables(
        Table(folder / "kinds.csv", KIND_COLUMNS, more=MORE_KIND_COLUMNS),
        Table(folder / "series.csv", SERIES_COLUMNS),
        Table(folder / "patterns.csv", PATTERN_COLUMNS),
    )
    kinds = {row.cells["slug"] for row in tables.kinds.rows}
    series = {row.cells["slug"] for row in tables.series.rows}
    profile = DocsStoreProfile(
        kinds=tuple(_kind(row) for row in tables.kinds.rows),
        series=tuple(_series(row, kinds, units) for row in tables.series.rows),
        patterns=tuple(_pattern(row, series) for row in tables.patterns.rows),
    )
    tables.kinds.check_unique("slug")
    tables.series.check_unique("slug")
    _check_needed(tables.kinds, NEEDED_KINDS, kinds)
    _check_needed(tables.series, NEEDED_REGISTERS, {line.slug for line in profile.series if not line.kind})
    _check_series(tables, profile)
    _check_patterns(tables.patterns, profile)
    _check_one_series(tables.series, profile)
    files = (tables.kinds, tables.series, tables.patterns)
    return profile, [*(fault for file in files for fault in sorted(file.faults)), *_heading_faults(folder)]


def kinds_table() -> str:
    """Return the kinds of document as ``kinds.csv`` says them."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    columns = (*KIND_COLUMNS, *MORE_KIND_COLUMNS)
    writer.writerow(columns)
    for kind in DocumentKind.objects.all():
        values = (getattr(kind, column) for column in columns)
        writer.writerow(int(value) if isinstance(value, bool) else value for value in values)
    return out.getvalue()


def _units(folder: Path) -> Table:
    """The organization's own table: its faults are told by its own room."""
    return Table(
        folder / "units.csv", ("slug", "parent", "valid_from", "valid_to", "role", "is_outside"), more=("successor",)
    )


def _heading_faults(folder: Path) -> Iterator[ProfileFault]:
    """Typeset a sample under each heading of the entity's own."""
    for path in sorted(folder.glob(HEADING)):
        fault = heading_fault(path.read_text(encoding="utf-8"))
        if fault:
            sentence = _("El membrete no se puede componer: %(fault)s. Corríjalo, o quite el archivo.")
            yield ProfileFault(str(path), 1, sentence % {"fault": fault.strip().splitlines()[0]})


def _kind(row: Row) -> KindLine:
    return KindLine(
        slug=row.slug("slug"),
        name=row.needed("name"),
        template=row.choice("template", [*TEMPLATES, CARGO]),
        is_act=row.flag("is_act"),
        is_own_signature_only=row.flag("is_own_signature_only"),
        two_person_rule=row.choice("two_person_rule", TwoPersonRule.values),
    )


def _series(row: Row, kinds: Collection[str], units: Collection[str]) -> SeriesLine:
    return SeriesLine(
        slug=row.slug("slug"),
        kind=row.reference("kind", kinds, file="kinds.csv"),
        unit=row.reference("unit", units, file="units.csv"),
        reset=row.needed_choice("reset", Reset.values),
    )


def _pattern(row: Row, series: Collection[str]) -> PatternLine:
    line = PatternLine(
        series=row.needed_reference("series", series, file="series.csv"),
        pattern=row.needed("pattern"),
        first=row.needed_day("valid_from"),
        last=row.day("valid_to"),
    )
    for strange in strange_tokens(line.pattern):
        row.fault(
            _("El patrón dice «%(strange)s», que no se conoce. Use %(known)s; seq admite ceros, como {seq:03}.")
            % {"strange": strange, "known": ", ".join(f"{{{token}}}" for token in sorted(TOKENS))}
        )
    if SEQ not in tokens_of(line.pattern):
        row.fault(_("El patrón no imprime el número. Escriba {seq} donde va."))
    if line.last is not None and line.last < line.first:
        row.fault(_("Termina antes de empezar. Corrija una de las dos fechas."))
    return line


def _check_needed(table: Table, needed: Sequence[str], found: Collection[str]) -> None:
    for slug in needed:
        if slug not in found:
            table.fault(1, _("Falta la línea «%(slug)s», que el sistema usa. Añádala.") % {"slug": slug})


def _check_series(tables: _Tables, profile: DocsStoreProfile) -> None:
    """A series prints something; what it prints of a unit must be one unit's, and its years must differ."""
    by_series = _by_series(profile)
    for line, row in zip(profile.series, tables.series.rows, strict=True):
        tokens = frozenset[str]().union(*(tokens_of(pattern.pattern) for pattern in by_series[line.slug]))
        if not by_series[line.slug]:
            row.fault(_("La serie no tiene patrón. Añada su línea en patterns.csv."))
        if not line.unit and tokens & (OF_THE_UNIT | OF_THE_AUTHOR):
            row.fault(
                _("Esta serie imprime siglas o iniciales: cada unidad lleva la suya. Escriba la unidad en «unit».")
            )
        if line.reset == Reset.YEARLY and by_series[line.slug] and YEAR not in tokens:
            row.fault(
                _(
                    "La serie vuelve a empezar cada año y no imprime el año: dos números saldrían iguales. "
                    "Añada {year} al patrón o escriba never en «reset»."
                )
            )


def _check_patterns(table: Table, profile: DocsStoreProfile) -> None:
    row_of = {id(line): row for line, row in zip(profile.patterns, table.rows, strict=True)}
    for lines in _by_series(profile).values():
        for one, other in overlaps(lines):
            row_of[id(other)].fault(
                _("La serie «%(series)s» ya imprime «%(pattern)s» en esas fechas. Termine ese patrón el día anterior.")
                % {"series": one.series, "pattern": one.pattern}
            )


def _check_one_series(table: Table, profile: DocsStoreProfile) -> None:
    """On each day one series numbers a kind in a unit; another may take its place on a later day."""
    by_series = _by_series(profile)
    seen: dict[tuple[str, str], list[str]] = defaultdict(list)
    for line, row in zip(profile.series, table.rows, strict=True):
        if not line.kind:
            continue
        for other in seen[line.kind, line.unit]:
            if any(overlap(a, b) for a, b in product(by_series[line.slug], by_series[other])):
                row.fault(
                    _(
                        "La serie «%(other)s» ya numera ese tipo de documento en esa unidad y en esas fechas. "
                        "Deje una sola."
                    )
                    % {"other": other}
                )
        seen[line.kind, line.unit].append(line.slug)


def _by_series(profile: DocsStoreProfile) -> Mapping[str, list[PatternLine]]:
    lines: dict[str, list[PatternLine]] = defaultdict(list)
    for line in profile.patterns:
        lines[line.series].append(line)
    return lines


def load_profile(profile: DocsStoreProfile, *, at: datetime) -> None:
    """Write what is new or changed. Kinds and series that the profile no longer names stay: documents use them.

    :raises SeriesInUse: a series that already gave numbers would count for something else.
    """
    with transaction.atomic():
        kinds = bring_up_to_date(DocumentKind, (({"slug": kind.slug}, vars(kind)) for kind in profile.kinds))
        changed = {"kinds": kinds, "series": _load_series(profile), "patterns": _load_patterns(profile)}
        if any(changed.values()):
            ledger.record("docs_store.loaded", subject="entity:1", facts=changed, by=ACTOR, at=at)


def _load_series(profile: DocsStoreProfile) -> int:
    kinds = dict(DocumentKind.objects.values_list("slug", "pk"))
    units = dict(Unit.objects.values_list("slug", "pk"))
    stored = {series.slug: series for series in Series.objects.all()}
    used = set(Series.objects.filter(years__isnull=False).values_list("slug", flat=True))
    changed = 0
    for line in profile.series:
        values = {"kind_id": kinds.get(line.kind), "unit_id": units.get(line.unit), "reset": line.reset}
        is_changed = bring_up_to_date(Series, [({"slug": line.slug}, values)])
        if is_changed and line.slug in stored and line.slug in used:
            raise SeriesInUse(slug=line.slug)
        changed += is_changed
    return changed


def _load_patterns(profile: DocsStoreProfile) -> int:
    """A pattern that the profile no longer names goes: printed numbers keep their own text."""
    series = dict(Series.objects.values_list("slug", "pk"))
    wanted = {(series[line.series], line.first): line for line in profile.patterns}
    ours = SeriesPattern.objects.filter(series__slug__in={line.slug for line in profile.series})
    gone = [row.pk for row in ours if (row.series_id, row.valid_from) not in wanted]
    SeriesPattern.objects.filter(pk__in=gone).delete()
    lines = (
        ({"series_id": pk, "valid_from": first}, {"pattern": line.pattern, "valid_to": line.last})
        for (pk, first), line in wanted.items()
    )
    return len(gone) + bring_up_to_date(SeriesPattern, lines)
