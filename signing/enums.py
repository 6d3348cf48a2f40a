"""Closed lists of the signing room."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class VisadoKind(TextChoices):
    VISTO = "visto", _("Doy visto bueno")
    CONFORMIDAD = "conformidad", _("Doy conformidad")
    VISADO = "visado", _("Doy visado")
    RUBRIC = "rubric", _("Rúbrica")
