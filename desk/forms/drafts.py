"""A structured text as a form: what a person types is data, never markup."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from desk.forms.fields import line_field
from docs_store.errors import UnprintableCharacter
from docs_store.ports import Article, Draft, Section
from docs_store.services import check_text

ACT, LETTERS, MINUTES = "resolucion", {"carta", "oficio"}, "acta"
PARAGRAPH_BREAK = re.compile(r"\n\s*\n")
LONGEST_TEXT, LONGEST_LINE = 60_000, 300
BLANK_ROWS, MORE_ROWS = 1, 2


class PrintableField(forms.CharField):
    """A text that paper can show: a character that no font has is refused by its name, beside the field."""

    def __init__(self, *, rows: int = 0, **kwargs: Any) -> None:
        attributes = {"class": "form-control"}
        widget = forms.Textarea(attrs=attributes | {"rows": rows}) if rows else forms.TextInput(attrs=attributes)
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", LONGEST_TEXT if rows else LONGEST_LINE)
        super().__init__(widget=widget, **kwargs)

    def clean(self, value: Any) -> str:
        text = str(super().clean(value) or "").replace("\r\n", "\n")
        try:
            check_text(text, gettext("este campo"))
        except UnprintableCharacter as error:
            raise forms.ValidationError(str(error)) from error
        return text


def lines_of(text: str) -> tuple[str, ...]:
    """Return the lines that say something."""
    return tuple(line.strip() for line in text.split("\n") if line.strip())


def paragraphs_of(text: str) -> tuple[str, ...]:
    """Return the paragraphs: a blank line begins another."""
    return tuple(" ".join(part.split()) for part in PARAGRAPH_BREAK.split(text) if part.strip())


class HeadForm(forms.Form):
    """What stands before the text, and its end; which fields depends on the kind of document."""

    addressee_name = PrintableField(label=_("A: nombre"))
    addressee_post = PrintableField(label=_("Cargo"))
    addressee_place = PrintableField(label=_("Entidad o lugar"))
    subject = PrintableField(
        label=_("Asunto"),
        rows=1,
        max_length=LONGEST_LINE,
        required=True,
        error_messages={"required": _("Escriba el asunto.")},
    )
    references = PrintableField(label=_("Referencias"), rows=2, help_text=_("Una por línea."))
    attendees = PrintableField(label=_("Asistentes"), rows=3, help_text=_("Uno por línea."))
    vistos = PrintableField(
        label=_("VISTOS"), rows=4, help_text=_("Un antecedente por línea, con su artículo: «el Informe N.° …».")
    )
    considerandos = PrintableField(
        label=_("CONSIDERANDO"),
        rows=8,
        help_text=_("Un párrafo por motivo, con una línea en blanco entre ellos, sin escribir «Que,»."),
    )
    closing = PrintableField(label=_("Cierre"), rows=1)
    copies = PrintableField(label=_("Con copia a (cc.)"), rows=2, help_text=_("Una por línea."))

    def __init__(self, *args: Any, template: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in _unused(template):
            del self.fields[name]

    def clean_subject(self) -> str:
        """Return the subject on one line: the field grows, so that all of a long one is seen."""
        return " ".join(self.cleaned_data["subject"].split())


def _unused(template: str) -> set[str]:
    """Return the fields that this kind of document does not print."""
    addressee = {"addressee_name", "addressee_post", "addressee_place"}
    if template == ACT:
        return addressee | {"references", "attendees"}
    act_only = {"vistos", "considerandos"}
    if template == MINUTES:
        return addressee | act_only | {"copies"}
    if template in LETTERS:
        return act_only | {"attendees"}
    return act_only | {"attendees", "addressee_place"}


class SectionForm(forms.Form):
    """A numbered section."""

    heading = PrintableField(label=_("Título"))
    paragraphs = PrintableField(label=_("Párrafos"), rows=5, help_text=_("Una línea en blanco comienza otro párrafo."))


class ArticleForm(forms.Form):
    """An article of an act."""

    verb = PrintableField(label=_("Verbo"), help_text=_("Aprobar, Encargar, Notificar…"), max_length=60)
    text = PrintableField(label=_("Qué ordena"), rows=3)


class DraftForm:
    """The whole text: its head, and its sections or articles."""

    def __init__(self, *, template: str, draft: Draft, data: Any = None) -> None:
        self.template = template
        self.is_act = template == ACT
        self.head = HeadForm(data, initial=_head_values(draft), template=template, prefix="d")
        rows = formset_factory(ArticleForm if self.is_act else SectionForm, extra=BLANK_ROWS)
        # What was typed is read as it is: beside what is stored, a row that says the same would count as left blank.
        stored = None if data else _row_values(draft, self.is_act)
        self.rows: BaseFormSet[Any] = rows(data, initial=stored, prefix="r")

    def is_valid(self) -> bool:
        return all([self.head.is_valid(), self.rows.is_valid()])

    @property
    def faults(self) -> list[tuple[str, str]]:
        """Return what must be mended, each with the field where it stands."""
        forms_ = [self.head, *self.rows.forms] if self.head.is_bound else []
        return [(bound.auto_id, message) for form in forms_ for bound in form for message in bound.errors]

    def draft(self) -> Draft:
        """Return the text that was typed."""
        head = self.head.cleaned_data
        rows = [row for row in self.rows.cleaned_data if any(row.values())]
        return Draft(
            subject=head.get("subject", ""),
            addressee_name=head.get("addressee_name", ""),
            addressee_post=head.get("addressee_post", ""),
            addressee_place=head.get("addressee_place", ""),
            references=lines_of(head.get("references", "")),
            vistos=lines_of(head.get("vistos", "")),
            considerandos=paragraphs_of(head.get("considerandos", "")),
            sections=() if self.is_act else tuple(_section(row) for row in rows),
            articles=tuple(Article(row["verb"], row["text"]) for row in rows) if self.is_act else (),
            closing=head.get("closing", ""),
            copies=lines_of(head.get("copies", "")),
            attendees=lines_of(head.get("attendees", "")),
        )


def _section(row: dict[str, str]) -> Section:
    return Section(row["heading"], paragraphs_of(row["paragraphs"]))


def _head_values(draft: Draft) -> dict[str, str]:
    def joined(texts: Sequence[str], between: str = "\n") -> str:
        return between.join(texts)

    return {
        "subject": draft.subject,
        "addressee_name": draft.addressee_name,
        "addressee_post": draft.addressee_post,
        "addressee_place": draft.addressee_place,
        "references": joined(draft.references),
        "attendees": joined(draft.attendees),
        "vistos": joined(draft.vistos),
        "considerandos": joined(draft.considerandos, "\n\n"),
        "closing": draft.closing,
        "copies": joined(draft.copies),
    }


def _row_values(draft: Draft, is_act: bool) -> list[dict[str, str]]:
    if is_act:
        return [{"verb": article.verb, "text": article.text} for article in draft.articles]
    return [{"heading": s.heading, "paragraphs": "\n\n".join(s.paragraphs)} for s in draft.sections]


def with_more_rows(data: Any) -> Any:
    """Return the posted text with blank rows added at its end."""
    added = data.copy()
    added["r-TOTAL_FORMS"] = str(int(added.get("r-TOTAL_FORMS") or 0) + MORE_ROWS)
    return added


class AnnexForm(forms.Form):
    """A file that travels with the text."""

    title = line_field(_("Título del anexo"), LONGEST_LINE, _("Escriba cómo se llama el anexo."))
    file = forms.FileField(
        label=_("Archivo"),
        help_text=_("PDF, Word, OpenDocument, imagen o texto. Se guarda tal como está."),
        error_messages={"required": _("Elija el archivo."), "empty": _("El archivo está vacío. Elija otro.")},
        widget=forms.FileInput(attrs={"class": "form-control"}),
    )
