"""What moves the term of a filing: how much, who asked for it, which day, and why."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from desk.forms.fields import CHOICE, CONTROL, day_field, line_field
from docs_store.models import Document
from law.enums import TermUnit
from law.rules.deadlines import UNIT_NAMES

LONGEST_AMOUNT = 366
LONGEST_NAME, LONGEST_REASON = 120, 300
ANY_AMOUNT = _("Escriba un número entero, desde 1.")


def reason_field(label: Any, required: Any) -> forms.CharField:
    """Return the field for why something is done, which the ledger keeps."""
    return forms.CharField(
        label=label,
        max_length=LONGEST_REASON,
        error_messages={"required": required},
        widget=forms.Textarea(attrs={**CONTROL, "rows": 2}),
    )


class ExtendForm(forms.Form):
    """How much longer, asked for by whom and when."""

    amount = forms.IntegerField(
        min_value=1,
        max_value=LONGEST_AMOUNT,
        error_messages={"required": ANY_AMOUNT, "invalid": ANY_AMOUNT, "min_value": ANY_AMOUNT},
        widget=forms.NumberInput(attrs={**CONTROL, "inputmode": "numeric"}),
    )
    asked_on = day_field(_("Día en que se pidió"), help_text=_("Debe ser hasta el día del vencimiento."))
    asked_by = line_field(_("Quién la pidió"), LONGEST_NAME, _("Escriba quién pidió la prórroga."))
    reason = reason_field(_("Motivo"), _("Escriba el motivo."))

    def __init__(self, *args: Any, unit: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].label = _("Cuántos %(unit)s más") % {"unit": UNIT_NAMES[TermUnit(unit)][1]}


class SuspendForm(forms.Form):
    """From when, until when if that is known, as the citizen asked."""

    asked_on = day_field(_("Día en que lo pidió la persona"))
    first = day_field(_("Primer día que no corre"))
    last = day_field(
        _("Último día que no corre"), required=False, help_text=_("En blanco: hasta que la persona pida reanudarlo.")
    )
    reason = reason_field(_("Qué pidió y por qué"), _("Escriba lo que pidió la persona."))


class ResumeForm(forms.Form):
    """The last day that does not run."""

    last = day_field(_("Último día que no corre"), help_text=_("El día en que la persona pidió reanudarlo."))


class WaitForm(forms.Form):
    """What the citizen was asked to do, and since when they know."""

    what = reason_field(_("Qué debe hacer la persona"), _("Escriba lo que la persona debe hacer."))
    notified_on = day_field(_("Día en que se le notificó"))


class NotifiedForm(forms.Form):
    """Since when the third parties know."""

    notified_on = day_field(_("Día en que se les notificó"))


class GoOnForm(forms.Form):
    """Why the procedure goes on."""

    reason = reason_field(_("Por qué sigue el trámite"), _("Escriba por qué sigue el trámite."))


class ActChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice among acts, each by its kind, its number and what it says."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.kind} {obj.label}: {obj.title}"


class DeclareForm(forms.Form):
    """The resolution that declares it."""

    document = ActChoice(
        label=_("Resolución"),
        queryset=Document.objects.none(),
        empty_label=_("Elija la resolución"),
        help_text=_("Una emitida en este expediente."),
        error_messages={
            "required": _("Elija la resolución que lo declara."),
            "invalid_choice": _("Elija una resolución emitida en este expediente."),
        },
        widget=forms.Select(attrs=CHOICE),
    )

    def __init__(self, *args: Any, acts: QuerySet[Document], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document"].queryset = acts  # type: ignore[attr-defined]


class WithdrawForm(DeclareForm):
    """The resolution that accepts it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document"].error_messages["required"] = _("Elija la resolución que lo acepta.")
