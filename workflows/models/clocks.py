"""Terms that run, the counting of them anew, and the timers of steps."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from law.enums import SilenceKind, TermUnit
from workflows.enums import ClockPurpose, ClockState
from workflows.errors import TermNotCounted
from workflows.models.filings import Filing
from workflows.models.notices import Notice
from workflows.models.processes import Task


class Clock(models.Model):
    """A term that runs for a task, a filing or a notice; recomputable from its own inputs.

    ``purpose`` tells what must happen by its due day: one open clock of each for a filing or a notice. ``silence`` is
    what follows where nothing is notified in time. ``suspensions`` are mappings of ``from``, ``to`` (nothing: open)
    and, where the citizen asked for it, ``asked``: the day. ``term`` is the code of the law's row that gives the
    amount; without it the route does. ``term_since`` is there where a transitional rule gave it a newer row than its
    legal date's.

    What no loaded calendar reaches is ``UNCOUNTED``: it waits without a day for the calendar of ``missing_year``, and
    is counted when that is loaded (``workflows.services.uncounted``).
    """

    task = models.OneToOneField(Task, on_delete=models.PROTECT, null=True, related_name="clock")
    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, null=True, related_name="clocks")
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, null=True, related_name="clocks")
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
    due_on = models.DateField(_("vence"), null=True)
    missing_year = models.PositiveSmallIntegerField(_("año sin calendario"), null=True)
    state = models.CharField(_("estado"), max_length=10, choices=ClockState, default=ClockState.RUNNING)
    derivation = models.JSONField(_("cuenta"), default=list)
    stopped_at = models.DateTimeField(_("detenido el"), null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(task__isnull=False) | Q(filing__isnull=False) | Q(notice__isnull=False),
                name="clock_runs_for_something",
            ),
            models.CheckConstraint(
                condition=~Q(state=ClockState.RUNNING) | Q(due_on__isnull=False), name="clock_that_runs_has_a_day"
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
        indexes = [
            models.Index(fields=["due_on"], condition=Q(state="running"), name="clock_running"),
            models.Index(fields=["task"], condition=Q(state="uncounted"), name="clock_uncounted"),
        ]

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
    def due_day(self) -> date:
        """Return the day on which it is due.

        :raises TermNotCounted: no calendar that is loaded gives it.
        """
        if self.due_on is None:
            raise TermNotCounted(self.missing_year)
        return self.due_on

    @property
    def is_uncounted(self) -> bool:
        """Return whether it waits for a calendar to be loaded."""
        return self.state == ClockState.UNCOUNTED

    @property
    def why_uncounted(self) -> str:
        """Return why it has no day, and what mends that; empty where it has one."""
        return str(TermNotCounted(self.missing_year)) if self.is_uncounted else ""

    @property
    def why_stale(self) -> str:
        """Return why its day is that of before a change of the calendar; empty where it is not."""
        if self.state != ClockState.RUNNING or self.missing_year is None:
            return ""
        told = _now(
            "Cambió el calendario y este plazo ya no cabe en él: falta el de %(year)s. Al cargarlo se cuenta solo."
        )
        return told % {"year": self.missing_year}

    @property
    def has_open_suspension(self) -> bool:
        """Return whether it stands still, counted or not."""
        return bool(self.suspensions) and self.suspensions[-1]["to"] is None

    @property
    def is_suspended_on_request(self) -> bool:
        """Return whether it stands still because the citizen asked for that (PL-08)."""
        return self.state == ClockState.SUSPENDED and "asked" in self.suspensions[-1]

    @property
    def suspended_from(self) -> date | None:
        """Return the first day of its last suspension, or nothing where it never stood still."""
        return date.fromisoformat(self.suspensions[-1]["from"]) if self.suspensions else None

    @property
    def extended_on(self) -> date | None:
        """Return the day on which its extension was asked for, or nothing where it has none."""
        return date.fromisoformat(self.extension["requested"]) if self.extension else None

    @property
    def derivation_norm(self) -> str:
        """Return the norm that gives the term, as it was shown when it was counted."""
        if self.norm:
            return self.norm
        return next((step.get("norm", "") for step in self.derivation if step["rule"] in {"last-day", "zero"}), "")


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
    """A boundary timer of an open task: our own clock row fires it, not the engine.

    Without a day it waits for a calendar that reaches it.
    """

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="timers")
    boundary = models.CharField(_("evento de borde"), max_length=80)
    due_on = models.DateField(_("dispara el"), null=True)
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
