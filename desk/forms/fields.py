"""Fields that several forms of the desk have: a day, a post, a choice, a line."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from organization.models import Post

CONTROL, CHOICE = {"class": "form-control"}, {"class": "form-select"}


def post_field(label: Any, missing: Any) -> "forms.ModelChoiceField[Post]":
    """Return a choice among all posts. ``missing`` is what to do where none was chosen."""
    return forms.ModelChoiceField(
        label=label,
        queryset=Post.objects.select_related("unit").order_by("title"),
        empty_label=_("Elija el puesto"),
        widget=forms.Select(attrs=CHOICE),
        error_messages={"required": missing},
    )


def choice_field(label: Any, missing: Any, **values: Any) -> forms.ChoiceField:
    """Return a choice whose lines the form fills in. ``missing`` is what to do where none was chosen."""
    return forms.ChoiceField(
        label=label, widget=forms.Select(attrs=CHOICE), error_messages={"required": missing}, **values
    )


def line_field(label: Any, longest: int, missing: Any = None, **values: Any) -> forms.CharField:
    """Return a field for a line of text. ``missing`` is what to do where none was written; without it none need be."""
    return forms.CharField(
        label=label,
        max_length=longest,
        required=missing is not None,
        error_messages={"required": missing},
        widget=forms.TextInput(attrs=CONTROL),
        **values,
    )


def day_field(label: Any, *, required: bool = True, **values: Any) -> forms.DateField:
    """Return a field for a day, which a browser shows as its calendar."""
    return forms.DateField(
        label=label,
        required=required,
        error_messages={"required": _("Escriba el día."), "invalid": _("Escriba un día como 2023-11-10.")},
        widget=forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d"),
        **values,
    )
