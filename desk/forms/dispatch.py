"""What is noted of a notice: each act asks for what its paper says, and no more."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from desk.forms.covers import CHOICE, CONTROL
from desk.forms.posts import day_field
from workflows.enums import NoticeGround, NoticeMeans
from workflows.services.notified import Minute

LONGEST_NOTE = 300


def words_field(label: Any, missing: Any, **values: Any) -> forms.CharField:
    """Return the field for what was met, in a sentence."""
    return forms.CharField(
        label=label,
        max_length=LONGEST_NOTE,
        error_messages={"required": missing},
        widget=forms.TextInput(attrs=CONTROL),
        **values,
    )


def _hour_field() -> forms.TimeField:
    return forms.TimeField(
        label=_("Hora"),
        required=False,
        error_messages={"invalid": _("Escriba la hora como 10:20.")},
        widget=forms.TimeInput(attrs={**CONTROL, "type": "time"}, format="%H:%M"),
    )


def _text_field(label: Any, most: int, **values: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, required=False, widget=forms.TextInput(attrs=CONTROL), **values
    )


class ActForm(forms.Form):
    """One thing that may be noted; ``title`` names it in the list, ``verb`` is its button."""

    title: Any = ""
    verb: Any = ""


class _VisitForm(ActForm):
    """What every minute of a visit says."""

    day = day_field(_("Día"), required=False)
    hour = _hour_field()

    def minute(self) -> Minute:
        """Return what the minute says beside its day."""
        said = self.cleaned_data
        return Minute(
            hour=said["hour"],
            identity=said.get("identity", ""),
            kinship=said.get("kinship", ""),
            witness=said.get("witness", ""),
            place_marks=said.get("place_marks", ""),
            returns_on=said.get("returns_on"),
        )


class DeliverForm(_VisitForm):
    title, verb = _("Se entregó"), _("Anotar la entrega")
    words = words_field(_("Quién la recibió"), _("Escriba quién la recibió, como consta en la cédula."))
    identity = _text_field(_("Su documento de identidad"), 40)
    kinship = _text_field(_("Qué es del destinatario"), 80, help_text=_("Él mismo, su hermana, su portero."))


class VisitForm(_VisitForm):
    title, verb = _("No se encontró a nadie"), _("Registrar visita")
    words = words_field(_("Qué pasó en la visita"), _("Escriba qué pasó en la visita y cuándo se vuelve."))
    returns_on = day_field(
        _("Día de la segunda visita"), required=False, help_text=_("El que dice el aviso que se dejó.")
    )
    place_marks = _text_field(_("Cómo es el lugar"), 300, help_text=_("Color de la puerta, pisos, medidor."))


class RefuseForm(_VisitForm):
    title, verb = _("Se negó a recibirla o a firmar"), _("Anotar la negativa")
    words = words_field(_("Quién se negó, y a qué"), _("Escriba quién se negó, y a qué."))
    place_marks = _text_field(_("Cómo es el lugar"), 300, help_text=_("Color de la puerta, pisos, medidor."))
    witness = _text_field(_("Testigo"), 200)


class LeaveForm(_VisitForm):
    title, verb = _("Segunda visita: se dejó bajo la puerta"), _("Anotar que se dejó")
    words = words_field(_("Qué pasó en la visita"), _("Escriba qué pasó en la segunda visita."))
    place_marks = _text_field(_("Cómo es el lugar"), 300)
    witness = _text_field(_("Testigo"), 200)


class ChangeForm(ActForm):
    """Another means, with its reason; the view says to which ones it may go."""

    title, verb = _("Pasar a otro medio"), _("Pasar a otro medio")
    to = forms.ChoiceField(label=_("A cuál"), choices=NoticeMeans.choices, widget=forms.Select(attrs=CHOICE))
    ground = forms.ChoiceField(
        label=_("Por qué no en el domicilio"),
        choices=[("", _("Elija")), *NoticeGround.choices],
        required=False,
        widget=forms.Select(attrs=CHOICE),
    )
    words = words_field(
        _("Qué se hizo y qué se encontró"),
        _("Escriba qué se hizo y qué se encontró: es la prueba de que se pasa a otro medio."),
        help_text=_("Dónde se buscó el domicilio, con quién se habló."),
    )

    def offer(self, ways: Sequence[NoticeMeans]) -> None:
        """Offer only these means, the first one chosen; what is sent may name any, and the service says why not."""
        select = self.fields["to"].widget
        assert isinstance(select, forms.Select)
        select.choices = [(to.value, to.label) for to in ways]


class PostForm(ActForm):
    title, verb = _("Salió por correo certificado"), _("Anotar el envío")
    words = words_field(_("Número del envío"), _("Escriba el número del envío."))


class ReceiveForm(ActForm):
    title, verb = _("La recibió"), _("Anotar que la recibió")
    day = day_field(_("Día, según el acuse del correo"), required=False)
    words = words_field(_("Quién la recibió"), _("Escriba quién la recibió, como consta en el acuse del correo."))


class GiveBackForm(ActForm):
    title, verb = _("El correo la devolvió"), _("Anotar la devolución")
    words = words_field(_("Por qué la devolvió"), _("Escriba por qué la devolvió el correo."))


class PublishForm(ActForm):
    title, verb = _("Se publicó"), _("Anotar la publicación")
    day = day_field(_("Día de la última publicación"), required=False)
    words = words_field(_("En qué diario y página"), _("Escriba en qué diario se publicó, y la página."))


class ReplyForm(ActForm):
    title, verb = _("Respondió el correo"), _("Anotar su respuesta")
    day = day_field(_("Día"), required=False)


class AlertForm(ActForm):
    title, verb = _("Falta el aviso por correo"), _("Reenviar aviso")


FORMS: dict[str, type[ActForm]] = {
    "alert": AlertForm,
    "reply": ReplyForm,
    "post": PostForm,
    "receive": ReceiveForm,
    "give_back": GiveBackForm,
    "publish": PublishForm,
    "visit": VisitForm,
    "deliver": DeliverForm,
    "leave": LeaveForm,
    "refuse": RefuseForm,
    "change": ChangeForm,
}
