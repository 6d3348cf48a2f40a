"""How somebody signs in: a new password, and whom to give a link."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organization.models import Person


class NewPasswordForm(forms.Form):
    """A password, twice. Its strength is judged by the service, which knows whose it is."""

    password = forms.CharField(
        label=gettext_lazy("Contraseña nueva"),
        strip=False,
        max_length=200,
        error_messages={"required": gettext_lazy("Escriba una contraseña.")},
        widget=forms.PasswordInput(attrs={"class": "form-control", "autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=gettext_lazy("Otra vez, para no errar"),
        strip=False,
        error_messages={"required": gettext_lazy("Escríbala otra vez.")},
        widget=forms.PasswordInput(attrs={"class": "form-control", "autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = " ".join(str(text) for text in password_validators_help_texts())

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if "password" in self.cleaned_data and self.cleaned_data["password"] != again:
            raise forms.ValidationError(_("Las dos no son iguales. Escríbalas otra vez."))
        return again


class WhoForm(forms.Form):
    """The person who gets a link."""

    person = forms.ModelChoiceField(
        label=gettext_lazy("Persona"),
        queryset=Person.objects.none(),
        empty_label=gettext_lazy("Elija a la persona"),
        error_messages={
            "required": gettext_lazy("Elija a la persona."),
            "invalid_choice": gettext_lazy("Elija a la persona de la lista."),
        },
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(self, *args: Any, besides: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Person.objects.filter(username__isnull=False, is_active=True).exclude(pk=besides.pk)
        field = self.fields["person"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people
