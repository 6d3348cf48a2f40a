"""What a party desists of, and whom it also concerns."""

from docs_store.models import Expediente
from law.rules import procedure
from organization.models import Person
from workflows.enums import DesistimientoEffect, DesistimientoOutcome, FilingState
from workflows.models import Desistimiento, Filing
from workflows.selectors.standstills import WAITING

__all__ = ["DESISTABLE", "WAITING", "follows", "may_desist", "pending", "pending_of", "third_parties"]

DESISTABLE = WAITING | {FilingState.OBSERVED}
"""The states of a filing of which its party may still desist."""


def pending(filing: Filing) -> Desistimiento | None:
    """Return the desistimiento of a filing that waits for a decision, or nothing."""
    rows = Desistimiento.objects.select_related("paper__party", "clock")
    return rows.filter(filing=filing, outcome=DesistimientoOutcome.PENDING).first()


def pending_of(expediente: Expediente) -> Desistimiento | None:
    """Return the desistimiento of a file that waits for a decision, or nothing; of a request that ended otherwise
    there is none to take."""
    rows = Desistimiento.objects.select_related("paper__party", "clock", "filing__party")
    return rows.filter(
        filing__expediente=expediente, filing__state__in=WAITING, outcome=DesistimientoOutcome.PENDING
    ).first()


def may_desist(filing: Filing) -> bool:
    """Return whether its party may desist: it opened the file, awaits its answer, and they have not desisted."""
    return filing.is_first and filing.state in DESISTABLE and pending(filing) is None


def follows(found: Desistimiento) -> procedure.Desistimiento:
    """Return what follows from a desistimiento: until when third parties have days, and whether it ends the claim."""
    until = found.clock.due_day if found.clock is not None else None
    return procedure.Desistimiento(until, is_of_claim=found.effect == DesistimientoEffect.CLAIM)


def third_parties(filing: Filing) -> list[Person]:
    """Return the other parties of the file."""
    rows = Filing.objects.filter(expediente=filing.expediente_id, voided_at__isnull=True).exclude(party=filing.party_id)
    return list(Person.objects.filter(pk__in=rows.values("party")).order_by("pk"))
