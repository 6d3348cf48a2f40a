"""Who covers a post: suplencia, encargatura or delegation, as secretaría general registers it."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from desk.forms.posts import day_field
from docs_store.models import DocumentKind
from organization.enums import GrantKind
from organization.models import Appointment, Post
from organization.selectors import appointments_on

LONGEST_ACT = 200
MEANINGS = {
    GrantKind.SUBSTITUTION: _("Suplencia. El titular está ausente con motivo. Ejerce todo el puesto."),
    GrantKind.CHARGE: _("Encargatura. El puesto está vacante, o su titular ausente. Ejerce todo el puesto."),
    GrantKind.COMPETENCE: _("Delegación de competencia. El titular sigue y cede actos concretos."),
    GrantKind.SIGNATURE: _(
        "Delegación de firma. El titular decide y otra persona firma por él. No sirve para actos que agotan la vía."
    ),
}


class CoverForm(forms.Form):
    """What is registered, for which post, who covers it, when, by which act, for which kinds of document."""

    kind = forms.ChoiceField(
        label=_("Qué registra"),
        choices=list(MEANINGS.items()),
        widget=forms.RadioSelect,
        initial=GrantKind.SUBSTITUTION,
        error_messages={"required": _("Elija qué registra.")},
    )
    post = forms.ModelChoiceField(
        label=_("Puesto que se cubre"),
        queryset=Post.objects.select_related("unit").order_by("title"),
        empty_label=_("Elija el puesto"),
        widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={"required": _("Elija el puesto que se cubre.")},
    )
    own = forms.ChoiceField(
        label=_("Quién lo cubre"),
        help_text=_("Solo aparecen personas con puesto vigente en la entidad."),
        widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={"required": _("Elija quién lo cubre.")},
    )
    from_on = day_field(_("Desde"))
    to_on = day_field(_("Hasta"), required=False, help_text=_("El último día. Déjelo vacío si el acto no lo dice."))
    reason = forms.CharField(
        label=_("Motivo de la ausencia del titular"),
        required=False,
        max_length=LONGEST_ACT,
        help_text=_("Si lo escribe, el titular queda ausente esos días y no puede firmar."),
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
    act = forms.CharField(
        label=_("Acto que lo dispone"),
        max_length=LONGEST_ACT,
        help_text=_("Número del acto, como saldrá en el sello."),
        error_messages={"required": _("Escriba el acto que lo dispone.")},
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
    scope = forms.MultipleChoiceField(
        label=_("Solo para estas clases de documento"),
        required=False,
        help_text=_("Sin marcar ninguna, vale para todas."),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, today: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._own = {str(row.pk): row for row in appointments_on(today)}
        people = [(pk, f"{row.person.full_name}, {row.post.title}") for pk, row in self._own.items()]
        self.fields["own"].choices = [("", _("Elija a la persona")), *people]  # type: ignore[attr-defined]
        kinds = DocumentKind.objects.exclude(template="").order_by("name").values_list("slug", "name")
        self.fields["scope"].choices = list(kinds)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("from_on"), cleaned.get("to_on")
        if first and last and last < first:
            self.add_error("to_on", _("Termina antes de empezar. Corrija una de las dos fechas."))
        return cleaned

    @property
    def own_appointment(self) -> Appointment:
        """Return the appointment of who covers."""
        return self._own[self.cleaned_data["own"]]


class EndForm(forms.Form):
    """The last day of what ends."""

    to_on = day_field(_("Último día"))
