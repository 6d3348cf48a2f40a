"""What the law gives, as dated rows with their source."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from law.enums import DayKind, Regime, SilenceKind, TermEvent, TermUnit


class Norm(models.Model):
    """A norm with its validity and the source in which it was read."""

    slug = models.SlugField(_("código"), unique=True, max_length=80)
    title = models.CharField(_("título"), max_length=300)
    valid_from = models.DateField(_("vigente desde"))
    valid_to = models.DateField(_("vigente hasta"), null=True)
    published_on = models.DateField(_("publicada el"), null=True)
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


class Dated(models.Model):
    """A row of a norm with its own validity: a change of law is a new row with a date."""

    norm = models.ForeignKey(Norm, on_delete=models.PROTECT, related_name="+", verbose_name=_("norma"))
    article = models.CharField(_("artículo"), max_length=40, blank=True)
    valid_from = models.DateField(_("vigente desde"), default=date.min)
    valid_to = models.DateField(_("vigente hasta"), null=True)

    class Meta:
        abstract = True


class Article(models.Model):
    """An article of a norm, in the norm's own numbering, with the source in which it was read."""

    norm = models.ForeignKey(Norm, on_delete=models.PROTECT, related_name="articles", verbose_name=_("norma"))
    number = models.CharField(_("número"), max_length=40)
    title = models.CharField(_("materia"), max_length=300)
    valid_from = models.DateField(_("vigente desde"))
    valid_to = models.DateField(_("vigente hasta"), null=True)
    source = models.CharField(_("fuente"), max_length=300)
    is_verified = models.BooleanField(_("texto leído"), default=False)

    class Meta:
        ordering = ["norm", "number", "valid_from"]
        constraints = [
            models.CheckConstraint(condition=~Q(source=""), name="article_has_a_source"),
            models.UniqueConstraint(fields=["norm", "number", "valid_from"], name="article_once_per_day"),
        ]

    def __str__(self) -> str:
        return f"{self.norm}, art. {self.number}"


class ArticleAlias(models.Model):
    """The number of an article in a consolidated text; only where that text was read."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="aliases", verbose_name=_("artículo"))
    in_norm = models.ForeignKey(Norm, on_delete=models.PROTECT, related_name="+", verbose_name=_("en el texto"))
    number = models.CharField(_("número"), max_length=40)
    source = models.CharField(_("fuente"), max_length=300)

    class Meta:
        ordering = ["in_norm", "number"]
        constraints = [
            models.CheckConstraint(condition=~Q(source=""), name="alias_has_a_source"),
            models.UniqueConstraint(fields=["article", "in_norm"], name="alias_once_per_text"),
        ]

    def __str__(self) -> str:
        return f"{self.in_norm}, art. {self.number}"


class Term(Dated):
    """An amount of time that a norm gives, and from which event it runs.

    ``reaches_open``: a transitional rule of the norm gives this row to cases already under way as well (convention 9).
    """

    slug = models.SlugField(_("código"), max_length=80)
    name = models.CharField(_("nombre"), max_length=200)
    amount = models.PositiveIntegerField(_("cantidad"))
    unit = models.CharField(_("unidad"), max_length=20, choices=TermUnit)
    event = models.CharField(_("corre desde"), max_length=20, choices=TermEvent, blank=True)
    reaches_open = models.BooleanField(_("alcanza a lo que está en trámite"), default=False)

    class Meta:
        ordering = ["slug", "valid_from"]
        constraints = [models.UniqueConstraint(fields=["slug", "valid_from"], name="term_once_per_day")]

    def __str__(self) -> str:
        return self.name


class Silence(Dated):
    """A kind of silence, with the days after the term in which the answer may still be notified."""

    kind = models.CharField(_("clase"), max_length=20, choices=SilenceKind)
    name = models.CharField(_("nombre"), max_length=200)
    window = models.PositiveIntegerField(_("días hábiles para notificar"))

    class Meta:
        ordering = ["kind", "valid_from"]
        constraints = [models.UniqueConstraint(fields=["kind", "valid_from"], name="silence_once_per_day")]

    def __str__(self) -> str:
        return self.name


class DistanceRow(Dated):
    """The days that a table adds for who lives in one place and must act in another."""

    table = models.CharField(_("cuadro"), max_length=120)
    lives_in = models.CharField(_("domicilio"), max_length=20)
    lives_in_name = models.CharField(_("domicilio, como se dice"), max_length=120, blank=True, default="")
    acts_in = models.CharField(_("sede"), max_length=20)
    days = models.PositiveIntegerField(_("días"))
    unit = models.CharField(_("unidad"), max_length=20, choices=TermUnit)
    is_general = models.BooleanField(
        _("cuadro general"), default=False, help_text=_("Del país: cede ante el cuadro propio de la entidad.")
    )

    class Meta:
        ordering = ["table", "lives_in", "acts_in", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["table", "lives_in", "acts_in", "valid_from"], name="distance_once_per_day")
        ]

    def __str__(self) -> str:
        return f"{self.table}: {self.lives_in} {self.acts_in}"


class FilingHours(Dated):
    """Until when a filing counts for its day, as the entity chose by a norm."""

    regime = models.CharField(_("régimen"), max_length=20, choices=Regime)
    closes = models.TimeField(_("cierra a las"), null=True)

    class Meta:
        ordering = ["valid_from"]
        constraints = [models.UniqueConstraint(fields=["valid_from"], name="filing_hours_once_per_day")]

    def __str__(self) -> str:
        return self.regime


class RuleSource(Dated):
    """The norm that gives a rule of the clock and, where the law leaves room, the choice that it makes."""

    rule = models.CharField(_("regla"), max_length=60)
    choice = models.CharField(_("opción"), max_length=40, blank=True)

    class Meta:
        ordering = ["rule", "valid_from"]
        constraints = [models.UniqueConstraint(fields=["rule", "valid_from"], name="rule_once_per_day")]

    def __str__(self) -> str:
        return self.rule
