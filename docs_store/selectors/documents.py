"""Reads of documents: how they are called, found, and stand in their expediente."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max, Q
from django.utils import timezone

from docs_store.enums import NumberState
from docs_store.errors import NoSeries
from docs_store.models import Document, Expediente, Leaf, Number, Series, SeriesPattern, Version
from docs_store.rules.codes import typed_code


@dataclass(frozen=True)
class FiledDocument:
    """A document as its expediente's page lists it: the version to show, and its folios once it has them."""

    document: Document
    version: Version | None
    leaf: Leaf | None


def document_label(document: Document) -> str:
    """Return what the document is called: its kind with its number, else with its title; an outside one's title."""
    if document.label:
        return f"{document.kind} {document.label}"
    is_ours = document.unit_id is not None and document.emitted_version_id is None
    return f"{document.kind}: {document.title}" if is_ours else document.title


def document_by_cvd(code: str) -> Document | None:
    """Return the document with this verification code, however it was typed, or nothing."""
    plain = typed_code(code)
    documents = Document.objects.select_related("kind", "unit", "expediente", "emitted_version")
    return documents.filter(cvd=plain).first() if plain else None


def documents_of(expediente: Expediente) -> list[FiledDocument]:
    """Return the documents of an expediente: those with folios in their order, then the rest. Two queries."""
    documents = list(
        Document.objects.filter(expediente=expediente)
        .select_related("kind", "unit", "post", "created_by", "emitted_version__leaf")
        .order_by("id")
    )
    newest = _newest_versions([d.pk for d in documents if d.emitted_version_id is None])
    filed = [_filed(document, newest) for document in documents]
    return sorted(filed, key=lambda line: (line.leaf is None, line.leaf.order if line.leaf else line.document.pk))


def leaves_of(expediente: Expediente) -> list[Leaf]:
    """Return the expediente's index, in order."""
    return list(expediente.leaves.select_related("version__document__kind").order_by("order"))


def folio_count(expediente: Expediente) -> int:
    """Return how many folios the expediente has."""
    return expediente.leaves.aggregate(last=Max("folio_to"))["last"] or 0


def living_number(document: Document) -> Number | None:
    """Return the number that the document holds, reserved or used, or nothing yet."""
    return document.numbers.exclude(state=NumberState.ANNULLED).first()


def series_of(*, document: Document, at: datetime) -> Series:
    """Return the series that numbers this document: its unit's own for this kind, else the entity's.

    :raises NoSeries: there is none with a pattern on that day.
    """
    day = timezone.localdate(at)
    candidates = Series.objects.filter(Q(unit=document.unit_id) | Q(unit=None), kind=document.kind_id)
    with_pattern = candidates.filter(_valid("patterns__", day)).order_by("slug").distinct()
    own_first = sorted(with_pattern, key=lambda series: series.unit_id is None)
    if not own_first:
        raise NoSeries(what=str(document.kind))
    return own_first[0]


def pattern_of(series: Series, day: date) -> str:
    """Return how the series prints its numbers that day.

    :raises NoSeries: it has no pattern on that day.
    """
    row = SeriesPattern.objects.filter(_valid("", day), series=series).order_by("-valid_from").first()
    if row is None:
        raise NoSeries(what=series.slug)
    return row.pattern


def _valid(prefix: str, day: date) -> Q:
    return Q(**{f"{prefix}valid_from__lte": day}) & (
        Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gte": day})
    )


def _filed(document: Document, newest: dict[int, Version]) -> FiledDocument:
    version = document.emitted_version or newest.get(document.pk)
    leaf = getattr(document.emitted_version, "leaf", None)
    return FiledDocument(document, version, leaf)


def _newest_versions(document_ids: list[int]) -> dict[int, Version]:
    """Return the newest version of each document that has one, in one query."""
    versions = Version.objects.filter(document__in=document_ids).order_by("document", "number")
    return {version.document_id: version for version in versions.defer("content")}
