"""The entity, its units and posts in time, and the people who hold them."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organization.enums import EnrolmentKind, GrantKind, IdKind, Role

NO_DOCUMENT = "S/N "
"""How the number begins of who showed no identity document: a filing is never refused for that."""


def _ends_after_it_starts(row: str, first: str = "from_on", last: str = "to_on") -> models.CheckConstraint:
    """Hold that the row's days do not end before they start; those without a last day go on."""
    condition = Q(**{f"{last}__isnull": True}) | Q(**{f"{last}__gte": F(first)})
    return models.CheckConstraint(condition=condition, name=f"{row}_ends_after_it_starts")


class Entity(models.Model):
    """The one entity of this installation."""

    slug = models.SlugField(_("código"), max_length=80)
    name = models.CharField(_("nombre"), max_length=200)
    short_name = models.CharField(_("nombre corto"), max_length=40)
    ruc = models.CharField("RUC", max_length=11)
    location = models.CharField(_("ubicación"), max_length=200, help_text=_("La Convención, Cusco"))
    city = models.CharField(_("ciudad de los actos"), max_length=80)
    place = models.CharField(_("lugar del calendario"), max_length=20)
    public_url = models.CharField(_("dirección pública"), max_length=120)
    phone = models.CharField(_("teléfono"), max_length=40, blank=True)
    address = models.CharField(_("dirección"), max_length=200, blank=True)
    vacancy_days = models.PositiveSmallIntegerField(
        _("días hábiles sin titular"), default=3, help_text=_("Después se avisa a quien dirige la unidad superior.")
    )
    second_factor = models.CharField(
        _("segundo factor"), max_length=60, blank=True, default="", help_text=_("De quiénes se exige.")
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="entity_is_one")]

    def __str__(self) -> str:
        return self.name

    @property
    def host(self) -> str:
        """The public address without its scheme: the right side of a Message-ID."""
        return self.public_url.split("://")[-1].strip("/")


class Unit(models.Model):
    """A node of the entity's tree in time. Its identity outlives its names."""

    slug = models.SlugField(_("código"), unique=True, max_length=80)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text=_("De qué depende cuando empieza. Después, lo que digan sus traslados."),
    )
    valid_from = models.DateField(_("desde"))
    valid_to = models.DateField(_("hasta"), null=True)
    role = models.CharField(_("función"), max_length=20, choices=Role, blank=True)
    is_outside = models.BooleanField(
        _("órgano sin despacho propio"), default=False, help_text=_("Un comité o comisión: firma, pero no recibe.")
    )
    is_heir = False
    """Whether it took over the work of a unit that has ended, where a selector asked."""
    successor = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="predecessors",
        help_text=_("La unidad que recibe su trabajo cuando termina."),
    )

    class Meta:
        ordering = ["slug"]
        constraints = [_ends_after_it_starts("unit", "valid_from", "valid_to")]

    def __str__(self) -> str:
        return self.slug


class UnitName(models.Model):
    """A unit's name and siglas while they were valid."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="names")
    name = models.CharField(_("nombre"), max_length=200)
    siglas = models.CharField(_("siglas"), max_length=40)
    siglas_path = models.CharField(_("siglas con ruta"), max_length=80, blank=True)
    valid_from = models.DateField(_("desde"))
    valid_to = models.DateField(_("hasta"), null=True)

    class Meta:
        ordering = ["unit", "valid_from"]

    def __str__(self) -> str:
        return self.siglas


class UnitMove(models.Model):
    """A unit hangs from another one, or from none, from a day until its next move, by which act."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="moves")
    parent = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    from_on = models.DateField(_("desde"))
    act = models.CharField(_("acto que lo ordena"), max_length=200)

    class Meta:
        ordering = ["unit", "from_on"]
        constraints = [models.UniqueConstraint(fields=["unit", "from_on"], name="unit_moves_once_a_day")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.from_on}"


class UnitAlias(models.Model):
    """Other siglas under which documents cite the unit."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="aliases")
    siglas = models.CharField(_("siglas"), max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "siglas"], name="unit_alias_once")]

    def __str__(self) -> str:
        return self.siglas


class Post(models.Model):
    """A seat in a unit."""

    slug = models.SlugField(_("código"), unique=True, max_length=80)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="posts")
    title = models.CharField(_("cargo"), max_length=200)
    is_head = models.BooleanField(_("dirige la unidad"), default=False)
    is_single_seat = models.BooleanField(_("una sola persona"), default=True)
    valid_from = models.DateField(_("desde"), null=True, help_text=_("Vacío: desde que existe su unidad."))
    valid_to = models.DateField(_("hasta"), null=True, help_text=_("Vacío: mientras exista su unidad."))
    next_unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text=_("Dónde queda el puesto cuando termina su unidad."),
    )
    successor = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text=_("El puesto que recibe su trabajo cuando termina, él o su unidad."),
    )

    class Meta:
        ordering = ["slug"]
        constraints = [
            _ends_after_it_starts("post", "valid_from", "valid_to"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(is_head=False), name="post_that_ends_heads_nothing"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PersonManager(BaseUserManager["Person"]):
    def get_by_natural_key(self, username: str | None) -> "Person":
        """Return who signs in with that user name, or with that DNI."""
        by_dni = Q(id_kind=IdKind.DNI, id_number=username, username__isnull=False)
        found = list(self.filter(Q(username=username) | by_dni, is_active=True)[:2])
        exact = [person for person in found if person.username == username]
        if not exact and len(found) != 1:
            raise self.model.DoesNotExist
        return (exact or found)[0]


class Person(AbstractBaseUser):
    """A user, citizen or official. Who has no ``username`` cannot sign in."""

    username = models.CharField(_("usuario"), max_length=80, unique=True, null=True)
    given_names = models.CharField(_("nombres"), max_length=120)
    surnames = models.CharField(_("apellidos"), max_length=120, blank=True)
    id_kind = models.CharField(_("documento de identidad"), max_length=10, choices=IdKind)
    id_number = models.CharField(_("número de documento"), max_length=20)
    initials = models.CharField(_("iniciales"), max_length=10, blank=True)
    email = models.EmailField(_("correo"), blank=True)
    phone = models.CharField(_("teléfono"), max_length=40, blank=True)
    address = models.CharField(_("domicilio"), max_length=200, blank=True)
    place = models.CharField(
        _("dónde vive"),
        max_length=20,
        blank=True,
        default="",
        help_text=_("El código del cuadro de distancias. Vacío: aquí, o no figura."),
    )
    is_active = models.BooleanField(_("activo"), default=True)
    theme = models.CharField(_("tema"), max_length=5, blank=True)
    second_factor_since = models.DateTimeField(_("con segundo factor desde"), null=True)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ["surnames", "given_names"]
        indexes = [models.Index(fields=["id_kind", "id_number"], name="person_by_id")]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.given_names} {self.surnames}".strip()

    @property
    def identity(self) -> str:
        """The identity document as people say it. Who showed none bears a mark of ours, which is not shown."""
        if self.id_number.startswith(NO_DOCUMENT):
            return gettext("no indicó su documento")
        return f"{self.get_id_kind_display()} {self.id_number}"

    @property
    def actor(self) -> str:
        """How the ledger names this person."""
        return f"person:{self.pk}"


class Appointment(models.Model):
    """Who holds a post, from, to, by which act."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="appointments")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appointments")
    from_on = models.DateField(_("desde"))
    to_on = models.DateField(_("hasta"), null=True)
    act = models.CharField(_("acto que lo otorga"), max_length=200)
    document_id = models.BigIntegerField(_("documento del acto"), null=True)
    awaits_act = models.BooleanField(
        _("espera su acto"), default=False, help_text=_("El acto es un proyecto sin firmar: todavía no cuenta.")
    )

    class Meta:
        ordering = ["post", "from_on"]
        constraints = [_ends_after_it_starts("appointment")]

    def __str__(self) -> str:
        return f"{self.post_id} {self.person_id}"


class Absence(models.Model):
    """A person is away from all their posts, from, to, why: meanwhile they sign nothing."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="absences")
    from_on = models.DateField(_("desde"))
    to_on = models.DateField(_("hasta"), null=True)
    reason = models.CharField(_("motivo"), max_length=200)

    class Meta:
        ordering = ["person", "from_on"]
        constraints = [_ends_after_it_starts("absence")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.from_on}"


class Grant(models.Model):
    """Somebody may act as a post that is not theirs: from, to, for which kinds of act, by which act."""

    kind = models.CharField(_("clase"), max_length=12, choices=GrantKind)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="grants")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="grants")
    own_post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    from_on = models.DateField(_("desde"))
    to_on = models.DateField(_("hasta"), null=True)
    scope = models.JSONField(_("clases de documento"), default=list, blank=True)
    act = models.CharField(_("acto que lo otorga"), max_length=200)
    document_id = models.BigIntegerField(_("documento del acto"), null=True)
    awaits_act = models.BooleanField(
        _("espera su acto"), default=False, help_text=_("El acto es un proyecto sin firmar: todavía no cuenta.")
    )

    class Meta:
        ordering = ["post", "from_on"]
        constraints = [_ends_after_it_starts("grant")]

    def __str__(self) -> str:
        return f"{self.kind} {self.post_id} {self.person_id}"


class Abstention(models.Model):
    """A person keeps out of one expediente; whom the act designates acts there as the post, from, to, why."""

    expediente_id = models.BigIntegerField(_("expediente"))
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="abstentions")
    designee = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="designations")
    designee_post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    from_on = models.DateField(_("desde"))
    to_on = models.DateField(_("hasta"), null=True)
    reason = models.CharField(_("motivo"), max_length=200)
    act = models.CharField(_("acto que designa"), max_length=200)
    document_id = models.BigIntegerField(_("documento del acto"), null=True)

    class Meta:
        ordering = ["expediente_id", "from_on"]
        indexes = [models.Index(fields=["expediente_id"], name="abstention_by_file")]
        constraints = [
            _ends_after_it_starts("abstention"),
            models.CheckConstraint(condition=~Q(person=F("designee")), name="abstention_designates_another"),
        ]

    def __str__(self) -> str:
        return f"{self.expediente_id} {self.person_id}"


class Enrolment(models.Model):
    """A one-time link with which a person sets their password and their second factor, the first time or after a loss.

    After a loss two people approve it, neither of them the person: the database holds it so.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="enrolments")
    kind = models.CharField(_("clase"), max_length=8, choices=EnrolmentKind)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(_("pedido el"))
    approved_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(_("aprobado el"), null=True)
    token_sha256 = models.CharField(_("resumen del enlace"), max_length=64, blank=True)
    expires_at = models.DateTimeField(_("vence el"))
    used_at = models.DateTimeField(_("usado el"), null=True)
    withdrawn_at = models.DateTimeField(_("retirado el"), null=True)

    class Meta:
        ordering = ["-asked_at"]
        indexes = [models.Index(fields=["token_sha256"], name="enrolment_by_token")]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(used_at__isnull=True, withdrawn_at__isnull=True),
                name="enrolment_open_once_per_person",
            ),
            models.CheckConstraint(
                condition=Q(asked_by__isnull=True) | ~Q(asked_by=F("person")), name="enrolment_not_asked_by_oneself"
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | (~Q(approved_by=F("person")) & ~Q(approved_by=F("asked_by"))),
                name="enrolment_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(kind=EnrolmentKind.FIRST)
                | Q(token_sha256="")
                | Q(asked_by__isnull=True)
                | Q(approved_by__isnull=False),
                name="enrolment_after_a_loss_has_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.person_id}"
