"""Closed lists of the signing room."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class VisadoKind(TextChoices):
    VISTO = "visto", _("Doy visto bueno")
    CONFORMIDAD = "conformidad", _("Doy conformidad")
    VISADO = "visado", _("Doy visado")
    RUBRIC = "rubric", _("Rúbrica")


class TrustProblem(TextChoices):
    """Why a certificate is not believed. Empty: it is."""

    EXPIRED = "expired", _("El certificado ya había vencido ese día.")
    NOT_YET_VALID = "not_yet_valid", _("El certificado todavía no regía ese día.")
    REVOKED = "revoked", _("El certificado estaba revocado ese día.")
    FOREIGN = "foreign", _("El certificado es de una autoridad que esta entidad no reconoce.")
    KEY_USAGE = "key_usage", _("El certificado no es para firmar documentos.")
    REVOCATION_UNKNOWN = "revocation_unknown", _("No se pudo consultar si el certificado estaba revocado.")
    OTHER = "other", _("No se pudo comprobar el certificado.")


class Status(TextChoices):
    """The verdicts of the verification page, and the answer for what is not ours."""

    ORIGINAL_IN_FORCE = "original_in_force", _("El original es auténtico y está vigente")
    FILE_IN_FORCE = "file_in_force", _("Su archivo es auténtico y está vigente")
    NO_LONGER_IN_FORCE = "no_longer_in_force", _("Es auténtico, pero ya no está vigente")
    NEVER_EMITTED = "never_emitted", _("Está firmado, pero nunca fue emitido")
    ALTERED = "altered", _("Este archivo fue alterado")
    UNDECIDED = "undecided", _("No podemos afirmarlo todavía")
    UNKNOWN = "unknown", _("No conocemos este archivo")
