"""The procedures that the entity offers on a day, with their legal basis as it may be shown."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BooleanField, F, Q, QuerySet, Subquery, Value

from law import selectors as law
from law.enums import SilenceKind
from law.errors import LawError
from law.models import Silence, Term
from law.rules.citations import UNVERIFIED
from law.rules.law_book import in_force
from organization.models import Entity
from workflows.enums import ProcedureChannel
from workflows.models import Procedure


@dataclass(frozen=True)
class Offer:
    """A procedure with what the person who chooses it must know: the term and the legal basis, as they may be shown."""

    procedure: Procedure
    term: Term | None
    basis: str

    @property
    def is_automatic(self) -> bool:
        return bool(self.procedure.silence == SilenceKind.AUTOMATIC)

    @property
    def requirements(self) -> list[str]:
        return [each["text"] for each in self.procedure.requirements]


@dataclass(frozen=True)
class FormChoices:
    """Codes and names: of the procedures, and of the places that a distance table offers for the entity."""

    procedures: tuple[tuple[str, str], ...]
    places: tuple[tuple[str, str], ...]


def procedures_on(day: date, channel: ProcedureChannel | None = None) -> list[Procedure]:
    """Return the procedures in force on that day, by name; with a channel only those that it takes."""
    return list(_held(day, channel).select_related("norm", "decided_by__unit").order_by("name"))


def _held(day: date, channel: ProcedureChannel | None) -> QuerySet[Procedure]:
    held = Procedure.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), valid_from__lte=day)
    return held.filter(channel__in=[ProcedureChannel.BOTH, channel]) if channel else held


def form_choices(day: date, channel: ProcedureChannel) -> FormChoices:
    """Return what the form of a first filing offers on a day, in one statement: most entities load no distance table,
    and theirs cost nothing."""
    seat = Subquery(Entity.objects.order_by().values("place")[:1])
    procedures = _choices(_held(day, channel), is_place=False, code="slug", shown="name", is_general=Value(value=False))
    places = law.distances(seat, day)
    offered = procedures.union(
        _choices(places, is_place=True, code="lives_in", shown="lives_in_name", is_general=F("is_general")), all=True
    )
    rows = list(offered.order_by("shown"))
    named: dict[str, str] = {}
    for _is_place, code, shown, _is_general in sorted((row for row in rows if row[0]), key=lambda row: not row[3]):
        named[code] = shown or named.get(code, "") or code
    return FormChoices(
        procedures=tuple((code, shown) for is_place, code, shown, _general in rows if not is_place),
        places=tuple(sorted(named.items(), key=lambda place: place[1].casefold())),
    )


def _choices(rows: QuerySet[Any], *, is_place: bool, code: str, shown: str, is_general: Any) -> QuerySet[Any, Any]:
    told = {
        "is_place": Value(is_place, output_field=BooleanField()),
        "code": F(code),
        "shown": F(shown),
        "gives_way": is_general,
    }
    found: QuerySet[Any, Any] = rows.order_by().annotate(**told).values_list(*told)
    return found


def procedure_on(slug: str, day: date) -> Procedure | None:
    """Return the procedure of that code in force on that day, or nothing."""
    return next((each for each in procedures_on(day) if each.slug == slug), None)


def offer_of(procedure: Procedure, day: date) -> Offer:
    """Return what is offered under a procedure on that day."""
    try:
        term = law.term(procedure.term, day) if procedure.term else None
    except LawError:
        term = None
    return Offer(procedure, term, basis_of(procedure, day))


def basis_of(procedure: Procedure, day: date) -> str:
    """Return the legal basis as it may be shown: what was not read is "norma por verificar", without an article."""
    if not procedure.is_verified:
        return UNVERIFIED
    return law.article_label(procedure.norm, procedure.article, on=day)


def window_of(kind: str, day: date) -> Silence | None:
    """Return the row of a kind of silence in force on that day: how long after the term the answer may be notified."""
    return in_force(Silence.objects.select_related("norm").filter(kind=kind), day)
