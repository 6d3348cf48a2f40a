"""What a service task of a route may call, by name. Each is local work, safe inside the caller's transaction."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from docs_store.models import Expediente
from ledger import services as ledger
from organization.models import Person
from workflows.errors import RouteRefused
from workflows.models import Process

Automatic = Callable[[Process, Person | None, datetime], str]
_SERVICES: dict[str, Automatic] = {}


def service(name: str) -> Callable[[Automatic], Automatic]:
    """Let routes call the decorated function by this name; it returns the outcome word to go on with, or nothing."""

    def add(function: Automatic) -> Automatic:
        _SERVICES[name] = function
        return function

    return add


def names() -> frozenset[str]:
    """Return what routes may call."""
    return frozenset(_SERVICES)


def call(name: str, *, process: Process, by: Person | None, at: datetime) -> str:
    """Call the service and return its outcome word.

    :raises RouteRefused: there is no such service any more.
    """
    function = _SERVICES.get(name)
    if function is None:
        raise RouteRefused(
            _("La ruta llama al servicio «%(name)s», que no existe. Avise a Informática.") % {"name": name}
        )
    return function(process, by, at) or ""


@service("close_case")
def close_case(process: Process, by: Person | None, at: datetime) -> str:
    """Mark the process's expediente as closed."""
    with transaction.atomic():
        if Expediente.objects.filter(pk=process.expediente_id, closed_at__isnull=True).update(closed_at=at):
            actor = by.actor if by else "system:worker"
            ledger.record("case.closed", subject=f"expediente:{process.expediente_id}", facts={}, by=actor, at=at)
    return "done"
