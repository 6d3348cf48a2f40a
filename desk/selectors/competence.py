"""Who may sign as a post on a day: competence, holder, who covers, certificate, and the one sentence."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from docs_store.errors import NoSeries
from docs_store.models import DocumentKind, Series
from docs_store.selectors import pattern_of
from organization import selectors as organization
from organization.errors import NotCompetent
from organization.models import Absence, Appointment, Grant, Post
from organization.rules.competence import ActKind
from organization.selectors import Competent, Place
from signing.models import Credential
from signing.selectors import certificates_of
from signing.services.capacities import capacity_words


@dataclass(frozen=True)
class WhoSigns:
    """The chain for one post, one kind of document and one day; ``found`` is nobody where ``refusal`` says why."""

    post: Post
    unit: str
    kind: DocumentKind | None
    on: date
    pattern: str
    titulars: tuple[Appointment, ...]
    absences: tuple[Absence, ...]
    grants: tuple[Grant, ...]
    found: Competent | None
    refusal: str
    certificate: Credential | None

    @property
    def capacity(self) -> str:
        return capacity_words(self.found) if self.found else ""

    @property
    def is_certified(self) -> bool:
        """Return whether the person's certificate covers the day."""
        row = self.certificate
        return row is not None and timezone.localdate(row.valid_from) <= self.on <= timezone.localdate(row.valid_to)

    @property
    def is_expired(self) -> bool:
        return self.certificate is not None and timezone.localdate(self.certificate.valid_to) < self.on

    @property
    def is_able(self) -> bool:
        """Return whether nothing of the person's own stands in the way: a certificate that expired, a closed access."""
        return self.found is not None and not self.is_expired and self.found.person.is_active

    @property
    def has_grant(self) -> bool:
        return self.found is not None and self.found.grant is not None


def who_signs(post: Post, on: date, kind: DocumentKind | None, seats: Iterable[Place]) -> WhoSigns:
    """Return who may sign that kind of document as the post that day, and each link of the chain.

    :param seats: every seat on that day, as ``places_on`` gives them.
    """
    places = [place for place in seats if place.post.pk == post.pk]
    found, refusal = None, ""
    act = ActKind(kind.slug if kind else "", is_signature_delegable=kind is None or not kind.is_own_signature_only)
    try:
        found = organization.competent_for(post, on, kind=act)
    except NotCompetent as error:
        refusal = str(error)
    return WhoSigns(
        post=post,
        unit=organization.unit_name(post.unit, on).name,
        kind=kind,
        on=on,
        pattern=_pattern(post, kind, on),
        titulars=tuple(place.titular for place in places if place.titular),
        absences=tuple(place.absence for place in places if place.absence),
        grants=places[0].grants if places else (),
        found=found,
        refusal=refusal,
        certificate=certificates_of([found.person.pk]).get(found.person.pk) if found else None,
    )


def kinds_signed() -> list[DocumentKind]:
    """Return the kinds of document that somebody of the entity signs, by name."""
    return list(DocumentKind.objects.filter(series__isnull=False).distinct().order_by("name", "slug"))


def _pattern(post: Post, kind: DocumentKind | None, on: date) -> str:
    """Return how the unit's own series of that kind prints its numbers; nothing where it has none that day."""
    series = Series.objects.filter(kind=kind, unit=post.unit_id).first() if kind else None
    try:
        return pattern_of(series, on) if series else ""
    except NoSeries:
        return ""
