"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from organization.models import Entity


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the entity, the moment, and whether this is the demo."""
    desk = getattr(request, "desk", None)
    entity = desk.entity if desk is not None else Entity.objects.first()
    return {"entity": entity, "now": timezone.now(), "is_demo": settings.DEMO}
