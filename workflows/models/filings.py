"""What citizens presented, and the key with which they follow it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from docs_store.models import LABEL_LENGTH, SHA256_HEX_DIGITS, Document, Expediente, Number
from law.enums import SilenceKind
from organization.models import Person
from workflows.enums import Channel, FilingState, NoticeMeans
from workflows.models.procedures import Procedure


class Filing(models.Model):
    """What a citizen presented, first or later, with its own register number and cargo."""

    expediente = models.ForeignKey(Expediente, on_delete=models.PROTECT, related_name="filings")
    number = models.OneToOneField(Number, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(_("número de registro"), max_length=LABEL_LENGTH, unique=True)
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, null=True, related_name="+")
    cures = models.ForeignKey("FilingObservation", on_delete=models.PROTECT, null=True, related_name="cures")
    is_first = models.BooleanField(_("abre el expediente"))
    channel = models.CharField(_("canal"), max_length=10, choices=Channel)
    state = models.CharField(_("estado"), max_length=12, choices=FilingState, default=FilingState.PRESENTED)
    party = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    on_behalf_of = models.CharField(_("en representación de"), max_length=200, blank=True)
    notify_by = models.CharField(
        _("cómo pidió que le notifiquen"), max_length=10, choices=NoticeMeans, default=NoticeMeans.PERSONAL
    )
    subject = models.CharField(_("asunto"), max_length=300)
    text = models.TextField(_("pedido y fundamento"), blank=True)
    folios = models.PositiveIntegerField(_("folios en papel"), default=0)
    presented_at = models.DateTimeField(_("presentado el"))
    legal_filing_date = models.DateField(_("se cuenta desde"))
    rule_id = models.CharField(_("regla"), max_length=40)
    received_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    cargo = models.OneToOneField(Document, on_delete=models.PROTECT, null=True, related_name="+")
    token = models.CharField(_("marca del formulario"), max_length=64, unique=True, null=True)
    voided_at = models.DateTimeField(_("anulado el"), null=True)
    void_reason = models.CharField(_("motivo"), max_length=300, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["presented_at"], name="filing_by_moment")]

    def __str__(self) -> str:
        return self.label


class FilingObservation(models.Model):
    """What a filing lacked, told to the citizen once and all together.

    ``items`` are mappings of ``text``. Cured in time, the filing keeps its date; else it lapses: it counts as not
    presented, its papers go back, and where ``refund_soles`` is not zero that much is owed.
    """

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="observations")
    items = models.JSONField(_("lo que falta"), default=list)
    told_on = models.DateField(_("comunicada el"))
    observed_at = models.DateTimeField(_("hecha el"))
    observed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    cured_at = models.DateTimeField(_("subsanada el"), null=True)
    lapsed_at = models.DateTimeField(_("no subsanada el"), null=True)
    refund_soles = models.DecimalField(_("derecho por devolver (soles)"), max_digits=9, decimal_places=2, default=0)
    returned_at = models.DateTimeField(_("devuelta el"), null=True)
    returned_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["filing"],
                condition=Q(cured_at__isnull=True, lapsed_at__isnull=True),
                name="filing_observed_once_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return "; ".join(self.texts)

    @property
    def texts(self) -> list[str]:
        """Return what was missing, item by item."""
        return [item["text"] for item in self.items]

    @property
    def is_open(self) -> bool:
        return self.cured_at is None and self.lapsed_at is None


class FilingSilence(models.Model):
    """That nothing was notified in time, and what follows: the filing is approved, or may be taken to a recourse."""

    filing = models.OneToOneField(Filing, on_delete=models.PROTECT, related_name="silence")
    kind = models.CharField(_("clase"), max_length=20, choices=SilenceKind)
    notify_by = models.DateField(_("se pudo notificar hasta"))
    takes_effect_on = models.DateField(_("surte efecto el"))
    recorded_at = models.DateTimeField(_("registrado el"))
    constancia = models.OneToOneField(Document, on_delete=models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.takes_effect_on}"


class FilingItem(models.Model):
    """One thing that was handed in with a filing."""

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="items")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="+")
    order = models.PositiveIntegerField(_("orden"))

    class Meta:
        ordering = ["filing", "order"]

    def __str__(self) -> str:
        return f"{self.filing_id} {self.order}"


class TrackingKey(models.Model):
    """The secret with which one party follows an expediente: only its hash is kept."""

    expediente = models.ForeignKey(Expediente, on_delete=models.PROTECT, related_name="tracking_keys")
    party = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    key_sha256 = models.CharField(_("resumen de la clave"), max_length=SHA256_HEX_DIGITS, unique=True)
    issued_at = models.DateTimeField(_("emitida el"))
    revoked_at = models.DateTimeField(_("reemplazada el"), null=True)

    def __str__(self) -> str:
        return f"{self.expediente_id}"
