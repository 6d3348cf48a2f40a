"""What the workflows room refuses or cannot do. ``str(error)`` is the sentence for the person."""

from django.utils.translation import gettext as _


class WorkflowsError(Exception):
    """Base class: a route, a task or a filing does not allow what was asked."""


class TaskNotFound(WorkflowsError):
    """There is no such task, or this person may not know of it."""

    def __init__(self) -> None:
        super().__init__(_("No encontramos esa tarea en sus bandejas. Vuelva a la bandeja y ábrala desde allí."))


class TaskAlreadyDone(WorkflowsError):
    """Somebody completed the task before: nothing was done again."""


class CaseBusy(WorkflowsError):
    """Another request holds the file's process for too long; trying again helps."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Otra persona está registrando una decisión en este expediente. "
                "Espere unos segundos y vuelva a intentar."
            )
        )


class StepRefused(WorkflowsError):
    """The step does not allow what was asked; the sentence says what it does allow."""


class TwoPeopleNeeded(StepRefused):
    """The same human drafted it, or has approved it in another post; the sentence says who else can."""


class KeepsOut(StepRefused):
    """The person abstained from this expediente; whom the act designates goes on."""

    def __init__(self) -> None:
        super().__init__(
            _("Usted se abstuvo de este expediente: no puede actuar en él. Continúa la persona que el acto designó.")
        )


class NobodyHolds(WorkflowsError):
    """The post or unit that should get the file has nobody that day."""


class RouteRefused(WorkflowsError):
    """A route cannot be run as it is drawn."""


class FilingNotFound(WorkflowsError):
    """No filing, or the key does not fit: both get the same words."""

    def __init__(self) -> None:
        super().__init__(
            _("No encontramos ese número con esa clave. Revise su cargo y su talón, o pregunte en Mesa de Partes.")
        )


class FilingRefused(WorkflowsError):
    """The filing cannot be changed this way; the sentence says why."""


class NoticeRefused(WorkflowsError):
    """The notice does not allow what was asked; the sentence says why."""


class TermNotCounted(WorkflowsError):
    """A term has no day yet, because no calendar reaches it; it is counted by itself once that is loaded."""

    def __init__(self, year: int | None = None) -> None:
        super().__init__(year)
        self.year = year

    def __str__(self) -> str:
        mends = _("Quien administra el sistema lo carga con load_law, y el plazo se cuenta solo.")
        if self.year is None:
            return _("El plazo no se pudo contar: no hay calendario de este lugar.") + " " + mends
        return _("El plazo no se pudo contar: no hay calendario de %(year)s.") % {"year": self.year} + " " + mends


class ClockNotSuspended(WorkflowsError):
    """A clock that runs cannot be resumed; nothing was changed."""

    def __str__(self) -> str:
        return _("El plazo no está suspendido: no hay nada que reanudar. Vuelva al expediente.")
