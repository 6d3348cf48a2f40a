"""Who signed: keys of the demo, visados, places to sign in, signatures."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from docs_store.models import SHA256_HEX_DIGITS, Document, Version
from organization.models import Person, Post
from signing.enums import VisadoKind


class Credential(models.Model):
    """A certificate of a person (none: the entity's seal) and, for server-held keys, the key under its PIN."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    subject = models.CharField(_("titular"), max_length=300)
    certificate = models.BinaryField(_("certificado DER"))
    encrypted_key = models.BinaryField(_("clave cifrada PKCS#8"))
    locked_with = models.CharField(_("huella de la clave maestra"), max_length=16, blank=True, default="")
    valid_from = models.DateTimeField(_("vigente desde"))
    valid_to = models.DateTimeField(_("vigente hasta"))
    wrong_pins = models.PositiveIntegerField(_("PIN errados seguidos"), default=0)
    locked_until = models.DateTimeField(_("bloqueado hasta"), null=True)

    def __str__(self) -> str:
        return self.subject


class Visado(models.Model):
    """A visador's endorsement of a content, before there is a number: a detached signature (CMS)."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="visados")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("clase"), max_length=12, choices=VisadoKind)
    capacity = models.CharField(_("en calidad de"), max_length=300, blank=True, default="")
    chain = models.JSONField(_("actos que le dan competencia"), default=list)
    content_sha256 = models.CharField(_("resumen del texto"), max_length=SHA256_HEX_DIGITS)
    cms = models.BinaryField(_("firma separada CMS"))
    given_at = models.DateTimeField(_("dado el"))
    voided_at = models.DateTimeField(_("sin efecto desde"), null=True)
    void_reason = models.CharField(_("motivo"), max_length=300, blank=True)

    class Meta:
        ordering = ["version", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "post", "kind"],
                condition=Q(voided_at__isnull=True),
                name="visado_once_per_post_and_kind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.post_id}"


class Slot(models.Model):
    """A reserved place of a typeset version: who signs it, in which order, in which rectangle (mm).

    ``person`` and ``capacity`` are those that the paper names; unknown in places made before they were kept.
    """

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="slots")
    order = models.PositiveIntegerField(_("orden"))
    field_name = models.CharField(_("campo"), max_length=40)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    capacity = models.CharField(_("en calidad de"), max_length=300, blank=True, default="")
    page = models.PositiveIntegerField(_("página"))
    left_mm = models.FloatField(_("izquierda (mm)"))
    top_mm = models.FloatField(_("arriba (mm)"))
    width_mm = models.FloatField(_("ancho (mm)"))
    height_mm = models.FloatField(_("alto (mm)"))

    class Meta:
        ordering = ["version", "order"]
        constraints = [models.UniqueConstraint(fields=["version", "order"], name="slot_order_is_unique")]

    def __str__(self) -> str:
        return self.field_name


class Signature(models.Model):
    """What one signer did in one slot: bytes before, bytes after, certificate, capacity, and the acts behind it."""

    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="signatures")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="signatures")
    before = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    after = models.OneToOneField(Version, on_delete=models.PROTECT, related_name="signature")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")
    capacity = models.CharField(_("en calidad de"), max_length=300)
    chain = models.JSONField(_("actos que le dan competencia"), default=list)
    certificate_sha256 = models.CharField(_("huella del certificado"), max_length=SHA256_HEX_DIGITS)
    cms_sha256 = models.CharField(_("huella de la firma"), max_length=SHA256_HEX_DIGITS)
    level = models.CharField(_("nivel"), max_length=8)
    signed_at = models.DateTimeField(_("firmado el"))
    withdrawn_at = models.DateTimeField(_("retirada el"), null=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["cms_sha256"], name="signature_by_cms")]
        constraints = [
            models.UniqueConstraint(fields=["slot"], condition=Q(withdrawn_at__isnull=True), name="slot_is_signed_once")
        ]

    def __str__(self) -> str:
        return f"{self.slot_id}"


class Verdict(models.Model):
    """A cached report for bytes under a trust list."""

    sha256 = models.CharField("SHA-256", max_length=SHA256_HEX_DIGITS)
    trust_sha256 = models.CharField(_("lista de confianza"), max_length=SHA256_HEX_DIGITS)
    report = models.JSONField(_("informe"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sha256", "trust_sha256"], name="verdict_once")]

    def __str__(self) -> str:
        return self.sha256[:8]
