"""Small words and marks that every page writes the same way: dates, icons, chips, fields."""

from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from law.rules import dates
from workflows.rules.clock_faces import Face, clock_face

register = template.Library()

CLOCK_ICONS = {
    Face.IN_TERM: "clock",
    Face.TODAY: "alarm",
    Face.LATE: "exclamation-octagon-fill",
    Face.SUSPENDED: "pause-circle",
    Face.DONE: "check2",
    Face.NONE: "dash-circle",
    Face.UNCOUNTED: "calendar3",
}
STATE_LOOKS = {
    # state: (icon, colour, words); documents, tasks, filings and deliverables share one vocabulary
    "draft": ("pencil", "draft", _("En proyecto")),
    "for_visado": ("check2-square", "anil", _("Por visar")),
    "opinion": ("chat-square-text", "anil", _("Por opinar")),
    "observed": ("arrow-return-left", "qolle", _("Observado")),
    "for_dispatch": ("vector-pen", "anil", _("Para despacho")),
    "emitted": ("send-check", "chilca", _("Emitido")),
    "annulled": ("slash-circle", "cochinilla", _("Anulado")),
    "unread": ("envelope", "stone", _("No leído")),
    "received": ("envelope-open", "stone", _("Recibido")),
    "derived": ("signpost-split", "stone", _("Derivado")),
    "attended": ("check-circle", "chilca", _("Atendido")),
    "archived": ("archive", "stone", _("Archivado")),
    "presented": ("envelope", "stone", _("Presentado")),
    "cured": ("check2", "anil", _("Subsanado")),
    "unpresented": ("slash-circle", "stone", _("No presentado")),
    "withdrawn": ("dash-circle", "stone", _("Desistido")),
    "abandoned": ("dash-circle", "stone", _("Abandono declarado")),
    "in_progress": ("hourglass-split", "anil", _("En trámite")),
    "answered": ("check-circle", "chilca", _("Resuelto")),
    "voided": ("slash-circle", "cochinilla", _("Registro anulado")),
    "pending": ("hourglass-split", "stone", _("En trámite")),
    "favoured": ("check-circle", "chilca", _("Favorable")),
    "not_favoured": ("dash-circle", "qolle", _("Sin opinión favorable")),
    "approved": ("check-circle", "chilca", _("Aprobado")),
    "not_approved": ("dash-circle", "stone", _("No aprobado en este acto")),
    "signed": ("check-circle", "chilca", _("Firmado")),
    "unsigned": ("x-octagon", "cochinilla", _("Sin firmar")),
    "silence": ("hourglass-bottom", "airampo", _("Aprobado por silencio")),
    "in_force": ("check-circle", "chilca", _("Vigente")),
    "amended": ("info-circle", "stone", _("Modificado")),
    "suspended": ("pause-circle", "airampo", _("Suspendido")),
    "repealed": ("slash-circle", "stone", _("Derogado")),
    "failed": ("exclamation-triangle", "qolle", _("No se pudo enviar")),
    "queued": ("hourglass-split", "stone", _("Por enviar")),
    "sent": ("send-check", "chilca", _("Enviado")),
}


def _day(value: date | datetime) -> date:
    return timezone.localtime(value).date() if isinstance(value, datetime) else value


def _today(now: date | datetime | None) -> date:
    return _day(now) if now else timezone.localdate()


@register.filter
def day(value: date | datetime | None, now: date | datetime | None = None) -> str:
    """``vie 13 oct``; with the year when it is not that of ``now``."""
    return dates.day_short(_day(value), today=_today(now)) if value else ""


@register.filter
def day_with_year(value: date | datetime | None) -> str:
    """``vie 13 oct 2023``"""
    return dates.day_with_year(_day(value)) if value else ""


@register.filter
def day_long(value: date | datetime | None) -> str:
    """``viernes 13 de octubre de 2023``"""
    return dates.day_long(_day(value)) if value else ""


@register.filter
def day_in_year(value: date | datetime | None) -> str:
    """``viernes 13 de octubre``"""
    return dates.day_in_year(_day(value)) if value else ""


@register.filter
def hour(value: datetime | None) -> str:
    """``16:48``"""
    return dates.hour(timezone.localtime(value)) if value else ""


@register.filter
def moment(value: datetime | None, now: date | datetime | None = None) -> str:
    """``vie 13 oct, 16:48``"""
    return f"{day(value, now)}, {hour(value)}" if value else ""


@register.filter
def moment_long(value: datetime | None) -> str:
    """``viernes 13 de octubre de 2023, 16:48``"""
    return f"{day_long(value)}, {hour(value)}" if value else ""


@register.filter
def thousands(value: int) -> str:
    """``3 895`` with a thin space."""
    return dates.thousands(value)


@register.filter
def unbroken(words: str) -> SafeString:
    """A document named in words, its number at the end, which never breaks: ``Resolución 294-2013-INVERMET-SGP``."""
    head, _space, number = words.rpartition(" ")
    return label(head, number)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon beside a word; with ``label`` it may stand alone."""
    address = f"{static('vendor/bootstrap-icons/icons.svg')}#{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, address)
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', address)


@register.simple_tag
def state_chip(state: str, words: str = "") -> SafeString:
    """The filled chip of a state, in the vocabulary of the design."""
    name, colour, text = STATE_LOOKS.get(state, ("info-circle", "stone", state))
    return format_html('<span class="chip chip-{}">{} {}</span>', colour, icon(name), words or text)


@register.simple_tag
def clock_chip(
    due_on: date | None,
    now: date | datetime | None = None,
    is_done: bool = False,
    days_left: int | None = None,
    is_long: bool = False,
    *,
    is_uncounted: bool = False,
) -> SafeString:
    """The outlined pill of a deadline."""
    face = clock_face(due_on, today=_today(now), is_done=is_done, days_left=days_left, is_uncounted=is_uncounted)
    words = face.long if is_long else face.short
    return format_html('<span class="clock clock-{}">{} {}</span>', face.face, icon(CLOCK_ICONS[face.face]), words)


@register.simple_tag
def label(*parts: Any) -> SafeString:
    """A document's kind and its number, which never breaks: ``{% label document.kind document.label %}``."""
    words = [str(part) for part in parts if part]
    if not words:
        return SafeString("")
    head = " ".join(words[:-1])
    return format_html('{}{}<span class="label">{}</span>', head, " " if head else "", words[-1])


@register.inclusion_tag("_field.html")
def field(bound: BoundField, optional: bool = False) -> dict[str, Any]:
    """A form's field: label, error, input, help, in that order; help whose words the error already says is left out."""
    is_said = any(str(error) in str(bound.help_text) for error in bound.errors)
    return {"field": bound, "is_optional": optional or not bound.field.required, "is_help_said": is_said}


@register.inclusion_tag("_errors.html")
def form_errors(form: Any) -> dict[str, Any]:
    """What must be mended, on top of the form, with links to the fields."""
    faults = [(bound.auto_id, message) for bound in form if bound.errors for message in bound.errors]
    general = list(form.non_field_errors())
    return {"faults": faults, "general": general, "count": len(faults) + len(general)}


@register.filter
def isoday(value: str, now: date | datetime | None = None) -> str:
    """A day that was kept as ISO text, as people write it."""
    return dates.day_short(date.fromisoformat(value), today=_today(now)) if value else ""


@register.filter
def day_and_number(value: date) -> str:
    """``mié 18``: where the month is already told."""
    return dates.day_and_number(value)
