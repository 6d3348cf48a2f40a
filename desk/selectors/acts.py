"""The acts of the register by which somebody may be charged with a post, as far as this person may read them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from desk.rules.act_days import days_in
from docs_store import selectors as stored
from docs_store.enums import DocumentState
from docs_store.models import Document
from docs_store.ports import Draft
from organization.models import Person
from signing.models import Signature

MOST = 8
LEAST_WORDS = 2
NUMBER_DIGITS = 3


@dataclass(frozen=True)
class Act:
    """An act of the register, whether it is signed, by whom, and the days that its text names."""

    document: Document
    signatures: tuple[Signature, ...]
    days: tuple[date, date | None] | None

    @property
    def name(self) -> str:
        """Return kind and number, as stamps cite it."""
        return str(self.document)

    @property
    def is_signed(self) -> bool:
        return self.document.state == DocumentState.EMITTED


def acts_found(words: str, *, by: Person, on: date) -> list[Act]:
    """Return what was numbered with these words at its head, acts and the newest first; zeros may lead or not.

    :param words: ``422``, ``422-2026``; fewer than two characters find nothing.
    """
    asked = words.strip().upper()
    if len(asked) < LEAST_WORDS:
        return []
    number, dash, rest = asked.partition("-")
    spelled = {asked, f"{number.lstrip('0')}{dash}{rest}", f"{number.zfill(NUMBER_DIGITS)}{dash}{rest}"}
    starts = Q()
    for spelling in spelled - {""}:
        starts |= Q(label__startswith=spelling)
    rows = _acts(by, on).filter(starts).order_by("-kind__is_act", "-pk")[:MOST]
    return _told(rows)


def act_of(document_id: int, *, by: Person, on: date) -> Act | None:
    """Return one act, or nothing if there is none that this person may read."""
    return next(iter(_told(_acts(by, on).filter(pk=document_id))), None)


def _acts(by: Person, on: date) -> QuerySet[Document]:
    """Return what this entity itself numbered and did not annul."""
    rows = stored.visible_documents(by, on).filter(post__isnull=False).exclude(label="")
    return rows.exclude(state=DocumentState.ANNULLED).select_related("kind", "post", "emitted_version")


def _told(rows: Iterable[Document]) -> list[Act]:
    return [Act(row, _signatures(row), _days(row)) for row in rows]


def _signatures(row: Document) -> tuple[Signature, ...]:
    made = row.signatures.filter(withdrawn_at__isnull=True, person__isnull=False).select_related("person", "post")
    return tuple(made.order_by("pk"))


def _days(row: Document) -> tuple[date, date | None] | None:
    """Return the days that what the act orders names; else those of the rest of its text."""
    text = stored.latest_text(row)
    if text is None or text.content is None:
        return None
    draft = Draft.from_json(text.content)
    year = timezone.localdate(row.emitted_at or row.created_at).year
    orders = " ".join(f"{article.verb} {article.text}" for article in draft.articles)
    sections = " ".join(paragraph for section in draft.sections for paragraph in section.paragraphs)
    return days_in(orders, year=year) or days_in(f"{draft.subject}. {sections}", year=year)
