"""From domain error to HTTP status, in one table, and the sentence to the person."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

STATUS_OF: dict[type[Exception], HTTPStatus] = {}


class DomainErrorMiddleware:
    """Shows an anticipated error as a page with its sentence; all others stay a 500 and a bug."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        status = status_of(exception)
        if status is None:
            return None
        return render(request, "error.html", {"sentence": str(exception)}, status=status)


def status_of(error: Exception) -> HTTPStatus | None:
    """Return the status of the error's class or of its nearest base, or nothing if it is not anticipated."""
    return next((STATUS_OF[base] for base in type(error).__mro__ if base in STATUS_OF), None)
