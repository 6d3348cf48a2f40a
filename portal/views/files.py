"""Handing out the bytes of a version, so that a browser can do no harm with them."""

from django.http import FileResponse

from docs_store import selectors as stored
from docs_store.models import Version

SHOWN_INSIDE = {"application/pdf"}


def version_response(version: Version, *, is_ours: bool) -> FileResponse:
    """Return the version's bytes under their name.

    Only a PDF that the entity made is shown inside the browser; what came from outside is saved first.
    """
    is_shown = is_ours and version.media_type in SHOWN_INSIDE
    response = FileResponse(
        stored.open_version(version),
        as_attachment=not is_shown,
        filename=version.name,
        content_type=version.media_type,
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    if not is_shown:
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
