"""What is noted of a notice: each act asks for what its paper says, and no more."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from desk.forms.fields import CHOICE, CONTROL, day_field, line_field
from law.rules.dates import day_long
from workflows.enums import NoticeGround, NoticeMeans, TakesEffect
from workflows.models import Filing, Notice
from workflows.selectors.means import papers_of
from workflows.services.cedulas import Stated
from workflows.services.notified import Minute

LONGEST_NOTE = 300


def words_field(label: Any, missing: Any, **values: Any) -> forms.CharField:
    """Return the field for what was met, in a sentence."""
    return line_field(label, LONGEST_NOTE, missing, **values)


def _hour_field() -> forms.TimeField:
    return forms.TimeField(
        label=_("Hora"),
        required=False,
        error_messages={"invalid": _("Escriba la hora como 10:20.")},
        widget=forms.TimeInput(attrs={**CONTROL, "type": "time"}, format="%H:%M"),
    )


class ActForm(forms.Form):
    """One thing that may be noted; ``title`` names it in the list, ``verb`` is its button."""

    title: Any = ""
    verb: Any = ""

    def about(self, notice: Notice) -> None:
        """Learn which notice it is about; most acts ask the same of each."""


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
    identity = line_field(_("Su documento de identidad"), 40)
    kinship = line_field(_("Qué es del destinatario"), 80, help_text=_("Él mismo, su hermana, su portero."))


class VisitForm(_VisitForm):
    title, verb = _("No se encontró a nadie"), _("Registrar visita")
    words = words_field(_("Qué pasó en la visita"), _("Escriba qué pasó en la visita y cuándo se vuelve."))
    returns_on = day_field(
        _("Día de la segunda visita"), required=False, help_text=_("El que dice el aviso que se dejó.")
    )
    place_marks = line_field(_("Cómo es el lugar"), 300, help_text=_("Color de la puerta, pisos, medidor."))


class RefuseForm(_VisitForm):
    title, verb = _("Se negó a recibirla o a firmar"), _("Anotar la negativa")
    words = words_field(_("Quién se negó, y a qué"), _("Escriba quién se negó, y a qué."))
    place_marks = line_field(_("Cómo es el lugar"), 300, help_text=_("Color de la puerta, pisos, medidor."))
    witness = line_field(_("Testigo"), 200)


class LeaveForm(_VisitForm):
    title, verb = _("Segunda visita: se dejó bajo la puerta"), _("Anotar que se dejó")
    words = words_field(_("Qué pasó en la visita"), _("Escriba qué pasó en la segunda visita."))
    place_marks = line_field(_("Cómo es el lugar"), 300)
    witness = line_field(_("Testigo"), 200)


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


class AddressForm(ActForm):
    title, verb = _("Notificar en otro domicilio"), _("Anotar el domicilio")
    address = line_field(_("Domicilio"), 180, _("Escriba el domicilio."))
    words = words_field(
        _("Dónde consta"), _("Escriba dónde consta."), help_text=_("En su DNI, o en otro trámite suyo.")
    )


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


class _FilingChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django has no parameter at run time
    """A filing by its number, what it asks and its day."""

    def label_from_instance(self, obj: Filing) -> str:
        return f"{obj.label} · {obj.subject} · {day_long(timezone.localdate(obj.presented_at))}"


class KnownForm(ActForm):
    title, verb = _("La persona dijo por escrito que la conoce"), _("Tener por notificada")
    paper = _FilingChoice(
        label=_("En qué escrito"),
        queryset=Filing.objects.none(),
        help_text=_("Dice que la recibió, o la impugna: vale desde el día en que lo presentó."),
        empty_label=_("Elija"),
        error_messages={
            "required": _("Elija en qué escrito lo dijo."),
            "invalid_choice": _("Elija un escrito de la misma persona, presentado después de emitido el acto."),
        },
        widget=forms.Select(attrs=CHOICE),
    )

    def about(self, notice: Notice) -> None:
        field = self.fields["paper"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = papers_of(notice)


class RedoForm(ActForm):
    title, verb = _("Fue defectuosa"), _("Volver a notificar")
    words = words_field(
        _("Qué defecto tuvo"),
        _("Escriba qué defecto tuvo la notificación."),
        help_text=_("Lo hecho queda en la cadena. El plazo para impugnar corre desde la nueva notificación."),
    )


class EvidenceForm(ActForm):
    title, verb = _("Volvió el cargo firmado"), _("Agregar al expediente")
    paper = forms.FileField(
        label=_("El cargo escaneado"),
        help_text=_("PDF o foto. Entra en el expediente con su folio."),
        error_messages={
            "required": _("Elija el archivo del cargo escaneado."),
            "empty": _("El archivo está vacío. Escanee el cargo otra vez."),
        },
        widget=forms.ClearableFileInput(attrs=CONTROL),
    )


class ContentForm(forms.Form):
    """What the cédula of an act says besides the act."""

    decides = forms.CharField(
        label=_("Qué decide"),
        max_length=300,
        help_text=_("En una frase, para quien la recibe: Autoriza su anuncio, por dos años."),
        error_messages={"required": _("Escriba qué decide el acto, en una frase.")},
        widget=forms.Textarea(attrs={**CONTROL, "rows": 2}),
    )
    takes_effect = forms.ChoiceField(
        label=_("Desde cuándo tiene efecto"),
        choices=[("", _("Elija")), *TakesEffect.choices],
        error_messages={"required": _("Elija desde cuándo tiene efecto.")},
        widget=forms.Select(attrs=CHOICE),
    )
    takes_effect_on = day_field(_("Desde el día"), required=False, help_text=_("Solo si es otro día."))
    ends_route = forms.ChoiceField(
        label=_("¿Agota la vía administrativa?"),
        choices=[("", _("Elija")), ("no", _("No: se puede apelar")), ("yes", _("Sí"))],
        error_messages={"required": _("Elija si agota la vía administrativa.")},
        widget=forms.Select(attrs=CHOICE),
    )
    reconsidered_by = line_field(
        _("Reconsideración: ante quién"), 200, _("Escriba ante quién se pide la reconsideración.")
    )
    appealed_to = line_field(
        _("Apelación: ante quién"), 200, help_text=_("En blanco solo si agota la vía administrativa.")
    )
    authority_address = line_field(_("Dirección de la autoridad"), 200, _("Escriba la dirección de la autoridad."))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("ends_route") == "no" and not cleaned.get("appealed_to"):
            self.add_error("appealed_to", _("No agota la vía administrativa: escriba ante quién se apela."))
        if cleaned.get("takes_effect") == TakesEffect.ON_DAY and not cleaned.get("takes_effect_on"):
            self.add_error("takes_effect_on", _("Escriba desde qué día tiene efecto."))
        return cleaned

    def stated(self) -> Stated:
        """Return what was filled in."""
        said = self.cleaned_data
        return Stated(
            decides=said["decides"],
            takes_effect=TakesEffect(said["takes_effect"]),
            takes_effect_on=said["takes_effect_on"],
            ends_route=said["ends_route"] == "yes",
            reconsidered_by=said["reconsidered_by"],
            appealed_to=said["appealed_to"],
            authority_address=said["authority_address"],
        )


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
    "address": AddressForm,
    "evidence": EvidenceForm,
    "known": KnownForm,
    "change": ChangeForm,
    "redo": RedoForm,
}
