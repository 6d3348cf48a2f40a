"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from organization.models import Entity


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the entity, the moment, and whether this is the demo."""
    return {"entity": Entity.objects.first(), "now": timezone.now(), "is_demo": settings.DEMO}
