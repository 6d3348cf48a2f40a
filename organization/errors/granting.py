"""Why a grant is not given: its classes, and the sentences for rules that know no framework."""

from django.utils.translation import gettext as _

from organization.errors.base import OrganizationError


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


def undelegable_sentence(post: object, kinds: str) -> str:
    """Return why the signature of some kinds is not delegated."""
    return _(
        "La firma de «%(kinds)s» no se delega: agota la vía administrativa o sanciona. Quite esas clases, o registre "
        "la delegación de la competencia de «%(post)s»."
    ) % {"kinds": kinds, "post": post}
