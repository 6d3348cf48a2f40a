"""The file of a change of government, as it is sent or written on the page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from desk.forms.fields import day_field

LONGEST_FILE = 100_000
"""Letters: some hundred posts have 20,000."""


class GovernmentForm(forms.Form):
    """The day, and the lines: those of the file that came, or those on the page."""

    on = day_field(_("Primer día"), help_text=_("Quien sale, deja su puesto el día anterior."))
    file = forms.FileField(
        label=_("Archivo"),
        required=False,
        help_text=_("CSV, en UTF-8. Su contenido reemplaza lo escrito abajo."),
        widget=forms.FileInput(attrs={"class": "form-control", "accept": ".csv,text/csv,text/plain"}),
        error_messages={"empty": _("El archivo está vacío. Envíe uno con sus líneas.")},
    )
    lines = forms.CharField(
        label=_("Líneas"),
        required=False,
        max_length=LONGEST_FILE,
        strip=False,
        widget=forms.Textarea(attrs={"class": "form-control government-lines", "rows": 12, "wrap": "off"}),
        help_text=_("Un puesto por línea. Sin «username», el puesto queda vacante."),
    )

    def clean(self) -> dict[str, Any]:
        """Put what the file says in place of the lines."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        sent = data.get("file")
        if sent is not None:
            data["lines"] = self._text_of(sent)
        elif not self.errors and not data["lines"].strip():
            self.add_error("lines", _("Escriba las líneas, o elija un archivo."))
        return data

    def _text_of(self, sent: Any) -> str:
        if sent.size > 4 * LONGEST_FILE:
            self.add_error("file", _("El archivo es demasiado grande para ser un cambio de gobierno. Revise cuál es."))
            return ""
        try:
            text: str = sent.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            self.add_error("file", _("No se puede leer este archivo. Guárdelo como CSV en UTF-8."))
            return ""
        if len(text) > LONGEST_FILE:
            self.add_error("file", _("El archivo es demasiado grande para ser un cambio de gobierno. Revise cuál es."))
        return text
