"""Numbers: reserved for a document, taken for a register, declared as issued outside, annulled with a reason.

The series' row of the year is the lock: two processes cannot get the same value, and a rollback gives it back.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from docs_store.enums import DocumentState, NumberState, Reset
from docs_store.errors import BlockRefused, NoSeries, NumberIsSettled, ReasonMissing
from docs_store.models import REASON_LENGTH, Document, Number, NumberBlock, Series, SeriesYear
from docs_store.rules import numbering
from docs_store.selectors import author_of, living_number, pattern_of, series_of
from docs_store.services.locking import actor_of, check_open, lock
from ledger import services as ledger
from organization import selectors as organization
from organization.models import Person, Unit

EVER = 0


@dataclass(frozen=True)
class Taken:
    """The next value of a series, as it is printed, before it belongs to anything."""

    series: Series
    year: int
    value: int
    label: str


def reserve_number(*, document: Document, by: Person | None, at: datetime) -> Number:
    """Reserve the next number of the document's series, or return the one that it already holds.

    The number belongs to the document from here on, also when it is returned for changes. The year is Lima's at
    that moment; siglas and initials are those of that day.

    :raises NoSeries: no series numbers this kind of document in this unit on that day.
    :raises NumberPartMissing: the series prints something that the unit or the author does not have.
    :raises DocumentIsClosed: it was emitted without a number, or annulled.
    """
    with transaction.atomic():
        lock(document)
        living = living_number(document)
        if living is not None:
            return living
        check_open(document)
        taken = take_next(series_of(document=document, at=at), document=document, at=at)
        number = Number.objects.create(
            series=taken.series,
            year=taken.year,
            value=taken.value,
            label=taken.label,
            state=NumberState.RESERVED,
            document=document,
            owner=f"document:{document.pk}",
            reserved_at=at,
        )
        document.label = taken.label
        document.save(update_fields=["label"])
        _record("number.reserved", number, by, at)
    return number


def take_number(*, series_slug: str, owner: str, by: Person | None, at: datetime) -> Number:
    """Take the next number of a register; it counts as used at once.

    :param owner: what it belongs to: ``expediente:7``.
    :raises NoSeries: there is no such register, or it has no pattern on that day.
    """
    with transaction.atomic():
        taken = take_next(register(series_slug), document=None, at=at)
        number = keep_taken(taken, owner=owner, at=at)
        _record("number.taken", number, by, at)
    return number


def annul_number(*, number: Number, reason: str, by: Person | None, at: datetime) -> Number:
    """Annul a number with its reason: it stays in its series and is never given again.

    A document that was typeset with it gets its text back; its next number is a new one.

    :raises ReasonMissing: without a reason.
    :raises NumberIsSettled: an emitted document uses it, or it was annulled before.
    """
    if not reason.strip():
        raise ReasonMissing
    with transaction.atomic():
        if number.document is not None:
            lock(number.document)
        number.refresh_from_db(
            from_queryset=Number.objects.select_for_update(of=("self",), no_key=True).select_related("document")
        )
        is_register = number.document_id is None and number.state == NumberState.USED
        if number.state != NumberState.RESERVED and not is_register:
            raise NumberIsSettled(label=number.label)
        _annul(number, reason, at)
        if number.document is not None:
            _free_text(number.document)
        _record("number.annulled", number, by, at)
    return number


def annul_reserved(document: Document, *, reason: str, at: datetime) -> Number | None:
    """Annul the number reserved for a locked document, if any, as part of its own annulment."""
    number = document.numbers.filter(state=NumberState.RESERVED).first()
    if number is not None:
        _annul(number, reason, at)
        document.label = ""
    return number


def declare_block(
    *, series: Series, year: int, first: int, last: int, reason: str, by: Person | None, at: datetime
) -> NumberBlock:
    """Declare numbers that were issued outside the system; the series goes on behind them.

    :param year: 0 for a series that never starts again.
    :raises ReasonMissing: without a reason.
    :raises BlockRefused: it does not begin at the series' next value, or ends before it begins.
    """
    if not reason.strip():
        raise ReasonMissing
    with transaction.atomic():
        counter = _locked_counter(series, year)
        if first != counter.next_value or last < first:
            raise BlockRefused(following=counter.next_value)
        block = NumberBlock.objects.create(
            series=series,
            year=year,
            first=first,
            last=last,
            reason=reason.strip()[:REASON_LENGTH],
            declared_by=by,
            declared_at=at,
        )
        counter.next_value = last + 1
        counter.save(update_fields=["next_value"])
        facts = {"block": block.pk, "year": year, "first": first, "last": last}
        ledger.record("number.block_declared", subject=f"series:{series.pk}", facts=facts, by=actor_of(by), at=at)
    return block


# What other services of this room build on; always inside their transaction.


def register(slug: str) -> Series:
    """Return the register with this code.

    :raises NoSeries: the entity has none.
    """
    series = Series.objects.filter(slug=slug).first()
    if series is None:
        raise NoSeries(what=slug)
    return series


def take_next(series: Series, *, document: Document | None, at: datetime) -> Taken:
    """Return the series' next value and move it on; a rollback gives the value back."""
    day = timezone.localdate(at)
    pattern = pattern_of(series, day)
    counter = _locked_counter(series, day.year if series.reset == Reset.YEARLY else EVER)
    value = counter.next_value
    counter.next_value = value + 1
    counter.save(update_fields=["next_value"])
    unit = (document.unit if document else None) or series.unit
    return Taken(series, counter.year, value, _label(pattern, value, unit, document, day))


def keep_taken(taken: Taken, *, owner: str, at: datetime) -> Number:
    """Keep a register's number as used."""
    return Number.objects.create(
        series=taken.series,
        year=taken.year,
        value=taken.value,
        label=taken.label,
        state=NumberState.USED,
        owner=owner,
        reserved_at=at,
        settled_at=at,
    )


def use_reserved(document: Document, *, at: datetime) -> Number | None:
    """Mark the number reserved for a locked document as used, now that it is emitted."""
    number = document.numbers.filter(state=NumberState.RESERVED).first()
    if number is not None:
        number.state, number.settled_at = NumberState.USED, at
        number.save(update_fields=["state", "settled_at"])
    return number


def _locked_counter(series: Series, year: int) -> SeriesYear:
    rows = SeriesYear.objects.select_for_update(no_key=True).filter(series=series, year=year)
    row = rows.first()
    if row is None:
        SeriesYear.objects.get_or_create(series=series, year=year)
        row = rows.get()
    return row


def _label(pattern: str, value: int, unit: Unit | None, document: Document | None, day: date) -> str:
    tokens = numbering.tokens_of(pattern)
    name = organization.unit_name(unit, day) if unit and tokens & numbering.OF_THE_UNIT else None
    author = author_of(document, day) if document and tokens & numbering.OF_THE_AUTHOR else None
    return numbering.render(
        pattern,
        seq=value,
        year=day.year,
        siglas=name.siglas if name else "",
        siglas_path=(name.siglas_path or name.siglas) if name else "",
        initials=author.initials if author else "",
    )


def _annul(number: Number, reason: str, at: datetime) -> None:
    number.state, number.reason, number.settled_at = NumberState.ANNULLED, reason.strip()[:REASON_LENGTH], at
    number.save(update_fields=["state", "reason", "settled_at"])


def _free_text(document: Document) -> None:
    document.label = ""
    if document.state == DocumentState.FOR_DISPATCH:
        document.state = DocumentState.OBSERVED
    document.save(update_fields=["label", "state"])


def _record(kind: str, number: Number, by: Person | None, at: datetime) -> None:
    facts = {"number": number.pk, "series": number.series.slug, "year": number.year, "value": number.value}
    ledger.record(kind, subject=number.owner, facts=facts, by=actor_of(by), at=at)
