"""Tells a request that may use the demo's shortcuts from any other: ``request.is_demo``."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from config.checks import DEMO_HOSTS, is_loopback

FORWARDING = (
    "HTTP_X_FORWARDED",
    "HTTP_FORWARDED",
    "HTTP_X_REAL_IP",
    "HTTP_VIA",
    "HTTP_X_CLIENT_IP",
    "HTTP_TRUE_CLIENT_IP",
    "HTTP_CF_CONNECTING_IP",
)


class DemoMiddleware:
    """Sets ``request.is_demo`` for the rooms below, which cannot ask this one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.is_demo = is_demo_request(request)  # type: ignore[attr-defined]
        return self.get_response(request)


def is_demo_request(request: HttpRequest) -> bool:
    """Return whether the request may use the demo's shortcuts: demo mode, and straight from this machine."""
    return settings.DEMO and is_straight_from_here(request)


def is_straight_from_here(request: HttpRequest) -> bool:
    """Return whether the request comes from this machine, with nothing in between.

    All of it must hold: a peer and a ``Host`` of loopback, and no header that a proxy adds. A page of another site that
    resolves its own name to 127.0.0.1 fails by its ``Host``.
    """
    return (
        is_loopback(request.META.get("REMOTE_ADDR", ""))
        and _host(request) in DEMO_HOSTS
        and not any(name.startswith(FORWARDING) for name in request.META)
    )


def _host(request: HttpRequest) -> str:
    name, _, port = request.META.get("HTTP_HOST", "").partition(":")
    return name.lower() if port.isdigit() or not port else ""
