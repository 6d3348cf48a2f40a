"""The ways for files to go, and the results that a file seeks."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from docs_store.models import SHA256_HEX_DIGITS, Expediente
from organization.models import Person
from workflows.enums import DeliverableOutcome


class Route(models.Model):
    """A way for files of one kind to go."""

    slug = models.SlugField(_("código"), unique=True, max_length=80)
    name = models.CharField(_("nombre"), max_length=200)

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name


class RouteVersion(models.Model):
    """One published BPMN file of a route. It never changes."""

    route = models.ForeignKey(Route, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("versión"))
    bpmn = models.TextField("BPMN")
    sha256 = models.CharField("SHA-256", max_length=SHA256_HEX_DIGITS)
    class_name = models.CharField(_("clase"), max_length=120, unique=True)
    published_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    in_force_from = models.DateTimeField(_("vigente desde"))

    class Meta:
        ordering = ["route", "number"]
        constraints = [models.UniqueConstraint(fields=["route", "number"], name="route_version_is_unique")]

    def __str__(self) -> str:
        return self.class_name


class Deliverable(models.Model):
    """One of several results that an expediente seeks, with its own outcome."""

    expediente = models.ForeignKey(Expediente, on_delete=models.PROTECT, related_name="deliverables")
    order = models.PositiveIntegerField(_("orden"))
    title = models.CharField(_("título"), max_length=300)
    outcome = models.CharField(
        _("resultado"), max_length=20, choices=DeliverableOutcome, default=DeliverableOutcome.PENDING
    )

    class Meta:
        ordering = ["expediente", "order"]
        constraints = [models.UniqueConstraint(fields=["expediente", "order"], name="deliverable_order_is_unique")]

    def __str__(self) -> str:
        return self.title
