"""Expedientes as containers: opened with their number, and given to their readers."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from docs_store.enums import AccessLevel
from docs_store.models import NAME_LENGTH, REASON_LENGTH, TITLE_LENGTH, Access, Expediente
from docs_store.services import numbers
from docs_store.services.locking import actor_of
from ledger import services as ledger
from organization.models import Person, Unit

REGISTER = "expediente"


def open_expediente(
    *,
    subject: str,
    by: Person | None,
    at: datetime,
    origin: str = "",
    access_level: AccessLevel = AccessLevel.INTERNAL,
) -> Expediente:
    """Open an expediente with the next number of its register. Nobody may read it yet.

    :param origin: from whom the matter comes, where that is not a unit of the entity.
    :raises NoSeries: the entity's profile has no register of expedientes on that day.
    """
    with transaction.atomic():
        taken = numbers.take_next(numbers.register(REGISTER), document=None, at=at)
        expediente = Expediente.objects.create(
            label=taken.label,
            subject=subject[:TITLE_LENGTH],
            origin=origin[:NAME_LENGTH],
            opened_at=at,
            opened_by=by,
            access_level=access_level,
        )
        number = numbers.keep_taken(taken, owner=f"expediente:{expediente.pk}", at=at)
        ledger.record(
            "expediente.opened",
            subject=f"expediente:{expediente.pk}",
            facts={"number": number.pk, "access_level": str(access_level)},
            by=actor_of(by),
            at=at,
        )
    return expediente


def grant_access(
    expediente: Expediente,
    *,
    reason: str,
    at: datetime,
    unit: Unit | None = None,
    person: Person | None = None,
    public: bool = False,
    by: Person | None = None,
) -> Access:
    """Let a unit, a person or the public read the expediente; who already may keeps the first grant.

    :param by: who decided it; without a person, the system, as a pase or a filing asks.
    """
    with transaction.atomic():
        access, is_new = Access.objects.get_or_create(
            expediente=expediente,
            unit=unit,
            person=person,
            is_public=public,
            defaults={"since": at, "reason": reason[:REASON_LENGTH]},
        )
        if is_new:
            ledger.record(
                "access.granted",
                subject=f"expediente:{expediente.pk}",
                facts={"access": access.pk, "unit": access.unit_id, "person": access.person_id, "public": public},
                by=actor_of(by),
                at=at,
            )
    return access


def grant_units(
    expediente: Expediente, *, units: Iterable[Unit], reason: str, at: datetime, by: Person | None = None
) -> None:
    """Let several units read the expediente, in as many statements as for one; who already may keeps the first grant.

    :param by: who decided it; without a person, the system, as a pase asks.
    """
    wanted = {unit.pk for unit in units}
    with transaction.atomic(savepoint=False):
        may = Access.objects.filter(expediente=expediente, unit__in=wanted).values_list("unit_id", flat=True)
        missing = sorted(wanted.difference(may))
        if missing:
            grants = [
                Access(expediente=expediente, unit_id=pk, since=at, reason=reason[:REASON_LENGTH]) for pk in missing
            ]
            Access.objects.bulk_create(grants, ignore_conflicts=True)  # another file of it may grant at once
            ledger.record(
                "access.granted",
                subject=f"expediente:{expediente.pk}",
                facts={"units": missing},
                by=actor_of(by),
                at=at,
            )
