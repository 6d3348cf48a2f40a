"""Who keeps out of one file, why, and who continues there by which act."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from desk.forms.covers import LONGEST_ACT, ActForm
from desk.forms.fields import choice_field, day_field, line_field, post_field
from docs_store import selectors as stored
from docs_store.models import Expediente
from organization.models import Appointment
from organization.selectors import appointments_on


class AbstainForm(ActForm):
    """The file, the post that would act there, who keeps out, who continues, since when, why, by which act."""

    file = line_field(
        _("Expediente"), LONGEST_ACT, _("Escriba el número del expediente."), help_text=_("Su número, completo.")
    )
    post = post_field(_("Puesto al que le toca actuar"), _("Elija el puesto."))
    person = choice_field(_("Quién se abstiene"), _("Elija quién se abstiene."))
    designee = choice_field(
        _("Quién continúa"), _("Elija quién continúa."), help_text=_("Con el puesto por el que se le designa.")
    )
    from_on = day_field(_("Desde"))
    reason = line_field(_("Motivo de la abstención"), LONGEST_ACT, _("Escriba el motivo de la abstención."))
    field_order = ("file", "post", "person", "designee", "from_on", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._own = {str(row.pk): row for row in appointments_on(self.today)}
        people = [(pk, f"{row.person.full_name}, {row.post.title}") for pk, row in self._own.items()]
        for name in ("person", "designee"):
            self.fields[name].choices = [("", _("Elija a la persona")), *people]  # type: ignore[attr-defined]

    def clean_file(self) -> Expediente:
        label = self.cleaned_data["file"].strip().upper()
        found = stored.visible_expedientes(self.by, self.today).filter(label=label).first()
        if found is None:
            raise forms.ValidationError(_now("No hay un expediente con ese número entre los que usted puede ver."))
        return found

    def appointment(self, name: str) -> Appointment:
        """Return the appointment chosen in one of the two lists."""
        return self._own[self.cleaned_data[name]]
