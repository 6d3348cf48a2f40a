"""Pases, and what a step said or observed."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from docs_store.models import Document, Expediente, Version
from organization.models import Person, Post, Unit
from workflows.enums import MovementKind, OpinionOutcome
from workflows.models.processes import Task
from workflows.models.routes import Deliverable


class Movement(models.Model):
    """A pase: every change of holder is one.

    ``is_underway`` marks those of open files, few among all that there ever were: where to look.
    """

    expediente = models.ForeignKey(Expediente, on_delete=models.PROTECT, related_name="movements")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, null=True, related_name="movements")
    from_task = models.ForeignKey(Task, on_delete=models.PROTECT, null=True, related_name="+")
    from_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    from_post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")
    from_outside = models.CharField(_("de (externo)"), max_length=200, blank=True)
    to_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    to_post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(_("clase"), max_length=10, choices=MovementKind, default=MovementKind.ORIGINAL)
    proveido = models.TextField(_("proveído"), blank=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")
    is_return = models.BooleanField(_("devolución"), default=False)
    sent_at = models.DateTimeField(_("enviado el"))
    sent_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField(_("recibido el"), null=True)
    received_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    taken_back_at = models.DateTimeField(_("retirado el"), null=True)
    is_underway = models.BooleanField(_("de un expediente abierto"), default=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["expediente", "id"], name="movement_by_expediente"),
            models.Index(
                fields=["from_unit", "expediente"],
                condition=Q(kind="original", is_underway=True),
                name="movement_underway_from_unit",
            ),
            models.Index(fields=["task"], condition=Q(is_return=True), name="movement_returned"),
        ]

    def __str__(self) -> str:
        return f"{self.expediente_id} {self.sent_at}"


class Opinion(models.Model):
    """What a step said of a deliverable or a document, bound to the hash of what was read."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="opinions")
    deliverable = models.ForeignKey(Deliverable, on_delete=models.PROTECT, null=True, related_name="opinions")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(_("opinión"), max_length=20, choices=OpinionOutcome)
    text = models.TextField(_("fundamento"), blank=True)
    given_at = models.DateTimeField(_("dada el"))
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.outcome


class Observation(models.Model):
    """What must be mended before the file goes on."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="observations")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, null=True, related_name="+")
    text = models.TextField(_("observación"))
    made_at = models.DateTimeField(_("hecha el"))
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(_("levantada el"), null=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text[:60]
