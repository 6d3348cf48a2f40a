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
    """Return what is known to be down and, to administrators, that the calendar ends; read only where it is shown."""
    desk = getattr(request, "desk", None)

    def told() -> list[conditions.Notice]:
        found = conditions.notices(for_desk=desk is not None, at=timezone.now())
        administers = desk is not None and desk.administers
        return [*found, *(conditions.calendar_notices(timezone.localdate()) if administers else ())]

    return {"limits": told}
