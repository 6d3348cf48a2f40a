"""Publishing routes: each new file of a route is its next version; files that run stay on theirs."""

import hashlib
import re
from datetime import datetime

from django.db import transaction

from ledger import services as ledger
from organization.models import Person
from workflows.errors import RouteRefused
from workflows.models import Route, RouteVersion
from workflows.rules.reading import read_drawing
from workflows.rules.routes import check_route

CHECKED_BY_NOBODY = "system:loader"


def load_route(*, slug: str, source: bytes, by: Person | None, at: datetime) -> RouteVersion:
    """Publish the file as the route's next version, and return it. The newest file again changes nothing.

    The text is kept byte for byte.

    :raises RouteRefused: the file holds a fault; the first one is told.
    """
    reading = read_drawing(source)
    faults = reading.faults or (check_route(reading.drawing) if reading.drawing else ())
    if reading.drawing is None or faults:
        raise RouteRefused(faults[0].sentence)
    digest = hashlib.sha256(source).hexdigest()
    with transaction.atomic():
        route, _is_new = Route.objects.update_or_create(slug=slug, defaults={"name": reading.drawing.name})
        newest = route.versions.order_by("-number").first()
        if newest is not None and newest.sha256 == digest:
            return newest
        number = newest.number + 1 if newest else 1
        version = route.versions.create(
            number=number,
            bpmn=source.decode(),
            sha256=digest,
            class_name=f"{class_stem(slug)}_v{number}",
            published_by=by,
            in_force_from=at,
        )
        ledger.record(
            "route.published",
            subject=f"route:{route.pk}",
            facts={"version": version.pk, "class": version.class_name, "sha256": digest},
            by=by.actor if by else CHECKED_BY_NOBODY,
            at=at,
        )
    return version


def class_stem(slug: str) -> str:
    """Return the route's part of its classes' names: ``informe-interno`` gives ``InformeInterno``."""
    return "".join(part.capitalize() for part in re.split(r"[^A-Za-z0-9]+", slug) if part)
