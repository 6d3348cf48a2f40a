"""Closed lists of the organization room."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class IdKind(TextChoices):
    DNI = "dni", "DNI"
    CE = "ce", _("Carné de extranjería")
    PASSPORT = "passport", _("Pasaporte")
    RUC = "ruc", "RUC"


class Role(TextChoices):
    """The few roles whose rights do not follow from holding a file."""

    SECRETARIAT = "secretariat", _("Secretaría general")
    INTAKE = "intake", _("Mesa de partes")
    ARCHIVE = "archive", _("Archivo")
    AUDITOR = "auditor", _("Auditoría")
