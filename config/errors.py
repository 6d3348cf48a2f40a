"""From domain error to HTTP status, in one table, and the sentence to the person."""

from collections.abc import Callable
from http import HTTPStatus

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from config import conditions
from config.conditions import Service
from config.metrics import FAILURES
from docs_store.errors import (
    ArchiveUnavailable,
    DocsStoreError,
    FileTooLarge,
    ObjectDamaged,
    ObjectMissing,
    PageMissing,
    UnprintableCharacter,
    UploadRefused,
)
from law.errors import LawError
from ledger.errors import LedgerError
from organization.errors import EntityMissing, IdentityUnavailable, OrganizationError
from search.errors import SearchError, SearchUnavailable
from signing.errors import KeyLocked, SigningError, TimestampUnavailable, WrongPin
from workflows.errors import CaseBusy, FilingNotFound, TaskNotFound, WorkflowsError

STATUS_OF: dict[type[Exception], HTTPStatus] = {
    LedgerError: HTTPStatus.CONFLICT,
    LawError: HTTPStatus.CONFLICT,
    OrganizationError: HTTPStatus.CONFLICT,
    EntityMissing: HTTPStatus.SERVICE_UNAVAILABLE,
    IdentityUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    DocsStoreError: HTTPStatus.CONFLICT,
    ArchiveUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    ObjectMissing: HTTPStatus.INTERNAL_SERVER_ERROR,
    ObjectDamaged: HTTPStatus.INTERNAL_SERVER_ERROR,
    PageMissing: HTTPStatus.NOT_FOUND,
    UploadRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    FileTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    UnprintableCharacter: HTTPStatus.UNPROCESSABLE_ENTITY,
    SearchError: HTTPStatus.SERVICE_UNAVAILABLE,
    SigningError: HTTPStatus.CONFLICT,
    WrongPin: HTTPStatus.UNPROCESSABLE_ENTITY,
    KeyLocked: HTTPStatus.TOO_MANY_REQUESTS,
    TimestampUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    WorkflowsError: HTTPStatus.CONFLICT,
    CaseBusy: HTTPStatus.SERVICE_UNAVAILABLE,
    TaskNotFound: HTTPStatus.NOT_FOUND,
    FilingNotFound: HTTPStatus.NOT_FOUND,
}
FAILING: dict[type[Exception], Service] = {
    ArchiveUnavailable: Service.ARCHIVE,
    SearchUnavailable: Service.INDEX,
    IdentityUnavailable: Service.IDENTITY,
}
"""The backing service that an error tells of."""
GAVE_UP_WAITING = {"55P03", "40P01"}
"""PostgreSQL's words for a lock that was not had in time, and for two that waited for each other."""
POSTGRES_AWAY = ("08", "53", "57P")
"""Connection lost, out of disk or of connections, shutting down or starting."""
SQLITE_AWAY = ("SQLITE_CANTOPEN", "SQLITE_FULL", "SQLITE_IOERR")


class DomainErrorMiddleware:
    """Shows an anticipated error as a page with its sentence; all others stay a 500 and a bug."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not request.path.startswith("/api/"):
            _say_it_takes_a_form(request, answer)
        return answer

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if is_busy(exception):
            sentence = _("El sistema está ocupado guardando otros trámites. Espere unos segundos y vuelva a intentar.")
            return render(request, "error.html", {"sentence": sentence}, status=HTTPStatus.SERVICE_UNAVAILABLE)
        if is_database_away(exception):
            _note(Service.DATABASE, exception)
            return _page_without_database()
        status = status_of(exception)
        if status is None:
            return None
        for base, service in FAILING.items():
            if isinstance(exception, base):
                _note(service, exception)
        return render(request, "error.html", {"sentence": str(exception)}, status=status)


def _say_it_takes_a_form(request: HttpRequest, answer: HttpResponse) -> None:
    """Write a page on the empty answer that a browser gets by reloading the address of a form."""
    words = {
        "title": _("Esta dirección solo recibe formularios"),
        "sentence": _("No se envió ni se guardó nada. Vuelva a la página anterior y use su botón."),
    }
    answer.content = render_to_string("error.html", words, request)


def _note(service: Service, error: Exception) -> None:
    conditions.note_down(service, at=timezone.now(), why=type(error).__name__)
    FAILURES.labels(service).inc()


def _page_without_database() -> HttpResponse:
    """Return the page that needs nothing from the database, not even the entity's name."""
    words = {
        "title": _("La base de datos no responde"),
        "sentence": _(
            "No se guardó lo último que hizo; lo que ya estaba guardado sigue a salvo. "
            "Espere un minuto, vuelva atrás e inténtelo otra vez."
        ),
    }
    return HttpResponse(render_to_string("error.html", words), status=HTTPStatus.SERVICE_UNAVAILABLE)


def status_of(error: Exception) -> HTTPStatus | None:
    """Return the status of the error's class or of its nearest base, or nothing if it is not anticipated."""
    return next((STATUS_OF[base] for base in type(error).__mro__ if base in STATUS_OF), None)


def is_busy(error: Exception) -> bool:
    """Return whether the database gave up waiting for somebody else's lock; any other fault of it stays a bug."""
    cause = error.__cause__
    name, state = getattr(cause, "sqlite_errorname", ""), getattr(cause, "sqlstate", "")
    return isinstance(error, OperationalError) and (name.startswith("SQLITE_BUSY") or state in GAVE_UP_WAITING)


def is_database_away(error: Exception) -> bool:
    """Return whether the database did not answer, is full or is just stopping; any other fault of it stays a bug."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    cause = error.__cause__
    name, state = getattr(cause, "sqlite_errorname", None), getattr(cause, "sqlstate", None)
    if name is not None:
        return str(name).startswith(SQLITE_AWAY)
    return state is None or str(state).startswith(POSTGRES_AWAY)
