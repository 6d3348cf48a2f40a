"""What helps to write a text: the documents that stand before it, how they are cited, how it may begin."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from docs_store import selectors as stored
from docs_store.models import Document, Expediente, Version
from docs_store.ports import Article, Draft, Section
from law.rules.dates import MONTHS
from law.selectors import CitationFinding, citation_findings
from workflows.selectors.actions import Action

FEMININE = ("a", "ión", "dad", "ud")
SPOKEN_WITH_EL = ("Acta",)
ACT = "resolucion"


@dataclass(frozen=True)
class Antecedent:
    """A document of the file that a text may cite, with its folios."""

    document: Document
    folios: str

    @property
    def pk(self) -> int:
        return int(self.document.pk)


def antecedents(expediente: Expediente, *, without: Document | None = None) -> list[Antecedent]:
    """Return the emitted documents of the file, newest first; cargos are no antecedents."""
    return [
        Antecedent(line.document, _folios(line.leaf.folio_from, line.leaf.folio_to))
        for line in reversed(stored.documents_of(expediente))
        if line.leaf is not None and line.document.kind.slug != "cargo" and line.document != without
    ]


def _folios(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"


def citation(document: Document, *, with_article: bool) -> str:
    """Return how a document is cited: ``el Informe N.° 262-2023-MDP/GM, del 8 de noviembre de 2023``."""
    kind = str(document.kind) if document.label else document.title
    words = f"{kind} N.° {document.label}" if document.label else kind
    if document.emitted_at is not None:
        day = timezone.localdate(document.emitted_at)
        words += f", del {day.day} de {MONTHS[day.month - 1]} de {day.year}"
    if not with_article:
        return words
    first = kind.split()[0]
    return f"{'la' if first.endswith(FEMININE) and first not in SPOKEN_WITH_EL else 'el'} {words}"


def norm_findings(text: Version | None, on: date) -> list[CitationFinding]:
    """Return what is wrong with the norms that a saved text cites, by the law of the day of its issue."""
    return citation_findings("\n".join(_strings(text.content)), on) if text is not None and text.content else []


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from _strings(each)


def first_draft(action: Action) -> Draft:
    """Return the text with which a step begins: its subject, and the parts that its kind of document has."""
    subject = action.task.process.expediente.subject
    if action.step.drafts:
        return Draft(
            subject=subject, articles=(Article(_("Aprobar"), ""),), closing=_("Regístrese, comuníquese y cúmplase.")
        )
    return Draft(subject=subject, sections=(Section(_("Antecedentes"), ()), Section(_("Conclusión"), ())))
