"""What the law gives, as dated rows with their source."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from law.enums import DayKind, TermUnit


class Norm(models.Model):
    """A norm with its validity and the source in which it was read."""

    slug = models.SlugField(_("código"), unique=True, max_length=80)
    title = models.CharField(_("título"), max_length=300)
    valid_from = models.DateField(_("vigente desde"))
    valid_to = models.DateField(_("vigente hasta"), null=True)
    source = models.CharField(_("fuente"), max_length=300)
    is_verified = models.BooleanField(_("texto leído"), default=False)

    class Meta:
        ordering = ["slug"]
        constraints = [models.CheckConstraint(condition=~Q(source=""), name="norm_has_a_source")]

    def __str__(self) -> str:
        return self.title


class Day(models.Model):
    """A non-working day of a place, with its norm."""

    date = models.DateField(_("día"))
    place = models.CharField(_("lugar"), max_length=20, help_text=_("ISO 3166-2 o ubigeo; PE es todo el país."))
    name = models.CharField(_("nombre"), max_length=120)
    kind = models.CharField(_("clase"), max_length=20, choices=DayKind)
    suspends_terms = models.BooleanField(_("no cuenta en los plazos"))
    norm = models.ForeignKey(Norm, on_delete=models.PROTECT, related_name="+", verbose_name=_("norma"))

    class Meta:
        ordering = ["date", "place"]
        constraints = [models.UniqueConstraint(fields=["date", "place"], name="day_once_per_place")]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"


class CalendarSpan(models.Model):
    """The years for which a place's calendar is loaded: outside them nothing is counted."""

    place = models.CharField(_("lugar"), max_length=20, unique=True)
    first = models.DateField(_("desde"))
    last = models.DateField(_("hasta"))

    def __str__(self) -> str:
        return f"{self.place} {self.first} {self.last}"


class Term(models.Model):
    """An amount of time that a norm gives."""

    slug = models.SlugField(_("código"), unique=True, max_length=80)
    name = models.CharField(_("nombre"), max_length=200)
    amount = models.PositiveIntegerField(_("cantidad"))
    unit = models.CharField(_("unidad"), max_length=20, choices=TermUnit)
    norm = models.ForeignKey(Norm, on_delete=models.PROTECT, related_name="+", verbose_name=_("norma"))

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name
