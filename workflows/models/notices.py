"""Emitted documents on their way to persons."""

from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from docs_store.models import Document
from organization.models import Person
from workflows.enums import AttemptResult, NoticeGround, NoticeMeans, NoticeState, TakesEffect


class Notice(models.Model):
    """An emitted document on its way to a person.

    ``state`` tells of the mail alone. A notice is valid from ``notified_on``: the day on which the person opened it,
    got it at the door, or is deemed to know it. A deposit without its alert (``alerted_at``) is defective.
    """

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="notices")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    email = models.EmailField(_("correo"), blank=True)
    message_id = models.CharField(_("Message-ID"), max_length=200, unique=True)
    state = models.CharField(_("estado"), max_length=10, choices=NoticeState, default=NoticeState.QUEUED)
    queued_at = models.DateTimeField(_("por enviar desde"))
    sent_at = models.DateTimeField(_("enviado el"), null=True)
    means = models.CharField(_("medio"), max_length=10, choices=NoticeMeans, default=NoticeMeans.PERSONAL)
    alerted_at = models.DateTimeField(_("avisado el"), null=True)
    address = models.CharField(_("otro domicilio"), max_length=200, blank=True, default="")
    notified_on = models.DateField(_("notificado el"), null=True)
    notified_how = models.CharField(_("cómo"), max_length=12, choices=AttemptResult, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["queued_at", "id"], condition=models.Q(notified_on__isnull=True), name="notice_open"),
            models.Index(Upper("email"), name="notice_by_mailbox"),
        ]

    def __str__(self) -> str:
        return self.message_id

    @property
    def place(self) -> str:
        """Return the address at which the person is notified: theirs, or the one that was found for this notice."""
        return str(self.address or self.person.address)

    @property
    def label(self) -> str:
        """Return the number of its cédula."""
        return f"{self.pk:06d}-{self.queued_at.year}"

    @property
    def is_defective(self) -> bool:
        """Return whether it was deposited without telling the person: it does not count yet."""
        return bool(self.means == NoticeMeans.CASILLA and self.alerted_at is None)


class NoticeAttempt(models.Model):
    """One link of the chain of a notice: what was done or met, when, by whom. None is ever changed."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="attempts")
    means = models.CharField(_("medio"), max_length=10, choices=NoticeMeans)
    result = models.CharField(_("qué pasó"), max_length=12, choices=AttemptResult)
    note = models.CharField(_("detalle"), max_length=300, blank=True)
    at = models.DateTimeField(_("cuándo"))
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    ground = models.CharField(
        _("por qué no en el domicilio"), max_length=10, choices=NoticeGround, blank=True, default=""
    )
    evidence = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("prueba en el expediente")
    )

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.get_result_display()


class VisitMinute(models.Model):
    """What the paper minute of a visit says: who received it, or when somebody comes back. Never changed."""

    attempt = models.OneToOneField(NoticeAttempt, on_delete=models.PROTECT, related_name="minute")
    day = models.DateField(_("día"))
    hour = models.TimeField(_("hora"), null=True)
    received_by = models.CharField(_("quién la recibió"), max_length=200, blank=True)
    identity = models.CharField(_("documento de identidad"), max_length=40, blank=True)
    kinship = models.CharField(_("vínculo con el destinatario"), max_length=80, blank=True)
    witness = models.CharField(_("testigo"), max_length=200, blank=True)
    place_marks = models.CharField(_("características del lugar"), max_length=300, blank=True)
    returns_on = models.DateField(_("día de la segunda visita, según el aviso"), null=True)

    def __str__(self) -> str:
        return f"{self.attempt_id}"

    @property
    def missing(self) -> list[str]:
        """Return what the minute should say and does not, in words."""
        result = self.attempt.result
        needed: list[tuple[object, object]] = [(_("la hora"), self.hour)]
        if result == AttemptResult.DELIVERED:
            needed += [(_("el documento de quien la recibió"), self.identity), (_("su vínculo"), self.kinship)]
        elif result == AttemptResult.VISITED:
            needed += [(_("el día de la segunda visita"), self.returns_on)]
        return [str(name) for name, said in needed if not said]


class NoticeContent(models.Model):
    """What the cédula of an act says besides the act: what it decides, from when, and what can be done against it.

    ``ends_route`` is unknown until somebody states it. An organ left blank: that recourse is not offered.
    """

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="notice_content")
    decides = models.CharField(_("qué decide"), max_length=300, blank=True)
    takes_effect = models.CharField(_("desde cuándo"), max_length=10, choices=TakesEffect, blank=True)
    takes_effect_on = models.DateField(_("desde el día"), null=True)
    ends_route = models.BooleanField(_("agota la vía administrativa"), null=True)
    reconsidered_by = models.CharField(_("reconsideración: ante quién"), max_length=200, blank=True)
    appealed_to = models.CharField(_("apelación: ante quién"), max_length=200, blank=True)
    authority_address = models.CharField(_("dirección de la autoridad"), max_length=200, blank=True)
    stated_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    stated_at = models.DateTimeField(_("escrito el"))

    def __str__(self) -> str:
        return f"{self.document_id}"
