"""Units change their name, their siglas and their place in the tree."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from ledger import services as ledger
from organization.errors import CycleInUnits, DatesCrossed, SiglasTaken
from organization.models import Entity, Person, Unit, UnitName
from organization.rules.holding import Span, overlap
from organization.rules.tree import is_below

ONE_DAY = timedelta(days=1)


def rename_unit(
    *, unit: Unit, name: str, siglas: str, siglas_path: str, from_on: date, by: Person, at: datetime
) -> UnitName:
    """Give the unit another name from that day on; its former name ends the day before.

    :raises SiglasTaken: another unit bears those siglas on one of those days.
    :raises DatesCrossed: the unit has taken a later name already.
    """
    with transaction.atomic():
        _lock_tree()
        newest = unit.names.order_by("valid_from").last()
        if newest is not None and newest.valid_from >= from_on:
            raise DatesCrossed
        _check_siglas(unit, siglas, Span(from_on, unit.valid_to))
        unit.names.filter(valid_to__isnull=True).update(valid_to=from_on - ONE_DAY)
        renamed = UnitName.objects.create(
            unit=unit, name=name, siglas=siglas, siglas_path=siglas_path, valid_from=from_on, valid_to=unit.valid_to
        )
        facts = {"name": renamed.pk, "siglas": siglas, "from_on": from_on}
        ledger.record("unit.renamed", subject=f"unit:{unit.pk}", facts=facts, by=by.actor, at=at)
    return renamed


def move_unit(*, unit: Unit, parent: Unit | None, by: Person, at: datetime) -> Unit:
    """Hang the unit from another one.

    :raises CycleInUnits: it would hang from itself.
    """
    with transaction.atomic():
        _lock_tree()
        parents = dict(Unit.objects.values_list("pk", "parent_id"))
        if parent is not None and is_below(parent.pk, unit.pk, parents):
            raise CycleInUnits(_("Una unidad no puede depender de sí misma. Elija otra unidad superior."))
        unit.parent = parent
        unit.save(update_fields=["parent"])
        facts = {"parent": parent.pk if parent else None}
        ledger.record("unit.moved", subject=f"unit:{unit.pk}", facts=facts, by=by.actor, at=at)
    return unit


def _lock_tree() -> None:
    """Changes of the tree wait for one another: what they check must still hold when they are written."""
    list(Entity.objects.select_for_update(no_key=True))


def _check_siglas(unit: Unit, siglas: str, span: Span) -> None:
    for other in UnitName.objects.filter(siglas__iexact=siglas).exclude(unit=unit):
        if overlap(span, Span(other.valid_from, other.valid_to)):
            raise SiglasTaken(
                _("Las siglas %(siglas)s son de «%(unit)s» en esas fechas. Elija otras.")
                % {"siglas": siglas, "unit": other.name}
            )
