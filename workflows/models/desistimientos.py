"""That a citizen desists of what they asked for, and what the entity decided of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from docs_store.models import Document
from organization.models import Person
from workflows.enums import DesistimientoEffect, DesistimientoOutcome
from workflows.models.clocks import Clock
from workflows.models.filings import Filing


class Desistimiento(models.Model):
    """A paper by which a party desists of their own request, with its effect.

    ``clock`` runs for third parties who are in the file, from when they were notified. It is accepted by an act of the
    file, or the entity goes on of its own with a reason.
    """

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="desistimientos")
    paper = models.OneToOneField(Filing, on_delete=models.PROTECT, related_name="+")
    effect = models.CharField(_("de qué desiste"), max_length=10, choices=DesistimientoEffect)
    clock = models.OneToOneField(Clock, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(
        _("qué se decidió"), max_length=10, choices=DesistimientoOutcome, default=DesistimientoOutcome.PENDING
    )
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(_("por qué sigue"), max_length=300, blank=True, default="")
    decided_at = models.DateTimeField(_("decidido el"), null=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["filing"], condition=Q(outcome="pending"), name="desistimiento_pending_once_per_filing"
            )
        ]

    def __str__(self) -> str:
        return f"{self.paper_id} {self.effect}"
