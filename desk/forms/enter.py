"""Signing in."""

from django import forms
from django.utils.translation import gettext_lazy as _


class EnterForm(forms.Form):
    """A local account."""

    username = forms.CharField(
        label=_("Usuario o DNI"),
        max_length=80,
        error_messages={"required": _("Escriba su usuario o su DNI.")},
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=_("Contraseña"),
        strip=False,
        error_messages={"required": _("Escriba su contraseña.")},
        widget=forms.PasswordInput(attrs={"class": "form-control", "autocomplete": "current-password"}),
    )
