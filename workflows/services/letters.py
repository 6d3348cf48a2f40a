"""What a citizen is told by mail besides the acts themselves: that something is missing, that a term has lapsed.

Each letter is sent by the outbox, at least once and always with the same Message-ID; who left no address reads it on
the tracking page, or at the counter.
"""

from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from law.enums import SilenceKind
from law.rules.dates import day_long
from organization import selectors as organization
from workflows.models import Filing, FilingObservation, FilingSilence
from workflows.services.observations import cure_clock
from workflows.services.receipts import public_address


def tell_observation(*, observation_id: int) -> bool:
    """Tell the citizen what is missing and until when, and return whether a mail left."""
    observed = FilingObservation.objects.select_related("filing__party", "filing__expediente").get(pk=observation_id)
    clock = cure_clock(observed.filing)
    lines = [_("A su solicitud le falta:"), *(f"- {text}" for text in observed.texts), ""]
    if clock is not None and clock.due_on is None:
        lines.append(_("Entréguelo en línea o en ventanilla. Hasta qué día puede, lo verá con su clave."))
    elif clock is not None:
        lines.append(_("Entréguelo hasta el %(day)s, en línea o en ventanilla.") % {"day": day_long(clock.due_day)})
    lines.append(_("Mientras tanto su plazo no corre. Se lo pedimos una sola vez."))
    return _send(observed.filing, f"observation-{observed.pk}", _("Le falta entregar algo"), lines)


def tell_not_presented(*, observation_id: int) -> bool:
    """Tell the citizen that the filing counts as not presented, and what goes back."""
    observed = FilingObservation.objects.select_related("filing__party", "filing__expediente").get(pk=observation_id)
    lines = [
        _("No se entregó a tiempo lo que faltaba, y su solicitud consta como no presentada."),
        _("Puede recoger sus documentos en Mesa de Partes y volver a presentarla cuando quiera."),
    ]
    if observed.refund_soles:
        lines.append(_("Le corresponde la devolución del derecho: S/ %(sum)s.") % {"sum": observed.refund_soles})
    return _send(observed.filing, f"not-presented-{observed.pk}", _("Su solicitud consta como no presentada"), lines)


def tell_silence(*, effect: FilingSilence) -> bool:
    """Tell the citizen what it means that nobody answered in time, and return whether a mail left."""
    day = day_long(effect.takes_effect_on)
    if effect.kind == SilenceKind.POSITIVE:
        subject = _("Su solicitud quedó aprobada por silencio")
        lines = [
            _("Nadie le notificó una respuesta en su plazo: su solicitud quedó aprobada desde el %(day)s.")
            % {"day": day},
            _("No tiene que presentar nada más. La constancia está en la página de su trámite."),
        ]
    else:
        subject = _("No le respondieron a tiempo")
        lines = [
            _("Desde el %(day)s puede impugnar como si le hubieran negado lo que pidió.") % {"day": day},
            _("También puede esperar: la entidad sigue obligada a responderle, y ningún plazo corre contra usted."),
        ]
    return _send(effect.filing, f"silence-{effect.pk}", subject, lines)


def _send(filing: Filing, name: str, subject: str, lines: list[str]) -> bool:
    if not filing.party.email:
        return False
    address = public_address()
    head = _("%(entity)s, expediente %(label)s") % {
        "entity": organization.entity().name,
        "label": filing.expediente.label,
    }
    foot = _("Vea su trámite con su número y su clave en %(site)s") % {"site": address}
    message = EmailMessage(
        subject=f"{subject}: {filing.expediente.label}",
        body="\n".join([head, "", *lines, "", foot, ""]),
        to=[filing.party.email],
        headers={"Message-ID": f"<{name}@{address.partition('//')[2]}>"},
    )
    return bool(message.send())
