"""Units and posts that begin, and posts that end, each by the act that orders it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from desk.forms.appointing import LONGEST_NAME, path_field, siglas_field, unit_field
from desk.forms.covers import ActForm
from desk.forms.fields import choice_field, day_field, line_field, post_field
from organization import selectors as organization
from organization.models import Post

HEAD, SINGLE, SHARED = "head", "single", "shared"
SEATS = ((SINGLE, _("Lo ocupa una sola persona")), (SHARED, _("Pueden ocuparlo varias")), (HEAD, _("Dirige la unidad")))
DESK, COMMITTEE = "desk", "committee"
UNITS = (
    (DESK, _("Unidad con despacho: recibe y firma")),
    (COMMITTEE, _("Comité o comisión: firma, pero no recibe")),
)


class NewUnitForm(ActForm):
    """A unit that begins: its name and siglas, what it hangs from, since when."""

    name = line_field(_("Nombre"), LONGEST_NAME, _("Escriba el nombre de la unidad."))
    siglas = siglas_field(_("Siglas"))
    siglas_path = path_field()
    kind = choice_field(_("Qué es"), _("Elija qué es."), choices=UNITS, initial=DESK)
    from_on = day_field(_("Desde"))
    field_order = ("name", "siglas", "siglas_path", "parent", "kind", "from_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"] = unit_field(_("Depende de"), self.today)
        self.order_fields(self.field_order)


class NewPostForm(ActForm):
    """A post that begins in a unit."""

    title = line_field(
        _("Cargo"),
        LONGEST_NAME,
        _("Escriba el cargo."),
        help_text=_("Como saldrá en el sello: Especialista en Contrataciones."),
    )
    seat = choice_field(_("Quién lo ocupa"), _("Elija quién lo ocupa."), choices=SEATS, initial=SINGLE)
    from_on = day_field(_("Desde"), help_text=_("Nace vacante: después, designe a quien lo ocupa."))
    field_order = ("unit", "title", "seat", "from_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"] = unit_field(_("Unidad"), self.today)
        self.order_fields(self.field_order)


class EndPostForm(ActForm):
    """The last day of a post, and the post that receives its open work."""

    successor = post_field(_("Su trabajo pasa a"), _("Elija el puesto que recibe su trabajo."))
    to_on = day_field(_("Último día"), help_text=_("Al día siguiente pasa lo que tenga abierto."))
    field_order = ("to_on", "successor")

    def __init__(self, *args: Any, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        living = {place.post.pk for place in organization.places_on(self.today)} - {post.pk}
        self.fields["successor"].queryset = Post.objects.filter(pk__in=living).order_by("title")  # type: ignore[attr-defined]
