"""Emitted documents on their way to persons."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from docs_store.models import Document
from organization.models import Person
from workflows.enums import NoticeState


class Notice(models.Model):
    """An emitted document on its way to a person."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="notices")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    email = models.EmailField(_("correo"), blank=True)
    message_id = models.CharField(_("Message-ID"), max_length=200, unique=True)
    state = models.CharField(_("estado"), max_length=10, choices=NoticeState, default=NoticeState.QUEUED)
    queued_at = models.DateTimeField(_("por enviar desde"))
    sent_at = models.DateTimeField(_("enviado el"), null=True)

    def __str__(self) -> str:
        return self.message_id
