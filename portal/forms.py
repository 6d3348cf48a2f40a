"""What citizens type: a number and a key, a verification code or a file."""

import re
import secrets
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

BYTES_PER_MB = 1_000_000
LONGEST_LABEL = 120


class TrackForm(forms.Form):
    """The number of the cargo and, for the detail, the key of the talón."""

    number = forms.CharField(
        label=gettext_lazy("Número"),
        max_length=LONGEST_LABEL,
        error_messages={"required": gettext_lazy("Escriba el número que está en su cargo.")},
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off", "spellcheck": "false"}),
    )
    key = forms.CharField(
        label=gettext_lazy("Clave"),
        max_length=60,
        required=False,
        widget=forms.TextInput(
            attrs={
                "class": "form-control key-input",
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )

    def clean_number(self) -> str:
        """Return the number without the spaces and the mark that people put around it."""
        typed = re.sub(r"^\s*(?:n|exp|expediente)?[.°ºo]*\s+(?=\d)", "", self.cleaned_data["number"], flags=re.I)
        return "".join(typed.split())


class VerifyForm(forms.Form):
    """A verification code, or a file to be looked at; the file is not kept."""

    code = forms.CharField(
        label=gettext_lazy("Código de verificación"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Está al pie de cada página, bajo el QR: cuatro grupos de cuatro."),
        widget=forms.TextInput(
            attrs={
                "class": "form-control key-input",
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )
    file = forms.FileField(
        label=gettext_lazy("O el archivo PDF"),
        required=False,
        allow_empty_file=True,
        help_text=gettext_lazy("El archivo no se guarda."),
        widget=forms.FileInput(attrs={"class": "form-control", "accept": "application/pdf,.pdf"}),
    )

    def clean_file(self) -> Any:
        """Refuse an empty file and one that is too big, each with its sentence."""
        file = self.cleaned_data["file"]
        if file is None:
            return None
        if not file.size:
            raise forms.ValidationError(_("“%(name)s” está vacío. Elija otra vez el archivo.") % {"name": file.name})
        if file.size > settings.MAX_UPLOAD_BYTES:
            values = {
                "name": file.name,
                "size": -(-file.size // BYTES_PER_MB),
                "limit": settings.MAX_UPLOAD_BYTES // BYTES_PER_MB,
            }
            raise forms.ValidationError(
                _("“%(name)s” pesa %(size)d MB; el máximo es %(limit)d MB. Verifique con el código.") % values
            )
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("code") and not cleaned.get("file"):
            raise forms.ValidationError(_("Escriba el código o elija un archivo."))
        return cleaned


class ComplaintForm(forms.Form):
    """A complaint of delay; its words may be left out."""

    text = forms.CharField(
        label=gettext_lazy("Qué pasó"),
        help_text=gettext_lazy("Puede dejarlo en blanco: el número de su expediente basta."),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 4}),
    )
    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["token"].initial = secrets.token_hex(16)


class PublishedForm(forms.Form):
    """A search among the published acts."""

    q = forms.CharField(label=gettext_lazy("Buscar"), required=False, max_length=300)
    kind = forms.CharField(required=False, max_length=80)
    year = forms.IntegerField(required=False, min_value=1900, max_value=2999)
    after = forms.CharField(required=False, max_length=80)


class CasillaForm(forms.Form):
    """The mailbox whose notices are asked for."""

    email = forms.EmailField(
        label=gettext_lazy("Su correo"),
        help_text=gettext_lazy("El que dio al aceptar la casilla en su trámite."),
        error_messages={
            "required": gettext_lazy("Escriba su correo."),
            "invalid": gettext_lazy("Revise el correo: le falta algo."),
        },
        widget=forms.EmailInput(attrs={"class": "form-control", "autocomplete": "email"}),
    )
