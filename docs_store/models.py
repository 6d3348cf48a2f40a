"""What is written and what is kept: expedientes, documents, versions, numbers, folios."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from docs_store.enums import AccessLevel, DocumentState, LegalState, NumberState, Reset, Stage, TwoPersonRule
from organization.models import Person, Post, Unit

SHA256_HEX_DIGITS = 64
LABEL_LENGTH = 120
TITLE_LENGTH = 300
REASON_LENGTH = 300
NAME_LENGTH = 200


class DocumentKind(models.Model):
    """A kind of document of this entity, with the template that typesets it."""

    slug = models.SlugField(_("código"), unique=True, max_length=80)
    name = models.CharField(_("nombre"), max_length=120)
    template = models.CharField(_("plantilla"), max_length=80)
    is_act = models.BooleanField(_("acto administrativo"), default=False)
    is_own_signature_only = models.BooleanField(
        _("firma indelegable"), default=False, help_text=_("Agota la vía administrativa o sanciona.")
    )
    two_person_rule = models.CharField(_("regla de dos personas"), max_length=10, choices=TwoPersonRule, blank=True)

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name


class Series(models.Model):
    """A run of numbers: of a kind of document in a unit, or a register of the entity."""

    slug = models.SlugField(_("código"), unique=True, max_length=80)
    kind = models.ForeignKey(DocumentKind, on_delete=models.PROTECT, null=True, related_name="series")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    reset = models.CharField(_("vuelve a empezar"), max_length=10, choices=Reset)

    class Meta:
        ordering = ["slug"]
        verbose_name_plural = _("series")

    def __str__(self) -> str:
        return self.slug


class SeriesPattern(models.Model):
    """How a series prints its numbers while the pattern was valid."""

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="patterns")
    pattern = models.CharField(_("patrón"), max_length=LABEL_LENGTH)
    valid_from = models.DateField(_("desde"))
    valid_to = models.DateField(_("hasta"), null=True)

    class Meta:
        ordering = ["series", "valid_from"]

    def __str__(self) -> str:
        return self.pattern


class SeriesYear(models.Model):
    """The next value of a series in a year (0 for a series that never resets): the row that is locked."""

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="years")
    year = models.PositiveIntegerField(_("año"))
    next_value = models.PositiveBigIntegerField(_("siguiente"), default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "year"], name="series_year_once")]

    def __str__(self) -> str:
        return f"{self.series_id} {self.year}"


class NumberBlock(models.Model):
    """Numbers that were issued outside the system, declared with their reason."""

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="blocks")
    year = models.PositiveIntegerField(_("año"))
    first = models.PositiveBigIntegerField(_("primero"))
    last = models.PositiveBigIntegerField(_("último"))
    reason = models.CharField(_("motivo"), max_length=REASON_LENGTH)
    declared_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    declared_at = models.DateTimeField(_("declarado el"))

    class Meta:
        ordering = ["series", "year", "first"]
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="block_ends_after_it_starts"),
            models.CheckConstraint(condition=~Q(reason=""), name="block_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"


class Expediente(models.Model):
    """The file as container. Its travels are in ``workflows``."""

    label = models.CharField(_("número"), max_length=LABEL_LENGTH, unique=True)
    subject = models.CharField(_("asunto"), max_length=TITLE_LENGTH)
    origin = models.CharField(_("origen"), max_length=NAME_LENGTH, blank=True)
    opened_at = models.DateTimeField(_("abierto el"))
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(_("cerrado el"), null=True)
    access_level = models.CharField(_("acceso"), max_length=10, choices=AccessLevel, default=AccessLevel.INTERNAL)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.label


class Access(models.Model):
    """A unit, a person or the public may read an expediente, since when and why."""

    expediente = models.ForeignKey(Expediente, on_delete=models.PROTECT, related_name="access")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    is_public = models.BooleanField(_("cualquiera"), default=False)
    since = models.DateTimeField(_("desde"))
    reason = models.CharField(_("por qué"), max_length=REASON_LENGTH)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False, person__isnull=True, is_public=False)
                | Q(unit__isnull=True, person__isnull=False, is_public=False)
                | Q(unit__isnull=True, person__isnull=True, is_public=True),
                name="access_names_one_reader",
            ),
            models.UniqueConstraint(fields=["expediente", "unit"], name="access_once_per_unit"),
            models.UniqueConstraint(fields=["expediente", "person"], name="access_once_per_person"),
            models.UniqueConstraint(
                fields=["expediente"], condition=Q(is_public=True), name="access_once_for_the_public"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.expediente_id}"


class Document(models.Model):
    """A document of an expediente. Immutable once emitted."""

    expediente = models.ForeignKey(Expediente, on_delete=models.PROTECT, related_name="documents")
    kind = models.ForeignKey(DocumentKind, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("título"), max_length=TITLE_LENGTH)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("creado el"))
    label = models.CharField(_("número impreso"), max_length=LABEL_LENGTH, blank=True)
    outside_author = models.CharField(_("autor externo"), max_length=200, blank=True)
    state = models.CharField(_("estado"), max_length=20, choices=DocumentState, default=DocumentState.DRAFT)
    legal_state = models.CharField(_("estado del acto"), max_length=20, choices=LegalState, blank=True)
    cvd = models.CharField(_("código de verificación"), max_length=16, unique=True, null=True)
    emitted_at = models.DateTimeField(_("emitido el"), null=True)
    emitted_version = models.OneToOneField("Version", on_delete=models.PROTECT, null=True, related_name="+")
    is_public = models.BooleanField(_("publicado"), default=False)
    annulled_at = models.DateTimeField(_("anulado el"), null=True)
    annul_reason = models.CharField(_("motivo de anulación"), max_length=REASON_LENGTH, blank=True)

    class Meta:
        ordering = ["expediente", "id"]
        indexes = [models.Index(fields=["label"], name="document_by_label")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=DocumentState.EMITTED) | Q(emitted_at__isnull=False, emitted_version__isnull=False),
                name="emitted_document_has_its_version",
            ),
            models.CheckConstraint(
                condition=~Q(state=DocumentState.ANNULLED) | Q(annulled_at__isnull=False) & ~Q(annul_reason=""),
                name="annulled_document_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.label}".strip()


class Number(models.Model):
    """One number of a series, and the one document, expediente or filing that it belongs to."""

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="numbers")
    year = models.PositiveIntegerField(_("año"))
    value = models.PositiveBigIntegerField(_("valor"))
    label = models.CharField(_("impreso"), max_length=LABEL_LENGTH)
    state = models.CharField(_("estado"), max_length=10, choices=NumberState)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="numbers")
    owner = models.CharField(_("de qué es"), max_length=80, help_text=_("document:5, expediente:7, filing:9"))
    reason = models.CharField(_("motivo de anulación"), max_length=REASON_LENGTH, blank=True)
    reserved_at = models.DateTimeField(_("reservado el"))
    settled_at = models.DateTimeField(_("usado o anulado el"), null=True)

    class Meta:
        ordering = ["series", "year", "value"]
        constraints = [
            models.UniqueConstraint(fields=["series", "year", "value"], name="number_is_unique_in_its_series"),
            models.UniqueConstraint(
                fields=["document"],
                condition=~Q(state=NumberState.ANNULLED),
                name="document_has_one_living_number",
            ),
            models.CheckConstraint(
                condition=~Q(state=NumberState.ANNULLED) | ~Q(reason=""), name="annulled_number_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Version(models.Model):
    """One immutable content of a document. Rows are added, never changed."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("número"))
    stage = models.CharField(_("etapa"), max_length=12, choices=Stage)
    content = models.JSONField(_("texto estructurado"), null=True)
    sha256 = models.CharField("SHA-256", max_length=SHA256_HEX_DIGITS)
    size_bytes = models.PositiveBigIntegerField(_("tamaño (bytes)"))
    media_type = models.CharField(_("tipo de archivo"), max_length=100)
    name = models.CharField(_("nombre de archivo"), max_length=200)
    pages = models.PositiveIntegerField(_("páginas"), null=True)
    based_on = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    stored_at = models.DateTimeField(_("guardado el"))
    stored_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["document", "number"]
        indexes = [models.Index(fields=["sha256"], name="version_by_sha256")]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="version_number_is_unique"),
            models.CheckConstraint(condition=Q(number__gte=1), name="version_number_starts_at_1"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} v{self.number}"


class Annex(models.Model):
    """A document that travels as annex of another, in its order; never merged into it."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="annexes")
    annex = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="annex_of")
    order = models.PositiveIntegerField(_("orden"))

    class Meta:
        ordering = ["document", "order"]
        verbose_name_plural = _("anexos")
        constraints = [
            models.UniqueConstraint(fields=["document", "annex"], name="annex_once_per_document"),
            models.UniqueConstraint(fields=["document", "order"], name="annex_order_is_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.order}"


class PageText(models.Model):
    """The text of one page of a version (a rendition: it can be rebuilt)."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="page_texts")
    page = models.PositiveIntegerField(_("página"))
    text = models.TextField(_("texto"))

    class Meta:
        ordering = ["version", "page"]
        constraints = [models.UniqueConstraint(fields=["version", "page"], name="page_text_once")]

    def __str__(self) -> str:
        return f"{self.version_id} p{self.page}"


class Leaf(models.Model):
    """A line of the expediente's index. Added at the end, never in the middle."""

    expediente = models.ForeignKey(Expediente, on_delete=models.PROTECT, related_name="leaves")
    order = models.PositiveIntegerField(_("orden"))
    version = models.OneToOneField(Version, on_delete=models.PROTECT, related_name="leaf")
    folio_from = models.PositiveIntegerField(_("del folio"))
    folio_to = models.PositiveIntegerField(_("al folio"))
    added_at = models.DateTimeField(_("incorporado el"))

    class Meta:
        ordering = ["expediente", "order"]
        verbose_name_plural = _("leaves")
        constraints = [
            models.UniqueConstraint(fields=["expediente", "order"], name="leaf_order_is_unique"),
            models.UniqueConstraint(fields=["expediente", "folio_from"], name="leaf_folio_is_unique"),
            models.CheckConstraint(condition=Q(folio_to__gte=F("folio_from")), name="leaf_folios_are_ordered"),
        ]

    def __str__(self) -> str:
        return f"{self.folio_from}-{self.folio_to}"


class Publication(models.Model):
    """Where and when an act was published."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="publications")
    channel = models.CharField(_("medio"), max_length=80)
    published_at = models.DateTimeField(_("publicado el"))
    published_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "channel"], name="publication_once_per_channel")]

    def __str__(self) -> str:
        return self.channel
