"""Files on their routes: the engine's processes and tasks, with real columns."""

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

from docs_store.models import Document, Expediente
from organization.models import Person, Post, Unit
from workflows.enums import Bar, StepKind
from workflows.models.routes import Deliverable, RouteVersion
from workflows.ports import Change, running

OPEN_STATUSES = ("NEW", "ASSIGNED", "STARTED", "SCHEDULED", "ERROR")
"""Open is told by status, never by ``finished is null``: the engine sets ``finished`` on an error."""


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
    bar = models.CharField(_("por qué no avanza"), max_length=10, choices=Bar, blank=True, default="")
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
        indexes = [
            models.Index(fields=["expediente", "id"], condition=Q(status="NEW"), name="process_open_by_expediente")
        ]


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
    escalated_at = models.DateTimeField(_("avisado a la unidad superior"), null=True)

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
