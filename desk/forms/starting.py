"""Opening a file from the desk."""

import secrets
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from desk.forms.drafts import lines_of
from desk.forms.fields import line_field
from workflows.models import Route

LONGEST_SUBJECT = 300


class NewCaseForm(forms.Form):
    """Which way it goes, what it is about, and whether it seeks several results."""

    route = forms.ChoiceField(
        label=_("Qué va a tramitar"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Elija qué va a tramitar.")},
    )
    subject = line_field(_("Asunto"), LONGEST_SUBJECT, _("Escriba el asunto."))
    deliverables = forms.CharField(
        label=_("Resultados que busca"),
        help_text=_(
            "Si el expediente pide varios (cinco planes, por ejemplo), escriba uno por línea: cada uno tendrá el suyo."
        ),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 3}),
    )

    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, routes: list[Route], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["route"].choices = [(route.slug, route.name) for route in routes]  # type: ignore[attr-defined]
        self.initial.setdefault("token", secrets.token_urlsafe(16))
        if routes and not self.is_bound:
            self.initial.setdefault("route", routes[0].slug)

    @property
    def titles(self) -> tuple[str, ...]:
        """Return the results sought."""
        return lines_of(self.cleaned_data["deliverables"])
