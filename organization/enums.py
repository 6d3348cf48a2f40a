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
    PERSONNEL = "personnel", _("Recursos humanos")
    SYSTEMS = "systems", _("Informática")


class GrantKind(TextChoices):
    """By what somebody exercises a post that is not theirs."""

    SUBSTITUTION = "substitution", _("Suplencia")
    CHARGE = "charge", _("Encargatura")
    SIGNATURE = "signature", _("Delegación de firma")
    COMPETENCE = "competence", _("Delegación de competencia")


class Capacity(TextChoices):
    """As what somebody is competent: by their own appointment, or by a grant."""

    OWN = "own", _("Titular")
    SUBSTITUTION = "substitution", _("Suplente")
    CHARGE = "charge", _("Encargado (e)")
    SIGNATURE = "signature", _("Por delegación de firma")
    COMPETENCE = "competence", _("Por delegación de competencia")
    DESIGNATION = "designation", _("Designado por abstención")


class LinkKind(TextChoices):
    """The acts that make a chain of competence."""

    APPOINTMENT = "appointment", _("Designación")
    ABSENCE = "absence", _("Ausencia")
    ABSTENTION = "abstention", _("Abstención")
    GRANT = "grant", _("Encargo")


class FactorGroup(TextChoices):
    """Of whom a profile requires a second factor, where the installation leaves it to each person."""

    EVERYBODY = "everybody", _("Todos")
    SIGNERS = "signers", _("Quienes firman")
    ADMINISTRATORS = "administrators", _("Quienes administran el acceso")


class EnrolmentKind(TextChoices):
    """Why somebody gets a link to set up how they sign in."""

    FIRST = "first", _("Alta")
    LOST = "lost", _("Recuperación")
