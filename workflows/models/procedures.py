"""What the entity's TUPA offers to citizens."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from law.enums import SilenceKind
from law.models import Norm
from organization.models import Post
from workflows.enums import ProcedureChannel


class Procedure(models.Model):
    """A procedure of the TUPA, as it stands from a day on: a change is a new row with another date.

    ``term`` is the code of a row of the law; an automatic approval has none. ``law`` is the statute that gives a term
    beyond the general maximum. ``requirements`` are mappings of ``kind`` and ``text``.
    """

    slug = models.SlugField(_("código"), max_length=80)
    name = models.CharField(_("nombre"), max_length=200)
    requirements = models.JSONField(_("requisitos"), default=list)
    fee_soles = models.DecimalField(_("derecho (soles)"), max_digits=9, decimal_places=2, default=0)
    term = models.SlugField(_("plazo"), max_length=80, blank=True)
    silence = models.CharField(_("si no se responde a tiempo"), max_length=20, choices=SilenceKind)
    decided_by = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+", verbose_name=_("resuelve"))
    channel = models.CharField(_("dónde"), max_length=10, choices=ProcedureChannel)
    route = models.SlugField(_("ruta"), max_length=80)
    norm = models.ForeignKey(Norm, on_delete=models.PROTECT, related_name="+", verbose_name=_("norma"))
    article = models.CharField(_("artículo"), max_length=40, blank=True)
    law = models.ForeignKey(
        Norm, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("ley que da más plazo")
    )
    valid_from = models.DateField(_("vigente desde"), default=date.min)
    valid_to = models.DateField(_("vigente hasta"), null=True)
    is_verified = models.BooleanField(_("texto leído"), default=False)

    class Meta:
        ordering = ["slug", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["slug", "valid_from"], name="procedure_once_per_day"),
            models.CheckConstraint(condition=~Q(silence=""), name="procedure_says_what_silence_means"),
            models.CheckConstraint(
                condition=Q(silence=SilenceKind.AUTOMATIC) | ~Q(term=""), name="procedure_has_a_term"
            ),
        ]

    def __str__(self) -> str:
        return self.name
