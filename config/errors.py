"""From domain error to HTTP status, in one table, and the sentence to the person."""

from collections.abc import Callable
from http import HTTPStatus

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from docs_store.errors import (
    ArchiveUnavailable,
    DocsStoreError,
    ObjectDamaged,
    ObjectMissing,
    PageMissing,
    UnprintableCharacter,
    UploadRefused,
)
from law.errors import LawError
from ledger.errors import LedgerError
from organization.errors import EntityMissing, OrganizationError
from search.errors import SearchError
from signing.errors import KeyLocked, SigningError, TimestampUnavailable, WrongPin
from workflows.errors import CaseBusy, FilingNotFound, TaskNotFound, WorkflowsError

STATUS_OF: dict[type[Exception], HTTPStatus] = {
    LedgerError: HTTPStatus.CONFLICT,
    LawError: HTTPStatus.CONFLICT,
    OrganizationError: HTTPStatus.CONFLICT,
    EntityMissing: HTTPStatus.SERVICE_UNAVAILABLE,
    DocsStoreError: HTTPStatus.CONFLICT,
    ArchiveUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    ObjectMissing: HTTPStatus.INTERNAL_SERVER_ERROR,
    ObjectDamaged: HTTPStatus.INTERNAL_SERVER_ERROR,
    PageMissing: HTTPStatus.NOT_FOUND,
    UploadRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
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
GAVE_UP_WAITING = {"55P03", "40P01"}
"""PostgreSQL's words for a lock that was not had in time, and for two that waited for each other."""


class DomainErrorMiddleware:
    """Shows an anticipated error as a page with its sentence; all others stay a 500 and a bug."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if is_busy(exception):
            sentence = _("El sistema está ocupado guardando otros trámites. Espere unos segundos y vuelva a intentar.")
            return render(request, "error.html", {"sentence": sentence}, status=HTTPStatus.SERVICE_UNAVAILABLE)
        status = status_of(exception)
        if status is None:
            return None
        return render(request, "error.html", {"sentence": str(exception)}, status=status)


def status_of(error: Exception) -> HTTPStatus | None:
    """Return the status of the error's class or of its nearest base, or nothing if it is not anticipated."""
    return next((STATUS_OF[base] for base in type(error).__mro__ if base in STATUS_OF), None)


def is_busy(error: Exception) -> bool:
    """Return whether the database gave up waiting for somebody else's lock; any other fault of it stays a bug."""
    cause = error.__cause__
    name, state = getattr(cause, "sqlite_errorname", ""), getattr(cause, "sqlstate", "")
    return isinstance(error, OperationalError) and (name.startswith("SQLITE_BUSY") or state in GAVE_UP_WAITING)
