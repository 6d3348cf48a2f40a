"""Closed lists of the workflows room."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class StepKind(TextChoices):
    """What a user task asks for. The word on the button comes from the route's step."""

    DRAFT = "draft", _("Proyectar")
    OPINION = "opinion", _("Opinar")
    VISADO = "visado", _("Visar")
    NUMBER = "number", _("Numerar")
    SIGN = "sign", _("Firmar")
    DERIVE = "derive", _("Derivar")
    NOTIFY = "notify", _("Notificar")
    PUBLISH = "publish", _("Publicar")
    ARCHIVE = "archive", _("Archivar")
    TASK = "task", _("Atender")


class MovementKind(TextChoices):
    ORIGINAL = "original", _("Original")
    COPY = "copy", _("Copia para conocimiento")
    ROUTE = "route", _("Cambio de ruta")


class Bar(TextChoices):
    """Why a file does not go on."""

    CURE = "cure", _("Espera que se subsane")
    SILENCE = "silence", _("Aprobado por silencio")
    ENDED = "ended", _("La solicitud terminó")


class DeliverableOutcome(TextChoices):
    PENDING = "pending", _("En trámite")
    FAVOURED = "favoured", _("Con opinión favorable")
    NOT_FAVOURED = "not_favoured", _("Sin opinión favorable")
    OBSERVED = "observed", _("Observado")
    APPROVED = "approved", _("Aprobado")
    NOT_APPROVED = "not_approved", _("No aprobado en este acto")


class OpinionOutcome(TextChoices):
    FAVOURABLE = "favourable", _("Favorable")
    UNFAVOURABLE = "unfavourable", _("No favorable")
    OBSERVED = "observed", _("Observado")


class Channel(TextChoices):
    WEB = "web", _("En línea")
    COUNTER = "counter", _("En ventanilla")


class ProcedureChannel(TextChoices):
    """Where a procedure can be begun."""

    ONLINE = "online", _("En línea")
    COUNTER = "counter", _("En ventanilla")
    BOTH = "both", _("En línea y en ventanilla")


class RequirementKind(TextChoices):
    """What a procedure asks for. The copies are known so that a profile which asks for one is refused (IN-16)."""

    REQUEST = "solicitud", _("Solicitud")
    SWORN_STATEMENT = "declaracion-jurada", _("Declaración jurada")
    PLAN = "plano", _("Plano o diseño")
    POWER = "poder", _("Poder")
    PAYMENT = "pago", _("Pago del derecho")
    OTHER = "otro", _("Otro documento")
    DNI_COPY = "copia-dni", _("Copia del DNI")
    RUC_COPY = "copia-ruc", _("Copia de la ficha RUC")


class FilingState(TextChoices):
    PRESENTED = "presented", _("Presentado")
    OBSERVED = "observed", _("Observado")
    CURED = "cured", _("Subsanado")
    IN_PROGRESS = "in_progress", _("En trámite")
    ANSWERED = "answered", _("Resuelto")
    APPROVED = "approved", _("Aprobado")
    BY_SILENCE = "silence", _("Aprobado por silencio")
    NOT_PRESENTED = "unpresented", _("No presentado")
    WITHDRAWN = "withdrawn", _("Desistido")
    ABANDONED = "abandoned", _("Abandono declarado")
    VOIDED = "voided", _("Registro anulado")


class DesistimientoEffect(TextChoices):
    """What ends with it: of the procedure, the same may be asked for again."""

    PROCEDURE = "procedure", _("Del procedimiento")
    CLAIM = "claim", _("De la pretensión")


class DesistimientoOutcome(TextChoices):
    PENDING = "pending", _("Por decidir")
    ACCEPTED = "accepted", _("Aceptado")
    CONTINUED = "continued", _("El trámite siguió")


class ClockPurpose(TextChoices):
    """What must happen by the day that a clock gives."""

    STEP = "step", _("Atender el paso")
    ANSWER = "answer", _("Responder")
    OBSERVE = "observe", _("Observar lo presentado")
    CURE = "cure", _("Subsanar lo observado")
    NOTIFY = "notify", _("Notificar")
    ACKNOWLEDGE = "acknowledge", _("Acusar recibo")
    RECOURSE = "recourse", _("Impugnar")
    IMPULSE = "impulse", _("Que la persona haga lo que se le pidió")
    THIRD_PARTIES = "third_parties", _("Que los terceros pidan seguir")


class ClockState(TextChoices):
    RUNNING = "running", _("En plazo")
    SUSPENDED = "suspended", _("Suspendido")
    UNCOUNTED = "uncounted", _("Sin contar: falta el calendario")
    DONE = "done", _("Cumplido")
    CANCELLED = "cancelled", _("Sin efecto")


class NoticeState(TextChoices):
    QUEUED = "queued", _("Por enviar")
    SENT = "sent", _("Enviado")
    FAILED = "failed", _("No se pudo enviar")


class NoticeMeans(TextChoices):
    """How a person is notified, as they asked in what they presented; who asked for nothing, at their address.

    ``CERTIFIED`` and ``PUBLICATION`` come after the address, in this order, and never before it (NT-02).
    """

    PERSONAL = "personal", _("En el domicilio")
    MAIL = "mail", _("Por correo")
    CASILLA = "casilla", _("En la casilla del trámite, con aviso al correo")
    CERTIFIED = "certified", _("Por correo certificado")
    PUBLICATION = "published", _("Por publicación")


class NoticeGround(TextChoices):
    """Why somebody cannot be notified at their address."""

    UNKNOWN = "unknown", _("No se conoce su domicilio, aunque se buscó")
    NOT_FOUND = "not_found", _("La dirección no existe o no se pudo ubicar")
    NOBODY = "nobody", _("En dos visitas no había nadie, ni se pudo dejar bajo la puerta")


class TakesEffect(TextChoices):
    """From when an act has effect."""

    NOTIFIED = "notified", _("Desde el día siguiente de su notificación")
    EMITTED = "emitted", _("Desde el día en que se emitió")
    ON_DAY = "on_day", _("Desde otro día")


class AttemptResult(TextChoices):
    """One link of the chain of a notice."""

    MAILED = "mailed", _("Enviada por correo")
    COPY_MAILED = "copy", _("Copia enviada por correo")
    DEPOSITED = "deposited", _("Depositada en la casilla")
    ALERTED = "alerted", _("Avisada por correo")
    ALERT_FAILED = "no_alert", _("Falta el aviso por correo")
    VISITED = "visited", _("Visita sin encontrar a nadie")
    DELIVERED = "delivered", _("Entregada en el domicilio")
    LEFT = "left", _("Dejada bajo la puerta en la segunda visita")
    REFUSED = "refused", _("Se negó a recibirla o a firmar")
    ADDRESSED = "addressed", _("Se notifica en otro domicilio")
    NEXT_MEANS = "next_means", _("Pasa a otro medio")
    POSTED = "posted", _("Enviada por correo certificado")
    RETURNED = "returned", _("Devuelta por el correo certificado")
    RECEIVED = "received", _("Recibida por correo certificado")
    PUBLISHED = "published", _("Publicada")
    EVIDENCE = "evidence", _("Cargo agregado al expediente")
    REDONE = "redone", _("Defectuosa: se notifica de nuevo")
    KNOWN = "known", _("La persona dijo por escrito que la conoce")
    ACKNOWLEDGED = "acknowledged", _("Abierta por la persona")
    NO_REPLY = "no_reply", _("Sin respuesta en su plazo")
    DEEMED = "deemed", _("Se da por notificada")
