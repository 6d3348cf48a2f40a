"""Opening and closing files on a route."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from docs_store import services as docs
from docs_store.enums import AccessLevel
from docs_store.models import Expediente
from ledger import services as ledger
from organization.models import Person, Unit
from workflows.errors import RouteRefused
from workflows.models import Deliverable, Process, RouteVersion
from workflows.services import engine, movements


def open_case(
    *,
    route: str,
    subject: str,
    unit: Unit,
    by: Person,
    at: datetime,
    deliverables: Sequence[str] = (),
    origin: str = "",
    access_level: AccessLevel = AccessLevel.INTERNAL,
    roles: Mapping[str, str] | None = None,
    token: str = "",
) -> Process:
    """Open an expediente and start it on the newest version of the route.

    The same form sent twice, also at the same moment, answers the first file.

    :param unit: whose file it is: the drafter's unit.
    :param deliverables: titles of the results sought, when each gets its own outcome.
    :param roles: parts that the route names, each with the slug of a post or unit.
    :param token: the mark of the form that asks for it, if a form does.
    :raises RouteRefused: there is no such route.
    """
    opened = _opened_before(token, by)
    if opened is not None:
        return opened
    data = {"roles": dict(roles or {})}
    try:
        with transaction.atomic():
            expediente = docs.open_expediente(subject=subject, origin=origin, access_level=access_level, by=by, at=at)
            docs.grant_access(expediente, unit=unit, reason="origen", at=at)
            for order, title in enumerate(deliverables, start=1):
                Deliverable.objects.create(expediente=expediente, order=order, title=title)
            process = start_process(expediente=expediente, route=route, unit=unit, data=data, by=by, at=at)
            if token:
                process.token = token
                process.save(update_fields=["token"])
        return process
    except IntegrityError:
        opened = _opened_before(token, by)
        if opened is None:
            raise
        return opened


def _opened_before(token: str, by: Person) -> Process | None:
    """Return the file that this person's form opened before, or nothing."""
    if not token:
        return None
    return Process.objects.select_related("expediente").filter(token=token, started_by=by).first()


def start_process(
    *, expediente: Expediente, route: str, unit: Unit, data: Mapping[str, Any], by: Person | None, at: datetime
) -> Process:
    """Start the expediente on the newest version of the route, and hand it to its first holders.

    :raises RouteRefused: there is no such route.
    """
    version = newest_version(route)
    with transaction.atomic():
        process = engine.start(
            route_version=version, expediente=expediente, drafter_unit=unit, data=dict(data), by=by, at=at
        )
        tasks = list(engine.open_tasks(process))
        movements.hand_over(source=None, targets=tasks, handover=movements.Handover(), by=by, at=at)
        ledger.record(
            "case.opened",
            subject=f"expediente:{expediente.pk}",
            facts={"process": process.pk, "route": version.class_name},
            by=by.actor if by else "system:intake",
            at=at,
        )
    return process


def newest_version(route: str) -> RouteVersion:
    """Return the version on which new files start.

    :raises RouteRefused: the route does not exist or was never published.
    """
    version = RouteVersion.objects.filter(route__slug=route).order_by("-number").first()
    if version is None:
        told = _("No hay una ruta con el código «%(route)s». Cárguela con el perfil de la entidad.")
        raise RouteRefused(told % {"route": route})
    return version


def close_case(*, expediente: Expediente, by: Person, at: datetime) -> None:
    """Mark the expediente as closed. Closing twice changes nothing."""
    with transaction.atomic():
        if Expediente.objects.filter(pk=expediente.pk, closed_at__isnull=True).update(closed_at=at):
            ledger.record("case.closed", subject=f"expediente:{expediente.pk}", facts={}, by=by.actor, at=at)


def cancel_process(*, process: Process, by: Person, at: datetime) -> None:
    """Stop a file on its route: its open tasks are cancelled, nothing is deleted."""
    with transaction.atomic():
        engine.cancel(process, by=by, at=at)
        ledger.record(
            "case.cancelled",
            subject=f"expediente:{process.expediente_id}",
            facts={"process": process.pk},
            by=by.actor,
            at=at,
        )
