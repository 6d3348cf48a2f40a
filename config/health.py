"""Whether the installation works: ``/health/live`` and ``/health/ready``, for whoever watches over it.

Each check has a thread of its own, so that a server which accepts and never answers holds up nobody; no second one is
started while the first still waits. What they find is told here and remembered for the screens (``conditions``).
"""

import shutil
import threading
from collections.abc import Callable, Mapping
from datetime import date, datetime
from http import HTTPStatus
from math import inf
from pathlib import Path
from time import monotonic

from django.conf import settings
from django.core.mail import get_connection
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from kombu.connection import Connection

from config import baton, conditions, metrics
from config.conditions import Service
from docs_store.archive import get_archive
from law import selectors as law
from law.errors import CalendarMissing
from ledger import selectors as ledger
from ledger.ports import Backlog
from ledger.rules.failures import place_of
from organization.identity import get_servers
from organization.models import Entity
from search.index import get_index

TOTAL_SECONDS = 1.5
"""All checks together; the whole answer stays below 2 s."""
PATIENCE_SECONDS = 1
FRESH_SECONDS = 3.0
MAIL_FRESH_SECONDS = 60.0
IDENTITY_FRESH_SECONDS = 60.0
LONGEST_WAIT_SECONDS = 120
LONGEST_SEAL_LAG_SECONDS = 60
LEAST_FREE = 0.05
FURTHEST_CLOCK_SECONDS = 60
KERNEL_LOCKS = Path("/proc/locks")
STOPS_WORK = frozenset({Service.DATABASE, Service.ARCHIVE})
WORKS = _("Responde.")
FAULTS: Mapping[Service, str | Promise] = {
    Service.DATABASE: _("La base de datos no responde."),
    Service.ARCHIVE: _("El archivo no responde."),
    Service.INDEX: _("El buscador no responde."),
    Service.BROKER: _("La cola de trabajos no responde."),
    Service.MAIL: _("El servidor de correo no responde."),
    Service.WORKER: _("Hay trabajos que esperan desde hace más de dos minutos: nadie los toma o fallan."),
    Service.SEALER: _("Hay asientos sin sello desde hace más de un minuto: nadie sella."),
    Service.DISK: _("Queda menos del 5 % de espacio en el disco de esta máquina."),
    Service.CLOCK: _("El reloj de esta máquina se aparta más de un minuto del de la base de datos."),
    Service.SCHEDULER: _("Nadie hace correr los plazos: no hay ningún «manage.py work» en marcha."),
    Service.IDENTITY: _("El servidor de cuentas institucionales no responde: entran las cuentas de este sistema."),
    Service.CALENDAR: _("El calendario cargado terminó, o falta: cargue el de este año con «manage.py load_law»."),
}


Check = Callable[[], Mapping[str, object] | None]
"""Looks at one service: any error means that it fails; what it returns is told beside the answer."""


class Silent(Exception):
    """The check was made and what it looked for was not there."""


class Probe:
    """One check and what it last found."""

    def __init__(self, service: Service, check: Check, fresh_seconds: float = FRESH_SECONDS) -> None:
        self.service = service
        self.details: Mapping[str, object] = {}
        self._check = check
        self._fresh_seconds = fresh_seconds
        self._checked_at = 0.0
        self._is_well = True
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self.forget()

    def start(self) -> None:
        """Begin to look, unless that was just done or is still under way; another process may have found otherwise."""
        with self._lock:
            is_busy = self._thread is not None and self._thread.is_alive()
            is_fresh = monotonic() - self._checked_at < self._fresh_seconds
            is_agreed = self._is_well == (conditions.down_since(self.service) is None)
            if not is_busy and not (is_fresh and is_agreed):
                self._thread = threading.Thread(target=self._look, name=f"check {self.service}", daemon=True)
                self._thread.start()

    def forget(self) -> None:
        """Look anew at the next asking."""
        self._checked_at = -inf

    def is_well(self, until: float) -> bool:
        """Return what the check found; one that has not ended by then found nothing good."""
        if self._thread is not None:
            self._thread.join(max(until - monotonic(), 0))
            if self._thread.is_alive():
                conditions.note_down(self.service, at=timezone.now(), why="TimeoutError")
                return False
        return self._is_well

    def _look(self) -> None:
        """Check and remember. The outermost function of its thread.

        It catches whatever the check raises: each driver has errors of its own family, and a bug in a check is told as
        that service's failure, by its place, or nobody would hear of it.
        """
        try:
            self.details = self._check() or {}
            self._is_well = True
            conditions.note_up(self.service)
        except Exception as error:
            self._is_well = False
            conditions.note_down(self.service, at=timezone.now(), why=_class_and_place(error))
        finally:
            self._checked_at = monotonic()
            connection.close()


def _class_and_place(error: Exception) -> str:
    """Return the error's class and where it was raised; never its message, which may hold anything."""
    return f"{type(error).__name__} at {Path(place_of(error)).name}"


def _check_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()


def _check_archive() -> None:
    get_archive().check()


def _check_index() -> None:
    get_index().count()


def _check_broker() -> None:
    options = {"socket_connect_timeout": PATIENCE_SECONDS, "socket_timeout": PATIENCE_SECONDS, "max_retries": 0}
    is_redis = settings.BROKER_URL.startswith("redis")
    with Connection(  # type: ignore[no-untyped-call]
        settings.BROKER_URL, connect_timeout=PATIENCE_SECONDS, transport_options=options if is_redis else {}
    ) as broker:
        broker.ensure_connection(max_retries=1, interval_start=0, timeout=PATIENCE_SECONDS)


def _check_mail() -> None:
    server = get_connection(timeout=PATIENCE_SECONDS)
    server.open()
    server.close()


def _check_worker() -> Mapping[str, object]:
    """Look at what waits: an event that is due and stays untaken tells more than a process that is there."""
    now = timezone.now()
    backlog = ledger.outbox_backlog(now)
    oldest = [waiting.oldest_due_at for waiting in backlog.values()]
    if any(due_at and (now - due_at).total_seconds() > LONGEST_WAIT_SECONDS for due_at in oldest):
        raise Silent
    return {"queues": {queue: _told_of_queue(waiting) for queue, waiting in backlog.items()}}


def _told_of_queue(waiting: Backlog) -> dict[str, object]:
    told: dict[str, object] = {"pending": waiting.pending, "failing": waiting.failing}
    return told | ({"failing_since": _moment(waiting.failing_since)} if waiting.failing_since else {})


def _check_identity() -> None:
    for server in get_servers().values():
        server.check()


def _check_disk() -> None:
    disks = [shutil.disk_usage(folder) for _place, folder in metrics.places() if folder.exists()]
    if any(disk.free < LEAST_FREE * disk.total for disk in disks):
        raise Silent


def _check_clock() -> None:
    if abs(metrics.clock_offset_seconds() or 0) > FURTHEST_CLOCK_SECONDS:
        raise Silent


def _check_calendar() -> Mapping[str, object]:
    return calendar_on(timezone.localdate())


def calendar_on(today: date) -> Mapping[str, object]:
    """Return what is told of the calendar that day: nothing while it reaches far enough.

    :raises Silent: it has ended, or the entity has none.
    """
    place = Entity.objects.values_list("place", flat=True).first()
    if place is None:
        return {}
    try:
        last = law.last_day_of(place)
    except CalendarMissing as error:
        raise Silent from error
    conditions.note_calendar(last)
    if today > last:
        raise Silent
    sentence = law.ending(last, today)
    return {"says": sentence, "last_day": last.isoformat()} if sentence else {}


def _check_sealer() -> None:
    if ledger.seal_lag(timezone.now()).total_seconds() > LONGEST_SEAL_LAG_SECONDS:
        raise Silent


def _check_scheduler() -> None:
    """Look whether anybody holds the baton, without touching it."""
    if not (_is_session_locked() if connection.vendor == "postgresql" else _is_file_locked()):
        raise Silent


def _is_session_locked() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [baton.LOCK],
        )
        return cursor.fetchone() is not None


def _is_file_locked() -> bool:
    """Return what the kernel says: a process that opened and closed the file would lose its own lock on it.

    Where the kernel does not say, the rest must be believed.
    """
    path = Path(settings.DATA_DIR) / baton.FILE_NAME
    if not KERNEL_LOCKS.exists():
        return True
    if not path.exists():
        return False
    inode = f":{path.stat().st_ino}"
    return any(words[5].endswith(inode) for words in map(str.split, KERNEL_LOCKS.read_text().splitlines()))


PROBES = (
    Probe(Service.DATABASE, _check_database),
    Probe(Service.ARCHIVE, _check_archive),
    Probe(Service.INDEX, _check_index),
    Probe(Service.BROKER, _check_broker),
    Probe(Service.MAIL, _check_mail, MAIL_FRESH_SECONDS),
    Probe(Service.WORKER, _check_worker),
    Probe(Service.SEALER, _check_sealer),
    Probe(Service.SCHEDULER, _check_scheduler),
    Probe(Service.DISK, _check_disk),
    Probe(Service.CLOCK, _check_clock),
    Probe(Service.IDENTITY, _check_identity, IDENTITY_FRESH_SECONDS),
    Probe(Service.CALENDAR, _check_calendar),
)


def look() -> dict[Service, bool]:
    """Check everything that this installation uses, all at once, and return which of it works."""
    used = [probe for probe in PROBES if _is_used(probe.service)]
    until = monotonic() + TOTAL_SECONDS
    for probe in used:
        probe.start()
    return {probe.service: probe.is_well(until) for probe in used}


def _is_used(service: Service) -> bool:
    named = {
        Service.BROKER: settings.BROKER_URL,
        Service.MAIL: settings.EMAIL_URL,
        Service.IDENTITY: settings.IDENTITY_URL or settings.OIDC_ISSUER,
    }
    return bool(named.get(service, True))


def live(_request: HttpRequest) -> HttpResponse:
    """Say that this process answers. No backing service is touched: a fault of theirs is no reason to restart it."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


def ready(_request: HttpRequest) -> HttpResponse:
    """Say of each service whether it works and, if not, since when; 503 while one is down without which work stops."""
    found = look()
    down = {service for service, is_well in found.items() if not is_well}
    status = "down" if down & STOPS_WORK else "degraded" if down else "ok"
    told = {"status": status, "services": {service: _told(service, well) for service, well in found.items()}}
    code = HTTPStatus.SERVICE_UNAVAILABLE if status == "down" else HTTPStatus.OK
    return JsonResponse(told, status=code, json_dumps_params={"ensure_ascii": False, "indent": 1})


def _told(service: Service, is_well: bool) -> dict[str, object]:
    if is_well:
        return {"ok": True, "says": str(WORKS), **_details(service)}
    since = conditions.down_since(service) or timezone.now()
    return {"ok": False, "since": _moment(since), "says": str(FAULTS[service])}


def well(service: Service) -> str:
    """Return the sentence for what works: that it answers, or what its check has to say all the same."""
    return str(_details(service).get("says", WORKS))


def _details(service: Service) -> Mapping[str, object]:
    return next(probe.details for probe in PROBES if probe.service == service)


def _moment(moment: datetime) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds")


PAGES = {"/health/live": live, "/health/ready": ready, "/metrics": metrics.show}


class HealthMiddleware:
    """Answers whoever watches, before sessions, host names and redirects: a probe knows the machine by its address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        page = PAGES.get(request.path_info)
        if page is None:
            return self.get_response(request)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponse(status=HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": "GET, HEAD"})
        response = page(request)
        response.headers["Cache-Control"] = "no-store"
        return response
