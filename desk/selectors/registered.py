"""What was presented, as the counter finds it: by number, by who presented it, by its subject."""

from datetime import date

from django.db.models import Q, QuerySet

from docs_store import selectors as stored
from organization.models import Person
from search.enums import Order
from search.errors import SearchError
from search.selectors import answer
from workflows.models import Filing

NEWEST_LOOKED_AT = 200
MOST_HITS = 50


def filings_found(words: str, *, by: Person, on: date, limit: int) -> list[Filing]:
    """Return the filings that this person may see and that bear the words, the newest first; without words, the newest.

    Numbers and identity documents are looked up by their columns; names and subjects by the search index, and among
    the newest filings, which the index may not hold yet. Never are all rows read.
    """
    rows = Filing.objects.select_related("expediente", "party").order_by("-pk")
    rows = rows.filter(expediente__in=stored.visible_expedientes(by, on))
    if not words:
        return list(rows[:limit])
    number = words.upper()
    exact = Q(label=number) | Q(expediente__label=number) | Q(party__id_number=words)
    found = {filing.pk: filing for filing in rows.filter(exact)[:limit]}
    found |= {filing.pk: filing for filing in rows[:NEWEST_LOOKED_AT] if _bears(filing, words)}
    found |= {filing.pk: filing for filing in _indexed(rows, words, by, on)[:limit]}
    return sorted(found.values(), key=lambda filing: -filing.pk)[:limit]


def _bears(filing: Filing, words: str) -> bool:
    said = f"{filing.label} {filing.expediente.label} {filing.party.full_name} {filing.subject}".casefold()
    return all(word in said for word in words.casefold().split())


def _indexed(rows: QuerySet[Filing], words: str, by: Person, on: date) -> QuerySet[Filing]:
    """Return the filings of the expedientes in which the index finds the words; none where it cannot read them."""
    try:
        tokens = stored.reader_tokens(by, on)
        results = answer(words, tokens=tokens, limit=MOST_HITS, order=Order.NEWEST)
    except SearchError:
        return rows.none()
    return rows.filter(expediente__in={hit.expediente_id for hit in results.hits})
