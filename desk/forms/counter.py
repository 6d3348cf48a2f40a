"""What only the counter asks: on which route a filing goes, the number that the paper bears, the results it seeks."""

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from desk.forms.drafts import lines_of
from desk.forms.fields import line_field
from workflows.enums import Channel
from workflows.forms import CounterForm
from workflows.selectors.steps import routes_from
from workflows.services.cargos import intake_unit
from workflows.services.presentations import GENERIC_ROUTE, PartyData, Presentation


class CounterFilingForm(CounterForm):
    """A filing at the counter, on any route that begins there."""

    route = forms.ChoiceField(
        label=_("Trámite"), required=False, initial=GENERIC_ROUTE, widget=forms.Select(attrs={"class": "form-select"})
    )
    document_label = line_field(
        _("Número del documento"), 120, help_text=_("El que trae impreso. Si no trae, déjelo en blanco.")
    )
    defects = forms.CharField(
        label=_("Le falta entregar"),
        help_text=_(
            "Una cosa por línea, todo de una vez: se lo pedimos una sola vez y su plazo espera. Se recibe igual."
        ),
        max_length=4_000,
        required=False,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 2}),
    )
    deliverables = forms.CharField(
        label=_("Resultados que busca"),
        help_text=_("Solo si pide varios: uno por línea, y cada uno tendrá el suyo."),
        max_length=4_000,
        required=False,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["procedure"].label = _("Trámite del TUPA")
        routes = routes_from(intake_unit().slug)
        ordered = sorted(routes, key=lambda route: (route.slug != GENERIC_ROUTE, route.name))
        self.fields["route"].choices = [(route.slug, route.name) for route in ordered]  # type: ignore[attr-defined]

    def presentation(self, *, channel: Channel, party: PartyData | None = None) -> Presentation:
        """Return what was filled in, ready to be registered."""
        cleaned = self.cleaned_data
        return replace(
            super().presentation(channel=channel, party=party),
            route=cleaned["route"] or GENERIC_ROUTE,
            defects=lines_of(cleaned["defects"].replace("\r\n", "\n")),
            document_label=cleaned["document_label"].strip(),
            deliverables=lines_of(cleaned["deliverables"].replace("\r\n", "\n")),
        )
