"""What a person decides on a step."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organization.models import Unit, UnitName
from workflows.enums import DeliverableOutcome, OpinionOutcome, StepKind
from workflows.selectors.actions import OBSERVED, Action
from workflows.services import Decision

OPINION_PREFIX = "deliverable_"
LONGEST_NOTE = 4_000
Choices = Sequence[tuple[str, str]]


def unit_choices(units: Sequence[Unit], names: dict[int, UnitName], *, without: int | None = None) -> Choices:
    """Return the units that can receive a file, by name."""
    found = [(unit.slug, f"{names[unit.pk].name} ({names[unit.pk].siglas})") for unit in units if unit.pk != without]
    return sorted(found, key=lambda choice: choice[1])


def _note(label: Any, help_text: Any = "", rows: int = 2) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": rows}),
    )


def _pin() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("PIN de su llave"),
        help_text=gettext_lazy(
            "En la demostración la llave está en el servidor. Con su propia llave, el PIN se "
            "escribe en su programa de firma."
        ),
        error_messages={"required": gettext_lazy("Escriba su PIN.")},
        max_length=64,
        widget=forms.PasswordInput(attrs={"class": "form-control pin", "autocomplete": "off", "inputmode": "numeric"}),
    )


def _units(label: Any, choices: Choices, *, required: bool, help_text: Any = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        help_text=help_text,
        choices=choices,
        required=required,
        error_messages={"required": gettext_lazy("Elija a qué unidad deriva el expediente.")},
        widget=forms.CheckboxSelectMultiple,
    )


class StepForm(forms.Form):
    """Going on with a step: only the fields that the step asks for."""

    def __init__(self, action: Action, units: Choices, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.action = action
        if action.votes:
            for deliverable in action.deliverables:
                self.fields[f"{OPINION_PREFIX}{deliverable.pk}"] = self._vote(deliverable.title)
        if action.needs_units:
            self.fields["units"] = _units(gettext_lazy("A qué unidad pasa"), units, required=True)
        self.fields["proveido"] = _note(gettext_lazy("Proveído"), gettext_lazy("Lo lee quien recibe el expediente."))
        if action.step.kind == StepKind.DERIVE:
            self.fields["copies"] = _units(gettext_lazy("Con copia para conocimiento a"), units, required=False)
        if action.needs_pin:
            self.fields["pin"] = _pin()

    def _vote(self, title: str) -> forms.ChoiceField:
        if self.action.step.kind == StepKind.OPINION:
            choices: Choices = (
                (OpinionOutcome.FAVOURABLE, _("Favorable")),
                (OpinionOutcome.UNFAVOURABLE, _("No favorable")),
            )
        else:
            choices = (
                (DeliverableOutcome.APPROVED, _("Se aprueba")),
                (DeliverableOutcome.PENDING, _("No en este acto")),
            )
        return forms.ChoiceField(label=title, choices=choices, initial=choices[0][0], widget=forms.RadioSelect)

    def decision(self) -> Decision:
        """Return what was decided."""
        values = self.cleaned_data
        return Decision(
            outcome=self.action.outcome,
            pin=values.get("pin", ""),
            proveido=values.get("proveido", "").strip(),
            opinions={
                int(name.removeprefix(OPINION_PREFIX)): said
                for name, said in values.items()
                if name.startswith(OPINION_PREFIX)
            },
            units=tuple(values.get("units", ())),
            copies=tuple(values.get("copies", ())),
        )


class ReturnForm(forms.Form):
    """Returning a file: always with what must be mended."""

    def __init__(self, action: Action, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.action = action
        self.fields["observation"] = forms.CharField(
            label=gettext_lazy("Qué deben corregir"),
            max_length=LONGEST_NOTE,
            error_messages={"required": gettext_lazy("Escriba el motivo de la devolución.")},
            widget=forms.Textarea(attrs={"class": "form-control", "rows": 4, "autofocus": True}),
        )
        if len(action.returns_to) > 1:
            self.fields["return_to"] = forms.ChoiceField(
                label=gettext_lazy("A qué paso vuelve"),
                choices=[(way.step, way.name) for way in action.returns_to],
                widget=forms.RadioSelect,
                initial=action.returns_to[0].step,
            )
        if action.step.emits:
            self.fields["pin"] = _pin()

    def decision(self) -> Decision:
        """Return what was decided."""
        values = self.cleaned_data
        only = self.action.returns_to[0].step if len(self.action.returns_to) == 1 else ""
        return Decision(
            outcome=OBSERVED,
            pin=values.get("pin", ""),
            observation=values["observation"].strip(),
            return_to=values.get("return_to", only),
        )


class DeriveForm(forms.Form):
    """Deriving a file to units that the route does not name."""

    def __init__(self, units: Choices, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"] = _units(
            gettext_lazy("A qué unidad pasa"),
            units,
            required=True,
            help_text=gettext_lazy("Cuando respondan, el expediente vuelve a usted en este mismo paso."),
        )
        self.fields["proveido"] = forms.CharField(
            label=gettext_lazy("Proveído"),
            max_length=200,
            error_messages={"required": gettext_lazy("Escriba qué les pide.")},
            widget=forms.Textarea(attrs={"class": "form-control", "rows": 3}),
        )
        self.fields["copies"] = _units(gettext_lazy("Con copia para conocimiento a"), units, required=False)
