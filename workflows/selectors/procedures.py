"""The procedures that the entity offers on a day, with their legal basis as it may be shown."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from law import selectors as law
from law.enums import SilenceKind
from law.errors import LawError
from law.models import Silence, Term
from law.rules.citations import UNVERIFIED
from law.rules.law_book import in_force
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


def procedures_on(day: date, channel: ProcedureChannel | None = None) -> list[Procedure]:
    """Return the procedures in force on that day, by name; with a channel only those that it takes."""
    held = Procedure.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), valid_from__lte=day)
    rows = held.filter(channel__in=[ProcedureChannel.BOTH, channel]) if channel else held
    return list(rows.select_related("norm", "decided_by__unit").order_by("name"))


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
