"""As what somebody signs: competence on the day, in the words that stamp and record bear (DR-08, DR-09)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from docs_store.models import Document
from organization import selectors as organization
from organization.enums import Capacity, LinkKind
from organization.errors import NotCompetent
from organization.models import Person, Post
from organization.rules.competence import ActKind, Link
from organization.selectors import Competent
from signing.errors import OutsideCompetence


@dataclass(frozen=True)
class Standing:
    """As what a person signs: the words of the stamp, whom they act for, and the acts behind it."""

    person: Person
    capacity: str
    titular: str = ""
    act: str = ""
    chain: tuple[Link, ...] = ()

    @property
    def words(self) -> tuple[str, str, str]:
        """Return what the stamp says beside the name."""
        return self.capacity, self.titular, self.act

    @property
    def links(self) -> list[dict[str, object]]:
        """Return the acts as they are kept: identifiers and days, and the act as it is cited."""
        return [_link_row(link) for link in self.chain]


def standing_of(*, document: Document, post: Post, at: datetime, person: Person | None = None) -> Standing:
    """Return who signs or endorses this kind of document as the post that day, and in which capacity.

    :param person: ask for this person alone; without one, for whom it falls to.
    :raises OutsideCompetence: nobody, or not this person; the sentence says which act fails and what would mend it.
    """
    file = document.expediente_id
    kind = ActKind(document.kind.slug, is_signature_delegable=not document.kind.is_own_signature_only)
    try:
        found = organization.competent_for(post, timezone.localdate(at), kind=kind, person=person, file=file)
    except NotCompetent as refusal:
        raise OutsideCompetence(str(refusal), chain=refusal.chain) from refusal
    return standing_from(found)


def standing_from(found: Competent) -> Standing:
    """Return the words of the stamp for who is competent."""
    return Standing(found.person, capacity_words(found), _titular_words(found), _act_words(found), found.chain)


def capacity_words(found: Competent) -> str:
    """Return the office as the stamp says it: ``Alcalde (e)``, ``Suplente de Alcalde``, ``Por Alcalde``."""
    words = {
        Capacity.OWN: "%(post)s",
        Capacity.CHARGE: _("%(post)s (e)"),
        Capacity.SUBSTITUTION: _("Suplente de %(post)s"),
        Capacity.SIGNATURE: _("Por %(post)s"),
        Capacity.COMPETENCE: _("Por delegación de %(post)s"),
        Capacity.DESIGNATION: _("En lugar de %(post)s"),
    }
    return words[found.capacity] % {"post": found.post.title}


def _titular_words(found: Competent) -> str:
    """Return name and office of whom a substitute or a delegate acts for; a vacant post has nobody."""
    if found.titular is None:
        return ""
    return f"{found.titular.full_name}, {found.post.title}"


def _act_words(found: Competent) -> str:
    designation = next((link for link in found.chain if link.kind == LinkKind.ABSTENTION), None)
    if designation is not None:
        return f"{designation.kind.label}: {designation.act}"
    if found.grant is None:
        return ""
    return f"{found.grant.get_kind_display()}: {found.grant.act}"


def _link_row(link: Link) -> dict[str, object]:
    """Return the act as it is kept. Why somebody was absent is nobody's business who reads a signature."""
    return {
        "kind": str(link.kind),
        "id": link.pk,
        "person": link.person.pk,
        "post": link.post.pk if link.post else None,
        "first": link.first.isoformat(),
        "last": link.last.isoformat() if link.last else None,
        "act": "" if link.kind == LinkKind.ABSENCE else link.act,
    }


def acts_of(chain: Iterable[Mapping[str, object]]) -> list[str]:
    """Return the acts of a chain as the ledger names them: ``grant:7``."""
    return [f"{link['kind']}:{link['id']}" for link in chain]
