"""The law's part of an entity profile: days.csv, norms.csv and terms.csv, after the country's own set.

A calendar row never stands without its norm (PL-03): an entity cannot declare days non-working by itself.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from law import selectors
from law.enums import DayKind, TermUnit
from law.models import CalendarSpan, Day, Norm, Term
from law.ports import DayLine, LawProfile, NormLine, ProfileFault, SpanLine, TermLine
from law.rules.places import COUNTRY
from law.services.profile_files import ProfileFile, Row, Table, TomlFile
from law.services.profile_rows import ACTOR, bring_up_to_date
from ledger import services as ledger

NATIONAL = Path(__file__).resolve().parent.parent / "data" / "national"
NORM_COLUMNS = ("slug", "title", "valid_from", "valid_to", "source", "is_verified")
DAY_COLUMNS = ("date", "name", "kind", "suspends_terms", "norm")
TERM_COLUMNS = ("slug", "name", "amount", "unit", "norm")
SPAN_COLUMNS = ("place", "first", "last")


def read_profile(folder: Path) -> tuple[LawProfile, list[ProfileFault]]:
    """Read the law of an entity's folder, with the country's, and every fault in it."""
    place = TomlFile(folder / "entity.toml").values.get("place", "")
    spans = Table(NATIONAL / "spans.csv", SPAN_COLUMNS)
    sets = [_Set(NATIONAL, COUNTRY), _Set(folder, str(place))]
    norms = {norm.slug: norm for part in sets for norm in part.norms}
    profile = LawProfile(
        norms=tuple(norms.values()),
        days=tuple(day for part in sets for day in part.read_days(norms)),
        terms=tuple(term for part in sets for term in part.read_terms(norms)),
        spans=tuple(SpanLine(r.needed("place"), r.needed_day("first"), r.needed_day("last")) for r in spans.rows),
        places=tuple(part.place for part in sets),
    )
    files: list[ProfileFile] = [spans, *(table for part in sets for table in part.tables)]
    return profile, [fault for file in files for fault in file.faults]


class _Set:
    """The three tables of one place's law."""

    def __init__(self, folder: Path, place: str) -> None:
        self.place = place
        self._norms = Table(folder / "norms.csv", NORM_COLUMNS, is_optional=True)
        self._days = Table(folder / "days.csv", DAY_COLUMNS, is_optional=True)
        self._terms = Table(folder / "terms.csv", TERM_COLUMNS, is_optional=True)
        self.tables = (self._norms, self._days, self._terms)
        self._norms.check_unique("slug")
        self._days.check_unique("date")
        self._terms.check_unique("slug")
        self.norms = [_norm(row) for row in self._norms.rows]

    def read_days(self, norms: Mapping[str, NormLine]) -> list[DayLine]:
        return [_day(row, self.place, norms) for row in self._days.rows]

    def read_terms(self, norms: Mapping[str, NormLine]) -> list[TermLine]:
        return [
            TermLine(
                slug=row.slug("slug"),
                name=row.needed("name"),
                amount=row.number("amount"),
                unit=row.needed_choice("unit", TermUnit.values),
                norm=row.needed_reference("norm", norms, file="norms.csv"),
            )
            for row in self._terms.rows
        ]


def _norm(row: Row) -> NormLine:
    norm = NormLine(
        slug=row.slug("slug"),
        title=row.needed("title"),
        valid_from=row.needed_day("valid_from"),
        valid_to=row.day("valid_to"),
        source=row.text("source"),
        is_verified=row.flag("is_verified"),
    )
    if not norm.source:
        row.fault(_("Toda norma dice de dónde se tomó. Escriba su fuente en «source»."))
    return norm


def _day(row: Row, place: str, norms: Mapping[str, NormLine]) -> DayLine:
    day = DayLine(
        date=row.needed_day("date"),
        place=place,
        name=row.needed("name"),
        kind=row.needed_choice("kind", DayKind.values),
        suspends_terms=row.flag("suspends_terms"),
        norm=row.reference("norm", norms, file="norms.csv"),
    )
    norm = norms.get(day.norm)
    if not day.norm:
        row.fault(
            _(
                "Un día no laborable va siempre con su norma. "
                "Escriba en «norm» el código de la que lo declara en norms.csv."
            )
        )
    elif norm is not None and not _was_in_force(norm, day.date):
        row.fault(_("La norma «%(norm)s» no estaba vigente ese día. Corrija el día o la norma.") % {"norm": day.norm})
    return day


def _was_in_force(norm: NormLine, day: date) -> bool:
    return norm.valid_from <= day <= (norm.valid_to or date.max)


def load_profile(profile: LawProfile, *, at: datetime) -> None:
    """Bring the law's rows to what the profile says; loading the same profile again changes nothing.

    A day that changed is written anew, under a new id: that is how the other processes notice.
    """
    with transaction.atomic():
        norms = _load_norms(profile.norms)
        changed = {
            "norms": norms.changed,
            "terms": _load_terms(profile.terms, norms.ids),
            "spans": _load_spans(profile.spans),
            **_load_days(profile, norms.ids),
        }
        if any(changed.values()):
            ledger.record("law.loaded", subject="law", facts=changed, by=ACTOR, at=at)
    selectors.forget_calendars()


class _Loaded:
    """The ids of the norms by their codes, and how many rows changed."""

    def __init__(self, ids: Mapping[str, int], changed: int) -> None:
        self.ids = ids
        self.changed = changed


def _load_norms(lines: Iterable[NormLine]) -> _Loaded:
    changed = bring_up_to_date(Norm, (({"slug": line.slug}, _without(line, "slug")) for line in lines))
    return _Loaded(dict(Norm.objects.values_list("slug", "pk")), changed)


def _load_terms(lines: Iterable[TermLine], norms: Mapping[str, int]) -> int:
    rows = (({"slug": line.slug}, {**_without(line, "slug", "norm"), "norm_id": norms[line.norm]}) for line in lines)
    return bring_up_to_date(Term, rows)


def _load_spans(lines: Iterable[SpanLine]) -> int:
    return bring_up_to_date(CalendarSpan, (({"place": line.place}, _without(line, "place")) for line in lines))


def _load_days(profile: LawProfile, norms: Mapping[str, int]) -> dict[str, int]:
    """Write the days that are new or changed, and take away those that their place's list no longer has."""
    wanted = {_key_of(line, norms[line.norm]): line for line in profile.days}
    stored = {
        (day.date, day.place, day.name, day.kind, day.suspends_terms, day.norm_id): day.pk
        for day in Day.objects.filter(place__in=profile.places)
    }
    gone = [pk for key, pk in stored.items() if key not in wanted]
    new = [Day(**_without(line, "norm"), norm_id=norms[line.norm]) for key, line in wanted.items() if key not in stored]
    Day.objects.filter(pk__in=gone).delete()
    Day.objects.bulk_create(new)
    return {"days_added": len(new), "days_removed": len(gone)}


def _key_of(line: DayLine, norm_id: int) -> tuple[Any, ...]:
    return (line.date, line.place, line.name, line.kind, line.suspends_terms, norm_id)


def _without(line: Any, *names: str) -> dict[str, Any]:
    return {name: value for name, value in vars(line).items() if name not in names}
