"""Closed lists of the document store."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AccessLevel(TextChoices):
    PUBLIC = "public", _("Público")
    INTERNAL = "internal", _("Uso interno")
    RESERVED = "reserved", _("Reservado")


class DocumentState(TextChoices):
    """The national model's states of a document."""

    DRAFT = "draft", _("En proyecto")
    FOR_VISADO = "for_visado", _("Por visar")
    OBSERVED = "observed", _("Observado")
    FOR_DISPATCH = "for_dispatch", _("Para despacho")
    EMITTED = "emitted", _("Emitido")
    ANNULLED = "annulled", _("Anulado")


class LegalState(TextChoices):
    """An act in time."""

    IN_FORCE = "in_force", _("Vigente")
    AMENDED = "amended", _("Modificado")
    SUSPENDED = "suspended", _("Suspendido")
    ANNULLED = "annulled", _("Anulado")
    REPEALED = "repealed", _("Derogado")


class Stage(TextChoices):
    """What a version's bytes are."""

    STRUCTURED = "structured", _("Texto")
    FILE = "file", _("Archivo externo")
    TYPESET = "typeset", _("Compuesto")
    SIGNED = "signed", _("Firmado")


class NumberState(TextChoices):
    RESERVED = "reserved", _("Reservado")
    USED = "used", _("Usado")
    ANNULLED = "annulled", _("Anulado")


class Reset(TextChoices):
    YEARLY = "yearly", _("Cada año")
    NEVER = "never", _("Nunca")


class Refusal(StrEnum):
    """Why the reader refuses a file."""

    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    UNSAFE = "unsafe"


class TwoPersonRule(TextChoices):
    """What one human may not be to one document of a kind; without a word, nothing is forbidden."""

    APPROVALS = "approvals", _("Nadie aprueba dos veces desde puestos distintos")
    DRAFTING = "drafting", _("Además, no aprueba quien redactó")


class ObjectFault(StrEnum):
    """What the night's check finds wrong with an object of the archive that belongs to something."""

    MISSING = "missing"
    DAMAGED = "damaged"
    UNREADABLE = "unreadable"
    """The store answers, but not with this object."""
    COVERED = "covered"
    """Deleted or written over by a later version; its bytes are still there."""
