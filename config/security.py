"""What a browser may load and run on our pages: our own files, and no script inside a page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-src 'self'",
        "frame-ancestors 'self'",
        "base-uri 'none'",
        "manifest-src 'self'",
    )
)
DIAGRAM_POLICY = f"{POLICY}; style-src-attr 'unsafe-inline'"


class ContentSecurityPolicyMiddleware:
    """Sends the policy with every page; a view may have set another one.

    A response with ``places_by_style`` holds a drawing whose viewer positions its parts by style attributes.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        policy = DIAGRAM_POLICY if getattr(response, "places_by_style", False) else POLICY
        response.headers.setdefault("Content-Security-Policy", policy)
        return response
