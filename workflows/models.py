"""Where files go next, and by when: routes, processes, tasks, movements, filings, clocks, notices."""

import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import uuid4

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.models import AbstractProcess, AbstractTask

from docs_store.models import LABEL_LENGTH, SHA256_HEX_DIGITS, Document, Expediente, Number, Version
from law.enums import SilenceKind, TermUnit
from organization.models import Person, Post, Unit
from workflows.enums import (
    Channel,
    ClockPurpose,
    ClockState,
    DeliverableOutcome,
    FilingState,
    MovementKind,
    NoticeState,
    OpinionOutcome,
    StepKind,
)
from workflows.ports import Change, running

OPEN_STATUSES = ("NEW", "ASSIGNED", "STARTED", "SCHEDULED", "ERROR")
"""Open is told by status, never by ``finished is null``: the engine sets ``finished`` on an error."""


class Route(models.Model):
    """A way for files of one kind to go."""

    slug = models.SlugField(_("código"), unique=True, max_length=80)
    name = models.CharField(_("nombre"), max_length=200)

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name


class RouteVersion(models.Model):
    """One published BPMN file of a route. It never changes."""

    route = models.ForeignKey(Route, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("versión"))
    bpmn = models.TextField("BPMN")
    sha256 = models.CharField("SHA-256", max_length=SHA256_HEX_DIGITS)
    class_name = models.CharField(_("clase"), max_length=120, unique=True)
    published_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    in_force_from = models.DateTimeField(_("vigente desde"))

    class Meta:
        ordering = ["route", "number"]
        constraints = [models.UniqueConstraint(fields=["route", "number"], name="route_version_is_unique")]

    def __str__(self) -> str:
        return self.class_name


class Deliverable(models.Model):
    """One of several results that an expediente seeks, with its own outcome."""

    expediente = models.ForeignKey(Expediente, on_delete=models.PROTECT, related_name="deliverables")
    order = models.PositiveIntegerField(_("orden"))
    title = models.CharField(_("título"), max_length=300)
    outcome = models.CharField(
        _("resultado"), max_length=20, choices=DeliverableOutcome, default=DeliverableOutcome.PENDING
    )

    class Meta:
        ordering = ["expediente", "order"]
        constraints = [models.UniqueConstraint(fields=["expediente", "order"], name="deliverable_order_is_unique")]

    def __str__(self) -> str:
        return self.title


class Stamped:
    """A row of Viewflow's engine: its moments are those of the run that writes it, not of the machine's clock."""

    MOMENTS: tuple[str, ...] = ()
    _loaded: Mapping[str, Any] = {}

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> Self:
        row: Self = super().from_db(*args, **kwargs)  # type: ignore[misc]
        row.remember()
        return row

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        super().refresh_from_db(*args, **kwargs)  # type: ignore[misc]
        self.remember()

    def remember(self) -> None:
        """Keep what the database holds now."""
        self._loaded = {name: self.__dict__.get(name) for name in ("status", *self.MOMENTS)}

    def stamp(self, at: datetime) -> None:
        """Give this moment to what happened since the row was loaded."""
        for name in self.MOMENTS:
            value = self.__dict__.get(name)
            if value is not None and value != self._loaded.get(name):
                setattr(self, name, at)

    def save(self, *args: Any, **kwargs: Any) -> None:
        run = running.get()
        if run is not None:
            self.stamp(run.at)
        super().save(*args, **kwargs)  # type: ignore[misc]
        self.remember()


class Process(Stamped, AbstractProcess):  # type: ignore[misc]
    """A file on its route. Real columns for what an auditor asks."""

    expediente = models.ForeignKey(Expediente, on_delete=models.PROTECT, related_name="+")
    route_version = models.ForeignKey(RouteVersion, on_delete=models.PROTECT, related_name="+")
    drafter_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    started_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    token = models.CharField(_("marca del formulario"), max_length=64, unique=True, null=True)
    data = models.JSONField(default=dict)

    MOMENTS = ("created", "finished")
    objects: ClassVar[models.Manager["Process"]] = models.Manager()

    # The engine reads or assigns these.
    seed: Any = None
    artifact: Any = None
    parent_task: Any = None

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = _("processes")


class Task(Stamped, AbstractTask):  # type: ignore[misc]
    """A step of a file: who holds it, what is expected, by when, how it ended."""

    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="task_set")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    owner_permission_content_type = models.ForeignKey(
        ContentType, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    data = models.JSONField(default=dict)

    step = models.CharField(_("paso"), max_length=80)
    kind = models.CharField(_("clase de paso"), max_length=10, choices=StepKind, blank=True)
    title = models.CharField(_("qué se espera"), max_length=200, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")
    deliverable = models.ForeignKey(Deliverable, on_delete=models.PROTECT, null=True, related_name="+")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")
    due_on = models.DateField(_("vence"), null=True)
    opened_at = models.DateTimeField(_("abierto por primera vez"), null=True)
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(_("decisión"), max_length=40, blank=True)

    MOMENTS = ("created", "assigned", "started", "finished")
    objects: ClassVar[models.Manager["Task"]] = models.Manager()

    seed: Any = None
    artifact: Any = None

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["process", "flow_task", "token"],
                condition=Q(status__in=["NEW", "ASSIGNED", "STARTED", "SCHEDULED"]),
                name="one_open_task_of_a_step_per_token",
            )
        ]
        indexes = [
            models.Index(fields=["unit", "due_on", "id"], condition=Q(status="NEW"), name="task_open_by_unit"),
            models.Index(fields=["post", "due_on", "id"], condition=Q(status="NEW"), name="task_open_by_post"),
            models.Index(fields=["due_on", "id"], condition=Q(status="NEW"), name="task_open_by_due"),
            models.Index(fields=["owner", "-finished"], name="task_done_by_owner"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and tell the run that the task's status changed. The one hook on the engine: all its writes pass."""
        source = self._loaded.get("status", "")
        self._forget_secrets()
        super().save(*args, **kwargs)
        run = running.get()
        if run is not None and source != self.status:
            run.changes.append(Change(self, source, self.status))

    def _forget_secrets(self) -> None:
        """Of a failed step keep the error's class and a reference: its message and frames can hold a PIN."""
        if "locals" in self.data.get("_exception", {}):
            error = sys.exc_info()[0]
            self.data["_exception"] = {"error": error.__name__ if error else "Error", "reference": uuid4().hex}


class ProcessDocument(models.Model):
    """The document that plays a named part in a process, as the route calls it (``acto``, ``informe``…)."""

    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="process_documents")
    key = models.CharField(_("papel"), max_length=40)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="process_documents")

    class Meta:
        ordering = ["process", "id"]

    def __str__(self) -> str:
        return self.key


class Movement(models.Model):
    """A pase: every change of holder is one."""

    expediente = models.ForeignKey(Expediente, on_delete=models.PROTECT, related_name="movements")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, null=True, related_name="movements")
    from_task = models.ForeignKey(Task, on_delete=models.PROTECT, null=True, related_name="+")
    from_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    from_post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")
    from_outside = models.CharField(_("de (externo)"), max_length=200, blank=True)
    to_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    to_post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(_("clase"), max_length=10, choices=MovementKind, default=MovementKind.ORIGINAL)
    proveido = models.TextField(_("proveído"), blank=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")
    is_return = models.BooleanField(_("devolución"), default=False)
    sent_at = models.DateTimeField(_("enviado el"))
    sent_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField(_("recibido el"), null=True)
    received_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    taken_back_at = models.DateTimeField(_("retirado el"), null=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["expediente", "id"], name="movement_by_expediente"),
            models.Index(
                fields=["from_unit", "expediente"], condition=Q(kind="original"), name="movement_by_from_unit"
            ),
            models.Index(fields=["task"], condition=Q(is_return=True), name="movement_returned"),
        ]

    def __str__(self) -> str:
        return f"{self.expediente_id} {self.sent_at}"


class Opinion(models.Model):
    """What a step said of a deliverable or a document, bound to the hash of what was read."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="opinions")
    deliverable = models.ForeignKey(Deliverable, on_delete=models.PROTECT, null=True, related_name="opinions")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(_("opinión"), max_length=20, choices=OpinionOutcome)
    text = models.TextField(_("fundamento"), blank=True)
    given_at = models.DateTimeField(_("dada el"))
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.outcome


class Observation(models.Model):
    """What must be mended before the file goes on."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="observations")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, null=True, related_name="+")
    text = models.TextField(_("observación"))
    made_at = models.DateTimeField(_("hecha el"))
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(_("levantada el"), null=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text[:60]


class Filing(models.Model):
    """What a citizen presented, first or later, with its own register number and cargo."""

    expediente = models.ForeignKey(Expediente, on_delete=models.PROTECT, related_name="filings")
    number = models.OneToOneField(Number, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(_("número de registro"), max_length=LABEL_LENGTH, unique=True)
    is_first = models.BooleanField(_("abre el expediente"))
    channel = models.CharField(_("canal"), max_length=10, choices=Channel)
    state = models.CharField(_("estado"), max_length=12, choices=FilingState, default=FilingState.PRESENTED)
    party = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    on_behalf_of = models.CharField(_("en representación de"), max_length=200, blank=True)
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


class Clock(models.Model):
    """A term that runs for a task, a filing or a notice; recomputable from its own inputs.

    ``purpose`` tells what must happen by its due day: one open clock of each for a filing or a notice. ``silence`` is
    what follows where nothing is notified in time. ``term`` is the code of the law's row that gives the amount; without
    it the route does. ``term_since`` is there where a transitional rule gave it a newer row than its legal date's.
    """

    task = models.OneToOneField(Task, on_delete=models.PROTECT, null=True, related_name="clock")
    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, null=True, related_name="clocks")
    notice = models.ForeignKey("Notice", on_delete=models.PROTECT, null=True, related_name="clocks")
    purpose = models.CharField(_("para qué"), max_length=20, choices=ClockPurpose, default=ClockPurpose.STEP)
    silence = models.CharField(_("silencio"), max_length=20, choices=SilenceKind, blank=True, default="")
    event_on = models.DateField(_("empieza después de"))
    amount = models.PositiveIntegerField(_("plazo"))
    unit = models.CharField(_("unidad"), max_length=20, choices=TermUnit)
    place = models.CharField(_("lugar"), max_length=20)
    term = models.SlugField(_("plazo de la norma"), max_length=80, blank=True)
    norm = models.CharField(_("norma, como se muestra"), max_length=500, blank=True, default="")
    term_since = models.DateField(_("alcanzado por el plazo nuevo desde"), null=True)
    suspensions = models.JSONField(_("suspensiones"), default=list)
    extension = models.JSONField(_("prórroga"), null=True)
    distance = models.JSONField(_("término de la distancia"), null=True)
    due_on = models.DateField(_("vence"))
    state = models.CharField(_("estado"), max_length=10, choices=ClockState, default=ClockState.RUNNING)
    derivation = models.JSONField(_("cuenta"), default=list)
    stopped_at = models.DateTimeField(_("detenido el"), null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(task__isnull=False) | Q(filing__isnull=False) | Q(notice__isnull=False),
                name="clock_runs_for_something",
            ),
            models.UniqueConstraint(
                fields=["filing", "purpose"],
                condition=Q(filing__isnull=False, stopped_at__isnull=True),
                name="clock_open_once_per_filing",
            ),
            models.UniqueConstraint(
                fields=["notice", "purpose"],
                condition=Q(notice__isnull=False, stopped_at__isnull=True),
                name="clock_open_once_per_notice",
            ),
        ]
        indexes = [models.Index(fields=["due_on"], condition=Q(state="running"), name="clock_running")]

    def __str__(self) -> str:
        return f"{self.due_on}"

    @property
    def expediente_id(self) -> int:
        """Return the file that the clock runs for."""
        if self.filing is not None:
            return self.filing.expediente_id
        if self.notice is not None:
            return self.notice.document.expediente_id
        assert self.task is not None
        return int(self.task.process.expediente_id)

    @property
    def derivation_norm(self) -> str:
        """Return the norm that gives the term, as it was shown when it was counted."""
        told = (step.get("norm", "") for step in self.derivation if step["rule"] in {"last-day", "zero"})
        return self.norm or next(told, "")


class Recount(models.Model):
    """Counting the open clocks anew after a change of the calendar, or of a ``term`` whose new row reaches open cases.

    It tells what changed, and how far the count has come. A term's starts on the ``first`` day of its row.
    ``last_clock`` is where it goes on after an interruption: each batch is one transaction with its clocks.
    """

    entry_id = models.PositiveBigIntegerField(_("asiento del cambio"), unique=True)
    places = models.JSONField(_("lugares"))
    term = models.SlugField(_("plazo de la norma"), max_length=80, blank=True, default="")
    first = models.DateField(_("primer día que cambió"))
    last = models.DateField(_("último día que cambió"))
    reason = models.CharField(_("motivo"), max_length=500)
    total = models.PositiveIntegerField(_("relojes"), default=0)
    seen = models.PositiveIntegerField(_("contados"), default=0)
    moved = models.PositiveIntegerField(_("movidos"), default=0)
    last_clock = models.PositiveBigIntegerField(_("último reloj contado"), default=0)
    started_at = models.DateTimeField(_("empezado el"))
    finished_at = models.DateTimeField(_("terminado el"), null=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.reason


class BoundaryTimer(models.Model):
    """A boundary timer of an open task: our own clock row fires it, not the engine."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="timers")
    boundary = models.CharField(_("evento de borde"), max_length=80)
    due_on = models.DateField(_("dispara el"))
    fired_at = models.DateTimeField(_("disparado el"), null=True)
    cancelled_at = models.DateTimeField(_("cancelado el"), null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "boundary"], name="timer_once_per_task")]
        indexes = [
            models.Index(
                fields=["due_on", "id"],
                condition=Q(fired_at__isnull=True, cancelled_at__isnull=True),
                name="timer_waiting",
            )
        ]

    def __str__(self) -> str:
        return self.boundary


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
