"""Files that stand still because their citizen has not done what they were asked."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from docs_store.models import Document
from organization.models import Person
from workflows.models.clocks import Clock
from workflows.models.filings import Filing


class Standstill(models.Model):
    """That a procedure waits for its citizen, for what, and what became of it.

    Its ``clock`` runs from when the citizen was notified. When it is over the abandonment is proposed, and declared
    only by a resolution (``document``); or somebody ends it because the file goes on.
    """

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="standstills")
    clock = models.OneToOneField(Clock, on_delete=models.PROTECT, related_name="standstill")
    what = models.CharField(_("lo que se pidió"), max_length=300)
    asked_at = models.DateTimeField(_("registrado el"))
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("propuesto el"), null=True)
    ended_at = models.DateTimeField(_("terminado el"), null=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["filing"], condition=Q(ended_at__isnull=True), name="filing_stands_still_once_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return self.what
