"""Numbers: consecutive from 1 in each series and year, none doubled, each where it belongs."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, F, Max, Min, Q
from django.utils.translation import gettext as _

from config.upkeep.differences import Difference, Kind
from docs_store.enums import DocumentState, NumberState
from docs_store.models import Number, NumberBlock, SeriesYear

SETTLED = (DocumentState.EMITTED, DocumentState.ANNULLED)


@dataclass(frozen=True)
class _Run:
    """The numbers of a series in a year, and what the series gives next."""

    series_id: int
    slug: str
    year: int
    following: int

    @property
    def subject(self) -> str:
        return f"series:{self.slug}/{self.year}"


def differences() -> Iterator[Difference]:
    for run in _runs():
        blocks = list(NumberBlock.objects.filter(series=run.series_id, year=run.year).order_by("first"))
        if not _is_whole(run, blocks):
            yield from _walk(run, blocks)
    yield from _misplaced()


def _runs() -> Iterator[_Run]:
    """Yield the counters, and series that have numbers and no counter."""
    counters = SeriesYear.objects.values_list("series_id", "series__slug", "year", "next_value")
    known = set()
    for series_id, slug, year, following in counters:
        known.add((series_id, year))
        yield _Run(series_id, slug, year, following)
    used = Number.objects.order_by().values_list("series_id", "series__slug", "year").distinct()
    for series_id, slug, year in used:
        if (series_id, year) not in known:
            yield _Run(series_id, slug, year, 1)


def _is_whole(run: _Run, blocks: list[NumberBlock]) -> bool:
    """Tell from counts alone: with as many different values as there are places, none is missing."""
    numbers = Number.objects.filter(series=run.series_id, year=run.year)
    seen = numbers.aggregate(n=Count("pk"), values=Count("value", distinct=True), least=Min("value"), most=Max("value"))
    outside = sum(block.last - block.first + 1 for block in blocks)
    most = max([seen["most"] or 0, *(block.last for block in blocks)])
    inside = Q()
    for block in blocks:
        inside |= Q(value__range=(block.first, block.last))
    overlaps = bool(blocks) and numbers.filter(inside).exists()
    is_counted = seen["n"] == seen["values"] and seen["n"] + outside == run.following - 1
    return is_counted and most == run.following - 1 and (seen["least"] or 1) >= 1 and not overlaps


def _walk(run: _Run, blocks: list[NumberBlock]) -> Iterator[Difference]:
    """Go through the values in order and name each that is there twice, and each stretch that is not."""
    expected, last = 1, 0
    for first, to, is_block in _stretches(run, blocks):
        if first < expected:
            kind = Kind.NUMBER_DOUBLED
            yield Difference(kind, run.subject, _doubled(run, first, by_block=is_block))
        elif first > expected:
            yield Difference(Kind.NUMBER_GAP, run.subject, _gap(run, expected, first - 1))
        expected, last = max(expected, to + 1), max(last, to)
    if last >= run.following:
        sentence = _("Serie %(series)s, año %(year)d: el siguiente número sería %(next)d y ya se dio el %(last)d.")
        told = {"series": run.slug, "year": run.year, "next": run.following, "last": last}
        yield Difference(Kind.NUMBER_DOUBLED, run.subject, sentence % told)
    elif expected < run.following:
        yield Difference(Kind.NUMBER_GAP, run.subject, _gap(run, expected, run.following - 1))


def _stretches(run: _Run, blocks: list[NumberBlock]) -> Iterator[tuple[int, int, bool]]:
    """Yield single values and declared blocks in their common order."""
    left = list(reversed(blocks))
    values = (
        Number.objects.filter(series=run.series_id, year=run.year).order_by("value").values_list("value", flat=True)
    )
    for value in values.iterator():
        while left and left[-1].first <= value:
            block = left.pop()
            yield block.first, block.last, True
        yield value, value, False
    for block in reversed(left):
        yield block.first, block.last, True


def _doubled(run: _Run, value: int, *, by_block: bool) -> str:
    sentence = (
        _("Serie %(series)s, año %(year)d: el bloque declarado desde el %(value)d repite números ya dados.")
        if by_block
        else _("Serie %(series)s, año %(year)d: el número %(value)d está repetido.")
    )
    return sentence % {"series": run.slug, "year": run.year, "value": value}


def _gap(run: _Run, first: int, last: int) -> str:
    told = {"series": run.slug, "year": run.year, "first": first, "last": last}
    if first == last:
        return _("Serie %(series)s, año %(year)d: falta el número %(first)d y no hay motivo registrado.") % told
    return (
        _("Serie %(series)s, año %(year)d: faltan los números %(first)d a %(last)d y no hay motivo registrado.") % told
    )


def _misplaced() -> Iterator[Difference]:
    """Yield numbers whose state or print contradicts that of their document."""
    held = Number.objects.exclude(document=None).exclude(state=NumberState.ANNULLED)
    wrong = held.filter(
        Q(state=NumberState.RESERVED, document__state__in=SETTLED)
        | (Q(state=NumberState.USED) & ~Q(document__state__in=SETTLED))
        | ~Q(document__label=F("label"))
    )
    for number in wrong.select_related("document").order_by("pk").iterator():
        yield Difference(
            Kind.NUMBER_MISPLACED,
            f"number:{number.pk}",
            _("El número %(label)s no concuerda con su documento %(document)d: su estado o su impresión es otra.")
            % {"label": number.label, "document": number.document_id},
        )
