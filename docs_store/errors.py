"""What the document store refuses, by name. ``str(error)`` is the sentence for the person."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class DocsStoreError(Exception):
    """Base class: the document store refused or could not do what was asked."""

    sentence: ClassVar[str | Promise] = _("No se pudo hacer. Vuelva a abrir la página e inténtelo otra vez.")

    def __init__(self, sentence: str = "", **values: object) -> None:
        super().__init__(sentence or str(self.sentence) % values)


# The archive


class ArchiveUnavailable(DocsStoreError):
    """The archive did not answer and nothing was recorded; trying again later may help."""

    sentence = _("El archivo no responde y no se guardó nada. Vuelva a intentarlo en unos minutos.")

    def __init__(self, reason: str = "") -> None:
        """:param reason: for the operator, in a word: the store's own, or the name of what failed."""
        super().__init__()
        self.reason = reason


class RightsNotGiven(DocsStoreError):
    """The store's owner could not give the application rights of its own; the sentence says why."""


class ObjectMissing(DocsStoreError):
    """Nothing is stored under that hash: a fault of the installation, for its operator."""

    sentence = _("Falta un contenido en el archivo. Avise a quien administra el sistema, con esta referencia: %(ref)s.")


class ObjectDamaged(DocsStoreError):
    """What is stored no longer matches its hash: a fault of the installation, for its operator."""

    sentence = _(
        "Un contenido del archivo está dañado y no se muestra. "
        "Avise a quien administra el sistema, con esta referencia: %(ref)s."
    )


# Texts


class UnprintableCharacter(DocsStoreError):
    """A text holds a character that cannot be printed; the sentence names it and says where it stands."""


class TextIsFixed(DocsStoreError):
    """The document is typeset with its number: it must be returned before its text or annexes may change."""

    sentence = _("El texto ya está fijado para la firma. Para cambiarlo, primero devuelva el documento.")


class DocumentIsClosed(DocsStoreError):
    """The document was emitted or annulled; it never changes again."""

    sentence = _("El documento ya fue emitido o anulado y no puede cambiar. Si hace falta, prepare uno nuevo.")


class TextMissing(DocsStoreError):
    """There is nothing to typeset, sign or file yet."""

    sentence = _("El documento todavía no tiene contenido. Escríbalo o adjunte su archivo antes de continuar.")


class TextChanged(DocsStoreError):
    """Somebody changed the document meanwhile; reading it again and repeating the call may help."""

    sentence = _("El documento cambió mientras tanto. Ábralo otra vez para ver cómo quedó y repita la acción.")


class SignedBytesDiffer(DocsStoreError):
    """The signed file does not begin with the very bytes that were to be signed: a mistake of the caller."""

    sentence = _("El archivo firmado no corresponde a este documento. Vuelva a firmarlo.")


class AnnexRefused(DocsStoreError):
    """The annex is already there, or is the document itself or one that carries it."""

    sentence = _("Ese documento ya va como anexo o contiene a este. Elija otro.")


class NotEmitted(DocsStoreError):
    """Only an emitted document can be published."""

    sentence = _("Solo se publica un documento emitido. Fírmelo antes.")


class ReasonMissing(DocsStoreError):
    """Annulling and declaring need a reason."""

    sentence = _("Escriba el motivo.")


# Numbers


class NoSeries(DocsStoreError):
    """No series numbers this kind of document in this unit, or none has a pattern that day."""

    sentence = _("No hay una serie de numeración para %(what)s. Pida que la agreguen al perfil de la entidad.")


class SeriesInUse(DocsStoreError):
    """A profile changes what a series counts after it gave numbers; it needs another series instead."""

    sentence = _("La serie «%(slug)s» ya dio números y no puede cambiar de qué es. Cree otra en el perfil.")


class NumberPartMissing(DocsStoreError):
    """The series prints something that the unit or the author does not have; filling it in helps."""

    sentence = _("Para numerar %(pattern)s falta %(part)s. Pida que lo completen en el perfil de la entidad.")


class NumberMissing(DocsStoreError):
    """A document is typeset for signing with its number only."""

    sentence = _("El documento todavía no tiene número. Primero se numera y luego se firma.")


class NumberIsSettled(DocsStoreError):
    """The number was used by an emitted document, or annulled before."""

    sentence = _("El número %(label)s ya fue usado o anulado; no se puede anular. Elija otro.")


class BlockRefused(DocsStoreError):
    """A declared block begins at the series' next value and does not end before it begins."""

    sentence = _("El bloque debe empezar en %(following)d, el siguiente número de la serie, y terminar después.")


# Files that are handed in


class UploadRefused(DocsStoreError):
    """Base class: the file cannot be kept as it is; nothing was recorded."""

    sentence = _("No pudimos abrir “%(name)s”. Guárdelo como PDF o tome una foto.")


class FileIsEmpty(UploadRefused):
    sentence = _("“%(name)s” está vacío. Vuelva a guardarlo y adjúntelo otra vez.")


class FileTooLarge(UploadRefused):
    sentence = _("Pesa %(megabytes)d MB; el máximo es %(limit)d MB. Divídalo en %(parts)s.")


class FileIsEncrypted(UploadRefused):
    sentence = _("“%(name)s” tiene contraseña. Quítele la contraseña y adjúntelo otra vez.")


class FileIsMislabelled(UploadRefused):
    sentence = _("“%(name)s” no es un %(ending)s, aunque su nombre lo diga. Guárdelo como PDF o tome una foto.")


class FileIsDamaged(UploadRefused):
    sentence = _("“%(name)s” está incompleto o dañado. Vuelva a guardarlo como PDF o tome una foto.")


class FileIsUnsafe(UploadRefused):
    """The file hides a second one, a program, or more than it says."""

    sentence = _("“%(name)s” contiene otro archivo o un programa oculto. Imprímalo como PDF y adjunte ese PDF.")


# Previews


class PageMissing(DocsStoreError):
    """The version has no such page, or none that can be drawn."""

    sentence = _("Esta página no tiene vista previa. Descargue el archivo para verlo.")
