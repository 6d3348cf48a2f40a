"""What a person fills in to present something: on the web and at the counter, the same questions.

Nothing that is missing blocks a filing. What is written wrong is told beside its field, with the way out of
leaving it blank.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organization.enums import IdKind
from organization.models import NO_DOCUMENT
from workflows.enums import Channel, DesistimientoEffect, NoticeMeans, ProcedureChannel
from workflows.selectors.procedures import form_choices
from workflows.services.keys import KEY_ALPHABET, KEY_LENGTH
from workflows.services.presentations import PartyData, Presentation, UploadedPaper

BYTES_PER_MB = 1_000_000
ID_LENGTHS = {IdKind.DNI: 8, IdKind.RUC: 11}
LONGEST_ID = 20
LONGEST_TITLE = 300
TOKEN_LENGTH = 32


class ManyFilesInput(forms.ClearableFileInput):
    """A file input in which several files may be chosen."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Any number of files, each within the size limit. The archive decides later whether it can read them."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        files = [file for file in (data if isinstance(data, (list, tuple)) else [data]) if file]
        faults = [fault for file in files if (fault := _fault_of(file))]
        if faults:
            raise forms.ValidationError(faults)
        return files


def _fault_of(file: "UploadedFile[Any]") -> str:
    """Return what is wrong with the size of a file, as a sentence; nothing if it is right."""
    size, limit = file.size or 0, settings.MAX_UPLOAD_BYTES
    if size == 0:
        return _("“%(name)s” está vacío. Vuelva a guardarlo y adjúntelo otra vez.") % {"name": file.name}
    if size > limit:
        values = {"name": file.name, "size": -(-size // BYTES_PER_MB), "limit": limit // BYTES_PER_MB}
        return _("“%(name)s” pesa %(size)d MB; el máximo es %(limit)d MB. Divídalo en partes.") % values
    return ""


def _folios() -> forms.IntegerField:
    return forms.IntegerField(
        label=gettext_lazy("Folios en papel"),
        min_value=0,
        max_value=100_000,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )


class PapersForm(forms.Form):
    """A later paper of an expediente: what it is, what it says, its files."""

    subject = forms.CharField(
        label=gettext_lazy("Qué entrega"),
        help_text=gettext_lazy("En una línea. Por ejemplo: copia del plano."),
        max_length=LONGEST_TITLE,
        required=False,
    )
    text = forms.CharField(
        label=gettext_lazy("Explicación"), widget=forms.Textarea(attrs={"rows": 5}), required=False, max_length=20_000
    )
    papers = ManyFilesField(
        label=gettext_lazy("Archivos"),
        help_text=gettext_lazy("PDF, fotos, Word u OpenDocument. Puede elegir varios."),
        required=False,
    )
    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["token"].initial = secrets.token_hex(TOKEN_LENGTH // 2)
        for field in self.fields.values():
            look = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            field.widget.attrs.setdefault("class", look)

    def clean(self) -> dict[str, Any]:
        """Refuse only what holds nothing at all: there would be nothing to receive."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not self._holds_something(cleaned):
            raise forms.ValidationError(_("Escriba su pedido o adjunte un archivo: todavía no hay nada que recibir."))
        return cleaned

    def _holds_something(self, cleaned: dict[str, Any]) -> bool:
        return any(cleaned.get(name) for name in ("subject", "text", "papers", "paper_folios"))

    def refuse_file(self, sentence: str) -> None:
        """Show beside the files what the archive said of one of them."""
        self.add_error("papers", sentence)

    def presentation(self, *, channel: Channel, party: PartyData | None = None) -> Presentation:
        """Return what was filled in, ready to be registered."""
        cleaned = self.cleaned_data
        return Presentation(
            channel=channel,
            party=party or self.party(),
            subject=cleaned["subject"] or _first_line(cleaned["text"]) or _("Sin asunto"),
            text=cleaned["text"],
            on_behalf_of=cleaned.get("on_behalf_of", ""),
            files=[UploadedPaper(name=file.name or "", content=file, title=_title(file)) for file in cleaned["papers"]],
            paper_folios=cleaned.get("paper_folios") or 0,
            procedure=cleaned.get("procedure", ""),
            notify_by=NoticeMeans(cleaned.get("notify_by") or NoticeMeans.PERSONAL),
            token=_form_name(cleaned["token"]),
            key=_form_key(cleaned["token"]),
        )

    def party(self) -> PartyData:
        raise NotImplementedError


class PresentationForm(PapersForm):
    """A first filing: who presents, how to be reached, what is asked."""

    offered: ProcedureChannel = ProcedureChannel.ONLINE

    procedure = forms.ChoiceField(label=gettext_lazy("Trámite"), required=False)
    id_kind = forms.ChoiceField(
        label=gettext_lazy("Documento"), choices=IdKind.choices, initial=IdKind.DNI, required=False
    )
    id_number = forms.CharField(label=gettext_lazy("Número"), max_length=LONGEST_ID, required=False)
    name = forms.CharField(
        label=gettext_lazy("Nombres y apellidos, o razón social"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    on_behalf_of = forms.CharField(
        label=gettext_lazy("En representación de"),
        help_text=gettext_lazy("Solo si presenta por otra persona o empresa."),
        max_length=200,
        required=False,
    )
    email = forms.EmailField(
        label=gettext_lazy("Correo"),
        help_text=gettext_lazy("Si lo da, le enviamos el cargo y la clave."),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": gettext_lazy("Revise el correo: le falta algo. O déjelo en blanco.")},
    )
    notify_by = forms.ChoiceField(
        label=gettext_lazy("Cómo quiere que le notifiquen"),
        help_text=gettext_lazy("En línea vale como en su domicilio, y solo si usted lo acepta aquí."),
        choices=[(means.value, means.label) for means in NoticeMeans if means != NoticeMeans.PUBLICATION],
        initial=NoticeMeans.PERSONAL,
        required=False,
    )
    phone = forms.CharField(
        label=gettext_lazy("Teléfono"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    address = forms.CharField(
        label=gettext_lazy("Domicilio"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    place = forms.ChoiceField(
        label=gettext_lazy("Dónde vive"),
        help_text=gettext_lazy("Si vive lejos, la ley le da más días para responder o impugnar."),
        required=False,
        error_messages={
            "invalid_choice": gettext_lazy("Elija un lugar de la lista o, si el suyo no figura, «Aquí, o no figura».")
        },
    )

    field_order = (
        "procedure",
        "id_kind",
        "id_number",
        "name",
        "on_behalf_of",
        "email",
        "phone",
        "address",
        "place",
        "subject",
        "text",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = form_choices(timezone.localdate(), self.offered)
        self.fields["procedure"].choices = [("", _("Otro pedido")), *offered.procedures]  # type: ignore[attr-defined]
        if offered.places:
            self.fields["place"].choices = [("", _("Aquí, o no figura")), *offered.places]  # type: ignore[attr-defined]
        else:
            del self.fields["place"]
        self.fields["subject"].label = _("Asunto")
        self.fields["subject"].help_text = _("En una línea, qué pide.")
        self.fields["text"].label = _("Su pedido y sus motivos")

    def clean_id_kind(self) -> str:
        return self.cleaned_data["id_kind"] or IdKind.DNI

    def clean_id_number(self) -> str:
        """Return the number without spaces; a DNI has 8 digits and a RUC 11."""
        number = "".join(str(self.cleaned_data["id_number"]).split()).upper()
        kind = self.cleaned_data.get("id_kind") or IdKind.DNI
        digits = ID_LENGTHS.get(IdKind(kind)) if kind in IdKind.values else None
        if number and digits and not (number.isdecimal() and len(number) == digits):
            values = {"kind": IdKind(kind).label, "digits": digits}
            raise forms.ValidationError(
                _("El %(kind)s tiene %(digits)d números. Corríjalo, o déjelo en blanco y complételo después.") % values
            )
        return number

    def party(self) -> PartyData:
        """Return who presents. Who gave no number gets a mark of their own, so that no two people become one."""
        cleaned = self.cleaned_data
        return PartyData(
            id_kind=cleaned["id_kind"],
            id_number=cleaned["id_number"] or f"{NO_DOCUMENT}{secrets.token_hex(4).upper()}",
            given_names=cleaned["name"] or _("(no indicó su nombre)"),
            email=cleaned["email"],
            phone=cleaned["phone"],
            address=cleaned["address"],
            place=cleaned.get("place", ""),
        )

    def missing(self) -> list[str]:
        """Return what the law asks for and was left blank: it is told, and never an obstacle."""
        asked = {
            "name": _("su nombre"),
            "id_number": _("el número de su documento de identidad"),
            "address": _("su domicilio"),
            "text": _("los motivos de su pedido"),
        }
        return [words for name, words in asked.items() if not self.cleaned_data.get(name)]


class CounterForm(PresentationForm):
    """A filing at the counter: as on the web, the sheets of paper that were handed over, and what is seen missing."""

    offered = ProcedureChannel.COUNTER
    paper_folios = _folios()


class CounterPapersForm(PapersForm):
    """A later paper at the counter."""

    paper_folios = _folios()


class _Desists(PapersForm):
    """What is desisted of; of the procedure, where nothing else is said. The reason may be left out."""

    effect = forms.ChoiceField(
        label=gettext_lazy("De qué desiste"),
        help_text=gettext_lazy("Del procedimiento: se puede volver a pedir lo mismo. De la pretensión: ya no."),
        choices=DesistimientoEffect.choices,
        initial=DesistimientoEffect.PROCEDURE,
        required=False,
    )
    text = forms.CharField(
        label=gettext_lazy("Por qué"), widget=forms.Textarea(attrs={"rows": 4}), required=False, max_length=20_000
    )

    def _holds_something(self, cleaned: dict[str, Any]) -> bool:
        return True

    def presentation(self, *, channel: Channel, party: PartyData | None = None) -> Presentation:
        effect = DesistimientoEffect(self.cleaned_data["effect"] or DesistimientoEffect.PROCEDURE)
        is_of_claim = effect == DesistimientoEffect.CLAIM
        subject = _("Desistimiento de la pretensión") if is_of_claim else _("Desistimiento del procedimiento")
        given = super().presentation(channel=channel, party=party)
        return replace(given, subject=subject, desists=effect)


class DesistForm(_Desists):
    """A desistimiento on the web."""


class CounterDesistForm(_Desists, CounterPapersForm):
    """A desistimiento at the counter."""


def _form_name(token: str) -> str:
    """Return the name under which the form is remembered: the token itself stays with who filled it in."""
    return hashlib.sha256(token.encode()).hexdigest() if token else ""


def _form_key(token: str) -> str:
    """Return the tracking key of the form: the same at each sending, and unknown to who has only the database.

    A form sent twice by a nervous finger shows the second answer, and that one must show the key too.
    """
    if len(token) < TOKEN_LENGTH:
        return ""
    digest = hmac.digest(settings.SECRET_KEY.encode(), b"tracking key of form " + token.encode(), "sha256")
    return "".join(KEY_ALPHABET[byte % len(KEY_ALPHABET)] for byte in digest[:KEY_LENGTH])


def _first_line(text: str) -> str:
    lines: Iterable[str] = text.strip().splitlines()
    return next(iter(lines), "")[:LONGEST_TITLE]


def _title(file: "UploadedFile[Any]") -> str:
    """Return the name of the file without its ending, as its title."""
    return (file.name or "").rpartition(".")[0].replace("_", " ").strip()[:LONGEST_TITLE]
