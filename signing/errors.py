"""What the signing room refuses, by name. ``str(error)`` is the sentence for the person."""

from collections.abc import Sequence
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class SigningError(Exception):
    """Base class: it was not signed, or could not be verified."""

    sentence: ClassVar[str | Promise] = _("No se firmó. Vuelva a abrir la página e inténtelo otra vez.")

    def __init__(self, sentence: str = "", **values: object) -> None:
        super().__init__(sentence or str(self.sentence) % values)


class WrongPin(SigningError):
    """The PIN does not open the key; the sentence says how many tries are left. Nothing was signed."""


class KeyLocked(SigningError):
    """Too many wrong PINs; the sentence says until when to wait. Nothing was signed."""

    sentence = _("Escribió mal el PIN %(times)d veces. Espere hasta las %(hour)s y vuelva a intentar. No se firmó.")


class ConfirmationMissing(SigningError):
    """The person did not confirm just now, for this document, that it is they. Nothing was signed."""

    sentence = _(
        "Confirme otra vez que es usted: la confirmación falta, venció o era para otros documentos. No se firmó."
    )


class FactorMissing(SigningError):
    """Here one needs a second factor to sign. Nothing was signed."""

    sentence = _("Para firmar hace falta un segundo factor. Agréguelo en «Mi acceso». No se firmó.")


class KeyRefused(SigningError):
    """The secret does not open the key (of an adapter; services turn it into ``WrongPin``)."""

    sentence = _("El PIN no es correcto. Escríbalo otra vez. No se firmó.")


class CredentialMissing(SigningError):
    """The person, or the entity's seal, has no certificate here."""

    sentence = _("No encontramos su certificado de firma. Pida uno a quien administra el sistema.")


class CertificateExpired(SigningError):
    """The certificate ended before this moment; the person needs a new one."""

    sentence = _("Su certificado venció el %(to)s. Renuévelo para firmar. No se firmó.")


class CertificateNotYetValid(SigningError):
    """The certificate begins after this moment."""

    sentence = _("Su certificado rige desde el %(from)s. Espere a ese día, o firme con otro. No se firmó.")


class CertificateForeign(SigningError):
    """The certificate comes from an authority that is not on the trust list, or is not for signing."""

    sentence = _("Su certificado es de una autoridad que esta entidad no reconoce. Use el suyo de firma. No se firmó.")


class CertificateRevoked(SigningError):
    """The certificate was revoked."""

    sentence = _("Su certificado fue revocado. Pida otro para firmar. No se firmó.")


class CertificateNotYours(SigningError):
    """The certificate names somebody else."""

    sentence = _("El certificado está a nombre de otra persona. Use el suyo. No se firmó.")


class OutsideCompetence(SigningError):
    """The person is not competent as this post that day; ``chain`` holds the acts up to the one that fails.

    The sentence says which link fails and what would mend it. Nothing was signed.
    """

    sentence = _("Usted no tiene competencia para firmar esto hoy. Pida que firme quien la tiene.")

    def __init__(self, sentence: str = "", *, chain: Sequence[object] = ()) -> None:
        super().__init__(sentence)
        self.chain = tuple(chain)


class AlreadySigned(SigningError):
    """The person, or another one in this place, has already signed this file. Nothing was signed."""

    sentence = _("Usted ya firmó este documento el %(when)s. No hace falta otra firma suya.")


class NotYourTurn(SigningError):
    """An earlier place is still empty, or the bytes are no longer those to sign. Reload and try again."""

    sentence = _("El documento cambió mientras tanto. Ábralo otra vez y firme lo que vea. No se firmó.")


class PlaceRefused(SigningError):
    """A place cannot be reserved."""


class OverlapsText(PlaceRefused):
    """The place stands over text, over another place, or outside its page."""

    sentence = _("El lugar de la firma cae sobre texto de la página %(page)d. Vuelva a componer el documento.")


class NotASignablePdf(SigningError):
    """The file cannot be read as a PDF, is encrypted, or has no such empty place."""

    sentence = _("El archivo no se puede leer: está dañado, cifrado o no tiene ese lugar de firma. Prepárelo otra vez.")


class SignatureTooLarge(SigningError):
    """The signature does not fit in the hole that was left for it."""

    sentence = _("La firma no cabe en el lugar reservado. Avise a quien administra el sistema.")


class CannotWithdraw(SigningError):
    """The signature is somebody else's, already withdrawn, or others have signed after it."""

    sentence = _("Esta firma ya no se puede retirar. Si hay un error, prepare otro documento que lo corrija.")


class VisadoRefused(SigningError):
    """The visado cannot be given on this version, or was already given."""

    sentence = _("Este documento ya tiene su visado. No hace falta otro.")


class TimestampUnavailable(SigningError):
    """The time-stamping authority did not answer; trying again later may help."""

    sentence = _("El servicio de sello de tiempo no responde. Vuelva a intentarlo en unos minutos.")


class ClockDisagrees(SigningError):
    """The server's clock and the seal of time differ by more than five minutes. Nothing was signed."""

    sentence = _(
        "La hora del servidor y la del sello de tiempo difieren en más de cinco minutos. "
        "No se firmó; avise a quien administra el sistema."
    )


class BackdatingRefused(SigningError):
    """Outside the demo nobody signs at another moment than now. Nothing was signed."""

    sentence = _("Solo se puede firmar con la hora actual. Repita sin indicar otra. No se firmó.")


class DemoOnly(SigningError):
    """The demo's own authority was asked for outside the demo."""

    sentence = _("Esa autoridad solo existe en la demostración. Use un certificado de una reconocida.")
