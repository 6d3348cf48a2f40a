"""What happened: entries, their seals, readings, and the outbox of events."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ledger.enums import Queue

QUEUE_LENGTH = 20


class Entry(models.Model):
    """One fact. Rows are added in the change's own transaction and never touched again."""

    at = models.DateTimeField(_("momento del hecho"))
    recorded_at = models.DateTimeField(_("momento del servidor"))
    actor = models.CharField(_("autor"), max_length=80)
    kind = models.CharField(_("tipo"), max_length=80)
    subject = models.CharField(_("asunto"), max_length=80)
    facts = models.JSONField(_("datos"), default=dict)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["subject", "id"], name="entry_by_subject")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class Reading(models.Model):
    """Who read what that matters."""

    recorded_at = models.DateTimeField(_("momento del servidor"))
    actor = models.CharField(_("lector"), max_length=80)
    subject = models.CharField(_("asunto"), max_length=80)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.actor} {self.subject}"


class Seal(models.Model):
    """The place of one entry or reading in the chain: sequence, previous hash, own hash."""

    sequence = models.PositiveBigIntegerField(_("secuencia"), primary_key=True)
    entry = models.OneToOneField(
        Entry, on_delete=models.PROTECT, null=True, related_name="seal", verbose_name=_("asiento")
    )
    reading = models.OneToOneField(
        Reading, on_delete=models.PROTECT, null=True, related_name="seal", verbose_name=_("lectura")
    )
    previous_hash = models.CharField(_("resumen anterior"), max_length=64)
    hash = models.CharField(_("resumen"), max_length=64)
    sealed_at = models.DateTimeField(_("sellado el"))

    class Meta:
        ordering = ["sequence"]
        constraints = [
            models.CheckConstraint(
                condition=Q(entry__isnull=False, reading__isnull=True) | Q(entry__isnull=True, reading__isnull=False),
                name="seal_covers_one_row",
            ),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="seal_sequence_starts_at_1"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.hash[:8]}"


class Event(models.Model):
    """A fact still to be acted on by one consumer (the outbox)."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="events", verbose_name=_("asiento"))
    consumer = models.CharField(_("consumidor"), max_length=80)
    queue = models.CharField(_("cola"), max_length=QUEUE_LENGTH, default=Queue.MAINTENANCE.value)
    attempts = models.PositiveIntegerField(_("intentos"), default=0)
    due_at = models.DateTimeField(_("toca desde"))
    leased_by = models.CharField(_("tomado por"), max_length=80, blank=True)
    leased_until = models.DateTimeField(_("tomado hasta"), null=True)
    done_at = models.DateTimeField(_("hecho el"), null=True)
    last_error = models.CharField(_("último error"), max_length=120, blank=True)
    failing_since = models.DateTimeField(_("falla desde"), null=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["entry", "consumer"], name="event_once_per_consumer")]
        indexes = [
            models.Index(fields=["queue", "due_at", "id"], condition=Q(done_at__isnull=True), name="event_waiting"),
            models.Index(
                fields=["queue", "failing_since"],
                condition=Q(done_at__isnull=True, failing_since__isnull=False),
                name="event_failing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consumer} {self.entry_id}"
