"""Who covers a post, who is away: as secretaría general and human resources register it, by act."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from desk.forms.fields import CONTROL, choice_field, day_field, line_field, post_field
from desk.selectors.acts import Act, act_of
from desk.selectors.competence import kinds_signed
from law.rules.dates import day_short
from organization.enums import GrantKind
from organization.models import Appointment, Person
from organization.selectors import appointments_on

LONGEST_ACT = 200
KINDS = {
    GrantKind.CHARGE: (_("Encargatura"), _("El puesto está vacante, o su titular ausente. Ejerce todo el puesto.")),
    GrantKind.SUBSTITUTION: (_("Suplencia"), _("El titular está ausente con motivo. Ejerce todo el puesto.")),
    GrantKind.COMPETENCE: (_("Delegación de competencia"), _("El titular sigue y cede actos concretos.")),
    GrantKind.SIGNATURE: (
        _("Delegación de firma"),
        _("El titular decide; otra persona firma por él. No sirve para actos que agotan la vía."),
    ),
}


class ActForm(forms.Form):
    """An act: found in the register, or cited where another entity or an older registry keeps it."""

    buscar = forms.CharField(
        label=_("Buscar por número"),
        required=False,
        max_length=LONGEST_ACT,
        widget=forms.TextInput(attrs={**CONTROL, "type": "search", "autocomplete": "off"}),
    )
    document = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    act = line_field(
        _("O cítelo, si no está en el registro"),
        LONGEST_ACT,
        help_text=_(
            "Número y quién lo emitió, como saldrá en el sello: un acto anterior al sistema o de otra entidad."
        ),
    )

    def __init__(self, *args: Any, by: Person, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by, self.today = by, today
        self.found: Act | None = None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        document = cleaned.get("document")
        if document:
            self.found = act_of(document, by=self.by, on=self.today)
            if self.found is None:
                self.add_error("buscar", _now("Ese acto no está entre los que usted puede leer. Búsquelo otra vez."))
        elif not cleaned.get("act", "").strip():
            self.add_error("act", _now("Escriba el acto que lo dispone."))
        return cleaned

    @property
    def cited(self) -> str:
        """Return the act as stamps cite it."""
        return self.found.name if self.found else str(self.cleaned_data.get("act", "")).strip()

    @property
    def document_id(self) -> int | None:
        return self.found.document.pk if self.found else None

    @property
    def is_signed(self) -> bool:
        """Return whether the act counts already; what is cited from elsewhere does."""
        return self.found is None or self.found.is_signed

    def check_order(self, first: date | None, last: date | None) -> None:
        """Say beside the last day that it comes before the first."""
        if first and last and last < first:
            self.add_error("to_on", _now("Termina antes de empezar. Corrija una de las dos fechas."))


class CoverForm(ActForm):
    """What is registered, for which post, who covers it, when, by which act, for which kinds of document."""

    kind = forms.ChoiceField(
        label=_("Qué registra"),
        choices=[(kind, name) for kind, (name, _meaning) in KINDS.items()],
        initial=GrantKind.SUBSTITUTION,
        error_messages={"required": _("Elija qué registra.")},
    )
    post = post_field(_("Puesto que se cubre"), _("Elija el puesto que se cubre."))
    own = choice_field(
        _("Persona"),
        _("Elija quién lo cubre."),
        help_text=_("Solo aparecen personas con puesto vigente en la entidad."),
    )
    from_on = day_field(_("Desde"))
    to_on = day_field(_("Hasta"), required=False, help_text=_("El último día. Déjelo vacío si el acto no lo dice."))
    read_for = forms.IntegerField(required=False, widget=forms.HiddenInput)
    why = line_field(_("Por qué no son las del acto"), LONGEST_ACT)
    reason = line_field(
        _("Motivo de la ausencia del titular"),
        LONGEST_ACT,
        help_text=_("Si lo escribe, el titular queda ausente esos días y no puede firmar."),
    )
    scope = forms.MultipleChoiceField(
        label=_("Solo para estas clases de documento"),
        required=False,
        help_text=_("Sin marcar ninguna, vale para todas."),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._own = {str(row.pk): row for row in appointments_on(self.today)}
        people = [(pk, f"{row.person.full_name}, {row.post.title}") for pk, row in self._own.items()]
        self.fields["own"].choices = [("", _("Elija a la persona")), *people]  # type: ignore[attr-defined]
        self.fields["scope"].choices = kind_choices()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.check_order(cleaned.get("from_on"), cleaned.get("to_on"))
        if self.differs and not cleaned.get("why", "").strip():
            self.add_error("why", _now("Las fechas no son las del acto. Diga por qué."))
        return cleaned

    @property
    def differs(self) -> bool:
        """Return whether the days are not those that the act's text names."""
        if self.found is None or self.found.days is None:
            return False
        given = (self.cleaned_data.get("from_on"), self.cleaned_data.get("to_on"))
        return given[0] is not None and given != self.found.days

    @property
    def own_appointment(self) -> Appointment | None:
        """Return the appointment of who covers, or nothing while nobody is chosen."""
        return self._own.get(self.cleaned_data.get("own", ""))

    @property
    def meanings(self) -> list[tuple[str, Any, Any, bool]]:
        """Return each kind with its meaning, and whether it is the chosen one."""
        chosen = str(self["kind"].value())
        return [(str(kind), name, meaning, kind == chosen) for kind, (name, meaning) in KINDS.items()]


class AbsenceForm(forms.Form):
    """Who is away, from when to when, and why."""

    own = choice_field(_("Quién se ausenta"), _("Elija quién se ausenta."))
    from_on = day_field(_("Desde"))
    to_on = day_field(_("Hasta"), required=False, help_text=_("El último día. Déjelo vacío si no se sabe."))
    reason = line_field(
        _("Motivo"),
        LONGEST_ACT,
        _("Escriba el motivo de la ausencia."),
        help_text=_("Licencia, vacaciones, comisión de servicio. Lo ven quienes llevan la organización."),
    )

    def __init__(self, today: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._people = {str(row.person_id): row.person for row in appointments_on(today)}
        choices = [(pk, person.full_name) for pk, person in self._people.items()]
        self.fields["own"].choices = [("", _("Elija a la persona")), *choices]  # type: ignore[attr-defined]

    @property
    def person(self) -> Person:
        return self._people[self.cleaned_data["own"]]


class EndForm(forms.Form):
    """The last day of what ends."""

    to_on = day_field(_("Último día"))


def with_chosen(act: Act | None, found: list[Act]) -> list[Act]:
    """Return the acts with the chosen one among them: another search does not lose it."""
    is_among = act is None or any(one.document == act.document for one in found)
    return found if is_among or act is None or not found else [act, *found]


def kind_choices() -> list[tuple[str, str]]:
    """Return the kinds of document that somebody signs; where two have one name, the code tells them apart."""
    kinds = kinds_signed()
    names = [kind.name for kind in kinds]
    return [(kind.slug, kind.name if names.count(kind.name) == 1 else f"{kind.name} ({kind.slug})") for kind in kinds]


def act_days_words(act: Act, today: date) -> str:
    """Return the days that an act names, as a sentence says them."""
    if act.days is None:
        return ""
    first, last = act.days
    if last is None:
        return _now("desde el %(first)s") % {"first": day_short(first, today=today)}
    return _now("del %(first)s al %(last)s") % {
        "first": day_short(first, today=today),
        "last": day_short(last, today=today),
    }
