"""Where files go next, and by when: routes, processes, tasks, movements, filings, clocks, notices."""

from workflows.models.clocks import BoundaryTimer, Clock, Recount
from workflows.models.desistimientos import Desistimiento
from workflows.models.filings import Filing, FilingItem, FilingObservation, FilingSilence, TrackingKey
from workflows.models.movements import Movement, Observation, Opinion
from workflows.models.notices import Notice, NoticeAttempt, NoticeContent, VisitMinute
from workflows.models.procedures import Procedure
from workflows.models.processes import OPEN_STATUSES, Process, ProcessDocument, Stamped, Task
from workflows.models.routes import Deliverable, Route, RouteVersion
from workflows.models.standstills import Standstill

__all__ = [
    "OPEN_STATUSES",
    "BoundaryTimer",
    "Clock",
    "Deliverable",
    "Desistimiento",
    "Filing",
    "FilingItem",
    "FilingObservation",
    "FilingSilence",
    "Movement",
    "Notice",
    "NoticeAttempt",
    "NoticeContent",
    "Observation",
    "Opinion",
    "Procedure",
    "Process",
    "ProcessDocument",
    "Recount",
    "Route",
    "RouteVersion",
    "Stamped",
    "Standstill",
    "Task",
    "TrackingKey",
    "VisitMinute",
]
