"""Who may see what: the one place that decides it, for lists, pages and the index alike."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from docs_store.enums import AccessLevel
from docs_store.models import Access, Document, Expediente
from organization import selectors as organization
from organization.enums import Role
from organization.models import Person

PUBLIC, EVERYTHING = "public", "all"
ROLES_THAT_SEE_ALL = frozenset({Role.SECRETARIAT, Role.ARCHIVE, Role.AUDITOR})


@dataclass(frozen=True)
class Reach:
    """How far a person's eyes go on a day: by the units of their posts, in person, or everywhere by their role."""

    unit_ids: frozenset[int]
    person_id: int | None
    sees_all: bool


def reach_of(person: Person | None, on: date) -> Reach:
    """Return the reach of a person; of nobody in particular, if there is none."""
    if person is None or person.pk is None:
        return Reach(frozenset(), None, sees_all=False)
    units = [post.unit for post in organization.posts_of(person, on)]
    has_heirs = any(unit.is_heir for unit in units)
    unit_ids = organization.with_predecessors(units, on) if has_heirs else frozenset(unit.pk for unit in units)
    return Reach(unit_ids, person.pk, sees_all=any(unit.role in ROLES_THAT_SEE_ALL for unit in units))


def visible_expedientes(person: Person | None, on: date) -> QuerySet[Expediente]:
    """Return the expedientes that the person may see that day: every list and search goes through here.

    Those whose reading was given to a unit of one of their posts, to them, or to the public; secretaría general,
    archive and auditor see all.
    """
    return _visible(reach_of(person, on))


def visible_documents(person: Person | None, on: date) -> QuerySet[Document]:
    """Return the documents that the person may see that day.

    Of the expedientes that they may see: what was emitted, and what is still a draft if the reading was given to
    one of their units or, for officials, to them. A published document is everybody's.
    """
    reach = reach_of(person, on)
    if reach.sees_all:
        return Document.objects.all()
    is_official = person is not None and bool(person.username)
    inner = Reach(reach.unit_ids, reach.person_id if is_official else None, sees_all=False)
    return Document.objects.filter(
        Q(is_public=True)
        | Q(expediente__in=_visible(reach), emitted_version__isnull=False)
        | Q(Exists(_access(inner, OuterRef("expediente"))))
    )


def reader_tokens(person: Person | None, on: date) -> frozenset[str]:
    """Return what the index is asked with: ``public``, ``unit:5``, ``person:7``, ``all`` for the roles that see all."""
    reach = reach_of(person, on)
    tokens = {PUBLIC, *(f"unit:{unit_id}" for unit_id in reach.unit_ids)}
    if reach.person_id is not None:
        tokens.add(f"person:{reach.person_id}")
    if reach.sees_all:
        tokens.add(EVERYTHING)
    return frozenset(tokens)


def _visible(reach: Reach) -> QuerySet[Expediente]:
    if reach.sees_all:
        return Expediente.objects.all()
    public = Exists(Access.objects.filter(expediente=OuterRef("pk"), is_public=True))
    given = Exists(_access(reach, OuterRef("pk")))
    return Expediente.objects.filter(Q(access_level=AccessLevel.PUBLIC) | Q(public) | Q(given))


def _access(reach: Reach, expediente: OuterRef) -> QuerySet[Access]:
    readers = Q(unit__in=reach.unit_ids)
    if reach.person_id is not None:
        readers |= Q(person=reach.person_id)
    return Access.objects.filter(readers, expediente=expediente)
