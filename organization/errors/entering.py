"""Why somebody does not enter: password, second factor, link, institutional account."""

from django.utils.translation import gettext as _

from organization.errors.base import OrganizationError


class FactorRefused(OrganizationError):
    """The second factor was not confirmed; try again, or use another one."""

    def __init__(self) -> None:
        super().__init__(_("El código no coincide o ya se usó. Escriba el que su teléfono muestra ahora."))


class LastFactor(OrganizationError):
    """Here one must have a second factor; set another up before taking this one away."""

    def __init__(self) -> None:
        super().__init__(_("Es su único segundo factor, y aquí hace falta uno. Agregue otro antes de quitar este."))


class EnrolmentRefused(OrganizationError):
    """The link holds no longer, or may not be given; the sentence says what to do."""


class NotAdministrator(OrganizationError):
    """Only who holds a post that looks after access may do this, and never for themselves."""

    def __init__(self, sentence: str = "") -> None:
        super().__init__(
            sentence or _("Administran el acceso quienes ocupan un puesto en Informática o en Secretaría General.")
        )


class AccessRefused(OrganizationError):
    """The person's access is closed or open already."""


class PasswordRefused(OrganizationError):
    """The password is too weak; the sentences say what it lacks."""


class IdentityUnavailable(OrganizationError):
    """A server of accounts did not answer, or not as it should; local accounts go on. ``reason`` is for operators."""

    def __init__(self, sentence: str, reason: str) -> None:
        self.reason = reason
        super().__init__(sentence)


class DirectoryUnavailable(IdentityUnavailable):
    """The entity's directory did not answer."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            _("El directorio de cuentas institucionales no responde. Entre con una cuenta de este sistema, o espere."),
            reason,
        )


class InstitutionalRefusal(OrganizationError):
    """An institutional account opened nothing; ``why`` stands in the ledger."""

    why = ""


class ProviderUnavailable(InstitutionalRefusal, IdentityUnavailable):
    """The entity's OpenID Connect server did not answer."""

    why = "away"

    def __init__(self, reason: str) -> None:
        sentence = _(
            "El servidor de cuentas institucionales no responde. Entre con una cuenta de este sistema, o espere."
        )
        super().__init__(sentence, reason)


class TokenRefused(InstitutionalRefusal):
    """What the server of accounts says of the person does not hold."""

    why = "token"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(
            _(
                "No se pudo comprobar la respuesta del servidor de cuentas. "
                "Empiece de nuevo; si se repite, avise a Informática."
            )
        )


class FlowBroken(InstitutionalRefusal):
    """The person gave up over there, or came back by an address that was used, is too old or of another browser."""

    def __init__(self, *, is_cancelled: bool) -> None:
        self.why = "cancelled" if is_cancelled else "expired"
        super().__init__(
            _("No terminó de ingresar en su institución. Empiece de nuevo, o entre con su usuario.")
            if is_cancelled
            else _("Ese ingreso ya se usó o venció. Empiece de nuevo.")
        )


class NotAdmitted(InstitutionalRefusal):
    """The server of accounts knows the person, and Chasqui does not, or not any more."""

    def __init__(self, why: str, person: object = None) -> None:
        self.why = why
        self.person = person
        super().__init__(_("Su cuenta institucional no está habilitada en este sistema. Pídalo a Informática."))
