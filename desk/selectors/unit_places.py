"""From what each unit hung, stretch by stretch, as a page tells it."""

from dataclasses import dataclass
from datetime import date

from organization import selectors as organization
from organization.models import Unit, UnitMove
from organization.rules.holding import Span


@dataclass(frozen=True)
class UnitPlace:
    """A stretch of a unit's life: the siglas of what it hung from (empty: nothing), and the act that put it there."""

    span: Span
    parent: str
    act: str


def unit_places(on: date) -> dict[int, list[UnitPlace]]:
    """Return the places of each unit, the newest first, by its id; siglas are those of the day: five queries."""
    tree = organization.tree()
    acts = {(row.unit_id, row.from_on): row.act for row in UnitMove.objects.all()}
    units = list(Unit.objects.all())
    labels = organization.unit_labels([unit.pk for unit in units], on)
    return {
        unit.pk: [
            UnitPlace(span, labels.get(parent or 0, ""), acts.get((unit.pk, span.first), ""))
            for span, parent in reversed(tree.places(unit.pk, Span(unit.valid_from, unit.valid_to)))
        ]
        for unit in units
    }
