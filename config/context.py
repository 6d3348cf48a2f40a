"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from config import conditions
from organization.models import Entity


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the entity, the moment, and whether this is the demo."""
    desk = getattr(request, "desk", None)
    entity = desk.entity if desk is not None else Entity.objects.first()
    return {"entity": entity, "now": timezone.now(), "is_demo": settings.DEMO}


def limits(request: HttpRequest) -> dict[str, Any]:
    """Return what is known to be down, for the notice; read only where a page shows it."""
    for_desk = getattr(request, "desk", None) is not None
    return {"limits": lambda: conditions.notices(for_desk=for_desk, at=timezone.now())}
