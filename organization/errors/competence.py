"""Why nobody, or not this person, acts as a post: the link of the chain that fails, and what would mend it."""

from collections.abc import Sequence
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organization.errors.base import OrganizationError


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


def nobody() -> str:
    """Return who signs where there is no holder."""
    return _("su titular, cuando lo haya")


def span_sentence(first: str, last: str) -> str:
    """Return the days of a row as a sentence says them."""
    if not last:
        return _("desde el %(first)s") % {"first": first}
    return _("desde el %(first)s hasta el %(last)s") % {"first": first, "last": last}
