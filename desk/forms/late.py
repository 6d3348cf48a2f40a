"""The period of which steps that missed their day are listed."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from desk.forms.fields import day_field

LONGEST = timedelta(days=366)
"""A year at once: what is longer is read from the ledger, not on a screen."""


class PeriodForm(forms.Form):
    """The first and the last due day, both included."""

    desde = day_field(_("Vencieron desde"))
    hasta = day_field(_("Hasta"))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("desde"), cleaned.get("hasta")
        if first and last and last < first:
            self.add_error("hasta", _("El período termina antes de empezar. Corrija uno de los dos días."))
        elif first and last and last - first > LONGEST:
            self.add_error("hasta", _("Elija un año como máximo."))
        return cleaned


def period_of(query: Mapping[str, str], today: date) -> PeriodForm:
    """Return the period that an address asks for; of a bare one, the year until today."""
    usual = {"desde": today.replace(month=1, day=1).isoformat(), "hasta": today.isoformat()}
    return PeriodForm(query if {"desde", "hasta"} & set(query) else usual)
