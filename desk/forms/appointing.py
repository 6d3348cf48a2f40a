"""Appointments and changes of units, by the act that orders them."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from desk.forms.covers import ActForm
from desk.forms.fields import CHOICE, day_field, line_field, post_field
from organization import selectors as organization
from organization.models import Person, Post, Unit

LONGEST_NAME, LONGEST_SIGLAS, LONGEST_PATH = 200, 40, 80


class UnitChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A unit under the name and siglas that it bears on the form's day."""

    names: dict[int, str]

    def label_from_instance(self, obj: Any) -> str:
        return self.names.get(obj.pk, str(obj))


def unit_field(label: Any, today: date, *, without: Unit | None = None, required: bool = True) -> UnitChoice:
    """Return a choice among the units that exist today, all but one."""
    units = [unit for unit in organization.units_on(today) if unit != without]
    field = UnitChoice(
        label=label,
        queryset=Unit.objects.filter(pk__in=[unit.pk for unit in units]),
        required=required,
        empty_label=_("Elija la unidad"),
        widget=forms.Select(attrs=CHOICE),
        error_messages={"required": _("Elija la unidad.")},
    )
    names = organization.unit_names([unit.pk for unit in units], today)
    field.names = {pk: f"{row.name} · {row.siglas}" for pk, row in names.items()}
    return field


def siglas_field(label: Any) -> forms.CharField:
    """Return a field for the siglas of a unit."""
    return line_field(label, LONGEST_SIGLAS, _("Escriba las siglas."))


def path_field() -> forms.CharField:
    """Return a field for the siglas with those of the units above, as numbers bear them."""
    help_text = _("Como van en el número de sus documentos.")
    return line_field(_("Siglas con ruta"), LONGEST_PATH, help_text=help_text)


class AppointForm(ActForm):
    """Who gets a post, from when, by which act."""

    post = post_field(_("Puesto"), _("Elija el puesto."))
    person = forms.ModelChoiceField(
        label=_("Persona"),
        queryset=Person.objects.filter(username__isnull=False, is_active=True).order_by("surnames", "given_names"),
        empty_label=_("Elija a la persona"),
        help_text=_("Solo aparecen personas con cuenta en la entidad."),
        widget=forms.Select(attrs=CHOICE),
        error_messages={"required": _("Elija a la persona.")},
    )
    from_on = day_field(_("Desde"))
    to_on = day_field(_("Hasta"), required=False, help_text=_("El último día. Déjelo vacío si el acto no lo dice."))
    field_order = ("post", "person", "from_on", "to_on")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.check_order(cleaned.get("from_on"), cleaned.get("to_on"))
        return cleaned


class EndAppointmentForm(ActForm):
    """The last day of an appointment, and the act that ends it."""

    to_on = day_field(_("Último día"))
    field_order = ("to_on",)


class RenameForm(ActForm):
    """Another name and siglas of a unit, from a day on."""

    name = line_field(_("Nombre nuevo"), LONGEST_NAME, _("Escriba el nombre nuevo."))
    siglas = siglas_field(_("Siglas nuevas"))
    siglas_path = path_field()
    from_on = day_field(_("Desde"), help_text=_("El nombre anterior termina la víspera y se conserva."))
    field_order = ("name", "siglas", "siglas_path", "from_on")


class MoveForm(ActForm):
    """The unit from which another one hangs, and since when."""

    on = day_field(_("Desde"), help_text=_("Hasta la víspera sigue dependiendo de la de antes."))
    field_order = ("into", "on")

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"] = unit_field(_("Pasa a depender de"), self.today, without=unit)
        self.order_fields(self.field_order)


class MergeForm(ActForm):
    """The unit that takes over a unit's posts and work, and from when."""

    on = day_field(_("Desde"), help_text=_("La unidad termina la víspera; su trabajo pasa ese día."))
    field_order = ("into", "on")

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"] = unit_field(_("Se fusiona en"), self.today, without=unit)
        self.order_fields(self.field_order)


class SplitForm(ActForm):
    """To which unit each post of a unit goes, and which one takes the rest."""

    on = day_field(_("Desde"), help_text=_("La unidad termina la víspera; su trabajo pasa ese día."))

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["main"] = unit_field(_("Lo demás pasa a"), self.today, without=unit)
        self.posts = list(unit.posts.order_by("-is_head", "slug"))
        for post in self.posts:
            label = _now("%(post)s pasa a") % {"post": post.title}
            self.fields[f"post_{post.pk}"] = unit_field(label, self.today, without=unit, required=False)
        self.order_fields(("main", *(f"post_{post.pk}" for post in self.posts), "on"))

    @property
    def parts(self) -> dict[Unit, list[Post]]:
        """Return the posts that go to each unit; those left open go with the rest."""
        found: dict[Unit, list[Post]] = {}
        for post in self.posts:
            unit = self.cleaned_data.get(f"post_{post.pk}")
            if unit is not None:
                found.setdefault(unit, []).append(post)
        return found
