"""Units change their name, their siglas and their place in the tree."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from ledger import services as ledger
from organization.errors import ActMissing, CycleInUnits, DatesCrossed, MoveRefused, SiglasTaken
from organization.models import Entity, Person, Unit, UnitMove, UnitName
from organization.rules.holding import Span, contains, covers, overlap
from organization.selectors.units import tree, unit_names

ONE_DAY = timedelta(days=1)


def rename_unit(
    *, unit: Unit, name: str, siglas: str, siglas_path: str, from_on: date, by: Person, at: datetime
) -> UnitName:
    """Give the unit another name from that day on; its former name ends the day before.

    :raises SiglasTaken: another unit bears those siglas on one of those days.
    :raises DatesCrossed: the unit has taken a later name already.
    """
    with transaction.atomic():
        lock_tree()
        newest = unit.names.order_by("valid_from").last()
        if newest is not None and newest.valid_from >= from_on:
            raise DatesCrossed
        check_siglas(siglas, Span(from_on, unit.valid_to), besides=unit)
        unit.names.filter(valid_to__isnull=True).update(valid_to=from_on - ONE_DAY)
        renamed = UnitName.objects.create(
            unit=unit, name=name, siglas=siglas, siglas_path=siglas_path, valid_from=from_on, valid_to=unit.valid_to
        )
        facts = {"name": renamed.pk, "siglas": siglas, "from_on": from_on}
        ledger.record("unit.renamed", subject=f"unit:{unit.pk}", facts=facts, by=by.actor, at=at)
    return renamed


def move_unit(*, unit: Unit, parent: Unit | None, from_on: date, act: str, by: Person, at: datetime) -> UnitMove:
    """Hang the unit from another one, or from none, from that day on. The days before keep what they had.

    :raises ActMissing: no act orders it.
    :raises MoveRefused: one of the two does not exist then, or the unit is there already or has a later move.
    :raises CycleInUnits: on that day or a later one it would hang from itself.
    """
    if not act.strip():
        raise ActMissing(_("Escriba el acto que ordena el cambio."))
    with transaction.atomic():
        lock_tree()
        _check_move(unit, parent, from_on)
        moved = UnitMove.objects.create(unit=unit, parent=parent, from_on=from_on, act=act.strip())
        if tree().rings():
            raise CycleInUnits(_("Una unidad no puede depender de sí misma. Elija otra unidad superior."))
        facts = {"parent": parent.pk if parent else None, "from_on": from_on, "act": moved.act}
        ledger.record("unit.moved", subject=f"unit:{unit.pk}", facts=facts, by=by.actor, at=at)
    return moved


def _check_move(unit: Unit, parent: Unit | None, from_on: date) -> None:
    names = {"unit": _named(unit, from_on), "parent": _named(parent, from_on) if parent else ""}
    if not covers(Span(unit.valid_from, unit.valid_to), from_on):
        raise MoveRefused(_("«%(unit)s» no existe ese día. Corrija la fecha.") % names)
    newest = unit.moves.order_by("from_on").last()
    if newest is not None and newest.from_on >= from_on:
        raise MoveRefused(
            _("«%(unit)s» ya se traslada el %(day)s. Elija un día posterior.")
            % {**names, "day": newest.from_on.strftime("%d/%m/%Y")}
        )
    if tree().parent(unit.pk, from_on) == (parent.pk if parent else None):
        raise MoveRefused(_("«%(unit)s» ya depende de esa unidad. Elija otra.") % names)
    if parent is not None:
        check_holds(parent, Span(from_on, unit.valid_to))


def check_holds(parent: Unit, span: Span) -> None:
    """Return if a unit can hang from the other one on all of those days.

    :raises MoveRefused: it does not exist on one of them.
    """
    if not contains(Span(parent.valid_from, parent.valid_to), span):
        raise MoveRefused(
            _("«%(parent)s» no existe todos esos días. Elija otra unidad superior o corrija la fecha.")
            % {"parent": _named(parent, span.first)}
        )


def _named(unit: Unit, on: date) -> str:
    name = unit_names([unit.pk], on).get(unit.pk)
    return name.name if name else unit.slug


def lock_tree() -> None:
    """Changes of the tree wait for one another: what they check must still hold when they are written."""
    list(Entity.objects.select_for_update(no_key=True))


def check_siglas(siglas: str, span: Span, *, besides: Unit | None = None) -> None:
    """Return if no other unit bears those siglas on one of the days.

    :raises SiglasTaken: one does.
    """
    for other in UnitName.objects.filter(siglas__iexact=siglas).exclude(unit=besides):
        if overlap(span, Span(other.valid_from, other.valid_to)):
            raise SiglasTaken(
                _("Las siglas %(siglas)s son de «%(unit)s» en esas fechas. Elija otras.")
                % {"siglas": siglas, "unit": other.name}
            )
