"""What the organization room refuses. ``str(error)`` is the sentence for the person."""

from collections.abc import Sequence
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class OrganizationError(Exception):
    """Base class: the entity's units, posts or people do not allow what was asked."""


class EntityMissing(OrganizationError):
    """No profile was loaded yet."""

    def __init__(self) -> None:
        super().__init__(_("Todavía no hay una entidad cargada. Cargue su perfil con «manage.py load_entity»."))


class OtherEntity(OrganizationError):
    """The installation serves another entity: one installation, one entity."""

    def __init__(self, served: str, asked: str) -> None:
        super().__init__(
            _("Esta instalación sirve a «%(served)s». Para «%(asked)s» use otra carpeta de datos, con DATA_DIR=…")
            % {"served": served, "asked": asked}
        )


class ExportRefused(OrganizationError):
    """The folder holds something already, or cannot be written; nothing there was overwritten."""

    def __init__(self, folder: object) -> None:
        super().__init__(
            _("No se puede escribir en «%(folder)s». Indique una carpeta nueva o vacía en la que pueda escribir.")
            % {"folder": folder}
        )


class GovernmentRefused(OrganizationError):
    """The file of a change of government has faults, each with its line; nothing was changed."""

    def __init__(self, faults: Sequence[object]) -> None:
        super().__init__(_("Hay %(count)d por corregir en el archivo; no se cambió nada.") % {"count": len(faults)})
        self.faults = tuple(faults)


class SeatTaken(OrganizationError):
    """Somebody else holds the post on one of those days; choose other days or end that appointment first."""


class ActMissing(OrganizationError):
    """An appointment or a grant names the act that gives it."""

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or _("Escriba el acto que otorga el cargo."))


class DatesCrossed(OrganizationError):
    """What is asked ends before it starts."""

    def __init__(self) -> None:
        super().__init__(_("La fecha final es anterior a la inicial. Corrija una de las dos."))


class SiglasTaken(OrganizationError):
    """Another unit bears those siglas on one of those days; choose others."""


class SuccessionRefused(OrganizationError):
    """A unit cannot end that way; the sentence says what to change."""


class CycleInUnits(OrganizationError):
    """The unit would hang from itself; choose another parent."""


class UsernameTaken(OrganizationError):
    """Another person signs in with that name; choose another."""


class NotCompetent(OrganizationError):
    """Nobody, or not this person, may act as the post that day; ``chain`` holds the links up to the one that fails.

    The sentence says which link fails and what would mend it.
    """

    sentence: ClassVar[str | Promise] = ""

    def __init__(self, *, chain: Sequence[object] = (), **values: object) -> None:
        super().__init__(str(self.sentence) % values)
        self.chain = tuple(chain)


class PostIsVacant(NotCompetent):
    """Nobody is appointed to the post that day, and nobody is in charge of it."""

    sentence = gettext_lazy(
        "«%(post)s» no tiene titular el %(day)s. Designe a alguien o registre una encargatura que cubra ese día."
    )


class HolderIsAbsent(NotCompetent):
    """The post's holder is absent that day, and nobody covers them."""

    sentence = gettext_lazy(
        "%(person)s, titular de «%(post)s», está ausente %(span)s. Registre una suplencia que cubra el %(day)s."
    )


class SignerIsAbsent(NotCompetent):
    """Who would act is absent that day, in whatever post: an absentee signs nothing."""

    sentence = gettext_lazy(
        "%(person)s está ausente %(span)s y no puede firmar. Firma quien cubre el puesto, o termine antes la ausencia."
    )


class HasAbstained(NotCompetent):
    """The person keeps out of this expediente, in whatever post; somebody else was designated."""

    sentence = gettext_lazy(
        "%(person)s se abstuvo de este expediente %(span)s (%(act)s). Actúa %(designee)s, que el acto designó."
    )


class HolderIsPresent(NotCompetent):
    """A substitute acts only while the holder is absent."""

    sentence = gettext_lazy(
        "%(titular)s, titular de «%(post)s», no está ausente el %(day)s: %(person)s no puede reemplazarle. "
        "Registre la ausencia, o firma el titular."
    )


class PostIsHeld(NotCompetent):
    """Who is in charge of a post acts only while it is vacant or its holder absent."""

    sentence = gettext_lazy(
        "«%(post)s» tiene titular el %(day)s, %(titular)s: la encargatura de %(person)s no rige. Firma el titular."
    )


class GrantNotInForce(NotCompetent):
    """The grant has ended, or has not begun."""

    sentence = gettext_lazy(
        "%(kind)s de «%(post)s» para %(person)s (%(act)s) rige %(span)s, no el %(day)s. Hace falta otro acto que la dé."
    )


class OutOfScope(NotCompetent):
    """The grant does not name this kind of act."""

    sentence = gettext_lazy(
        "%(kind)s de «%(post)s» para %(person)s (%(act)s) no comprende «%(slug)s»; solo: %(scope)s. "
        "Firma el titular, u otro acto la amplía."
    )


class SignatureNotDelegable(NotCompetent):
    """Delegation of signature is not for acts that exhaust the administrative route, nor for sanctions."""

    sentence = gettext_lazy(
        "La firma de «%(slug)s» no se puede delegar, porque agota la vía administrativa o sanciona. "
        "Firma %(titular)s, o quien tenga la competencia delegada."
    )


class DelegatedAway(NotCompetent):
    """Who has delegated a competence does not exercise it meanwhile."""

    sentence = gettext_lazy(
        "La competencia de «%(post)s» está delegada en %(person)s %(span)s (%(act)s). "
        "Firma el delegado, o termine antes la delegación."
    )


class GranteeHasNoPost(NotCompetent):
    """The grantee no longer holds the post by which they were chosen."""

    sentence = gettext_lazy(
        "%(person)s ya no ocupa «%(own_post)s» el %(day)s, y por ese puesto se le encargó «%(post)s» (%(act)s). "
        "Registre a otra persona."
    )


class SeatHeldTwice(NotCompetent):
    """Two appointments to a single seat overlap."""

    sentence = gettext_lazy(
        "«%(post)s» es de una sola persona y el %(day)s tiene %(count)d titulares: %(people)s. "
        "Termine la designación que no corresponde."
    )


class NotAppointed(NotCompetent):
    """The person has neither appointment to the post nor any grant of it."""

    sentence = gettext_lazy(
        "%(person)s no ocupa «%(post)s» el %(day)s ni tiene encargo de ese puesto. Firma %(titular)s, o registre un "
        "encargo."
    )


class AbstentionRefused(OrganizationError):
    """The abstention cannot be registered so; the sentence says what to change."""


class GrantRefused(OrganizationError):
    """The grant cannot be given as asked; the sentence says why and what to change."""


class CycleOfDelegations(GrantRefused):
    """What is delegated would come back to who delegates it."""


class DelegationOfDelegation(GrantRefused):
    """What one has by delegation cannot be delegated on."""


class AlreadyCovered(GrantRefused):
    """Another person covers the post on one of those days."""


class GranteeRefused(GrantRefused):
    """That person cannot receive the grant: it is their own post, or they hold none here."""


class AbsenceOverlaps(OrganizationError):
    """The person is absent already on one of those days; correct that absence or choose other days."""


# The words of refusals, where the rules that refuse know no framework


def nobody() -> str:
    """Return who signs where there is no holder."""
    return _("su titular, cuando lo haya")


def span_sentence(first: str, last: str) -> str:
    """Return the days of a row as a sentence says them."""
    if not last:
        return _("desde el %(first)s") % {"first": first}
    return _("desde el %(first)s hasta el %(last)s") % {"first": first, "last": last}


def own_post_sentence(person: object, post: object) -> str:
    """Return why nobody covers their own post."""
    return _("%(person)s ya ocupa «%(post)s» en esas fechas. Elija a otra persona.") % {"person": person, "post": post}


def no_post_sentence(person: object, post: object) -> str:
    """Return why somebody without a post receives no grant."""
    return _("%(person)s no ocupa «%(post)s» en todas esas fechas. Elija otras fechas u otra persona.") % {
        "person": person,
        "post": post,
    }


def covered_sentence(post: object, person: object, span: str) -> str:
    """Return who covers the post already."""
    return _("«%(post)s» ya lo cubre %(person)s %(span)s. Elija otras fechas o termine antes ese encargo.") % {
        "post": post,
        "person": person,
        "span": span,
    }


def ring_sentence(ring: str) -> str:
    """Return the ring that a delegation would close."""
    return _("Hay un ciclo de delegaciones: %(ring)s. Termine antes una de ellas.") % {"ring": ring}


def onward_sentence(post: object, giver: object, kinds: str) -> str:
    """Return why a delegation is not delegated on."""
    return _(
        "«%(post)s» tiene «%(kinds)s» por delegación de «%(giver)s», y lo delegado no se delega. "
        "Pida que delegue «%(giver)s»."
    ) % {"post": post, "kinds": kinds, "giver": giver}


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


class PasswordRefused(OrganizationError):
    """The password is too weak; the sentences say what it lacks."""


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


def undelegable_sentence(post: object, kinds: str) -> str:
    """Return why the signature of some kinds is not delegated."""
    return _(
        "La firma de «%(kinds)s» no se delega: agota la vía administrativa o sanciona. Quite esas clases, o registre "
        "la delegación de la competencia de «%(post)s»."
    ) % {"kinds": kinds, "post": post}
