"""What a procedure stands still for, and the acts by which its abandonment can be declared."""

from django.db.models import QuerySet

from docs_store.enums import DocumentState
from docs_store.models import Document, Expediente
from workflows.enums import FilingState
from workflows.models import Filing, Standstill

WAITING = frozenset({FilingState.PRESENTED, FilingState.IN_PROGRESS, FilingState.CURED})
"""The states of a filing whose answer is awaited."""


def open_standstill(filing: Filing) -> Standstill | None:
    """Return what a filing stands still for, or nothing."""
    return Standstill.objects.select_related("clock").filter(filing=filing, ended_at__isnull=True).first()


def may_wait(filing: Filing) -> bool:
    """Return whether a procedure awaits its answer and does not stand still already."""
    return filing.is_first and filing.state in WAITING and open_standstill(filing) is None


def acts_of(expediente: Expediente) -> QuerySet[Document]:
    """Return the acts emitted in a file, the newest first."""
    acts = Document.objects.filter(expediente=expediente, state=DocumentState.EMITTED, kind__is_act=True)
    return acts.select_related("kind").order_by("-emitted_at")
