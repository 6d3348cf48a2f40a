"""Emitted documents on their way to persons."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from docs_store.models import Document
from organization.models import Person
from workflows.enums import AttemptResult, NoticeMeans, NoticeState


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
    notified_on = models.DateField(_("notificado el"), null=True)
    notified_how = models.CharField(_("cómo"), max_length=12, choices=AttemptResult, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["queued_at", "id"], condition=models.Q(notified_on__isnull=True), name="notice_open")
        ]

    def __str__(self) -> str:
        return self.message_id

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

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.get_result_display()
